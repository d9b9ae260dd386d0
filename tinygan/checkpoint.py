"""What a run is on disk: named arrays and plain values in one file, written whole or not at all, and read with care.

The file is an uncompressed .npz that needs no pickle; the values travel as JSON beside the arrays. PCG64's state is
made of large integers, which JSON holds exactly.
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
_MOST_VALUES = 2**20  # bytes; those of a run are some thousands
_HEADER = 2**10  # bytes at most in front of an array's numbers
_KINDS = "biuf"  # of NumPy's dtypes: truths, whole numbers, numbers


def save(path: AnyPath, arrays: dict[str, Any], values: dict[str, Any]) -> None:
    """Write `arrays` (from any device) and JSON-able `values` to `path`.

    Raises Diverged, and leaves `path` as it was, if an array is not finite.
    """
    host = {name: to_host(array) for name, array in arrays.items()}
    for name, array in host.items():
        if not np.isfinite(array).all():
            raise Diverged(f"{name} holds numbers that are not finite, so {path} is left as it was")
    text = np.frombuffer(json.dumps(values).encode(), np.uint8)
    with atomic(path) as file:
        np.savez(file, allow_pickle=False, **{_VALUES: text}, **host)


def load(path: AnyPath, room: Callable[[str], int] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, values) as `save` was given them.

    room: the bytes that the array of a name may have; it raises ValueError for a name that does not belong. Asked for
    every array before one is read.
    Raises RunError if the file is missing, unreadable or damaged, or if it holds anything that `save` does not write.
    """
    with _opened(path) as archive:
        members = _members(archive, room)
        arrays = {name: _array(name, archive.read(member)) for name, member in members.items()}
        return arrays, _values(arrays.pop(_VALUES))


def load_values(path: AnyPath) -> dict[str, Any]:
    """The values alone, as `save` was given them; raises RunError as `load` does."""
    with _opened(path) as archive:
        return _values(_array(_VALUES, archive.read(_members(archive)[_VALUES])))


@contextlib.contextmanager
def _opened(path: AnyPath) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`. Whatever goes wrong with it in the block becomes a RunError of one line."""
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
        except Exception as error:  # zipfile, numpy and json have dozens for a wrong byte
            words = " ".join(str(error).split()) or type(error).__name__
            raise RunError(f"{path} is damaged or no checkpoint: {words}") from error


def _members(archive: zipfile.ZipFile, room: Callable[[str], int] | None = None) -> dict[str, zipfile.ZipInfo]:
    """The members by the names of their arrays, of which none has been read yet.

    Raises ValueError for one that `save` would not have written, or that is larger than there is room for.
    """
    members: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name == member.filename or name in members:
            raise ValueError(f"{member.filename} does not belong there")
        if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
            raise ValueError(f"{name} is compressed, and no part of a checkpoint is")
        if member.header_offset != end:  # so no byte belongs to two members, or to none
            raise ValueError(f"{name} does not begin where the member before it ends")
        most = _MOST_VALUES if name == _VALUES else member.file_size if room is None else room(name)
        if member.file_size > most + _HEADER:
            raise ValueError(f"{name} is said to have {member.file_size:,} bytes, which is too many")
        members[name], end = member, _end(archive, member)
    if end != archive.start_dir:
        raise ValueError("its last member does not end where the list of members begins")
    if _VALUES not in members:
        raise ValueError(f"it lacks {_VALUES}")
    return members


def _end(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Where the member ends in the file: behind a header of 30 bytes, its name, what else is said of it, and itself."""
    assert archive.fp is not None  # as long as the archive is open
    archive.fp.seek(member.header_offset + 26)
    return member.header_offset + 30 + sum(struct.unpack("<HH", archive.fp.read(4))) + member.file_size


def _array(name: str, content: bytes) -> Any:
    """The array whose .npy file this is, all of it: zipfile compares a checksum only when a member's end is read."""
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError(f"{name} is of another version of NumPy's format than 1.0")
    try:
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    except Exception:  # NumPy has a dozen, which name no member
        raise ValueError(f"{name} has a header that is none of NumPy's") from None
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
