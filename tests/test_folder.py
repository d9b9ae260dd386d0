"""A folder has one writer at a time, is swept of what a killed one left, and holds nothing of others."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tinygan import disk
from tinygan.errors import RunError, SettingError
from tinygan.folder import claimed, expect_empty, expect_no_part, fresh


def test_a_folder_is_claimed_by_one_at_a_time(tmp_path):
    folder = tmp_path / "made/for/it"
    with claimed(folder):
        with pytest.raises(RunError, match=f"^{folder} is in use by another process; wait until that has ended$"):
            claimed(str(folder)).__enter__()
        with claimed(tmp_path):
            pass  # another one is free
    with claimed(folder):
        assert list(folder.iterdir()) == []  # no lock is left, nor ever was


def test_a_killed_process_leaves_no_claim(tmp_path):
    program = "from tinygan.folder import claimed\nwith claimed('a'):\n  print(flush=True)\n  input()"
    package = str(Path(disk.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": package},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        other.stdout.readline()
        with pytest.raises(RunError, match="in use"):
            claimed(tmp_path / "a").__enter__()
        other.send_signal(signal.SIGKILL)
        other.wait()
    with claimed(tmp_path / "a"):
        pass


def no_locks(*_):
    raise OSError(9, "Bad file descriptor")  # as on NFS


@pytest.mark.parametrize(
    "without",
    [
        lambda patch: patch.setitem(sys.modules, "fcntl", None),
        lambda patch: patch.delattr("fcntl.flock"),
        lambda patch: patch.setattr("fcntl.flock", no_locks),
    ],
)
def test_without_locks_all_goes_on_and_leftovers_may_be_in_use(without, tmp_path, monkeypatch):
    without(monkeypatch)
    leftover = tmp_path / ".checkpoint.npz.tinygan-12345678"
    leftover.touch()
    with claimed(tmp_path), claimed(tmp_path):
        assert leftover.exists()


def test_leftovers_of_what_we_write_are_swept_and_nothing_else_is(tmp_path):
    names = [".checkpoint.npz", ".history.jsonl", "samples/.000100.png", ".row.png", ".sampled.png"]
    ours = [f"{name}.tinygan-1a2b3c4d" for name in names]
    theirs = [
        f"{name}.{end}" for name in names for end in ("20240101", "original", "best_one", "1a2b3c4d", "tinygan-old")
    ]
    theirs += [".notes.txt.tinygan-1a2b3c4d", "samples/.holiday.png.tinygan-1a2b3c4d", "000100.png", "a"]
    (tmp_path / "samples").mkdir()
    for name in ours + theirs:
        (tmp_path / name).touch()
    with claimed(tmp_path):
        left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(theirs)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=f"^cannot write {tmp_path}/file/a: Not a directory$"):
        claimed(tmp_path / "file/a").__enter__()


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda path: path.symlink_to("gone"), "a symbolic link that leads nowhere"),
        (lambda path: path.touch(), "a file"),
        (os.mkfifo, "a named pipe"),
    ],
)
def test_what_is_no_folder_is_said(make, kind, tmp_path):
    make(tmp_path / "a")
    with pytest.raises(SettingError, match=f"/a is expected to be a folder, or nothing yet, but {kind} stands there"):
        claimed(tmp_path / "a").__enter__()


def test_what_is_no_file_where_ours_should_be_is_found_at_once(tmp_path):
    (tmp_path / "film.gif").mkdir()
    with pytest.raises(SettingError, match=r"film\.gif is expected to be a file, or nothing yet, but a directory"):
        claimed(tmp_path).__enter__()
    (tmp_path / "film.gif").rmdir()
    with claimed(tmp_path):  # the claim has ended
        pass


@pytest.mark.parametrize("name", ["config.toml", "holiday.jpg", "samples/", ".config.toml.backup"])
def test_what_others_left_is_named(name, tmp_path):
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    (tmp_path / ".config.toml.tinygan-12345678").touch()  # ours, which is nothing
    with pytest.raises(SettingError, match=f"is not empty: it holds {name.strip('/')}; choose a new folder"):
        expect_empty(tmp_path)


def test_a_new_folder_an_empty_one_and_one_with_leftovers_are_empty(tmp_path):
    expect_empty(tmp_path / "new")
    expect_empty(tmp_path)
    for name in (".checkpoint.npz.tinygan-12345678", ".DS_Store", ".gitkeep"):
        (tmp_path / name).touch()
    expect_empty(tmp_path)


def test_fresh_folders_are_numbered_and_made_at_once(tmp_path):
    names = [fresh(tmp_path / "runs/gan").name for _ in range(3)]
    assert names == ["gan", "gan-2", "gan-3"]
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot write"):
        fresh(tmp_path / "file/gan")


@pytest.mark.parametrize("name", ["checkpoint.npz", "samples.png", "history.jsonl", "film.gif"])
def test_what_a_run_keeps_is_nobodys_output(name, tmp_path):
    (tmp_path / "checkpoint.npz").touch()
    with pytest.raises(SettingError, match=r"belongs to what is kept in that folder; choose another name$"):
        expect_no_part(tmp_path / name)
    expect_no_part(tmp_path / "sampled.png")
    expect_no_part(tmp_path / "mine.png")
    expect_no_part(tmp_path / "elsewhere" / name)
