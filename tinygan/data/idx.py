"""IDX, the file format of MNIST: a magic number, the sizes, then the elements, big-endian; plain or gzipped.

Layout from http://yann.lecun.com/exdb/mnist: bytes 0 0 TYPE NDIM, NDIM sizes of 4 bytes each, the elements in C order.
"""

import gzip
import math
import os
import zlib
from io import BufferedIOBase
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinygan.data.files import LIMIT, reason
from tinygan.errors import DataError

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_CHUNK = 1 << 20  # bytes read at once, so that memory grows with the content and not with the declared size
_DEFLATE = 1032  # deflate's highest ratio


def read_idx(path: str | Path, expected: tuple[str | int, ...] | None = None) -> NDArray:
    """The array in the IDX file at `path`, in native byte order; gzip is recognized by its first bytes.

    expected: the shape that the header must declare, of bytes, with a letter for a size of any value: ("N", 28, 28).
    At most one byte more than the header declares is unpacked.
    Raises DataError if the file is missing, truncated, too long, damaged, no IDX or of another shape, or if its header
    declares more than 2 GiB.
    """
    path = Path(path)
    if not os.path.isfile(path):
        raise DataError(f"{path}: no such file")
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not zipped:
                return _read(file, path, expected, most=path.stat().st_size)
            with gzip.open(file) as unzipped:
                return _read(unzipped, path, expected, most=_DEFLATE * path.stat().st_size)
    except (OSError, EOFError, zlib.error) as problem:
        raise DataError(f"{path}: cannot be read: {reason(problem)}") from problem


def _read(file: BufferedIOBase, path: Path, expected: tuple[str | int, ...] | None, most: int) -> NDArray:
    """The array in `file`, which unpacks to at most `most` bytes."""
    dtype, sizes = _header(file, path)
    if expected and not (dtype == np.uint8 and _fits(sizes, expected)):
        wanted = f"({', '.join(map(str, expected))}{',' * (len(expected) == 1)})"
        raise DataError(f"{path}: expected bytes {wanted}, the header declares {dtype.name} {sizes}")
    declared = math.prod(sizes) * dtype.itemsize
    header = f"declares {' x '.join(map(str, sizes))} elements, {declared} bytes"
    if not 0 < declared <= LIMIT:
        raise DataError(f"{path}: {header}; expected at least 1 and at most {LIMIT}")
    if declared + 4 + 4 * len(sizes) > most:
        raise DataError(f"{path}: truncated: {header}, more than the file can hold")
    content = bytearray()
    while len(content) < declared and (chunk := file.read(min(_CHUNK, declared - len(content)))):
        content += chunk
    if len(content) < declared:
        raise DataError(f"{path}: truncated: {header}, but holds {len(content)} bytes of them")
    if file.read(1):  # at the end of the file gzip checks its checksum
        raise DataError(f"{path}: {header}, but goes on after them")
    return np.frombuffer(content, dtype).reshape(sizes).astype(dtype.newbyteorder("="), copy=False)


def _header(file: BufferedIOBase, path: Path) -> tuple[np.dtype, tuple[int, ...]]:
    """The element type and the sizes in the file's header."""
    magic = file.read(4)
    if len(magic) < 4:
        raise DataError(f"{path}: {len(magic)} bytes are no IDX file, which begins with 4 bytes 0 0 TYPE NDIM")
    if magic[:2] != b"\0\0" or magic[3] == 0:
        raise DataError(f"{path}: no IDX file: it begins with {magic.hex(' ')}, expected 00 00 TYPE NDIM")
    if magic[2] not in _TYPES:
        known = ", ".join(f"{code:02x}" for code in _TYPES)
        raise DataError(f"{path}: unknown IDX element type {magic[2]:02x}; expected one of {known}")
    ndim = magic[3]
    header = file.read(4 * ndim)
    if len(header) < 4 * ndim or ndim > 32:  # NumPy's older limit of 32 dimensions
        raise DataError(f"{path}: truncated or damaged: the header declares {ndim} sizes and does not hold them")
    return np.dtype(_TYPES[magic[2]]), tuple(np.frombuffer(header, ">u4").tolist())


def _fits(sizes: tuple[int, ...], expected: tuple[str | int, ...]) -> bool:
    return len(sizes) == len(expected) and all(
        isinstance(wanted, str) or size == wanted for size, wanted in zip(sizes, expected, strict=True)
    )
