"""`import tinygan` is light, and says which version it is."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tinygan

ROOT = Path(__file__).parent.parent
HEAVY = ["matplotlib", "scipy", "cupy", "PIL", "rich", "click"]


def loaded_by(statement):
    """The top-level modules that a new interpreter has after `statement`."""
    program = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    output = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert output.stderr == ""
    return set(output.stdout.split())


def test_importing_the_package_imports_nothing_heavy():
    loaded = loaded_by("import tinygan")
    assert "tinygan" in loaded
    assert loaded.isdisjoint(["numpy", *HEAVY])
    loaded = loaded_by("from tinygan import Tensor")
    assert "numpy" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_entry_point_imports_nothing_that_takes_time():
    """Until it answers signals, Ctrl-C would print a traceback."""
    assert loaded_by("from tinygan.cli import main").isdisjoint(["numpy", *HEAVY])


def test_every_part_of_the_package_is_there_when_it_is_asked_for():
    assert "numpy" in loaded_by("import tinygan; tinygan.nn.Dense; tinygan.optim.adam; tinygan.functional.tanh")
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        print(tinygan.nothing)


def test_importing_the_engine_and_a_trainer_imports_nothing_heavy():
    loaded = loaded_by("import tinygan.training, tinygan.objectives, tinygan.metrics, tinygan.data, tinygan.gradcheck")
    assert loaded.isdisjoint(HEAVY)


def test_a_heavy_import_would_be_seen():
    assert "matplotlib" in loaded_by("import matplotlib")


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert tinygan.__version__ == project["version"]


@pytest.mark.parametrize("name", tinygan.__all__)
def test_what_is_announced_is_there(name):
    assert getattr(tinygan, name) is not None


def test_every_part_is_there_without_an_import_of_its_own():
    program = "import tinygan; tinygan.nn.Dense, tinygan.optim.adam, tinygan.objectives.Hinge, tinygan.recipes.find"
    assert "click" not in loaded_by(program)
    assert {"nn", "functional", "optim", "data", "Tensor"} <= set(dir(tinygan))
    with pytest.raises(AttributeError, match=r"^module 'tinygan' has no attribute 'nnn'$"):
        tinygan.nnn  # noqa: B018
