"""Where data sets are searched for: --data-dir alone, or TINYGAN_DATA and the cache."""

from pathlib import Path

import pytest

from tests.data.serving import FILES
from tinygan.data import load, places


def put(folder, name="mnist"):
    (folder / name).mkdir(parents=True)
    for file, content in FILES.items():
        (folder / name / file).write_bytes(content)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def test_the_order(tmp_path, cache, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert places.searched(None) == [cache]
    assert places.destination(None) == cache
    monkeypatch.setenv(places.VARIABLE, "named")
    assert places.searched(None) == [tmp_path / "named", cache]
    assert places.destination(None) == tmp_path / "named"
    assert places.destination("mine") == tmp_path / "mine"
    assert places.searched("mine") == [Path("mine")]
    monkeypatch.setenv(places.VARIABLE, "~/data")
    assert places.destination(None) == Path.home() / "data"
    monkeypatch.setenv(places.VARIABLE, "")
    assert places.destination(None) == cache


def test_without_the_extra_only_the_cache_is_unknown(tmp_path, monkeypatch):
    assert places.searched(None) == []
    with pytest.raises(ImportError):
        places.destination(None)
    monkeypatch.setenv(places.VARIABLE, str(tmp_path))
    assert places.destination(None) == tmp_path


def test_files_of_the_variable_and_of_the_cache_are_found(tmp_path, cache, monkeypatch):
    put(cache)
    assert len(load("mnist")) == 200
    monkeypatch.setenv(places.VARIABLE, str(tmp_path / "named"))
    assert len(load("mnist")) == 200  # the folder that the variable names is not there
    put(tmp_path / "named", "MNIST/raw")
    (cache / "mnist/train-images-idx3-ubyte").write_bytes(b"damaged, and not read")
    assert len(load("mnist")) == 200


def test_a_data_dir_is_the_only_place(tmp_path, cache, refused):
    put(cache)
    with refused(f"tinygan data mnist --fetch --data-dir '{tmp_path}/a b'"):
        load("mnist", data_dir=tmp_path / "a b")


def test_files_above_the_folder_of_a_set_are_of_any_set(tmp_path, cache, monkeypatch, refused):
    """Digits in the folder that the variable names would else be read as garments."""
    put(tmp_path, "named")
    monkeypatch.setenv(places.VARIABLE, str(tmp_path / "named"))
    with refused("fashion-mnist", tmp_path / "named/fashion-mnist", cache / "fashion-mnist"):
        load("fashion-mnist")


def test_missing_files_are_one_line_with_three_ways(refused):
    with refused("--data-dir DIR", "TINYGAN_DATA=DIR", "or fetch them: tinygan data mnist --fetch;", "--data digits"):
        load("stacked-mnist")
