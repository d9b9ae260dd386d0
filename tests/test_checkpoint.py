"""Checkpoints are written whole or not at all, and come back bit for bit."""

import io
import json
import os
import warnings
import zipfile
from pathlib import Path

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


def npy(array):
    """The .npy file of an array."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array))
    return file.getvalue()


def lying(shape):
    """The .npy file of three numbers whose header says another shape."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return file.getvalue() + b"\0" * 12


def archive(*members, how=zipfile.ZIP_STORED):
    """A zip file of (name, content), as bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two members may have one name
        for name, content in members:
            made.writestr(name, content)
    return file.getvalue()


def overlapping():
    """The last entry in the list of members says that it lies where the first does."""
    content = bytearray(archive(("x.npy", npy(1.0)), text({}), ("y.npy", npy(1.0))))
    offset = content.rindex(b"PK\1\2") + 42
    content[offset : offset + 4] = bytes(4)
    return bytes(content)


def text(values):
    """The member that holds values, from Python or as text."""
    written = values if isinstance(values, str) else json.dumps(values)
    return "values.json.npy", npy(np.frombuffer(written.encode(), np.uint8))


NO_CHECKPOINTS = {
    "an array alone": npy(np.ones(3)),
    "another .npz": archive(("x.npy", npy(np.ones(3)))),
    "a member that is no array": archive(text({}), ("x.npy", b"text")),
    "an empty member": archive(text({}), ("x.npy", b"")),
    "a member of another kind": archive(text({}), ("x.txt", b"text")),
    "one name twice": archive(text({}), ("x.npy", npy(1.0)), ("x.npy", npy(2.0))),
    "compressed": archive(text({}), ("x.npy", npy(np.zeros(10_000))), how=zipfile.ZIP_DEFLATED),
    "compressed in another way": archive(text({}), ("x.npy", npy(np.zeros(10_000))), how=zipfile.ZIP_LZMA),
    "objects": archive(text({}), ("x.npy", npy(np.ones(2)).replace(b"<f8", b"|O "))),
    "words": archive(text({}), ("x.npy", npy(np.array(["a", "b"])))),
    "a shape that is too large for any machine": archive(text({}), ("x.npy", lying((10**9, 10**9)))),
    "a shape that is too large by 1": archive(text({}), ("x.npy", lying((4,)))),
    "a shape that is too small": archive(text({}), ("x.npy", lying((2,)))),
    "a negative shape": archive(text({}), ("x.npy", lying((-1, -3)))),
    "more than the array": archive(text({}), ("x.npy", npy(np.ones(3)) + b"more")),
    "bytes before it": b"more" + archive(text({})),
    "a member that overlaps another": overlapping(),
    "not finite": archive(text({}), ("x.npy", npy([1.0, np.nan]))),
    "no table": archive(text([1, 2])),
    "no JSON": archive(text("{")),
    "JSON that is too deep": archive(text("[" * 100_000 + "]" * 100_000)),
    "a number of 10,000 digits": archive(text('{"seed": ' + "9" * 10_000 + "}")),
    "values that are too many": archive(text({"more": "x" * 2**21})),
    "a newer format": archive(text({}), ("x.npy", npy(1.0).replace(b"NUMPY\x01", b"NUMPY\x02"))),
}


@pytest.mark.parametrize("content", NO_CHECKPOINTS.values(), ids=NO_CHECKPOINTS)
def test_what_is_no_checkpoint_is_one_line(content, tmp_path):
    path = tmp_path / "c.npz"
    path.write_bytes(content)
    with pytest.raises(RunError, match=r"^.*c\.npz is damaged or no checkpoint: [^\n]+$") as caught:
        checkpoint.load(path)
    assert "unsafely" not in str(caught.value)  # NumPy's advice for a file that is no .npz


@pytest.mark.parametrize("header", [(b"'shape': (3,)", b"'shape': (x,)"), (b"False", b"Fals("), (b"<f8", b"<q8")])
def test_a_damaged_header_is_said_in_plain_words_with_its_member(header, tmp_path):
    content = npy(np.ones(3)).replace(*header)
    (tmp_path / "c.npz").write_bytes(archive(text({}), ("x.npy", content)))
    with pytest.raises(RunError, match=r"c\.npz is damaged or no checkpoint: x has a damaged header$"):
        checkpoint.load(tmp_path / "c.npz")


@pytest.mark.parametrize("shape", [(-1, -3), (-3, -1), (-1,), (3, -1)])
def test_a_shape_that_is_none_is_said_with_its_member(shape, tmp_path):
    (tmp_path / "c.npz").write_bytes(archive(text({}), ("x.npy", lying(shape))))
    with pytest.raises(RunError, match=r"x says that its shape is"):
        checkpoint.load(tmp_path / "c.npz")


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    checkpoint.save(tmp_path / "c.npz", ARRAYS, VALUES)

    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)  # root may read any
    with pytest.raises(RunError, match=r"^cannot read .*c\.npz: Permission denied$"):
        checkpoint.load(tmp_path / "c.npz")


def test_nothing_that_has_no_room_is_read(tmp_path, monkeypatch):
    path = tmp_path / "c.npz"
    checkpoint.save(path, {"G/weight": np.ones(1000), "D/weight": np.ones(3000)}, VALUES)
    assert checkpoint.load(path, {"G/weight": 8000, "D/weight": 24000}.__getitem__)[1] == VALUES
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was read"))
    for room in ({"G/weight": 8000, "D/weight": 12000}, {"G/weight": 8000}):
        with pytest.raises(RunError, match="D/weight"):
            checkpoint.load(path, room.__getitem__)


def test_text_is_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checkpoint.save("c.npz", ARRAYS, VALUES)
    assert checkpoint.load("c.npz")[1] == checkpoint.load_values("c.npz") == VALUES


def test_a_flipped_bit_anywhere_is_noticed_or_changes_nothing(tmp_path):
    path = tmp_path / "c.npz"
    array = np.arange(30, dtype=np.float32).reshape(3, 10)
    checkpoint.save(path, {"D/bias": array}, {"iteration": 7})
    whole, noticed = path.read_bytes(), 0
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        try:
            arrays, values = checkpoint.load(path)
        except RunError as error:
            noticed += str(error).count("\n") == 0
        else:  # a date, say
            assert values == {"iteration": 7}
            assert list(arrays) == ["D/bias"]
            assert arrays["D/bias"].dtype == array.dtype
            np.testing.assert_array_equal(arrays["D/bias"], array)
    assert noticed > 500  # both arrays with their headers, and more
