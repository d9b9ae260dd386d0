"""Tiny files in the formats that tinygan.data reads, written by the tests themselves."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}


def idx_bytes(array):
    header = struct.pack(">BBBB", 0, 0, CODES[array.dtype.name], array.ndim) + struct.pack(
        f">{array.ndim}I", *array.shape
    )
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def write_idx():
    """write_idx(path, array): an IDX file, gzipped if the path ends in .gz."""

    def write(path, array):
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = idx_bytes(array)
        path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
        return path

    return write


@pytest.fixture
def rng():
    return np.random.default_rng(2014)


@pytest.fixture
def refused():
    """with refused("part", ...): a DataError whose message is one line and contains every part."""
    from contextlib import contextmanager

    from tinygan.errors import DataError

    @contextmanager
    def expect(*parts):
        with pytest.raises(DataError) as info:
            yield
        message = str(info.value)
        assert "\n" not in message
        assert [part for part in map(str, parts) if part not in message] == [], message

    return expect
