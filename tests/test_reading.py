"""The afternoon's reading is short, complete and in order; and no file or function of the package is long."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = re.findall(r"`(tinygan/[\w/]+\.py)`", (ROOT / "docs/reading.md").read_text())
PACKAGE = sorted((ROOT / "tinygan").rglob("*.py"))


def lines(path):
    """Those that are not blank, docstrings included."""
    return sum(bool(line.strip()) for line in path.read_text().splitlines())


def test_the_engine_is_an_afternoons_reading():
    assert len(FILES) == len(set(FILES))
    assert sum(lines(ROOT / name) for name in FILES) <= 1600


def test_it_begins_at_the_arrays_and_ends_at_the_paper():
    assert FILES[0] == "tinygan/backend.py"
    assert FILES[-1] == "tinygan/training.py"
    parts = [name.split("/")[1] for name in FILES]
    order = ["backend.py", "autograd", "functional", "nn", "optim", "objectives", "training.py"]
    assert [part for i, part in enumerate(parts) if part not in parts[:i]] == order


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_long(path):
    assert len(path.read_text().splitlines()) <= 350
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno + 1 <= 45, node.name
