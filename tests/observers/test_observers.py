"""Observers watch and never change a run; what they write is what happened."""

import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from tinygan import nn
from tinygan.autograd import Tensor, raw
from tinygan.errors import Diverged, RunError
from tinygan.observers.checkpoints import Checkpoints
from tinygan.observers.console import Live
from tinygan.observers.curves import Curves
from tinygan.observers.history import History, read
from tinygan.observers.pictures import Pictures, film
from tinygan.recipes import Run, find
from tinygan.training import Step


def steps(iterations=4, **settings):
    small = {"m": 8, "g_hidden": 4, "d_hidden": 4, "k": 1, "iterations": iterations}
    run = Run(find("gan-1d").changed({**small, **settings}))
    return run, list(run.steps())


def test_a_record_holds_the_losses_and_what_d_says(tmp_path):
    _, seen = steps()
    history = History(tmp_path / "h.jsonl", every=2)
    for step in seen:
        history(step)
    d, g = seen[2:4]
    expected = {
        "iteration": 2,
        "loss/D": float(d.loss),
        "loss/G": float(g.loss),
        "d_real": float((1 / (1 + np.exp(-raw(nn.frozen(g.D)(g.x))))).mean()),
        "d_fake": float((1 / (1 + np.exp(-raw(nn.frozen(g.D)(nn.frozen(g.G)(g.z)))))).mean()),
    }
    first, second = read(tmp_path / "h.jsonl")
    assert first == pytest.approx(expected, rel=1e-5)
    assert second["iteration"] == 4
    assert history.latest == second


def test_history_forgets_what_a_resumed_run_will_do_again(tmp_path):
    path = tmp_path / "h.jsonl"
    rest = {"loss/D": 1.0, "loss/G": 1.0, "d_real": 0.5, "d_fake": 0.5}
    path.write_text("".join(json.dumps({"iteration": i, **rest}) + "\n" for i in (2, 4, 6)) + '{"iterat')
    History(path, every=2, iteration=4)
    assert [record["iteration"] for record in read(path)] == [2, 4]
    History(path, every=2, iteration=0)
    assert read(path) == []


RECORD = {"iteration": 2, "loss/D": 1.0, "loss/G": 1.0, "d_real": 0.5, "d_fake": 0.5}
NO_RECORDS = [
    "[1, 2]",
    "3",
    "null",
    '{"iteration": 4}',
    '{"iterat',
    "[" * 100_000,
    "\0" * 40,
    *(
        json.dumps({**RECORD, name: value})
        for name, value in (
            ("loss/D", "x"),
            ("loss/D", None),
            ("loss/G", True),
            ("d_real", [0.5]),
            ("d_fake", {}),
            ("k", "x"),  # of an objective
            ("loss/D", 10**400),
            ("loss/D", float("nan")),
            ("d_real", float("inf")),
            ("iteration", 2),  # which is there already
            ("iteration", 1),
            ("iteration", 0),
            ("iteration", -4),
            ("iteration", "2"),
            ("iteration", 2.0),
            ("iteration", None),
        )
    ),
]


@pytest.mark.parametrize("line", NO_RECORDS)
def test_a_line_that_is_no_record_is_kept_aside_and_said(line, tmp_path, capsys):
    path = tmp_path / "h.jsonl"
    first, last = (json.dumps({**RECORD, "iteration": i}) + "\n" for i in (2, 6))
    path.write_text(first + line + "\n" + last)
    assert [record["iteration"] for record in read(path)] == [2, 6]
    History(path, every=2, iteration=6)
    assert path.read_text() == first + last  # what follows it is not lost
    assert (tmp_path / "h.jsonl.unreadable").read_text() == line + "\n"
    said = capsys.readouterr().err
    assert said == f"{path}: 1 of its lines are no records of a run; they are kept in {path}.unreadable\n"
    with path.open("a") as file:
        file.write("more\n")
    History(path, every=2, iteration=6)
    assert (tmp_path / "h.jsonl.unreadable").read_text() == line + "\nmore\n"


