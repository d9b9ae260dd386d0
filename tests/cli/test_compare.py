"""tinygan compare: what it asks for, prints and refuses, and that Ctrl-C loses no finished run."""

import csv
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from PIL import Image

import tinygan as tinygan_package
from tinygan.folder import claimed
from tinygan.machine import cores

SMALL = ("--iterations", 4, "--set", "m=8", "--set", "record_every=2", "--samples", 40, "--processes", 0)


@pytest.fixture
def undrawn(monkeypatch):
    """Rows of the picture are left white, which is faster."""

    def white(run, outcome, folder, picture, dpi):
        picture.parent.mkdir(exist_ok=True)
        for path in (folder / "row.png", picture):
            Image.new("RGB", (10, 10), "white").save(path)

    monkeypatch.setattr("tinygan.comparison.task.draw_row", white)


@pytest.fixture
def compared(tinygan, undrawn):
    """compared("minimax", ...): the Result of a comparison of a few iterations in this process."""
    return lambda *args: tinygan("compare", *args, *SMALL)


def test_a_comparison_of_points_in_80_columns(compared, tmp_path):
    result = compared("minimax", "lsgan:pack=2", "--seeds", 2)
    assert (result.code, result.err) == (0, "")
    first, _, *ran, titles, one, two, floor, footing, seconds, wide, last = result.out.splitlines()
    assert first == "2 recipes, seeds 0 to 1, 1 at a time"
    assert [line.split(":")[0] for line in ran[:2]] == ["minimax, seed 0", "lsgan"]
    assert len(ran) == 4
    assert titles.split() == ["recipe", "modes/8", "quality", "%", "W1", "seconds"]
    assert one.split()[0] == "minimax"
    assert two.split()[0] == "lsgan:pack=2"
    assert one.count("±") == two.count("±") == 4
    assert floor.split()[:3] == ["true", "examples", "8.0"]
    assert "95% interval" in footing
    assert seconds.startswith("seconds: of training")
    assert "Two seeds make wide intervals: 12.7" in wide
    assert "comparisons/ring/comparison.png" in last
    assert all(len(line) <= 80 for line in (titles, one, two, floor, footing, seconds, wide))
    folder = tmp_path / "comparisons/ring"
    assert {path.name for path in folder.iterdir()} == {
        "config.toml", "table.csv", "seeds.csv", "comparison.png", "pictures", "runs"
    }  # fmt: skip
    config = tomllib.loads((folder / "config.toml").read_text())
    assert [(each["label"], each["settings"]["pack"]) for each in config["recipes"]] == [
        ("minimax", 1), ("lsgan:pack=2", 2)
    ]  # fmt: skip
    assert {each["settings"]["iterations"] for each in config["recipes"]} == {4}


def test_a_conditional_recipe_beside_one_without_labels_has_the_share_of_its_class(tinygan, tmp_path):
    small = ("--iterations", 2, "--set", "m=8", "--samples", 40, "--processes", 0)
    result = tinygan("compare", "cgan", "gan-ring", "--data", "ring", "--seeds", 1, *small)
    assert (result.code, result.err) == (0, "")
    assert "cgan, seed 0: modes " in result.out
    assert ", class acc. " in result.out
    titles, conditional, other, floor, seconds = result.out.splitlines()[4:9]
    end = titles.index("class acc. %") + len("class acc. %")
    share, none, true = (line[:end].split()[-1] for line in (conditional, other, floor))
    assert (none, true) == ("-", "100.0")
    assert 0 <= float(share) <= 100
    assert seconds.split() == ["recipe", "seconds"]  # another table: the terminal has 80 columns
    assert (tmp_path / "comparisons/ring/pictures/cgan.png").exists()


def test_one_seed_has_no_interval_and_a_second_comparison_a_folder_of_its_own(compared, tmp_path):
    for folder in ("ring", "ring-2"):
        result = compared("minimax", "--seeds", 1)
        assert result.code == 0
        assert "±" not in result.out
        assert result.out.startswith("1 recipe, seed 0, 1 at a time\n")
        assert "Two seeds" not in result.out
        assert (tmp_path / "comparisons" / folder / "table.csv").exists()


def test_its_runs_are_those_of_train(compared, tinygan, tmp_path):
    assert compared("hinge", "--data", "gaussian", "--seeds", 2, "--out", "c").code == 0
    settings = ("--data", "gaussian", "--iterations", 4, "--set=m=8", "--set=record_every=2")
    made = tinygan("train", "hinge", "--seed", 1, *settings, "--out", "a")
    assert made.code == 0
    there = tmp_path / "c/runs/hinge/seed-1"
    for name in ("config.toml", "history.jsonl"):
        assert (there / name).read_bytes() == (tmp_path / "a" / name).read_bytes()
    one, other = (tinygan("evaluate", folder, "--seed", 1, "--samples", 40, "--json").out for folder in (there, "a"))
    assert one.partition("iteration")[2] == other.partition("iteration")[2] != ""
    found = json.loads(one)["measures"]["wasserstein1"]["value"]
    with (tmp_path / "c/seeds.csv").open() as file:
        assert float(list(csv.DictReader(file))[1]["wasserstein1"]) == pytest.approx(found, rel=1e-5)


