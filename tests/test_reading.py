"""The afternoon's reading is short, complete and in order; README shows and counts what is there; no file is long."""

import ast
import re
from pathlib import Path

import pytest

from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
FILES = re.findall(r"`(tinygan/[\w/]+\.py)`", (ROOT / "docs/reading.md").read_text())
PARTS = ("autograd", "functional", "nn", "optim", "objectives")
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


@pytest.mark.parametrize("path", ["tutorials/00_a_gan_in_eighty_lines.py", "tinygan/training.py"])
def test_readme_shows_the_code(path):
    code = [line.strip() for line in (ROOT / path).read_text().splitlines()]
    blocks = [
        [line.strip() for line in block.splitlines()] for block in re.findall(r"```python\n(.*?)```", README, re.S)
    ]
    assert any(all(line in code for line in block) for block in blocks)


def test_readme_counts_the_lines_of_the_engine():
    total, objectives = re.findall(r"about ([\d,]+) lines that are not blank.*?objectives are ([\d,]+)", README, re.S)[
        0
    ]
    parts = {part: sum(map(lines, (ROOT / "tinygan" / part).glob("*.py"))) for part in PARTS}
    whole = sum(parts.values()) + lines(ROOT / "tinygan/backend.py") + lines(ROOT / "tinygan/training.py")
    assert whole == pytest.approx(int(total.replace(",", "")), rel=0.1)
    assert parts["objectives"] == pytest.approx(int(objectives.replace(",", "")), rel=0.1)


def test_the_docs_count_the_mutants():
    assert f" {len(MUTANTS)} known mistakes" in README
    assert f"{len(MUTANTS)} mutants in all" in (ROOT / "docs/testing.md").read_text()


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_long(path):
    assert len(path.read_text().splitlines()) <= 350
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno + 1 <= 45, node.name
