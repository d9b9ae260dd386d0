"""tinygan augment: what it prints and refuses, and that Ctrl-C loses no finished task."""

import csv
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import tinygan as tinygan_package
from tinygan.folder import claimed
from tinygan.machine import cores

GAN = "cgan:m=8,iterations=2,width=2,latent=3"
MORE = "dcgan-quick:m=8,iterations=2,width=2,latent=3,g_dense=8,d_dense=8"
SMALL = ("--per-class", "2,3", "--updates", 2, "--samples", 30, "--gan", GAN, "--more", MORE, "--processes", 0)


@pytest.fixture
def undrawn(monkeypatch):
    """Pictures are left out: most of the time of so small an experiment."""
    monkeypatch.setattr("tinygan.augmentation.experiment.draw", lambda *_: None)


def test_all_arms_in_80_columns(tinygan, tmp_path):
    result = tinygan("augment", *SMALL, "--seeds", 1)
    assert (result.code, result.err) == (0, "")
    first, folder, *ran = result.out.splitlines()
    assert first == "15 tasks, 1 at a time: 6 arms, 2, 3 images a class, 1 seed"
    assert folder == "tables, pictures and runs in augmentations/digits"
    assert [line.split(":")[0] for line in ran[:3]] == [
        "dcgan-quick on all images, seed 0", "cgan on 2 a class, seed 0", "none, 2 a class, seed 0"
    ]  # fmt: skip
    assert ran[15].split() == ["accuracy", "%,", "by", "images", "a", "class", "2", "3"]
    arms = ["none", "shifts", "gan-same", "gan-more", "both", "unlabelled"]
    assert [line.split()[0] for line in ran[16:22]] == arms
    assert ran[22].startswith("gain, points")
    assert [line.split()[0] for line in ran[23:28]] == arms[1:]
    assert "±" not in result.out
    assert all(len(line) <= 80 for line in ran[15:28])
    made = {path.name for path in (tmp_path / "augmentations/digits").iterdir()}
    assert made == {"config.toml", "table.csv", "seeds.csv", "accuracy.png", "examples.png", "runs"}
    config = tomllib.loads((tmp_path / "augmentations/digits/config.toml").read_text())
    assert (config["per_class"], config["updates"], config["gan"]["settings"]["width"]) == ([2, 3], 2, 2)


def test_two_seeds_have_an_interval_and_the_gains_are_those_of_the_table(tinygan, tmp_path):
    few = ("--arms", "none,shifts", "--seeds", 2, "--out", "a", "--format", "svg")
    result = tinygan("augment", *SMALL, *few)
    assert (result.code, result.err) == (0, "")
    with (tmp_path / "a/table.csv").open() as file:
        table = {(line["arm"], line["per_class"]): line for line in csv.DictReader(file)}
    *_, none, shifts, gains, gain, why, interval, drawn = result.out.splitlines()
    for line, arm, name in ((none, "none", "accuracy"), (shifts, "shifts", "accuracy"), (gain, "shifts", "gain")):
        words = line.split()
        for n, place in (("2", 1), ("3", 4)):
            mean, half_width = (100 * float(table[arm, n][f"{name}_{part}"]) for part in ("mean", "half_width"))
            assert words[place : place + 3] == [f"{mean:.1f}", "±", f"{half_width:.1f}"]
    assert gains.startswith("gain, points")
    assert why == "gain: over real images alone, seed by seed"
    assert interval.startswith("±: half the 95% interval")
    assert "a/accuracy.svg and examples.svg" in drawn
    assert (tmp_path / "a/accuracy.svg").exists()


@pytest.mark.usefixtures("undrawn")
def test_without_real_images_alone_there_is_no_gain(tinygan):
    result = tinygan("augment", *SMALL, "--arms", "shifts", "--seeds", 1)
    assert result.code == 0
    assert "gain" not in result.out


@pytest.mark.usefixtures("undrawn")
def test_resume_performs_only_what_is_missing(tinygan, tmp_path):
    few = (*SMALL, "--arms", "none,gan-same", "--out", "a")
    assert tinygan("augment", *few, "--seeds", 1).code == 0
    (tmp_path / "a/runs/seed-0/3/gan-same/outcome.json").unlink()
    again = tinygan("augment", "--resume", "a", "--processes", 0)
    assert (again.code, again.out.count("seed 0:")) == (0, 1)
    assert "gan-same, 3 a class, seed 0: accuracy" in again.out
    done = tinygan("augment", "--resume", "a")
    assert (done.code, "seed 0:" in done.out) == (0, False)
    more = tinygan("augment", "--resume", "a", "--seeds", 2, "--processes", 0)
    assert (more.code, more.out.count("seed 0:"), more.out.count("seed 1:")) == (0, 0, 6)
    for args, words in (
        (("--resume", "a", "--updates", 9), "leave out --updates"),
        (("--resume", "a", "--per-class", "9"), "leave out --per-class"),
        (("--resume", "a", "--seeds", 1), "was begun with 2 seeds"),
        ((*few, "--data", "digits", "--updates", 9), "holds another augmentation; go on with it by tinygan augment"),
    ):
        result = tinygan("augment", *args)
        assert (result.code, result.err.count("\n")) == (2, 1)
        assert words in result.err