def test_a_recipes_own_settings_win_over_those_of_all(tinygan, undrawn, tmp_path):
    result = tinygan(
        "compare", "hinge", "hinge:m=9,k=2", *SMALL, "--seeds", 1, "--set", "k=3", "--data", "grid", "--out", "c"
    )
    assert result.code == 0, result.err
    config = tomllib.loads((tmp_path / "c/config.toml").read_text())
    assert [(each["settings"]["m"], each["settings"]["k"]) for each in config["recipes"]] == [(8, 3), (9, 2)]
    assert {each["settings"]["data"] for each in config["recipes"]} == {"grid"}


def test_resume_and_the_same_out_make_only_what_is_missing(compared, tinygan, tmp_path):
    compared("minimax", "--seeds", 1, "--out", "c")
    outcome = tmp_path / "c/runs/minimax/seed-0/outcome.json"
    made = outcome.stat().st_mtime_ns
    for again in (compared("minimax", "--seeds", 1, "--out", "c"), tinygan("compare", "--resume", "c")):
        assert again.code == 0
        assert "seed 0:" not in again.out
    more = tinygan("compare", "--resume", "c", "--seeds", 2, "--processes", 0)
    assert "seed 0:" not in more.out
    assert "minimax, seed 1:" in more.out
    assert outcome.stat().st_mtime_ns == made
    other = compared("minimax", "--seeds", 2, "--out", "c", "--data", "grid")
    assert (other.code, other.err.count("\n")) == (2, 1)
    assert "another comparison" in other.err
    changed = tinygan("compare", "--resume", "c", "--iterations", 9)
    assert (changed.code, changed.err.count("\n")) == (2, 1)
    assert "leave out --iterations" in changed.err


def test_data_that_moved_are_named_anew_on_resume(tinygan, undrawn, tmp_path):
    for split in ("train", "test"):
        (tmp_path / "photos" / split).mkdir(parents=True)
        Image.new("L", (8, 8), 9).save(tmp_path / "photos" / split / "0.png")
    small = ("--set=width=2", "--set=latent=3", "--set=m=2", "--iterations", 1, "--samples", 4, "--processes", 0)
    begun = ("minimax", "--data", "folder", "--data-dir", "photos", "--seeds", 1, *small, "--out", "c")
    assert tinygan("compare", *begun).code == 0
    (tmp_path / "photos").rename(tmp_path / "moved")
    assert tinygan("compare", "--resume", "c").code == 0  # all is there
    lost = tinygan("compare", "--resume", "c", "--seeds", 2)
    assert (lost.code, lost.err.count("\n")) == (1, 1)
    found = tinygan("compare", "--resume", "c", "--seeds", 2, "--data-dir", "moved", "--processes", 0)
    assert found.code == 0
    assert "minimax, seed 1:" in found.out


def test_images_have_their_frechet_distance(compared, tmp_path):
    result = compared("minimax", "--data", "digits", "--seeds", 1, "--set", "width=2", "--set", "latent=3")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    titles = next(line for line in lines if line.startswith("recipe"))
    assert titles.split() == ["recipe", "W1", "Frechet", "seconds"]
    floor = next(line for line in lines if line.startswith("true examples")).split()
    value = next(line for line in lines if line.startswith("minimax ")).split()
    assert float(value[2]) > float(floor[3]) > 0
    assert re.search(r"minimax, seed 0: W1 \d+\.\d{3}, Frechet [\d.]+, ", result.out)
    with (tmp_path / "comparisons/digits/table.csv").open() as file:
        [row] = csv.DictReader(file)
    assert {"precision_mean", "coverage_mean", "nearer_floor", "support_floor"} <= row.keys()