def test_what_cannot_be_written_is_found_before_the_first_step(tmp_path, monkeypatch):
    (tmp_path / "h.jsonl").write_text(json.dumps(RECORD) + "\n")
    (tmp_path / "samples").write_text("a file in the place of a folder")
    with pytest.raises(RunError, match=r"^cannot write .*samples/000007\.png: "):
        Pictures(tmp_path, every=1, draw=None, iteration=7)

    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refused)  # root may write to any
    with pytest.raises(RunError, match=r"^cannot write .*h\.jsonl: Permission denied$"):
        History(tmp_path / "h.jsonl", every=2, iteration=2)


def test_a_history_that_needs_no_change_is_not_written(tmp_path, monkeypatch, capsys):
    path = tmp_path / "h.jsonl"
    path.write_text(json.dumps(RECORD) + "\n")
    monkeypatch.setattr("tinygan.disk.atomic", lambda *_: pytest.fail("it was"))
    History(path, every=2, iteration=2)
    assert capsys.readouterr().err == ""


def test_a_record_without_its_end_of_line_gets_one(tmp_path):
    path = tmp_path / "h.jsonl"
    path.write_text(json.dumps(RECORD))  # cut short by a crash, right there
    History(path, every=2, iteration=2)
    assert path.read_text() == json.dumps(RECORD) + "\n"


def test_a_disk_that_is_full_loses_no_line(tmp_path, monkeypatch):
    path = tmp_path / "h.jsonl"
    path.write_text("".join(json.dumps({**RECORD, "iteration": i}) + "\n" for i in (2, 4, 6)))
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RunError, match=rf"^cannot write {path}: No space left on device$"):
        History(path, every=2, iteration=4)
    assert path.read_bytes() == before


@pytest.mark.parametrize("player", ["D", "G"])
def test_a_loss_that_is_not_finite_ends_the_run(player, tmp_path):
    _, seen = steps(2)
    history = History(tmp_path / "h.jsonl", every=1)
    d, g = (step._replace(loss=Tensor(np.float32("nan"))) if step.player == player else step for step in seen[:2])
    history(d)
    with pytest.raises(Diverged, match="at iteration 1: the run has diverged"):
        history(g)
    assert read(tmp_path / "h.jsonl") == []


def test_pictures_are_numbered_and_the_film_shows_them(tmp_path):
    _, seen = steps(4)
    shades = iter(range(0, 200, 20))
    pictures = Pictures(tmp_path, every=2, draw=lambda dpi: Image.new("L", (8, 8), next(shades)))
    for step in seen:
        pictures(step)
    pictures.close()
    assert [path.name for path in pictures.frames()] == ["000000.png", "000002.png", "000004.png"]
    with Image.open(tmp_path / "film.gif") as made:
        assert made.n_frames == 3
    with Image.open(tmp_path / "samples.png") as last:
        assert last.getpixel((0, 0)) == 60  # drawn at the end


