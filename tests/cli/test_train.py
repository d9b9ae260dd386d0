"""tinygan train: that it reproduces and resumes to the last bit, and how it refuses."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tinygan as tinygan_package
from tests.cli.conftest import left
from tinygan import nn
from tinygan.cli.train import FINISHING
from tinygan.errors import RunError, ShapeMismatch
from tinygan.folder import claimed
from tinygan.observers.checkpoints import Checkpoints
from tinygan.observers.history import History
from tinygan.recipes import Run

pytestmark = pytest.mark.usefixtures("sketched")


def drawn(tinygan, folder):
    assert tinygan("sample", folder, "--count", 20, "--out", "drawn.npz").code == 0
    with np.load("drawn.npz") as file:
        return file["points"] if "points" in file else file["images"]


@pytest.mark.parametrize(("iterations", "drawn"), [(5, True), (4, False)])
def test_a_run_that_ends_before_its_first_record_says_that_it_has_no_curves(iterations, drawn, tinygan, tiny, tmp_path):
    result = tinygan(*tiny, "--iterations", iterations, "--out", "a")
    assert (result.code, result.err) == (0, "")
    assert (tmp_path / "a/curves.png").exists() == drawn
    assert ("no curves: the first record is that of iteration 5 (record_every)\n" in result.out) != drawn


def test_two_runs_of_one_seed_are_the_same_bytes_and_another_seed_is_not(tinygan, tiny, tmp_path):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        assert tinygan(*tiny, "--iterations", 20, "--seed", seed, "--out", name).code == 0
    assert left(tmp_path / "a") == left(tmp_path / "b")
    assert left(tmp_path / "a")["history.jsonl"] != left(tmp_path / "c")["history.jsonl"]
    assert (drawn(tinygan, "a") == drawn(tinygan, "b")).all()
    assert (drawn(tinygan, "a") != drawn(tinygan, "c")).any()


@pytest.mark.parametrize(
    ("recipe", "settings"),
    [
        ("gan-1d", ["m=16"]),
        ("dcgan-quick", ["m=8", "width=4", "latent=8"]),
        ("gan", ["m=8", "hidden=16"]),
        ("ae", ["m=8", "hidden=16", "latent=3"]),
        ("cgan", ["m=8", "width=2", "latent=3"]),
        ("cgan", ["m=8", "hidden=8", "data=ring"]),
    ],
)
def test_a_resumed_run_is_the_unbroken_run_to_the_last_bit(recipe, settings, tinygan, tmp_path):
    chosen = [f"--set={s}" for s in (*settings, "sample_every=5", "record_every=2")]
    for name, iterations in (("broken", 5), ("whole", 10)):
        assert tinygan("train", recipe, *chosen, "--iterations", iterations, "--out", name).code == 0
    assert tinygan("train", "--resume", "broken", "--iterations", 10).code == 0
    assert left(tmp_path / "broken") == left(tmp_path / "whole")
    assert (drawn(tinygan, "broken") == drawn(tinygan, "whole")).all()


def test_resume_alone_takes_the_newest_run(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5)
    tinygan(*tiny, "--iterations", 5)
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["gan-1d-gaussian", "gan-1d-gaussian-2"]
    os.utime(tmp_path / "runs/gan-1d-gaussian/checkpoint.npz", (1, 1))
    assert tinygan("train", "--resume", "--iterations", 10).code == 0
    assert "10" in (tmp_path / "runs/gan-1d-gaussian-2/history.jsonl").read_text().splitlines()[-1]
    assert len((tmp_path / "runs/gan-1d-gaussian/history.jsonl").read_text().splitlines()) == 1


def test_a_finished_run_resumed_only_says_so(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 10, "--out", "a")
    before = left(tmp_path / "a")
    assert tinygan("train", "--resume", "a").code == 0
    assert left(tmp_path / "a") == before


def test_ctrl_c_finishes_the_step_saves_and_says_how_to_go_on(tmp_path):
    command = [sys.executable, "-m", "tinygan", "train", "gan-1d", "--iterations", "1000000", "--out", "a"]
    environment = {**os.environ, "PYTHONPATH": str(Path(tinygan_package.__file__).parents[1])}
    run = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    history = tmp_path / "a/history.jsonl"
    limit = time.monotonic() + 60
    while not (history.exists() and history.stat().st_size) and time.monotonic() < limit:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    notice, last, command_line = err.splitlines()
    assert "Ctrl-C again stops at once" in notice
    assert command_line == "  tinygan train --resume a"
    stopped = int(re.search(r"Stopped after iteration (\d+); all is saved", last)[1])
    assert (tmp_path / "a/checkpoint.npz").exists()
    resumed = subprocess.run(
        [*command[:4], "--resume", "a", "--iterations", str(stopped + 3)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert resumed.returncode == 0, resumed.stderr


def stopped(monkeypatch, player, *numbers):
    """The signals arrive at a step of `player` in iteration 3."""

    def observe(self, step):
        if (step.iteration, step.player) == (3, player):
            for number in numbers:
                signal.raise_signal(number)

    monkeypatch.setattr("tinygan.observers.checkpoints.Checkpoints.__call__", observe)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_asks_to_stop_lets_the_iteration_end_and_loses_nothing(number, tinygan, tiny, tmp_path, monkeypatch):
    tinygan(*tiny, "--k", 1, "--iterations", 10, "--out", "whole")
    with monkeypatch.context() as patch:
        stopped(patch, "D", number)
        result = tinygan(*tiny, "--k", 1, "--iterations", 10, "--out", "my run")
    assert result.code == 128 + number
    assert result.err == "Stopped after iteration 3; all is saved. Go on with:\n  tinygan train --resume 'my run'\n"
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert tinygan("train", "--resume", "my run").code == 0
    assert left(tmp_path / "my run") == left(tmp_path / "whole")


def test_a_second_ctrl_c_stops_at_once(tinygan, tiny, monkeypatch):
    with monkeypatch.context() as patch:
        stopped(patch, "D", signal.SIGINT, signal.SIGINT)
        result = tinygan(*tiny, "--iterations", 10, "--out", "a")
    assert result.code == 130
    assert result.err == "Stopped at once. Go on from the last checkpoint with:\n  tinygan train --resume a\n"
    assert tinygan("train", "--resume", "a").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("settings", [(), ("--set", "g_learning_rate=1e300")])
def test_a_request_amid_the_film_is_told_that_training_has_ended(number, settings, tinygan, tiny, monkeypatch):
    told = []
    monkeypatch.setattr("tinygan.signals.tell", told.append)
    monkeypatch.setattr("tinygan.observers.pictures.film", lambda *_: signal.raise_signal(number))
    result = tinygan(*tiny, *settings, "--iterations", 50, "--out", "a")
    assert told == [FINISHING]
    assert (result.code, "Done" in result.out) == ((1, False) if settings else (0, True)), result.err


def test_a_second_ctrl_c_amid_the_film_stops_at_once(tinygan, tiny, monkeypatch):
    def film(*_):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr("tinygan.observers.pictures.film", film)
        result = tinygan(*tiny, "--iterations", 2, "--out", "a")
    assert (result.code, "Done" in result.out) == (130, False)
    assert result.err.endswith("  tinygan train --resume a\n")
    assert tinygan("train", "--resume", "a").code == 0
    assert Path("a/film.gif").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_any_other_command_is_interrupted_in_one_line(number, tinygan, monkeypatch):
    monkeypatch.setattr("tinygan.cli.gradcheck.find_backend", lambda name: signal.raise_signal(number))
    result = tinygan("gradcheck")
    assert (result.code, result.out, result.err) == (128 + number, "", "interrupted\n")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UnicodeEncodeError("ascii", "d\xe4ta", 1, 2, "ordinal not in range(128)"), "set LC_ALL to a UTF-8 locale"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError(5, "Input/output error", "my  run[1]"), "Input/output error: my  run[1]"),
        (MemoryError("Unable to allocate 1. TiB"), "out of memory: Unable to allocate 1. TiB; ask for less"),
        (MemoryError(), "out of memory; ask for less"),
    ],
)
def test_what_the_system_refuses_is_one_line(error, words, tinygan, monkeypatch):
    def fails(name):
        raise error

    monkeypatch.setattr("tinygan.cli.gradcheck.find_backend", fails)
    result = tinygan("gradcheck")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert words in result.err


def test_the_backend_of_a_notebook_does_not_concern_the_command_line(tmp_path):
    """Where its package is missing, matplotlib raises at its import: as for any name that it does not know."""
    environment = {**os.environ, "MPLBACKEND": "of-a-notebook"}
    command = [sys.executable, "-m", "tinygan", "train", "gan-1d", "--iterations", "1", "--set", "m=4", "--out", "a"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_config_in_utf8_is_read_in_any_locale_with_any_data_folder(tmp_path):
    (tmp_path / "c.toml").write_bytes(
        b'\xef\xbb\xbfrecipe = "gan-1d"\niterations = 1\nm = 4\ndata_dir = "d\xc3\xa4ta"\n'
    )
    ascii_only = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [
        os.fsencode(sys.executable),
        b"-m",
        b"tinygan",
        b"train",
        b"--config",
        b"c.toml",
        b"--data-dir",
        b"d\xff",
    ]
    for options in (command[3:6], command[3:]):
        made = [*command[:3], *options, b"--out", b"\xc3\xa4"]
        ended = subprocess.run(made, cwd=tmp_path, env=ascii_only, capture_output=True, check=False)
        assert (ended.returncode, ended.stderr) == (0, b"")
        assert ended.stdout.endswith(b"\n  tinygan sample '\xc3\xa4'\n")
        kept = tmp_path / "\xe4"
        assert options[-1].replace(b"c.toml", b"d\xc3\xa4ta") in (kept / "config.toml").read_bytes()
        kept.rename(tmp_path / str(len(options)))


def test_a_config_file_starts_the_same_run(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 10, "--seed", 3, "--out", "a")
    assert tinygan("train", "--config", "a/config.toml", "--out", "b").code == 0
    assert left(tmp_path / "a") == left(tmp_path / "b")


def test_flags_win_over_set_and_set_over_config(tinygan, tmp_path):
    (tmp_path / "c.toml").write_text('recipe = "gan-1d"\niterations = 7\nm = 9\n[settings]\ng_hidden = 5\n')
    assert (
        tinygan(
            "train", "--config", "c.toml", "--set", "m=8", "--set", "g_hidden=6", "--batch-size", 4, "--out", "a"
        ).code
        == 0
    )
    settings = tomllib.loads((tmp_path / "a/config.toml").read_text())["settings"]
    assert (settings["iterations"], settings["m"], settings["g_hidden"]) == (7, 4, 6)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["trian"], 2, "No such command 'trian'. Did you mean 'train'?"),
        (["train", "gan1d"], 2, "No such recipe 'gan1d'. Did you mean 'gan-1d'?"),
        (["train", "--data", "mnst"], 2, "No such data set 'mnst'. Did you mean 'mnist'?"),
        (["train", "--itertions", "3"], 2, "--iterations"),
        (["train", "--iterations", "0"], 2, "--iterations"),
        (["train", "--batch-size", "x"], 2, "'--batch-size': 'x' is not a valid integer."),
        (["train", "--backend", "jax"], 2, "numpy"),
        (["train", "gan", "--set", "hiden=3"], 2, "Did you mean 'hidden'?"),
        (["train", "gan", "--set", "hidden=many"], 2, "hidden is expected to be a whole number, got 'many'"),
        (["train", "gan", "--set", "hidden=0"], 2, "hidden is expected to be at least 1"),
        (["train", "gan", "--set", "hidden"], 2, "--set expects KEY=VALUE"),
        (["train", "gan", "--set", "average=1.5"], 2, "average is expected to be below 1"),
        (["train", "gan", "--set", "beta1=1"], 2, "beta1 is expected to be below 1"),
        (["train", "--out", ""], 2, "--out names a folder"),
        (["train", "--batch-size", 2**63], 2, "m is expected to be at most 1,000,000,000"),
        (["train", "--set", "latent=1e19"], 2, "latent is expected to be at most 1,000,000,000"),
        (["train", "--k", 10**30], 2, "k is expected to be at most"),
        (["train", "--iterations", 10**40], 2, "iterations is expected to be at most"),
        (["train", "minibatch-discrimination", "--set=kernels=1e9", "--set=dimensions=1e9"], 2, "cannot be built"),
        (["train", "gan-1d", "--set", f"m={'9' * 400}"], 2, "m is expected to be a whole number"),
        (["train", "gan", "--set", "g_learning_rate=nan"], 2, "g_learning_rate"),
        (["train", "--config", "absent.toml"], 2, "no configuration file at absent.toml"),
        (["train", "--config", "broken.toml"], 2, "broken.toml is not TOML"),
        (["train", "dcgan", "--data", "ring"], 2, "makes images"),
        (["train", "ae", "--data", "ring"], 2, "of shape (2,); choose data with images, such as digits"),
        (["train", "cgan", "--data", "moons"], 2, "have no labels"),
        (["train", "cgan", "--set", "m=1", "--out", "a"], 2, "cannot be trained with such settings: batch_norm: "),
        (["profile", "cgan", "--batch-size", "1"], 2, "cannot be trained with such settings: batch_norm: "),
        (["train", "gan-1d", "--data", "digits"], 2, "of shape (28, 28, 1); choose data with points, such as gaussian"),
        (["train", "--data", "mnist", "--data-dir", "absent"], 1, "absent"),
        (["train", "--resume"], 1, "no run to resume"),
        (["train", "--resume", "absent"], 1, "no checkpoint at absent"),
        (["train", "--out", "broken.toml"], 2, "--out names a folder"),
        (["sample", "absent"], 1, "no checkpoint at absent"),
        (["sample", "absent", "--out", "x.gif"], 2, ".png, .svg, .pdf or .npz file"),
        (["sample", "absent", "--count", "0"], 2, "--count"),
        (["sample", "absent", "--truncation", "x"], 2, "'--truncation': 'x' is not a valid number."),
        (["sample", "absent", "--truncation", "-1"], 2, "--truncation"),
        (["sample", "absent", "--truncation", "0"], 2, "--truncation"),
        (["sample", "absent", "--truncation", "nan"], 2, "'--truncation': a finite number is expected, got nan"),
        (["sample", "absent", "--truncation", "inf"], 2, "'--truncation': a finite number is expected, got inf"),
        (["recipes", "dcgn"], 2, "Did you mean 'dcgan'?"),
        (["data", "digit"], 2, "Did you mean 'digits'?"),
        (["data", "--out", "x.png"], 2, "--data-dir, --fetch, --out, --format and --dpi are of one data set: name it"),
        (["data", "--data-dir", "absent"], 2, "name it"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(arguments, code, words, tinygan, tmp_path):
    (tmp_path / "broken.toml").write_text("a = = 1")
    result = tinygan(*arguments)
    assert result.code == code
    assert words in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert "Traceback" not in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["broken.toml"]


def test_cupy_without_a_gpu_says_what_to_do(tinygan, monkeypatch):
    monkeypatch.setattr("tinygan.backend._working_cupy", lambda: None)
    result = tinygan("train", "--backend", "cupy")
    assert result.code == 1
    assert "tinygan[cuda13]" in result.err
    assert "--backend numpy" in result.err


def test_a_folder_that_holds_a_run_is_never_written_over(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    before = left(tmp_path / "a")
    result = tinygan(*tiny, "--iterations", 5, "--seed", 9, "--out", "a")
    assert result.code == 2
    assert "--resume a" in result.err
    assert left(tmp_path / "a") == before


@pytest.mark.parametrize(
    ("error", "code"), [(ShapeMismatch("x"), 2), (MemoryError(), 1), (RunError("x"), 1), (KeyboardInterrupt(), 130)]
)
@pytest.mark.parametrize("out", [None, "new", "empty", "within/new"])
def test_a_new_run_whose_first_iteration_fails_leaves_nothing(error, code, out, tinygan, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    chosen = ["--out", out] if out else []

    def fails(*_, **__):
        raise error
        yield

    with monkeypatch.context() as patch:
        patch.setattr("tinygan.recipes.gan_1d.GAN1D.algorithm", property(lambda self: fails))
        result = tinygan("train", "gan-1d", *chosen)
    assert (result.code, result.out) == (code, "")
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]
    assert tinygan("train", "gan-1d", "--iterations", 2, "--batch-size", 4, *chosen).code == 0


def test_a_folder_where_no_run_came_to_be_is_free(tinygan, tiny, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/.checkpoint.npz.tinygan-0a1b2c3d").write_bytes(b"of a process that was killed")
    assert tinygan(*tiny, "--iterations", 5, "--out", "a").code == 0
    assert not list((tmp_path / "a").glob(".*"))


@pytest.mark.parametrize("name", ["config.toml", "samples/000007.png", "holiday.jpg"])
def test_a_folder_of_the_users_own_is_refused_and_left_as_it_was(name, tinygan, tiny, tmp_path):
    path = tmp_path / "mine" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    (tmp_path / "mine/.checkpoint.npz.tinygan-0a1b2c3d").write_bytes(b"mine too")
    result = tinygan(*tiny, "--iterations", 5, "--out", "mine")
    assert result.code == 2
    assert re.fullmatch(r"mine is not empty: it holds [\w.]+; choose a new folder, or an empty one\n", result.err)
    found = {path for path in (tmp_path / "mine").rglob("*") if path.is_file()}
    assert found == {path, tmp_path / "mine/.checkpoint.npz.tinygan-0a1b2c3d"}
    assert path.read_bytes() == b"mine"


def test_leftovers_of_a_killed_process_are_swept_on_resume(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    before = {path.relative_to(tmp_path) for path in tmp_path.rglob("*")}
    for name in (".checkpoint.npz.tinygan-0a1b2c3d", "samples/.000010.png.tinygan-0a1b2c3d"):
        (tmp_path / "a" / name).touch()
    assert tinygan("train", "--resume", "a").code == 0
    assert {path.relative_to(tmp_path) for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("options", [["--resume", "a"], ["gan-1d", "--out", "a"], ["gan-1d", "--out", "empty"]])
def test_two_at_once_are_refused(options, tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    (tmp_path / "empty").mkdir()
    before = left(tmp_path / "a")
    with claimed("a"), claimed("empty"):
        result = tinygan("train", *options, "--iterations", 10)
    assert result.code in (1, 2)
    assert re.fullmatch(r"\w+ (is in use by another process; wait|holds a run; go on).*\n", result.err)
    assert left(tmp_path / "a") == before
    assert not list((tmp_path / "empty").iterdir())


def test_what_a_run_writes_is_in_use_while_it_runs(tinygan, tiny, monkeypatch):
    called = History.__call__

    def watched(self, step):
        with pytest.raises(RunError, match="a is in use"):
            claimed("a").__enter__()
        called(self, step)

    monkeypatch.setattr(History, "__call__", watched)
    assert tinygan(*tiny, "--iterations", 2, "--out", "a").code == 0
    assert tinygan("train", "--resume", "a", "--iterations", 4).code == 0


@pytest.mark.parametrize("option", [["gan"], ["--seed", 3], ["--set", "m=4"], ["--k", 2], ["--data", "ring"]])
def test_a_resumed_run_keeps_its_settings(option, tinygan, tiny):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    result = tinygan("train", *option, "--resume", "a")
    assert result.code == 2
    assert "own settings" in result.err


@pytest.mark.parametrize("named", [["a/checkpoint.npz"], ["--out", "a/checkpoint.npz"]])
def test_a_run_is_named_by_its_folder_or_its_checkpoint(named, tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    assert tinygan("sample", "a/checkpoint.npz").code == 0
    result = tinygan("train", "--iterations", 6, "--resume", *named)
    assert (result.code, result.err) == (0, "")
    assert Run.load("a")[0].iteration == 6
    assert {path.name for path in tmp_path.iterdir()} == {"a"}


def test_a_copy_of_a_checkpoint_can_be_sampled_and_no_run_goes_on_beside_it(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    (tmp_path / "a/checkpoint.npz").rename(tmp_path / "kept.npz")
    assert tinygan("sample", "kept.npz", "--out", "x.npz").code == 0
    result = tinygan("train", "--resume", "kept.npz")
    assert (result.code, result.err) == (
        2,
        "a run goes on from the checkpoint.npz in its folder, got kept.npz; copy that to such a name first\n",
    )
    assert {path.name for path in tmp_path.iterdir()} == {"a", "kept.npz", "x.npz"}


def test_a_folder_may_be_named_like_a_file(tinygan, tiny):
    tinygan(*tiny, "--iterations", 5, "--out", "a.npz")
    assert tinygan("train", "--resume", "a.npz", "--iterations", 6).err == ""
    assert tinygan("sample", "a.npz").err == ""


@pytest.mark.parametrize("named", ["a", "a/config.toml"])
def test_train_and_sample_say_the_same_of_what_is_no_run(named, tinygan, tmp_path):
    (tmp_path / "a/runs").mkdir(parents=True)
    (tmp_path / "a/config.toml").write_text('kind = "comparison"\n')
    told = [tinygan("train", "--resume", named), tinygan("sample", named)]
    assert [each.code for each in told] == [1, 1]
    assert told[0].err == told[1].err
    assert re.match("no run in a: it holds a comparison|a/config.toml is a file", told[0].err)


@pytest.mark.parametrize("damage", [b"", b"not a zip file", "half"])
def test_a_damaged_checkpoint_is_one_line(damage, tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    path = tmp_path / "a/checkpoint.npz"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if damage == "half" else damage)
    result = tinygan("train", "--resume", "a")
    assert result.code == 1
    assert "damaged" in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_a_run_that_diverges_says_when_keeps_a_checkpoint_and_shows_all_up_to_the_end(tinygan, tmp_path):
    chosen = ("m=16", "g_learning_rate=1e38", "d_learning_rate=1e38", "sample_every=1", "record_every=5")
    result = tinygan("train", "gan-1d", *(f"--set={each}" for each in chosen), "--iterations", 500, "--out", "a")
    assert result.code == 1
    assert result.err == (
        "loss/D is nan at iteration 5: the run has diverged; try a lower learning rate. "
        "a keeps the checkpoint of iteration 0, and curves and film to the end\n"
    )
    with Image.open(tmp_path / "a/film.gif") as film:
        assert film.n_frames > 1
    assert Run.load("a")[0].iteration == 0
    drawn = tinygan("sample", "a")
    assert (drawn.code, drawn.err) == (0, "")


@pytest.mark.parametrize("saved", ["amid the run", "at its end"])
def test_a_run_that_diverges_where_no_loss_shows_it_is_such_a_line_too(saved, tinygan, monkeypatch, tmp_path):
    monkeypatch.setattr(Checkpoints.__init__, "__defaults__", (0.0 if saved == "amid the run" else 1e9,))
    save = Run.save

    def diverging(self, path):
        if self.iteration == 7:
            self.d_optimizer.parts[0].state["v"][0] = np.inf
        save(self, path)

    monkeypatch.setattr(Run, "save", diverging)
    result = tinygan("train", "gan-1d", "--iterations", 7, "--set=m=16", "--set=record_every=2", "--out", "a")
    assert result.code == 1
    assert result.err == (
        "a weight, or an optimizer's state, is no longer finite at iteration 7: the run has diverged; try a "
        f"lower learning rate. a keeps the checkpoint of iteration {0 if saved == 'at its end' else 6}, "
        "and curves and film to the end\n"
    )
    assert [json.loads(line)["iteration"] for line in (tmp_path / "a/history.jsonl").read_text().splitlines()] == [
        2,
        4,
        6,
    ]
    assert {"curves.png", "film.gif"} <= {path.name for path in (tmp_path / "a").iterdir()}


def test_samples_that_are_not_finite_are_one_line(tinygan, tiny):
    tinygan(*tiny, "--iterations", 2, "--out", "a")
    run, _ = Run.load("a")
    for _, weight in nn.named_leaves(run.average):
        weight[...] = 3e38  # finite, as in the last checkpoint before a run diverges
    run.save("a/checkpoint.npz")
    for command in ("sample", "evaluate"):
        result = tinygan(command, "a")
        assert result.code == 1
        assert re.fullmatch(r"\d+ of \d+ samples are not finite: the run has diverged\n", result.err)


def test_a_checkpoint_that_lacks_a_weight_is_refused(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    with np.load(tmp_path / "a/checkpoint.npz") as file:
        kept = {name: file[name] for name in file.files if name != "D/layers.1.weight"}
    np.savez(tmp_path / "a/checkpoint.npz", **kept)
    for arguments in (["train", "--resume", "a"], ["sample", "a"]):
        result = tinygan(*arguments)
        assert result.code == 1
        assert "lacks D/layers.1.weight" in result.err


@pytest.mark.parametrize("line", ['{"iteration": 20}', "[1, 2]", "\xff"])
def test_a_damaged_history_costs_only_its_damaged_lines(line, tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 10, "--out", "a")
    history = tmp_path / "a/history.jsonl"
    first, second = history.read_text().splitlines()
    history.write_text(f"{first}\n{line}\n{second}\n", encoding="latin-1")
    result = tinygan("train", "--resume", "a", "--iterations", 15)
    assert result.code == 0
    assert result.err.startswith("a/history.jsonl: 1 of its lines are no records of a run; they are kept in a/")
    assert history.read_text().splitlines()[:2] == [first, second]
    assert len(history.read_text().splitlines()) == 3
    assert (tmp_path / "a/history.jsonl.unreadable").read_text(encoding="latin-1") == line + "\n"


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: os.symlink("/dev/null", path)])
@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["data", "digits"], "x.png"),
        (["profile", "gan-1d"], "x.png"),
        (["bench", "ring"], "x.json"),
        (["bench", "--scaling"], "x.png"),
        (["sample", "a"], "x.png"),
        (["sample", "a"], "x.npz"),
    ],
)
def test_what_is_no_file_is_never_replaced_by_one(command, name, make, tinygan, tiny, tmp_path):
    if "a" in command:
        tinygan(*tiny, "--iterations", 2, "--out", "a")
    make(tmp_path / name)
    before = os.lstat(name)
    result = tinygan(*command, "--out", name)
    assert result.code == 2
    assert re.fullmatch(rf"{name} is expected to be a file, or nothing yet, but [^\n]+ stands there.*\n", result.err)
    assert os.lstat(name)[:7] == before[:7]  # without the times: a look at a link may set that of its last access


@pytest.mark.parametrize(
    "text",
    [
        "settings = 3",
        "recipe = 3",
        "[recipe]\na = 1",
        "seed = true",
        'seed = "x"',
        "seed = -1",
        "backend = 3",
        "data_dir = 3",
    ],
)
def test_a_config_of_the_wrong_kind_is_one_line(text, tinygan, tmp_path):
    (tmp_path / "c.toml").write_text(text)
    result = tinygan("train", "--config", "c.toml")
    assert result.code == 2
    assert len(result.err.strip().splitlines()) == 1


def test_a_run_stopped_at_once_can_be_resumed(tinygan, tiny, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("tinygan.observers.history.History.__call__", fails)
        result = tinygan(*tiny, "--iterations", 5, "--out", "a")
        assert result.code == 1
        assert "No space left" in result.err
    assert tinygan("train", "--resume", "a").code == 0


def test_the_config_of_a_resumed_run_says_how_far_it_goes(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    tinygan("train", "--resume", "a", "--iterations", 10)
    assert tomllib.loads((tmp_path / "a/config.toml").read_text())["settings"]["iterations"] == 10
    result = tinygan("train", "--resume", "a", "--iterations", 5)
    assert result.code == 2
    assert "stands at iteration 10" in result.err


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("g_hidden = 32", "g_hidden = 7"), "has other settings than the checkpoint, which hold: g_hidden"),
        (("[settings]", "settings = 3\n[more]"), "which hold: data, "),
        (("[settings]", "[settings"), "is not TOML"),
    ],
)
def test_a_config_that_was_edited_is_written_anew_with_a_word(edit, words, tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 5, "--out", "a")
    path = tmp_path / "a/config.toml"
    written = path.read_text()
    path.write_text(written.replace(*edit))
    result = tinygan("train", "--resume", "a")
    assert (result.code, result.err.count("\n")) == (0, 1)
    assert words in result.err
    assert path.read_text() == written
    assert tinygan("train", "--resume", "a").err == ""


def test_a_disk_that_is_full_amid_a_run_says_how_to_go_on(tinygan, tiny, tmp_path, monkeypatch):
    def full(*_):
        raise RunError("cannot write a/history.jsonl: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(History, "__call__", full)
        result = tinygan(*tiny, "--iterations", 5, "--out", "a")
    assert result.code == 1
    assert result.err == (
        "cannot write a/history.jsonl: No space left on device; once that is mended, "
        "go on from the last checkpoint by tinygan train --resume a\n"
    )
    assert tinygan("train", "--resume", "a").code == 0


def test_progress_fits_in_80_columns_and_needs_no_terminal(tinygan, tiny, monkeypatch):
    monkeypatch.setattr("tinygan.observers.console.SECONDS_BETWEEN_LINES", 0.0)
    result = tinygan(*tiny, "--iterations", 20, "--out", "a")
    lines = [line for line in result.out.splitlines() if "it/s" in line]
    assert len(lines) >= 20
    assert all(len(line) <= 80 for line in lines)
    assert "D(G(z))" in lines[-1]
    assert "\x1b" not in result.out
