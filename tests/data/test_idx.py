import gzip
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tests.data.conftest import CODES, idx_bytes
from tinygan.data import idx
from tinygan.data.idx import read_idx
from tinygan.errors import DataError

MIB = 1 << 20


@pytest.mark.parametrize("ending", ["", ".gz"])
@settings(deadline=None)
@given(data=st.data(), dtype=st.sampled_from(sorted(CODES)))
def test_every_element_type_and_shape_is_read_back(tmp_path_factory, ending, data, dtype):
    array = data.draw(arrays(dtype, array_shapes(max_dims=4, max_side=4)))
    path = tmp_path_factory.getbasetemp() / f"array.idx{ending}"
    content = idx_bytes(array)
    path.write_bytes(gzip.compress(content) if ending else content)
    got = read_idx(path)
    assert got.dtype == array.dtype  # native byte order
    assert got.dtype.isnative
    np.testing.assert_array_equal(got, array)


def test_gzip_is_told_by_content_and_not_by_name(tmp_path, write_idx):
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    write_idx(tmp_path / "a.gz", array).rename(tmp_path / "a")
    np.testing.assert_array_equal(read_idx(str(tmp_path / "a")), array)


def test_an_array_longer_than_one_chunk(tmp_path, write_idx, monkeypatch):
    monkeypatch.setattr(idx, "_CHUNK", 7)
    array = np.arange(200, dtype=np.int16).reshape(10, 20)
    for name in ("a", "a.gz"):
        np.testing.assert_array_equal(read_idx(write_idx(tmp_path / name, array)), array)


def test_a_file_cut_anywhere_is_refused(tmp_path):
    content = idx_bytes(np.arange(12, dtype=np.uint8).reshape(3, 4))
    path = tmp_path / "cut"
    for whole in (content, gzip.compress(content)):
        for length in range(len(whole)):
            path.write_bytes(whole[:length])
            with pytest.raises(DataError, match="cut: "):
                read_idx(path)


def test_a_flipped_bit_in_gzip_is_refused_or_harmless(tmp_path):
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    whole = gzip.compress(idx_bytes(array), mtime=0)
    path = tmp_path / "flipped"
    refusals = 0
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            got = read_idx(path)
        except DataError:
            refusals += 1
        else:
            np.testing.assert_array_equal(got, array)  # a bit of gzip's own header: its time, its system
    assert refusals > 8 * (len(whole) - 10)  # all but some of the ten bytes of header


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b"", ["0 bytes"]),
        (b"\0\0\x08", ["3 bytes"]),
        (b"\x89PNG\r\n\x1a\n", ["89 50 4e 47"]),
        (b"\0\x01\x08\x01" + b"\0\0\0\x01" + b"x", ["00 01 08 01"]),
        (b"\0\0\x08\0" + b"x", ["00 00 08 00"]),
        (b"\0\0\x0a\x01" + b"\0\0\0\x01" + b"x", ["element type 0a", "0d"]),
        (b"\0\0\x08\x03" + b"\0\0\0\x01", ["3 sizes"]),
        (b"\0\0\x08\xff" + b"\0\0\0\x01" * 255 + b"x", ["255 sizes"]),
        (b"\0\0\x08\x02" + b"\0\0\0\0" + b"\xff\xff\xff\xff", ["0 x 4294967295", "at least 1"]),
        (b"\0\0\x08\x01" + b"\0\0\0\x02" + b"xyz", ["2 elements", "goes on"]),
        (b"\0\0\x08\x01" + b"\0\0\0\x04" + b"xyz", ["4 elements", "truncated"]),
        (b"\0\0\x0c\x01" + b"\0\0\0\x01" + b"xyz", ["1 elements, 4 bytes", "truncated"]),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
def test_a_wrong_file_is_refused(tmp_path, content, parts, pack, refused):
    path = tmp_path / "wrong"
    path.write_bytes(pack(content))
    with refused(path, *parts):
        read_idx(path)


def peak_of_refusing(path):
    tracemalloc.start()
    try:
        with pytest.raises(DataError) as info:
            read_idx(path)
        return tracemalloc.get_traced_memory()[1], str(info.value)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
@pytest.mark.parametrize("sizes", [(2**32 - 1, 2**32 - 1), (2**31 + 1,), (2**31 - 100,), (1000, 1000, 1000)])
def test_sizes_that_the_file_cannot_hold_allocate_nothing(tmp_path, pack, sizes):
    path = tmp_path / "boast"
    path.write_bytes(pack(struct.pack(f">4B{len(sizes)}I", 0, 0, 8, len(sizes), *sizes) + b"abc"))
    peak, message = peak_of_refusing(path)
    assert " x ".join(map(str, sizes)) in message
    assert peak < MIB


def test_a_bomb_is_not_unpacked_beyond_what_its_header_declares(tmp_path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(struct.pack(">4BI", 0, 0, 8, 1, 10) + bytes(32 * MIB), compresslevel=1))
    peak, message = peak_of_refusing(path)
    assert "goes on" in message
    assert peak < 2 * MIB


def test_memory_follows_what_the_file_holds_and_not_what_it_declares(tmp_path):
    path = tmp_path / "boast.gz"
    noise = np.random.default_rng(0).bytes(MIB)  # does not compress, so the header's 500 MiB might just be true
    path.write_bytes(gzip.compress(struct.pack(">4BI", 0, 0, 8, 1, 500 * MIB) + noise, compresslevel=1))
    peak, message = peak_of_refusing(path)
    assert f"declares {500 * MIB} elements" in message
    assert f"holds {MIB} bytes" in message
    assert peak < 8 * MIB


def test_more_than_the_limit_is_refused(tmp_path, write_idx, monkeypatch, refused):
    path = write_idx(tmp_path / "large", np.zeros((4, 8), np.uint8))
    monkeypatch.setattr(idx, "LIMIT", 31)
    with refused(path, "declares 4 x 8 elements, 32 bytes", "at most 31"):
        read_idx(path)
    monkeypatch.setattr(idx, "LIMIT", 32)
    assert read_idx(path).shape == (4, 8)


def test_what_is_no_file_is_refused(tmp_path, refused):
    with refused(tmp_path / "nothing", "no such file"):
        read_idx(tmp_path / "nothing")
    with refused(tmp_path, "no such file"):
        read_idx(tmp_path)