def test_a_long_film_is_thinned_and_keeps_its_end(tmp_path):
    frames = []
    for i in range(250):
        frames.append(tmp_path / f"{i:06d}.png")
        Image.new("L", (4, 4), i).save(frames[-1])
    film(frames, tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as made:
        assert made.n_frames <= 121
        made.seek(made.n_frames - 1)
        assert made.convert("L").getpixel((0, 0)) == 249


def shades(path):
    """The grey of every frame of a film."""
    with Image.open(path) as made:
        greys = []
        for n in range(made.n_frames):
            made.seek(n)
            greys.append(made.convert("L").getpixel((0, 0)))
        return greys


def test_frames_are_in_the_order_of_their_numbers(tmp_path):
    pictures = Pictures(tmp_path, every=100, draw=lambda dpi: Image.new("L", (4, 4)), iteration=1_000_000)
    for i in (999_800, 999_900, 1_000_000, 0, 100):
        Image.new("L", (4, 4)).save(tmp_path / f"samples/{i:06d}.png")
    assert [int(frame.stem) for frame in pictures.frames()] == [0, 100, 999_800, 999_900, 1_000_000]


def test_pictures_of_others_and_of_later_are_neither_shown_nor_removed(tmp_path):
    (tmp_path / "samples").mkdir()
    names = ["000002.png", "000003.png", "2.png", "000008.png", "00000²2.png", "holiday.png"]
    for name in names:
        Image.new("L", (4, 4)).save(tmp_path / "samples" / name)
    pictures = Pictures(tmp_path, every=2, draw=lambda dpi: Image.new("L", (4, 4)), iteration=4)
    pictures.close()
    assert [frame.name for frame in pictures.frames()] == ["000002.png"]
    assert sorted(path.name for path in (tmp_path / "samples").iterdir()) == sorted(names)


@pytest.mark.parametrize(
    "damage", [lambda whole: b"", lambda whole: b"text", lambda whole: whole[:44], lambda whole: whole[:16] + whole]
)
def test_a_damaged_picture_is_left_out_of_the_film_with_a_word(damage, tmp_path, capsys):
    frames = [tmp_path / f"{i:06d}.png" for i in range(3)]
    for i, frame in enumerate(frames):
        Image.new("L", (8, 8), 10 + 100 * i).save(frame)
    frames[1].write_bytes(damage(frames[1].read_bytes()))
    film(frames, tmp_path / "film.gif")
    assert shades(tmp_path / "film.gif") == [10, 210]
    assert re.fullmatch(
        rf"{frames[1]} is left out: it is no picture that can be read \(.+\)\n", capsys.readouterr().err
    )
    frames[0].write_bytes(b"")
    film(frames[:2], tmp_path / "other.gif")
    assert not (tmp_path / "other.gif").exists()


def test_text_is_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, seen = steps(2)
    observers = [
        History("h.jsonl", 1),
        Pictures("p", 1, lambda dpi: Image.new("L", (4, 4))),
        Curves("h.jsonl", "curves.png"),
    ]
    for step in seen:
        for observer in observers:
            observer(step)
    for observer in observers:
        observer.close()
    assert [record["iteration"] for record in read("h.jsonl")] == [1, 2]
    assert {path.name for path in tmp_path.rglob("*.*")} >= {"curves.png", "film.gif", "samples.png", "000002.png"}


def test_no_frames_are_no_film(tmp_path):
    film([], tmp_path / "film.gif")
    assert not (tmp_path / "film.gif").exists()


def test_a_checkpoint_is_due_after_its_seconds_and_at_the_end(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("tinygan.observers.checkpoints.time.monotonic", lambda: now[0])
    saved = []
    observer = Checkpoints(lambda: saved.append(now[0]), seconds=10)
    for second, player in ((5, "G"), (11, "D"), (12, "G"), (13, "G"), (25, "G")):
        now[0] = second
        observer(Step(1, player, *[None] * 6, last=player == "G"))
    assert saved == [12, 25]
    observer.close()
    assert len(saved) == 3


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_shows_what_the_last_record_says(terminal, tmp_path):
    record = {"loss/D": 1.25, "loss/G": 0.75, "d_real": 0.625, "d_fake": 0.375}
    with (tmp_path / "out").open("w") as file:
        console = Console(file=file, width=80, force_terminal=terminal, force_interactive=terminal)
        live = Live(console, 4, lambda: record)
        for step in steps()[1]:
            live(step)
        live.close()
    out = (tmp_path / "out").read_text()
    assert "4/4" in out
    assert re.search(r"\d it/s  D 1.25  G 0.75  D\(x\) 0.62  D\(G\(z\)\) 0.38", out)
    assert ("\x1b" in out) == terminal


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(term, monkeypatch):
    monkeypatch.setattr("tinygan.observers.console.SECONDS_BETWEEN_LINES", 0.0)
    file = io.StringIO()
    live = Live(Console(file=file, force_terminal=True, _environ={"TERM": term}), 4, dict)
    for step in steps()[1]:
        live(step)
    assert [line.split()[0] for line in file.getvalue().splitlines()] == ["1/4", "2/4", "3/4", "4/4"]
    assert "\x1b" not in file.getvalue()


def test_the_end_of_a_run_repeats_no_line(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("tinygan.observers.console.time.monotonic", lambda: now[0])
    file = io.StringIO()
    live = Live(Console(file=file), 60, dict, 50)
    for second, iteration in ((6, 53), (7, 54), (12, 55)):
        now[0] = second
        live(alone(iteration))
    live.close()
    assert [line.split()[0] for line in file.getvalue().splitlines()] == ["53/60", "55/60"]
    live(alone(56))
    live.close()
    assert file.getvalue().splitlines()[-1].startswith("56/60")


@pytest.mark.parametrize("width", [80, 60, 40, 30])
def test_the_live_line_shows_whole_numbers_alone(width):
    record = {"loss/D": -12345.678, "loss/G": 12345.678, "d_real": 1234.56, "d_fake": -1234.56}
    file = io.StringIO()
    console = Console(file=file, width=width, height=5, force_terminal=True, force_interactive=True, color_system=None)
    live = Live(console, 99999, lambda: record, 99990)
    live.close()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", file.getvalue())
    assert "…" not in text
    assert "99990/99999" in text
    shown = set(re.findall(r"-?\d+\.\d\d(?!\d)", text))
    assert shown <= {"-12345.68", "12345.68", "1234.56", "-1234.56"}
    assert bool(shown) == (width >= 60)


def test_the_curves_of_a_run_that_diverged_go_to_where_it_did(tmp_path):
    """Also where no record came before."""
    last = {"iteration": 50, "loss/D": float("nan"), "loss/G": 1.0, "d_real": 0.5, "d_fake": 0.5}
    Curves(tmp_path / "history.jsonl", tmp_path / "curves.png", latest=lambda: last).close()
    assert (tmp_path / "curves.png").stat().st_size > 5000
    Curves(tmp_path / "none.jsonl", tmp_path / "none.png", latest=lambda: last | {"loss/D": 1.0}).close()
    assert not (tmp_path / "none.png").exists()  # a record that is finite stands in the history, where there is one


def test_the_last_picture_comes_in_the_format_and_size_that_was_asked_for(tmp_path):
    asked = []

    def draw(dpi):
        asked.append(dpi)
        return Image.new("L", (dpi, dpi))

    Pictures(tmp_path, every=2, draw=draw, format="svg", dpi=300).close()
    assert asked == [100, 100, 300]
    with Image.open(tmp_path / "samples.png") as picture, Image.open(tmp_path / "samples/000000.png") as frame:
        assert picture.size == frame.size == (100, 100)
    assert 'width="72pt"' in (tmp_path / "samples.svg").read_text()
    Pictures(tmp_path / "sharp", every=2, draw=draw, dpi=300).close()
    with Image.open(tmp_path / "sharp/samples.png") as picture:
        assert picture.size == (300, 300)


class Nothing:
    """An objective of which there is nothing to measure."""

    def measures(self, turn):
        return {}


def alone(iteration, player="G", loss=1.0, last=True):
    """A step of a player without an opponent."""
    return Step(iteration, player, Tensor(np.float32(loss)), None, None, None, None, Nothing(), last)


def test_one_player_leaves_a_loss_and_curves_of_it(tmp_path):
    history = History(tmp_path / "h.jsonl", every=2)
    curves = Curves(history.path, tmp_path / "curves.svg", title="an autoencoder", latest=lambda: history.latest)
    for iteration in range(1, 5):
        history(alone(iteration, loss=1 / iteration))
    curves.close()
    assert read(history.path) == [{"iteration": 2, "loss/G": 0.5}, {"iteration": 4, "loss/G": 0.25}]
    assert (tmp_path / "curves.svg").read_text().startswith("<?xml")
    file = io.StringIO()
    Live(Console(file=file), 4, lambda: history.latest)._print()
    assert re.search(r"it/s  G 0\.25  \d+ s left", file.getvalue())


def test_a_record_has_the_last_loss_of_every_player_since_the_one_before(tmp_path):
    """Also of one that does not play in every iteration."""
    history = History(tmp_path / "h.jsonl", every=2)
    for iteration, player in ((1, "D"), (1, "E"), (2, "D"), (3, "D"), (4, "D")):
        history(alone(iteration, player, iteration, last=player == "D"))
    assert read(history.path) == [{"iteration": 2, "loss/D": 2, "loss/E": 1}, {"iteration": 4, "loss/D": 4}]


def test_pictures_of_a_recipe_are_made_once_at_the_end(tmp_path):
    made = []

    def more():
        made.append(pictures.iteration)
        return {"units": Image.new("L", (3, 2))}

    pictures = Pictures(tmp_path, 2, lambda dpi: Image.new("L", (4, 4)), format="pdf", more=more)
    for step in steps()[1]:
        pictures(step)
    assert (made, pictures.others) == ([], [])
    pictures.close()
    assert (made, pictures.others) == ([4], ["units"])
    with Image.open(tmp_path / "units.png") as picture:
        assert picture.size == (3, 2)
    assert (tmp_path / "units.pdf").read_bytes().startswith(b"%PDF")
