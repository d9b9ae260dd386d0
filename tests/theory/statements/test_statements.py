"""Every statement is true, has a source and a picture; and a false one is seen to be false."""

import math
from pathlib import Path

import pytest

from tinygan.theory.statements import STATEMENTS, Check
from tinygan.theory.statements.statement import EXACT

PAGE = (Path(__file__).parents[3] / "docs/theory.md").read_text()
DRAWN = {"dice", "pushforward", "value"}
TRAINED = {"classifier", "ensemble", "progress", "vanishing", "cures", "critic-is-linear", "trained-d", "figure-1"}
every = pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)


@every
def test_it_is_true(statement):
    checks = statement.checks()
    assert checks
    assert [check for check in checks if not check.ok] == []
    assert len({check.case for check in checks}) == len(checks)
    assert all(len(check.case) <= 28 for check in checks)  # the width of the table on the command line
    if any(check.tolerance > EXACT for check in checks) and statement.name not in DRAWN | TRAINED:
        assert f"`{statement.name}`" in in_a_limit()


def in_a_limit():
    """The table of the docs of the rows that are less exact though nothing is drawn or trained."""
    return PAGE.split("| row | allowed | limit |")[1].split("\n\n")[0]


@every
def test_it_has_words_a_source_and_a_picture(statement):
    assert any(character.isdigit() for character in statement.source)
    assert statement.words[0].isupper()
    axes = statement.draw().axes
    assert any(ax.lines or ax.collections or ax.patches for ax in axes)


def test_a_number_that_is_none_is_wrong_and_equal_infinities_are_right():
    assert not Check("", 1.0, math.nan).ok
    assert not Check("", 0.0, math.inf).ok
    assert Check("", math.inf, math.inf).ok
    assert not Check("", 0.0, 2e-6).ok
    assert Check("", 0.0, 2e-6, 1e-5).ok


def test_the_docs_list_every_statement():
    for statement in STATEMENTS.values():
        words = statement.words.replace("|", "&#124;")  # inside a table
        assert f"| `{statement.name}` | {words} | {statement.source} |" in PAGE
