"""Checkpoints are written whole or not at all, and come back bit for bit."""

import errno
import os
import zipfile

import numpy as np
import pytest

from tinygan import checkpoint
from tinygan.errors import RunError

ARRAYS = {"G/layers.0.weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 7, "D/bias": np.array([np.pi])}
VALUES = {
    "iteration": 7,
    "generator": {"state": 2**127 + 12345, "inc": 1},
    "name": "Ünïcode",
    "list": [1.5, None, True],
}


def test_what_goes_in_comes_out(tmp_path):
    checkpoint.save(tmp_path / "c.npz", ARRAYS, VALUES)
    arrays, values = checkpoint.load(tmp_path / "c.npz")
    assert values == VALUES  # a PCG64 state has more bits than a float
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)


def test_it_comes_from_any_device(device, tmp_path):
    checkpoint.save(tmp_path / "c.npz", {"x": device.asarray(np.array([1.0, 2.0]))}, {})
    np.testing.assert_array_equal(checkpoint.load(tmp_path / "c.npz")[0]["x"], [1.0, 2.0])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_not_finite_leave_the_old_file(bad, tmp_path):
    path = tmp_path / "c.npz"
    checkpoint.save(path, ARRAYS, VALUES)
    before = path.read_bytes()
    with pytest.raises(RunError, match="D/bias"):
        checkpoint.save(path, {**ARRAYS, "D/bias": np.array([1.0, bad])}, VALUES)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["c.npz"]


def test_a_failure_while_writing_leaves_the_old_file_and_no_scraps(tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("old")

    def write():
        with checkpoint.atomic(path, "w") as file:
            file.write("half of the new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["c.txt"]


def test_folders_are_made_and_the_file_is_readable_by_all(tmp_path):
    with checkpoint.atomic(tmp_path / "a/b/c.txt", "w") as file:
        file.write("new")
    assert (tmp_path / "a/b/c.txt").read_text() == "new"
    assert (tmp_path / "a/b/c.txt").stat().st_mode & 0o777 == 0o644


def test_a_missing_file_and_a_damaged_one_are_one_line(tmp_path):
    with pytest.raises(RunError, match="no checkpoint at"):
        checkpoint.load(tmp_path / "absent.npz")
    path = tmp_path / "c.npz"
    checkpoint.save(path, ARRAYS, VALUES)
    whole = path.read_bytes()
    for damaged in (b"", b"text", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(damaged)
        with pytest.raises(RunError, match="damaged"):
            checkpoint.load(path)


def test_what_is_no_checkpoint_is_one_line(tmp_path):
    np.savez(tmp_path / "other.npz", x=np.ones(3))  # arrays, but not ours
    for path in (tmp_path, tmp_path / "other.npz"):
        with pytest.raises(RunError, match="is damaged or no checkpoint"):
            checkpoint.load(path)


def test_whether_a_file_can_be_written_is_known_before(tmp_path, monkeypatch):
    checkpoint.expect_writable(tmp_path / "a/b/c.npz")
    assert list((tmp_path / "a/b").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"^cannot write .*c\.npz: "):
        checkpoint.expect_writable(tmp_path / "file/c.npz")

    def refused(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refused)  # as in a folder of somebody else's; root may write to any
    with pytest.raises(RunError, match=r"^cannot write .*c\.npz: Permission denied$"):
        checkpoint.expect_writable(tmp_path / "c.npz")


def test_a_pickle_is_never_read(tmp_path):
    np.savez(tmp_path / "c.npz", x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(RunError, match="damaged"):
        checkpoint.load(tmp_path / "c.npz")


def test_a_flipped_bit_is_noticed(tmp_path):
    path = tmp_path / "c.npz"
    checkpoint.save(path, ARRAYS, VALUES)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        at = file.getinfo("D/bias.npy").header_offset + 30 + len("D/bias.npy") + 128
    content[at + 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(RunError, match="damaged"):
        checkpoint.load(path)
