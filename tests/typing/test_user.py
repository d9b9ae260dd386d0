"""A user's mypy --strict accepts the public interface, as installed; each thing that would break this is noticed."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import numpy
import pytest

import tinygan
from tests.typing import user

PACKAGE = Path(tinygan.__file__).parent


def test_the_program_runs():
    result = user.main(iterations=3)
    losses = result.pop("losses")
    assert len(losses) == 2 * 3
    assert all(map(numpy.isfinite, losses))
    assert result == {
        "updates of G": 3,
        "samples": (10, 2),
        "parameters of G": 2 * 6 + 6 + 6 * 2 + 2 + 2 * 2,
        "players": ["D", "G"],
        "derivatives": (0.5 + 2 + 2 + 2, -0.25 - 4),  # of sqrt(x) + 2 x + 2 x - 2 / x at 1
    }


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The interpreter of an environment with a copy of tinygan and with NumPy, and the copy's folder."""
    root = tmp_path_factory.mktemp("user")
    venv.create(root / "venv", symlinks=True)
    [packages] = (root / "venv" / "lib").glob("python3*/site-packages")
    shutil.copytree(PACKAGE, packages / "tinygan", ignore=shutil.ignore_patterns("__pycache__"))
    (packages / "numpy").symlink_to(Path(numpy.__file__).parent)
    shutil.copy(user.__file__, root)
    return root / "venv" / "bin" / "python", packages / "tinygan"


def mypy(python):
    """mypy --strict on the program, in the folder that holds it."""
    root = python.parents[2]
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python), "user.py"]
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    return subprocess.run(command, cwd=root, env=clean, capture_output=True, text=True, check=False)


def test_mypy_accepts_it(environment):
    result = mypy(environment[0])
    assert result.stdout == "Success: no issues found in 1 source file\n", result.stdout + result.stderr
    assert result.returncode == 0


def test_a_slip_is_noticed(environment):
    python, _ = environment
    program = python.parents[2] / "user.py"
    text = program.read_text(encoding="utf-8")
    slip = text.replace("optim.Optimizer(optim.adam(1e-3))", 'optim.Optimizer(optim.adam("1e-3"))')
    assert slip != text
    program.write_text(slip, encoding="utf-8")
    result = mypy(python)
    program.write_text(text, encoding="utf-8")
    assert 'incompatible type "str"; expected "float | ' in result.stdout.replace("Union[float, ", "float | ")


@pytest.mark.parametrize(
    ("file", "typed", "untyped"),
    [
        ("functional/elementwise.py", "def safe_sqrt(x: Array) -> Array:", "def safe_sqrt(x):"),
        ("recipes/run.py", "def steps(self) -> Iterator[Step]:", "def steps(self):"),
    ],
)
def test_a_public_signature_without_types_is_an_error(environment, file, typed, untyped):
    python, package = environment
    text = (package / file).read_text(encoding="utf-8")
    assert text.count(typed) == 1
    (package / file).write_text(text.replace(typed, untyped), encoding="utf-8")
    result = mypy(python)
    (package / file).write_text(text, encoding="utf-8")
    assert "[no-untyped-call]" in result.stdout


def test_without_the_marker_the_package_has_no_types(environment):
    python, package = environment
    (package / "py.typed").unlink()
    result = mypy(python)
    (package / "py.typed").touch()
    assert "[import-untyped]" in result.stdout
