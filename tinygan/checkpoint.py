"""Checkpoint files: named arrays and plain values in one file, written atomically and checked when it is read.

The file is an uncompressed .npz that needs no pickle; the values are JSON beside the arrays. The state of PCG64
consists of large integers, which JSON holds exactly.
"""

import contextlib
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

from tinygan.backend import to_host
from tinygan.disk import AnyPath, atomic, opened
from tinygan.errors import Diverged, RunError

_VALUES = "values.json"
_MOST_VALUES = 2**20  # bytes; the values of a run take some thousands
_HEADER = 2**10  # bytes at most before an array's numbers
_KINDS = "biuf"  # of NumPy's dtypes: bool, int, uint, float


def save(path: AnyPath, arrays: dict[str, Any], values: dict[str, Any]) -> None:
    """Writes `arrays` (from any device) and `values`, which must be plain JSON values, to `path`.

    Raises Diverged if an array is not finite; then `path` is unchanged.
    """
    host = {name: to_host(array) for name, array in arrays.items()}
    for name, array in host.items():
        if not np.isfinite(array).all():
            raise Diverged(f"{name} holds numbers that are not finite, so {path} is left as it was")
    text = np.frombuffer(json.dumps(values).encode(), np.uint8)
    # the bytes of np.savez, which in NumPy 2.0 has no allow_pickle, and leaves the archive open on a full disk
    with atomic(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in {_VALUES: text, **host}.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


def load(path: AnyPath, room: Callable[[str], int] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, values) as `save` wrote them.

    room: a function from an array's name to the bytes that it may have, which raises ValueError for an unknown name. It
    is called for every array before the first is read.
    Raises RunError if the file is missing, unreadable or damaged, or if it holds anything that `save` does not write.
    """
    with _opened(path) as archive:
        members = _members(archive, room)
        arrays = {name: _array(name, archive.read(member)) for name, member in members.items()}
        return arrays, _values(arrays.pop(_VALUES))


def load_values(path: AnyPath) -> dict[str, Any]:
    """The values alone, as `save` wrote them. Raises RunError as `load` does."""
    with _opened(path) as archive:
        return _values(_array(_VALUES, archive.read(_members(archive)[_VALUES])))


@contextlib.contextmanager
def _opened(path: AnyPath) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`. Any error in the block becomes a RunError of one line."""
    try:
        file = opened(path)
    except FileNotFoundError:
        raise RunError(f"no checkpoint at {path}") from None
    with file:
        try:
            with zipfile.ZipFile(file) as archive:
                yield archive
        except MemoryError:
            raise RunError(f"{path} does not fit into memory") from None
        except Exception as error:  # a damaged file can cause dozens in zipfile, numpy and json
            words = " ".join(str(error).split()) or type(error).__name__
            raise RunError(f"{path} is damaged or no checkpoint: {words}") from error


def _members(archive: zipfile.ZipFile, room: Callable[[str], int] | None = None) -> dict[str, zipfile.ZipInfo]:
    """The archive's members by the names of their arrays, before any is read.

    Raises ValueError if `save` would not have written a member, or if it is larger than `room` allows.
    """
    members: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name == member.filename or name in members:
            raise ValueError(f"{member.filename} does not belong there")
        if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
            raise ValueError(f"{name} is compressed, and no part of a checkpoint is")
        if member.header_offset != end:  # every byte belongs to exactly one member
            raise ValueError(f"{name} does not begin where the member before it ends")
        most = _MOST_VALUES if name == _VALUES else member.file_size if room is None else room(name)
        if member.file_size > most + _HEADER:
            raise ValueError(f"{name} has {member.file_size:,} bytes according to the header, which is too many")
        members[name], end = member, _end(archive, member)
    if end != archive.start_dir:
        raise ValueError("its last member does not end where the list of members begins")
    if _VALUES not in members:
        raise ValueError(f"it lacks {_VALUES}")
    return members


def _end(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """The offset in the file at which the member ends: after a header of 30 bytes, two variable fields, and itself."""
    assert archive.fp is not None  # the archive is open
    archive.fp.seek(member.header_offset + 26)
    return member.header_offset + 30 + sum(struct.unpack("<HH", archive.fp.read(4))) + member.file_size


def _array(name: str, content: bytes) -> Any:
    """The array in a .npy file. Raises ValueError if the file is not what `save` writes, to the last byte."""
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError(f"{name} is of another version of NumPy's format than 1.0")
    try:
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    except Exception:  # NumPy's errors do not name the member
        raise ValueError(f"{name} has a damaged header") from None
    if dtype.kind not in _KINDS:
        raise ValueError(f"{name} is expected to hold numbers, got {dtype}")
    if min(shape, default=0) < 0 or len(content) - stream.tell() != prod(shape) * dtype.itemsize:
        raise ValueError(f"{name} says that its shape is {shape}, and has {len(content) - stream.tell():,} bytes")
    stream.seek(0)
    array = np.lib.format.read_array(stream, allow_pickle=False)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    return array


def _values(text: Any) -> dict[str, Any]:
    values = json.loads(text.tobytes())
    if not isinstance(values, dict):
        raise ValueError(f"{_VALUES} is expected to be a table, got {type(values).__name__}")
    return values
