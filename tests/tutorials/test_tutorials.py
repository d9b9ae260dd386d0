"""Every tutorial runs from top to bottom, as a student would run it, with its own assertions and no warning."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIALS = sorted((Path(__file__).parents[2] / "tutorials").glob("[0-9]*.py"))


def test_there_are_tutorials():
    assert TUTORIALS


@pytest.mark.tutorial
@pytest.mark.parametrize("script", TUTORIALS, ids=lambda path: path.stem)
def test_the_tutorial_runs(script, tmp_path):
    environment = {**os.environ, "TINYGAN_PICTURES": str(tmp_path), "PYTHONPATH": str(script.parents[1])}
    ended = subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert list(tmp_path.glob("*.png"))


@pytest.mark.parametrize("script", TUTORIALS, ids=lambda path: path.stem)
def test_every_cell_is_short_and_shows_something(script):
    cells = script.read_text().split("# %%")[1:]
    code = [cell for cell in cells if not cell.startswith(" [markdown]")]
    assert all(len(cell.strip().splitlines()) < 25 for cell in code)
    assert sum("assert" in cell for cell in code) >= len(code) // 2


def test_the_course_lists_every_tutorial_in_order():
    course = (Path(__file__).parents[2] / "docs/course.md").read_text()
    assert re.findall(r"\.\./tutorials/(\w+\.py)\)", course) == [path.name for path in TUTORIALS]
