"""Imports go down the house, never up: the contract in pyproject.toml is kept, is complete, and would notice."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
[CONTRACT] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def lint(root):
    """import-linter on the package and the pyproject.toml in `root`."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)


def test_the_contract_is_kept():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Contracts: 1 kept, 0 broken." in result.stdout


def test_the_contract_excuses_nothing_and_names_every_part_of_the_package():
    assert CONTRACT.keys() == {"name", "type", "layers"}
    assert CONTRACT["type"] == "layers"
    parts = {
        path.stem for path in (ROOT / "tinygan").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {layer.removeprefix("tinygan.") for layer in CONTRACT["layers"]} == parts - {"__init__"}


def test_an_import_that_goes_up_breaks_it(tmp_path):
    shutil.copytree(ROOT / "tinygan", tmp_path / "tinygan", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "tinygan" / "optim" / "sgd.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef lazily():\n    import tinygan.training\n")
    result = lint(tmp_path)
    assert result.returncode == 1
    assert "tinygan.optim is not allowed to import tinygan.training" in result.stdout
