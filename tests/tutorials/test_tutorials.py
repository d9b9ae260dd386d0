"""Every tutorial runs from top to bottom, as a student would run it, with its own assertions and no warning.

Each ends with two exercises. The second plants one of the mutants, which a line of the tutorial then notices.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.table import MUTANTS
from tests.tutorials import planted

TUTORIALS = sorted((Path(__file__).parents[2] / "tutorials").glob("[0-9]*.py"))
OPTIMAL = "tutorials/03_optimal_discriminator.py"


def run(folder, *arguments):
    """Python in `folder`, where pictures go, with the package and its tests to import."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env={**os.environ, "TINYGAN_PICTURES": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=480,
        check=False,
    )


def exercises(script):
    """The items of the last cell, each in one line."""
    title, last = script.read_text().split("# %% [markdown]\n")[-1].split("\n", 1)
    assert title == "# ## Exercises"
    return re.findall(r"\d\. (.*?)(?= \d\. |$)", " ".join(re.sub(r"(?m)^#", "", last).split()))


def mistake(script):
    """The mutant that the second exercise plants, by its words."""
    return re.search(r'Plant a mistake: "(.*?)"\.', exercises(script)[1])[1]


def test_there_are_tutorials():
    assert TUTORIALS


@pytest.mark.tutorial
@pytest.mark.parametrize("script", TUTORIALS, ids=lambda path: path.stem)
def test_the_tutorial_runs(script, tmp_path):
    ended = run(tmp_path, script)
    assert ended.returncode == 0, ended.stderr
    assert list(tmp_path.glob("*.png"))


@pytest.mark.tutorial
@pytest.mark.parametrize("script", TUTORIALS, ids=lambda path: path.stem)
def test_a_line_of_the_tutorial_notices_the_mistake_that_an_exercise_plants(script, tmp_path):
    ended = run(tmp_path, "-m", "tests.tutorials.planted", script, mistake(script))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1].startswith("fails: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            [],
            'expected a tutorial and a mistake, as in tutorials/07_dcgan.py "batch norm with epsilon 0.8"; got nothing',
        ),
        ([OPTIMAL, "D* upsde down"], "No such mistake 'D* upsde down'. Did you mean 'D* upside down'?"),
        (["tutorials/03_optimal.py", "D* upside down"], f"Did you mean {OPTIMAL!r}?"),
    ],
)
def test_a_slip_in_the_command_that_plants_is_told_in_one_line(arguments, said, capsys, monkeypatch):
    monkeypatch.chdir(TUTORIALS[0].parents[1])
    assert planted.main(arguments) == 2
    printed, told = capsys.readouterr()
    assert not printed
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("script", TUTORIALS, ids=lambda path: path.stem)
def test_it_ends_with_two_exercises_one_of_which_plants_a_mutant(script):
    assert len(exercises(script)) == 2
    assert mistake(script) in {mutant.mistake for mutant in MUTANTS}


def test_each_tutorial_plants_another_mutant():
    assert len(set(map(mistake, TUTORIALS))) == len(TUTORIALS)


@pytest.mark.parametrize("script", TUTORIALS, ids=lambda path: path.stem)
def test_every_cell_is_short_and_shows_something(script):
    cells = script.read_text().split("# %%")[1:]
    code = [cell for cell in cells if not cell.startswith(" [markdown]")]
    assert all(sum(bool(line.strip()) for line in cell.splitlines()) <= 14 for cell in code)  # but for blank lines
    assert sum("assert" in cell for cell in code) >= len(code) // 2


def test_the_course_lists_every_tutorial_in_order():
    course = (Path(__file__).parents[2] / "docs/course.md").read_text()
    assert re.findall(r"\.\./tutorials/(\w+\.py)\)", course) == [path.name for path in TUTORIALS]
