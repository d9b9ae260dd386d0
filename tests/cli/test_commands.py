"""tinygan sample, recipes, data, gradcheck, and the command itself."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from tinygan import __version__
from tinygan.autograd import primitive
from tinygan.cli import main
from tinygan.errors import RunError
from tinygan.gradcheck import TABLE, Case
from tinygan.recipes import RECIPES, Run, find
from tinygan.signals import CLOSED_PIPE

pytestmark = pytest.mark.usefixtures("sketched")


def test_images_come_as_uint8_and_as_a_picture(tinygan):
    chosen = [f"--set={s}" for s in ("m=8", "width=4", "latent=8")]
    assert tinygan("train", *chosen, "--iterations", 2, "--out", "a").code == 0
    assert tinygan("sample", "a", "--count", 7, "--out", "s.npz").code == 0
    with np.load("s.npz", allow_pickle=False) as file:
        assert file.files == ["images"]
        assert file["images"].dtype == np.uint8
        assert file["images"].shape == (7, 28, 28, 1)
    assert tinygan("sample", "a", "--count", 9, "--out", "s.png").code == 0
    with Image.open("s.png") as picture:
        assert picture.size[0] < picture.size[1] < picture.size[0] + 40  # three by three, under a title
    for name, head in (("s.svg", b"<?xml"), ("s.pdf", b"%PDF")):
        assert tinygan("sample", "a", "--out", name).code == 0
        with open(name, "rb") as file:
            assert file.read(5).startswith(head)
    assert tinygan("sample", "a", "--format", "svg").out.endswith(": a/sampled.svg\n")
    assert tinygan("sample", "a", "--dpi", 300).code == 0
    with Image.open("a/sampled.png") as picture:
        assert picture.width == pytest.approx(1500, rel=0.05)


def test_a_seed_gives_the_same_samples_and_more_of_them_begin_alike(tinygan, tiny):
    tinygan(*tiny, "--iterations", 2, "--out", "a")

    def points(*options):
        assert tinygan("sample", "a", *options, "--out", "s.npz").code == 0
        with np.load("s.npz") as file:
            return file["points"]

    assert (points("--seed", 1) == points("--seed", 1)).all()
    assert (points("--seed", 1) != points("--seed", 2)).any()
    assert (points("--count", 3) == points("--count", 64)[:3]).all()


@pytest.mark.parametrize("recipe", ["gan-1d", "gan-ring"])
def test_points_are_drawn_beside_their_density(recipe, tinygan, tmp_path):
    tinygan("train", recipe, "--iterations", 2, "--out", "a")
    result = tinygan("sample", "a")
    assert result.code == 0
    with Image.open(tmp_path / "a/sampled.png") as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(100_000)}
        assert len(colours) > 10


@pytest.mark.parametrize("dimensions", [1, 2])
def test_points_whose_data_are_not_there_are_drawn_alone(dimensions, tinygan, tmp_path):
    Run(find("gan-1d"), data=np.zeros((9, dimensions))).save(tmp_path / "a/checkpoint.npz")
    result = tinygan("sample", "a")
    assert (result.code, result.err) == (0, "")
    with Image.open(tmp_path / "a/sampled.png") as picture:
        assert picture.convert("RGB").getextrema()[0][0] < 100
    resumed = tinygan("train", "--resume", "a")
    assert (resumed.code, resumed.err.count("\n")) == (1, 1)
    assert "Run.load(folder, data=X)" in resumed.err


def test_a_run_is_sampled_and_resumed_from_anywhere(tinygan, tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    for i in range(4):
        Image.new("L", (8, 8), 10 * i).save(tmp_path / f"photos/{i}.png")
    chosen = [f"--set={s}" for s in ("m=4", "width=2", "latent=3")]
    made = tinygan(
        "train", "dcgan", "--data", "folder", "--data-dir", "photos", *chosen, "--iterations", 2, "--out", "a"
    )
    assert made.code == 0, made.err
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert tinygan("train", "--resume", "../a", "--iterations", 3).code == 0
    Image.new("L", (8, 8), 99).save(tmp_path / "photos/3.png")
    other = tinygan("train", "--resume", "../a", "--iterations", 4)
    assert (other.code, other.err.count("\n")) == (1, 1)
    assert "fingerprint" in other.err
    (tmp_path / "photos").rename(tmp_path / "moved")
    assert tinygan("sample", "../a").code == 0


def test_recipes_lists_all_with_their_papers(tinygan):
    result = tinygan("recipes")
    assert result.code == 0
    assert all(name in result.out for name in RECIPES)
    assert "1406.2661" in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines())


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_shows_its_settings_and_what_they_mean(name, tinygan):
    recipe = RECIPES[name]()
    result = tinygan("recipes", name)
    lines = result.out.splitlines()
    assert max(map(len, lines)) <= 80
    head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["setting", "default"])
    table = lines[head + 1 :]
    shown = {words[0]: words[1] for line in table if len(words := line.split()) > 2 and line[:2].strip()}
    expected = {setting.name: str(setting.default) for setting in recipe.settings().values()}
    assert {name: shown[name] for name in expected} == expected
    for setting in recipe.settings().values():
        [line] = [line for line in table if line.split()[:1] == [setting.name]]
        images = lines[head].find("images")
        if images > 0:
            default = line[images:].split("  ")[0].strip()
            assert default == ("" if setting.images == setting.default else str(setting.images))
        else:
            assert setting.images == setting.default
    said = " ".join(" ".join(table).split())
    assert recipe.settings()["iterations"].words in said
    assert "…" not in said


def test_data_lists_all_and_describes_one(tinygan, tmp_path):
    assert "swiss-roll" in tinygan("data").out
    result = tinygan("data", "digits", "--out", "d.png")
    assert "10,000 images of 28 x 28 x 1 in 10 classes" in result.out
    assert "examples of each class: 0: 941, 1: 1,132," in result.out
    assert (tmp_path / "d.png").stat().st_size > 1000
    assert "the first 64: digits.svg" in tinygan("data", "digits", "--format", "svg").out
    assert (tmp_path / "digits.svg").read_text().startswith("<?xml")
    said = tinygan("data", "ring").out
    assert "Ring(modes=8" in said
    assert "classes: 0°, 45°" in said
    assert "class" not in tinygan("data", "moons").out
    for name, words in (("edges-digits", "10,000 pairs of images"), ("digits+digits", "and, unpaired, 10,000 images")):
        said = tinygan("data", name, "--out", f"{name}.png").out
        assert words in said
        assert f"the first 64: {name}.png" in said
        assert (tmp_path / f"{name}.png").stat().st_size > 1000


def test_gradcheck_prints_every_line_of_the_table(tinygan, monkeypatch):
    few = TABLE[:3]
    monkeypatch.setattr("tinygan.cli.gradcheck.TABLE", few)
    result = tinygan("gradcheck")
    assert result.code == 0
    assert all(case.name in result.out for case in few)
    assert "3 of 3 agree" in result.out


def test_gradcheck_fails_on_a_wrong_rule(tinygan, monkeypatch):
    @primitive(lambda g, out, x: 2.01 * g * x)
    def square(xp, x):
        return x * x

    monkeypatch.setattr("tinygan.cli.gradcheck.TABLE", [TABLE[0], Case("function", "square", square, square, ((3,),))])
    result = tinygan("gradcheck")
    assert result.code == 1
    assert "1 of 2 agree" in result.out
    assert "expected" in result.out


def test_without_a_command_it_says_what_there_is(tinygan):
    result = tinygan()
    assert result.code == 2
    assert "train" in result.out + result.err


def test_version_and_module():
    ended = subprocess.run([sys.executable, "-m", "tinygan", "--version"], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == f"tinygan {__version__}"


def test_a_closed_pipe_is_no_traceback():
    command = f"{sys.executable} -m tinygan recipes | true"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr


def test_truncated_noise_gives_samples_nearer_to_the_middle(tinygan, tiny):
    tinygan(*tiny, "--iterations", 2, "--out", "a")
    spread = {}
    for truncation in ((), ("--truncation", 0.1)):
        assert tinygan("sample", "a", "--count", 500, *truncation, "--out", "s.npz").code == 0
        with np.load("s.npz") as file:
            spread[truncation] = file["points"].std()
    assert spread["--truncation", 0.1] < 0.2 * spread[()]
    assert tinygan("sample", "a", "--truncation", 1e-6, "--out", "s.npz").code == 0
    for impossible in (0, -1, "nan"):
        refused = tinygan("sample", "a", "--truncation", impossible)
        assert refused.code == 2
        assert len(refused.err.splitlines()) == 1
        assert "--truncation" in refused.err


def test_truncation_needs_normal_noise(tinygan, tiny):
    tinygan(*tiny, "--set", "noise=uniform", "--iterations", 2, "--out", "a")
    result = tinygan("sample", "a", "--truncation", 1)
    assert result.code == 2
    assert "normal noise" in result.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ring", "--out", "r.png"), "ring has points"),
        (("digits", "--out", ""), "--out expects a .png, .svg or .pdf file, got ''"),
        (("digits", "--out", "o.txt"), "--out expects a .png, .svg or .pdf file, got 'o.txt'"),
        (("ring", "--format", "pdf"), "ring has points"),
        (("digits", "--data-dir", ""), "--data-dir names a folder, got ''"),
    ],
)
def test_what_data_cannot_write_or_read_is_one_line(arguments, words, tinygan, tmp_path):
    result = tinygan("data", *arguments)
    assert result.code == 2
    assert words in result.err
    assert result.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_two_images_of_different_sizes_are_not_drawn_side_by_side(tinygan, tmp_path):
    (tmp_path / "tall").mkdir()
    Image.new("L", (4, 6)).save(tmp_path / "tall/a.png")
    result = tinygan("data", "rotated-folder", "--data-dir", "tall", "--out", "a.png")
    words = "--out draws images a and b of one size; those of rotated-folder have 6 x 4 and 4 x 6 pixels"
    assert (result.code, result.out, result.err) == (2, "", f"{words}\n")
    assert tinygan("data", "rotated-folder", "--data-dir", "tall").code == 0


@pytest.mark.parametrize(
    "command", [("sample", ""), ("evaluate", ""), ("sample", "a", "--out", ""), ("train", "--config", "")]
)
def test_a_path_of_nothing_is_none(command, tinygan):
    """As "$UNSET" gives in a script."""
    result = tinygan(*command)
    assert result.code == 2
    assert "a path is expected, got nothing" in result.err


def test_samples_do_not_take_a_runs_place(tinygan, tiny):
    tinygan(*tiny, "--iterations", 2, "--out", "a")
    result = tinygan("sample", "a", "--out", "a/checkpoint.npz")
    assert (result.code, result.err) == (
        2,
        "a/checkpoint.npz belongs to what is kept in that folder; choose another name\n",
    )
    for named in ("a", "a/checkpoint.npz"):
        result = tinygan("sample", named, "--count", 4)
        assert (result.code, result.out) == (0, "4 samples of (1,): a/sampled.png\n")
    result = tinygan("sample", "a/config.toml")
    assert (result.code, result.err) == (
        1,
        "a/config.toml is a file; name the folder of the run, or its checkpoint.npz\n",
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("error", [ImportError("initialization failed"), RunError("half"), OSError(5, "no"), None])
def test_whatever_an_interruption_comes_out_as_it_is_one(number, error, tinygan, monkeypatch):
    def amid_an_import(name):
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt:
            if error is None:
                raise
            raise error from None

    monkeypatch.setattr("tinygan.cli.gradcheck.find_backend", amid_an_import)
    result = tinygan("gradcheck")
    assert (result.code, result.out, result.err) == (128 + number, "", "interrupted\n")


def test_an_error_of_ours_that_nothing_interrupted_keeps_its_traceback(monkeypatch):
    def wrong(name):
        raise ZeroDivisionError

    monkeypatch.setattr("tinygan.cli.gradcheck.find_backend", wrong)
    with pytest.raises(ZeroDivisionError):
        main(["gradcheck"])


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["train", "--help"], ["recipes"]])
def test_a_reader_that_has_gone_is_silent_wherever_click_is(args, monkeypatch, capsys):
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        with pytest.raises(SystemExit) as ended:
            main(args)
    assert (ended.value.code, capsys.readouterr().err) == (128 + CLOSED_PIPE, "")


def test_a_reader_that_goes_while_a_status_turns_stops_the_work(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    reader, writer = os.pipe()
    with open(writer, "w", encoding="utf-8") as pipe, monkeypatch.context() as patch:

        def leaves(self, backend):
            with contextlib.suppress(OSError):
                os.close(reader)
            time.sleep(5)  # until the status has turned, in its own thread

        patch.setattr(Case, "check", leaves)
        patch.setattr(sys, "stdout", pipe)
        with pytest.raises(SystemExit) as ended:
            main(["gradcheck"])
    assert (ended.value.code, capsys.readouterr().err) == (128 + CLOSED_PIPE, "")
