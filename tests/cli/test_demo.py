"""tinygan demo: the list by decks, and one demonstration on a terminal and on a pipe."""

import io
import re
import shlex
import subprocess
import sys

import pytest
from PIL import Image

from tinygan.cli import demo as command
from tinygan.cli.blocks import HALF
from tinygan.cli.terminal import Terminal
from tinygan.demos import DEMOS, Demo, Frame

pytestmark = pytest.mark.usefixtures("sketched")


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setitem(
        DEMOS, "small", Demo("small", "Hardly anything.", ((3, "none"),), "gan-1d", {"iterations": 2, "m": 4})
    )


def test_the_list_has_every_demonstration_under_its_deck(tinygan):
    out = tinygan("demo").out
    for demo in DEMOS.values():
        for _, slide in demo.slides:
            assert re.search(rf"^   {re.escape(slide)}: (.*, )?{re.escape(demo.name)}(, .*)?$", out, re.MULTILINE)
    assert out.endswith("  tinygan demo figure-1\n")
    assert max(map(len, out.splitlines())) <= 80


def test_on_a_pipe_there_are_lines_and_a_picture(tinygan, small):
    ran = tinygan("demo", "small")
    assert ran.code == 0
    words = ran.out.splitlines()
    assert words[0] == "Hardly anything. More: tinygan train gan-1d"
    assert words[1].startswith("iteration 0 of 2")
    assert words[-2].startswith("iteration 2 of 2  D's loss ")
    assert words[-1] == "the last picture: demo-small.png"
    Image.open("demo-small.png").close()


def test_on_a_terminal_the_picture_is_drawn_in_its_size(small):
    terminal = Terminal(file=io.StringIO(), force_terminal=True, width=60, height=20, color_system="truecolor")
    command._live(terminal, DEMOS["small"].frames())
    drawn = terminal.file.getvalue().split("iteration 0 of 2")[0]
    rows = [line for line in drawn.splitlines() if HALF in line]
    assert 4 <= len(rows) <= 16
    assert all(row.count(HALF) <= 59 for row in rows)


def test_a_line_of_numbers_that_is_wider_than_the_terminal_is_whole():
    terminal = Terminal(file=io.StringIO(), force_terminal=True, width=80, height=24, color_system="truecolor")
    line = "  ".join(f"measure_{i} 0.{i}" for i in range(10, 18))
    assert 80 < len(line) < 160
    command._live(terminal, iter([Frame(Image.new("L", (30, 30)), line)]))
    drawn = terminal.file.getvalue().split("\r")[0]  # before it is drawn again at the end
    assert drawn.count("\n") < 24
    assert [words for words in line.split() if words not in drawn] == []


def test_a_pipe_that_is_closed_ends_it_without_a_traceback(tmp_path):
    program = f"{{ {shlex.quote(sys.executable)} -m tinygan demo orbits; echo $? >&2; }} | head -1"
    ended = subprocess.run(["sh", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.stdout.startswith(DEMOS["orbits"].watch)
    assert ended.stderr == "stopped; the last picture is demo-orbits.png\n141\n"
    Image.open(tmp_path / "demo-orbits.png").close()


@pytest.mark.parametrize(
    ("colours", "drawn"),
    [({"color_system": "256"}, True), ({"no_color": True}, False), ({"color_system": None}, False)],
)
def test_only_a_terminal_with_colours_gets_the_picture(colours, drawn):
    terminal = Terminal(file=io.StringIO(), force_terminal=True, force_interactive=True, **colours)
    assert command._draws(terminal) is drawn


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["demo", "figure1"], "No such demonstration 'figure1'. Did you mean 'figure-1'?"),
        (["demo", "figure-1", "--out", "a.gif"], "--out expects a .png, .svg or .pdf file, got 'a.gif'"),
    ],
)
def test_a_mistake_is_one_line(tinygan, words, line):
    ran = tinygan(*words)
    assert ran.code == 2
    assert line in ran.err
    assert "Traceback" not in ran.err