@pytest.mark.usefixtures("undrawn")
def test_its_gans_are_runs_that_sample_draws_from(tinygan, tmp_path):
    assert tinygan("augment", *SMALL, "--arms", "gan-same", "--seeds", 1, "--out", "a").code == 0
    result = tinygan("sample", "a/runs/seed-0/2/gan", "--count", 10)
    assert (result.code, result.err) == (0, "")
    assert list((tmp_path / "a/runs/seed-0/2/gan").glob("sampled*"))
    result = tinygan("train", "--resume", "a/runs/seed-0/2/gan")
    assert result.code == 2
    assert result.err.endswith("it is a run of an augmentation; go on with that by tinygan augment --resume a\n")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--data", "digit"), "Did you mean 'digits'?"),
        (("--data", "ring"), "images"),
        (("--per-class", "10,ten"), "--per-class expects whole numbers such as 10,100, got 'ten'"),
        (("--per-class", "²"), "--per-class expects whole numbers such as 10,100, got '²'"),
        (("--per-class", "9" * 5000), "--per-class expects whole numbers such as 10,100, got '999999999'"),
        (("--per-class", ""), "--per-class expects whole numbers such as 10,100, got ''"),
        (("--per-class", "100,10"), "per-class expects increasing whole numbers such as 10,100, got 100,10"),
        (("--per-class", "5000"), "ask for fewer by --per-class"),
        (("--per-class", "0"), "per-class expects"),
        (("--seeds", 0), "--seeds"),
        (("--updates", 10**9), "updates is expected from 1 to 1,000,000"),
        (("--arms", "none,shft"), "Did you mean 'shifts'?"),
        (("--arms", "gan-more"), "arm gan-more gets its labels from arm none: add none"),
        (("--gan", "cgn"), "Did you mean 'cgan'?"),
        (("--gan", "dcgan"), "--gan expects a conditional recipe such as cgan, got dcgan"),
        (("--gan", "cgan:itertions=3"), "Did you mean 'iterations'?"),
        (("--gan", "cgan:m"), "--gan expects KEY=VALUE, got 'm'"),
        (("--gan", "cgan:data=mnist"), "data is given by --data; leave it out"),
        (("--gan", "cgan:data_size=50"), "data_size is given by --per-class; leave it out"),
        (("--more", "dcgan-quick:data_size=50"), "data_size is given by --per-class; leave it out"),
        (("--more", "cgan"), "--more expects a recipe without labels"),
        (("--processes", 4 * cores() + 1), f"at most {4 * cores()}, 4 a core"),
        (("--resume", "a", "--out", "b"), "leave out --out"),
        (("digits",), "unexpected extra argument"),
    ],
)
def test_a_mistake_is_one_line_before_anything_is_done(args, words, tinygan, tmp_path):
    result = tinygan("augment", *args)
    assert result.code in (1, 2)
    assert result.err.count("\n") == 1
    assert words in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("undrawn")
def test_folders_of_something_else_are_one_line(tinygan, tmp_path):
    for folder in ("nowhere", ""):
        result = tinygan("augment", "--resume", folder)
        assert (result.code, result.err.count("\n")) == (1, 1)
        assert "no augmentation" in result.err
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine")
    result = tinygan("augment", *SMALL, "--out", "mine")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "is not empty" in result.err
    with claimed("a"):
        result = tinygan("augment", *SMALL, "--arms", "none", "--seeds", 1, "--out", "a")
    assert (result.code, result.err) == (1, "a is in use by another process; wait until that has ended\n")


def test_ctrl_c_keeps_what_is_finished(tmp_path):
    package = str(Path(tinygan_package.__file__).parents[1])
    slow = GAN.replace("iterations=2", "iterations=1000000")
    command = [*SMALL[:6], "--seeds", 1, "--arms", "none,gan-same", "--gan", slow, "--processes", 2, "--out", "a"]
    with subprocess.Popen(
        [sys.executable, "-m", "tinygan", "augment", *map(str, command)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": package},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 60
        kept = tmp_path / "a/runs/seed-0/2/none/outcome.json"
        while not kept.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "Stopped; 1 of 6 tasks are kept. Go on with:\n  tinygan augment --resume a\n"
    assert kept.exists()
    assert not list(tmp_path.glob("a/runs/seed-0/*/gan/outcome.json"))
