"""The wheel is pure, holds the package and nothing else, and a new environment with it trains."""

import shutil
import site
import subprocess
import sys
import tomllib
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
INFO = f"tinygan-{PROJECT['version']}.dist-info"


def build(source, folder):
    """The wheels that hatchling builds of the tree `source`."""
    pytest.importorskip("hatchling", reason="needs hatchling, of the extra `test`")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=source, capture_output=True, check=True)
    return list(folder.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    [path] = build(ROOT, tmp_path_factory.mktemp("wheel"))
    return path


@pytest.fixture(scope="module")
def files(wheel):
    """The text or bytes of each file of the wheel by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_fits_any_python_and_any_machine(wheel, files):
    assert wheel.name == f"tinygan-{PROJECT['version']}-py3-none-any.whl"
    facts = Parser().parsestr(files[f"{INFO}/WHEEL"].decode())
    assert facts["Root-Is-Purelib"] == "true"
    assert facts.get_all("Tag") == ["py3-none-any"]


def test_it_holds_every_file_of_the_package_and_nothing_else(files):
    package = [path for path in (ROOT / "tinygan").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    expected = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in package}
    assert {name: content for name, content in files.items() if not name.startswith(INFO)} == expected
    assert expected.keys() >= {"tinygan/py.typed", "tinygan/data/digits.npz", "tinygan/metrics/weights.json"}
    about = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    assert {name for name in files if name.startswith(INFO)} == {f"{INFO}/{name}" for name in about}


def test_its_metadata_are_those_of_the_project(files):
    facts = Parser().parsestr(files[f"{INFO}/METADATA"].decode())
    assert (facts["Name"], facts["Version"], facts["License-Expression"]) == ("tinygan", PROJECT["version"], "MIT")
    assert facts["Requires-Python"] == ">=3.11"
    pythons = [line for line in facts.get_all("Classifier") if line.startswith("Programming Language :: Python :: 3.")]
    assert [line.rpartition(" ")[2] for line in pythons] == ["3.11", "3.12", "3.13"]
    assert set(facts.get_all("Provides-Extra")) == PROJECT["optional-dependencies"].keys()
    assert b"tinygan = tinygan.cli:main" in files[f"{INFO}/entry_points.txt"]


def test_a_new_environment_with_it_trains(wheel, tmp_path):
    """Its dependencies are those of this environment; `.ci/run` installs them, too."""
    venv.create(tmp_path / "venv", symlinks=True)
    [packages] = (tmp_path / "venv" / "lib").glob("python3*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)  # what pip does, but for the scripts
    (packages / "others.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    program = "import sys, tinygan.cli; print(tinygan.__file__, flush=True); sys.exit(tinygan.cli.main())"
    command = [tmp_path / "venv" / "bin" / "python", "-I", "-c", program, "train", "--iterations", "5", "--out", "run"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith(str(packages))
    assert (tmp_path / "run" / "samples.png").stat().st_size > 0


def test_a_file_of_another_folder_would_be_noticed(files, tmp_path):
    """The build of a tree whose pyproject.toml also packs the tests holds their files."""
    for name in ("tinygan", "tests/typing"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wider = text.replace('packages = ["tinygan"]\n', 'packages = ["tinygan", "tests"]\n', 1)
    assert wider != text
    (tmp_path / "pyproject.toml").write_text(wider, encoding="utf-8")
    [path] = build(tmp_path, tmp_path / "dist")
    with zipfile.ZipFile(path) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"tinygan", "tests", INFO}
