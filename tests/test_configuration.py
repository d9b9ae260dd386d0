"""Settings as TOML: any locale, any path, and one line for what cannot be read."""

import codecs
import os

import pytest

from tinygan import configuration
from tinygan.errors import SettingError


@pytest.mark.parametrize("start", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_other_ends_of_lines_are_no_mistake(start, end, tmp_path):
    (tmp_path / "c.toml").write_bytes(start + end.join([b'recipe = "gan"', b"# f\xc3\xbcr", b"seed = 3", b""]))
    assert configuration.read(tmp_path / "c.toml") == {"recipe": "gan", "seed": 3}


NAMES = [b"data", b"d\xc3\xa4ta", b"d\xff", b"a\nb", b'"\\', b"[x]"]


@pytest.mark.parametrize("name", NAMES)
def test_any_path_is_kept(name, tmp_path):
    values = {"data_dir": os.fsdecode(name), "seed": 3}
    configuration.write(tmp_path / "c.toml", values)
    assert configuration.read(tmp_path / "c.toml") == values


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("name", NAMES)
def test_a_path_names_the_same_file_in_every_locale(name, encoding, tmp_path, monkeypatch):
    """The functions of `os` stand for a locale: ascii is that of LC_ALL=C, where Python is not in its UTF-8 mode."""
    utf8 = os.fsdecode(name)
    configuration.write(tmp_path / "utf8.toml", {"data_dir": utf8})
    monkeypatch.setattr(os, "fsdecode", lambda found: found.decode(encoding, "surrogateescape"))
    monkeypatch.setattr(os, "fsencode", lambda path: path.encode(encoding, "surrogateescape"))
    there = configuration.read(tmp_path / "utf8.toml")["data_dir"]
    configuration.write(tmp_path / "there.toml", {"data_dir": there})
    monkeypatch.undo()
    assert there.encode(encoding, "surrogateescape") == name
    assert configuration.read(tmp_path / "there.toml") == {"data_dir": utf8}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = = 1", "Invalid value"),
        ("a = " + 100_000 * "[", "nested too deep"),
        ("a = " + 5_000 * "{b = ", "nested too deep"),
        ("seed = " + 10_000 * "9", "too many digits"),
        ("a = 2000-99-99", "at line 1"),
        ("\x00", "Invalid"),
    ],
)
def test_what_is_no_toml_is_one_line(text, words, tmp_path):
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=rf"c.toml is not TOML[^\n]*{words}[^\n]*$"):
        configuration.read(tmp_path / "c.toml")


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", bytes(range(256)), b"PK\x03\x04"])
def test_bytes_that_are_no_text_are_one_line(content, tmp_path):
    (tmp_path / "c.toml").write_bytes(content)
    with pytest.raises(SettingError, match=r"c.toml is not TOML: [^\n]*$"):
        configuration.read(tmp_path / "c.toml")


@pytest.mark.parametrize(
    "text", ["seed = 0x" + "f" * 5000, "[settings]\nm = 0o" + "7" * 60, "a = [1, [0b" + "1" * 200 + "]]"]
)
def test_numbers_beyond_reason_in_other_bases_too(text, tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(SettingError, match=r"is not TOML that can be read: a number in it has too many digits$"):
        configuration.read(path)