def test_a_density_without_modes_and_a_run_that_diverges(compared):
    result = compared("minimax", "lsgan:g_learning_rate=1e30", "--data", "moons", "--seeds", 1)
    assert result.code == 0
    titles = next(line for line in result.out.splitlines() if line.startswith("recipe"))
    assert titles.split() == ["recipe", "JS", "W1", "seconds", "runs"]
    wild = next(line for line in result.out.splitlines() if line.startswith("lsgan:g_learning_rate=1e30 "))
    assert wild.split()[1:3] == ["-", "-"]
    assert wild.split()[-1] == "0/1"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "at least one RECIPE"),
        (("wgangp",), "Did you mean 'wgan-gp'?"),
        (("minimax:stpes=1",), "no setting 'stpes'"),
        (("unrolled:stps=1",), "Did you mean 'steps'?"),
        (("minimax:k",), "expects KEY=VALUE, got 'k'"),
        (("minimax:k=many",), "a whole number"),
        (("all:k=2",), "use --set k=2"),
        (("minimax", "gan"), "choose one by --data"),
        (("minimax", "minimax"), "minimax is given twice; leave out one, or give it a setting such as :k=2"),
        (("all", "hinge"), "hinge is given twice"),
        (("hinge:m=9", "hinge:m=9"), "hinge:m=9 is given twice; leave out one, or give it a setting such as :k=2"),
        (("minimax", "--data", "rng"), "Did you mean 'ring'?"),
        (("gan-1d", "--data", "digits"), "makes points"),
        (("cgan", "--set", "m=1"), "cannot be trained with such settings: batch_norm: "),
        (("minimax", "--seeds", 0), "--seeds"),
        (("minimax", "--seeds", 999999999999999999999), "seeds is expected from 1 to 1,000"),
        (("minimax", "--samples", 10**30), "samples is expected from 1 to 100,000"),
        (("all:k=2,x=a b",), "use --set k=2 --set 'x=a b'"),
        (("minimax", "--processes", 4 * cores() + 1), f"at most {4 * cores()}, 4 a core"),
        (("minimax", "--processes", 10**30), f"a core of this machine's {cores()}, got 1{'0' * 30}"),
        (("minimax", "--resume", "a", "--out", "b"), "leave out --out"),
        (("minimax", "--resume", "a"), "leave out RECIPE"),
    ],
)
def test_a_mistake_is_one_line_before_anything_runs(args, words, tinygan, tmp_path):
    result = tinygan("compare", *args)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert words in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", ["nowhere", ""])
def test_nothing_to_resume_is_one_line(folder, tinygan):
    result = tinygan("compare", "--resume", folder)
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "no comparison" in result.err


def test_a_folder_that_cannot_be_written_is_one_line(compared, tmp_path):
    (tmp_path / "file").touch()
    result = compared("minimax", "--out", "file/c")
    assert result.code in (1, 2)
    assert result.err.count("\n") == 1
    assert "file/c" in result.err


def test_a_folder_of_the_users_own_is_one_line_and_left_as_it_was(compared, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/table.csv").write_text("mine")
    result = compared("minimax", "--seeds", 1, "--out", "mine")
    assert (result.code, result.out) == (2, "")
    assert result.err == "mine is not empty: it holds table.csv; choose a new folder, or an empty one\n"
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["table.csv"]


def test_a_run_copied_out_of_a_comparison_says_how_it_goes_on(compared, tinygan, tmp_path):
    assert compared("gan-1d", "--seeds", 1, "--out", "c").code == 0
    shutil.copytree(tmp_path / "c/runs/gan-1d/seed-0", tmp_path / "copy")
    result = tinygan("train", "--resume", "copy", "--iterations", 6)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert result.err.endswith("; remove that file to go on with the run\n")
    (tmp_path / "copy/outcome.json").unlink()
    assert tinygan("train", "--resume", "copy", "--iterations", 6).code == 0


@pytest.mark.parametrize(("within", "comparison"), [(".", "my c"), ("my c/runs/gan-1d", "../.."), ("my c", ".")])
def test_train_leaves_a_run_of_a_comparison_as_it_is(within, comparison, compared, tinygan, tmp_path, monkeypatch):
    assert compared("gan-1d", "--seeds", 1, "--out", "my c").code == 0
    folder = tmp_path / "my c/runs/gan-1d/seed-0"
    before = {path: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.chdir(tmp_path / within)
    run = os.path.relpath(folder, tmp_path / within)
    result = tinygan("train", "--resume", run, "--iterations", 12)
    go_on = shlex.join(["tinygan", "compare", "--resume", comparison])
    expected = f"{run} holds an outcome.json: it is a run of a comparison; go on with that by {go_on}\n"
    assert (result.code, result.out, result.err) == (2, "", expected)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_two_at_once_are_one_line(compared):
    assert compared("gan-1d", "--seeds", 1, "--out", "c").code == 0
    with claimed("c"):
        result = compared("gan-1d", "--seeds", 1, "--out", "c")
    assert (result.code, result.err) == (1, "c is in use by another process; wait until that has ended\n")


def group_is_there(number):
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process(tmp_path):
    package = str(Path(tinygan_package.__file__).parents[1])
    command = ["compare", "gan-1d", "gan-1d:iterations=1000000", "--seeds", "1", "--processes", "2", "--out", "c"]
    short = ["--set", "iterations=5", "--set", "m=8", "--samples", "20"]
    with subprocess.Popen(
        [sys.executable, "-m", "tinygan", *command, *short],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": package},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("c/runs/gan-1d/seed-0/row.png")) and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert err == "Stopped; 1 of 2 runs are kept. Go on with:\n  tinygan compare --resume c\n"
        while group_is_there(process.pid):  # it goes at once
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert (tmp_path / "c/runs/gan-1d/seed-0/outcome.json").exists()
