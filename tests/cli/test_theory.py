"""tinygan theory: all statements, or one with its picture."""

import pytest
from PIL import Image

from tinygan.drawing.panels import Panel, panels
from tinygan.theory.statements import STATEMENTS, Check, Statement

pytestmark = pytest.mark.usefixtures("sketched")


def drawn():
    return panels([Panel("a line", {"y": ([0, 1], [0, 1])})])


TRUE = Statement("sum", "One and one are two", "Euclid, 300 BC", lambda: [Check("1 + 1", 2.0, 2.0)], drawn)
FALSE = Statement("product", "Twice two is five", "nobody, 0", lambda: [Check("2 * 2", 5.0, 4.0)], drawn)


@pytest.fixture
def two(monkeypatch):
    """A true statement and a false one, and no other."""
    for name in list(STATEMENTS):
        monkeypatch.delitem(STATEMENTS, name)
    for statement in (TRUE, FALSE):
        monkeypatch.setitem(STATEMENTS, statement.name, statement)


def test_a_false_statement_is_named_and_fails(tinygan, two, tmp_path):
    ran = tinygan("theory")
    assert ran.code == 1
    words = [line.split() for line in ran.out.splitlines()]
    assert ["1", "+", "1", "2", "2", "0e+00", "1e-06", "ok"] in words
    assert ["2", "*", "2", "5", "4", "1e+00", "1e-06", "wrong"] in words
    assert ran.out.splitlines()[-1] == "1 of 2 agree"
    assert not list(tmp_path.glob("*.png"))


def test_one_has_a_picture(tinygan, two):
    ran = tinygan("theory", "sum")
    assert ran.code == 0
    assert ran.out.splitlines()[-2:] == ["1 of 1 agree", "picture: theory-sum.png"]
    with Image.open("theory-sum.png") as picture:
        assert picture.size[0] > 400
    assert tinygan("theory", "sum", "--out", "s.svg").out.endswith("picture: s.svg\n")


def test_no_line_is_longer_than_80(tinygan):
    assert max(map(len, tinygan("theory", "optimal-d").out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["theory", "criterio"], "No such statement 'criterio'. Did you mean 'criterion'?"),
        (
            ["theory", "--out", "a.png"],
            "a picture is drawn of one statement; name one, such as tinygan theory criterion",
        ),
        (["theory", "criterion", "--out", "a.gif"], "--out expects a .png, .svg or .pdf file, got 'a.gif'"),
    ],
)
def test_a_mistake_is_one_line(tinygan, words, line):
    ran = tinygan(*words)
    assert (ran.code, ran.err) == (2, f"{line}\n")
