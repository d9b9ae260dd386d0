"""Files are written whole or not at all, where a file may stand, and a failure names the file."""

import contextlib
import errno
import os
import re
import resource
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tinygan import checkpoint, configuration, disk
from tinygan.comparison import Outcome
from tinygan.errors import RunError, SettingError
from tinygan.observers.history import History
from tinygan.observers.pictures import intact
from tinygan.study.outcome import finished

WAYS = {
    "atomic": lambda path: disk.atomic(path).__enter__(),
    "append": lambda path: disk.append(path, "text"),
    "expect_writable": disk.expect_writable,
}
"""Whatever is about to write, or asks whether it could."""


def test_a_failure_while_writing_leaves_the_old_file_and_no_scraps(tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("old")

    def write():
        with disk.atomic(path, "w") as file:
            file.write("half of the new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["c.txt"]


def test_folders_are_made(tmp_path):
    with disk.atomic(tmp_path / "a/b/c.txt", "w") as file:
        file.write("new")
    assert (tmp_path / "a/b/c.txt").read_text() == "new"


def test_whether_a_file_can_be_written_is_known_before(tmp_path, monkeypatch):
    disk.expect_writable(tmp_path / "a/b/c.npz")
    assert list((tmp_path / "a/b").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"^cannot write .*c\.npz: "):
        disk.expect_writable(tmp_path / "file/c.npz")

    def refused(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refused)  # as in a folder of somebody else's; root may write to any
    with pytest.raises(RunError, match=r"^cannot write .*c\.npz: Permission denied$"):
        disk.expect_writable(tmp_path / "c.npz")


def a_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("a directory", os.mkdir),
        ("a named pipe", os.mkfifo),
        ("a socket", a_socket),
        ("a device", lambda path: os.symlink("/dev/null", path)),
        ("a symbolic link that leads to itself", lambda path: os.symlink(path, path)),
    ],
)
def test_what_is_no_file_stays_where_it_is(kind, make, way, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    make("there")
    before = os.lstat("there")
    with pytest.raises(SettingError, match=f"^there is expected to be a file, .*{kind} stands there"):
        WAYS[way]("there")
    assert os.lstat("there") == before
    assert os.listdir() == ["there"]


READERS = {
    "the file": disk.read,
    "a checkpoint": checkpoint.load,
    "a configuration": configuration.read,
    "a history": lambda path: History(path, 1),
    "an outcome": lambda path: finished(Outcome, path.parent),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("kind", "make"), [("a directory", os.mkdir), ("a named pipe", os.mkfifo)])
def test_what_is_no_file_is_said_and_not_waited_for(kind, make, reader, tmp_path):
    make(path := tmp_path / "outcome.json")
    with pytest.raises(RunError, match=rf"^cannot read {path}: a file is expected there, but it is {kind}$"):
        READERS[reader](path)


def test_a_picture_that_is_a_named_pipe_is_left_out_with_a_word(tmp_path, capsys):
    os.mkfifo(tmp_path / "row.png")
    assert intact(tmp_path / "row.png") is None
    assert "it is a named pipe" in capsys.readouterr().err


def test_a_file_that_may_not_be_read_is_said(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    (tmp_path / "c.txt").touch()
    monkeypatch.setattr(Path, "open", refused)  # root may read any
    with pytest.raises(RunError, match=r"^cannot read .*c\.txt: Permission denied$"):
        disk.read(tmp_path / "c.txt")


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o002])
def test_the_umask_decides_who_may_read(umask, tmp_path, monkeypatch):
    monkeypatch.delattr(os, "fchmod")  # which not every system has
    before = os.umask(umask)
    try:
        with disk.atomic(tmp_path / "c.txt", "w") as file:
            file.write("new")
    finally:
        os.umask(before)
    assert (tmp_path / "c.txt").stat().st_mode & 0o777 == 0o666 & ~umask


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o644])
def test_who_may_read_a_file_stays_when_it_is_written_anew(mode, tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("old")
    path.chmod(mode)
    with disk.atomic(path, "w") as file:
        file.write("new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_is_followed(there, tmp_path):
    real, link = tmp_path / "far/real.txt", tmp_path / "link.txt"
    real.parent.mkdir()
    if there:
        real.write_text("old")
    link.symlink_to("far/real.txt")
    with disk.atomic(link, "w") as file:
        file.write("new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert os.listdir(real.parent) == ["real.txt"]


def test_text_is_utf_8_in_a_locale_that_is_not(tmp_path):
    program = "from tinygan.disk import *\nwith atomic('c.txt', 'w') as f: f.write(chr(233))\nappend('c.txt', chr(233))"
    environment = {"PYTHONPATH": str(Path(disk.__file__).parents[1]), "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-X", "utf8=0", "-c", program]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "c.txt").read_bytes() == "éé".encode()


FULL = OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_a_line_that_names_the_file(tmp_path, monkeypatch):
    def full(*_):
        raise FULL

    monkeypatch.setattr(os, "fsync", full)  # where many file systems say so first
    path = tmp_path / "c.npz"
    with pytest.raises(RunError, match=re.escape(f"cannot write {path}: No space left on device")):
        checkpoint.save(path, {"x": np.ones(3)}, {})
    assert os.listdir(tmp_path) == []


@contextlib.contextmanager
def small_files():
    """No file can grow beyond 5,000 bytes, as on a disk that is full; pytest's own report is such a file, too."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_amid_an_array_or_a_line_is_such_a_line_too(tmp_path):
    with small_files(), pytest.raises(RunError, match=r"^cannot write .*c\.npz: File too large$"):
        checkpoint.save(tmp_path / "c.npz", {"x": np.ones(100_000)}, {})
    with small_files(), pytest.raises(RunError, match=r"^cannot write .*h\.jsonl: File too large$"):
        disk.append(tmp_path / "h.jsonl", "x" * 10_000)
    assert os.listdir(tmp_path) == ["h.jsonl"]


def test_a_file_system_that_cannot_settle_a_file_is_no_failure(tmp_path, monkeypatch):
    def cannot(*_):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", cannot)
    with disk.atomic(tmp_path / "c.txt", "w") as file:
        file.write("new")
    assert (tmp_path / "c.txt").read_text() == "new"


def test_leftovers_are_what_atomic_left_and_nothing_else(tmp_path):
    left = disk.atomic(tmp_path / "c.npz")
    left.__enter__()
    [leftover] = tmp_path.iterdir()
    theirs = ["original", "20240101", "1a2b3c4d", "tinygan-old", "tinygan-1a2b3c4d.txt"]
    for name in (*(f".c.npz.{end}" for end in theirs), "c.npz.tinygan-1a2b3c4d", ".d.npz.tinygan-1a2b3c4d"):
        (tmp_path / name).touch()
    (tmp_path / ".c.npz.tinygan-1a2b3c4e").mkdir()
    (tmp_path / ".c.npz.tinygan-1a2b3c4f").symlink_to(tmp_path / ".c.npz.original")
    assert disk.leftovers(tmp_path, re.compile(r"c\.npz")) == [leftover]
    assert disk.leftovers(tmp_path / "absent", re.compile(".*")) == []
    left.__exit__(None, None, None)
    assert Path(tmp_path / "c.npz").exists()
