"""Docstrings as reST mean what they say in plain text."""

from pathlib import Path

import pytest

from tests.docs.extensions import DOCS, extension

docstrings = extension("docstrings")


def test_plain_text_stays_plain():
    assert (
        docstrings.as_line("weight * E[|x|], w_ and _w, x_hat, `D`s")
        == r"weight \* E[\|x\|], w\_ and \_w, x_hat, ``D``\ s"
    )
    assert docstrings.as_line("- 1 is no item") == r"\- 1 is no item"


def test_arguments_begin_paragraphs():
    lines = docstrings.as_rest(["x, y: (m, d) arrays", "of one shape.", "weight: a number.", "Returns a scalar."])
    assert lines == ["x, y: (m, d) arrays", "of one shape.", "", "weight: a number.", "", "Returns a scalar.", ""]


@pytest.mark.parametrize("word", ["Returns", "Raises", "Yields"])
def test_what_comes_out_begins_a_paragraph(word):
    assert docstrings.as_rest(["Some text.", f"{word} numbers."]) == ["Some text.", "", f"{word} numbers.", ""]


def test_doctests_and_aligned_lines_are_kept():
    assert docstrings.as_rest(["Text:", ">>> f(*x)", "1"]) == [
        *("Text:", "", ".. code-block:: pycon", "", "    >>> f(*x)", "    1", ""),
    ]
    assert docstrings.as_rest(["    a*b"]) == ["::", "", "        a*b", ""]


def test_an_alias_is_shown_by_its_line():
    lines = docstrings.assignment(DOCS.parent / "tinygan/optim", "Schedule")
    assert lines == [r"step, counted from 0 -> value.", "", "``Schedule = Callable[[int], float]``"]
    assert docstrings.assignment(Path(DOCS / "nowhere"), "X") == []
