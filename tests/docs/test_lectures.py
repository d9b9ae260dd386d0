"""Each row of the lectures names a tutorial, a command or a page, and a file of the package; and they are there."""

import re

import pytest

from tests.docs.extensions import DOCS
from tinygan.theory.statements import STATEMENTS

ROOT = DOCS.parent
TEXT = (DOCS / "lectures.md").read_text()
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith(("| slide", "| ---"))
]


def test_there_are_five_lectures():
    assert TEXT.count("\n## ") == 5
    assert len(ROWS) > 100


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_no_row_is_empty(row):
    slide, states, see, where = row
    assert slide
    assert states
    assert re.search(r"tutorial|`tinygan|\]\(\w", see)
    assert re.fullmatch(r"`(tinygan|tutorials)/[\w/]+\.py`(, `tinygan/[\w/]+\.py`)*", where)


def test_the_tutorials_are_there():
    have = {path.name[:2] for path in (ROOT / "tutorials").glob("[0-9]*.py")}
    assert set(re.findall(r"tutorial (\d\d)", TEXT)) - have == set()


def test_the_statements_are_there():
    assert set(re.findall(r"`tinygan theory ([\w-]+)`", TEXT)) - set(STATEMENTS) == set()


def test_the_files_are_there():
    named = set(re.findall(r"`((?:tinygan|tutorials)/[\w/]+\.py)`", TEXT))
    assert {name for name in named if not (ROOT / name).is_file()} == set()
