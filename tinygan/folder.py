"""The folder of a run or of a study: its lock, and the names of the files in it."""

import contextlib
import os
import re
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

from tinygan import disk
from tinygan.errors import SettingError

OURS = re.compile(
    r"config\.toml|checkpoint\.npz|history\.jsonl(\.unreadable)?"  # of a run
    r"|(sample[sd]|curves)\.(png|svg|pdf)|film\.gif"
    r"|(reconstructions|denoised|units|plane|codes)\.(png|svg|pdf)"  # of a run of an autoencoder
    r"|outcome\.json|table\.csv|seeds\.csv"  # of a study
    r"|row\.png|comparison\.png"  # of a comparison
    r"|classifier\.npz|(accuracy|examples)\.(png|svg|pdf)"  # of an augmentation
)
FRAMES = re.compile(r"\d{6,}\.png")
PICTURES = re.compile(r".+\.(png|svg|pdf)")  # of the recipes of a comparison
IGNORED = {".DS_Store", ".gitkeep", ".directory", "Thumbs.db", "desktop.ini"}  # a folder with these alone is empty


@contextlib.contextmanager
def claimed(folder: disk.AnyPath) -> Iterator[None]:
    """While the block runs, `folder` is locked for this process. It is made if it does not exist.

    Unfinished files in it are removed. The lock is the operating system's, on the folder itself: it leaves no file, and
    ends with the process. Where there are no such locks nothing is locked, and unfinished files stay.
    Raises RunError if another process has the lock, or if the folder cannot be made; SettingError if `folder` is no
    folder, or one of the run's files in it is no file.
    """
    folder = Path(folder)
    if not folder.is_dir() and os.path.lexists(folder):
        kind = disk.standing(folder) or ("a file" if folder.exists() else "a symbolic link that leads nowhere")
        raise SettingError(
            f"{folder} is expected to be a folder, or nothing yet, but {kind} stands there; move it, or name another"
        )
    with disk.failures_named(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = disk.locked(folder)
    try:
        if handle is not None:
            _sweep(folder)
        for path in folder.iterdir():
            if OURS.fullmatch(path.name):
                disk.expect_file(path)  # fails now, not after an hour of work
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _sweep(folder: Path) -> None:
    """Removes the unfinished files of a process that was killed."""
    with disk.failures_named(folder):
        for part, names in (("", OURS), ("samples", FRAMES), ("pictures", PICTURES)):
            for leftover in disk.leftovers(folder / part, names):
                leftover.unlink()


def expect_empty(folder: disk.AnyPath) -> None:
    """Raises SettingError if `folder`, which is to become a run's or a comparison's, is not empty."""
    folder = Path(folder)
    ignored = IGNORED | {path.name for path in disk.leftovers(folder, OURS)}
    found = sorted({path.name for path in folder.iterdir()} - ignored) if folder.is_dir() else []
    if found:
        raise SettingError(f"{folder} is not empty: it holds {found[0]}; choose a new folder, or an empty one")


def expect_no_part(path: Path) -> None:
    """Raises SettingError if `path` is a file of the run or comparison in its folder; sampled.png may be written."""
    kept = [name for name in ("checkpoint.npz", "table.csv") if (path.parent / name).exists()]
    if kept and OURS.fullmatch(path.name) and path.stem != "sampled":
        raise SettingError(f"{path} belongs to what is kept in that folder; choose another name")


def fresh(stem: Path) -> Path:
    """A new folder named `stem` or, if that exists, `stem`-2, `stem`-3 and so on."""
    with disk.failures_named(stem):
        stem.parent.mkdir(parents=True, exist_ok=True)
        for folder in chain([stem], (stem.with_name(f"{stem.name}-{n}") for n in count(2))):
            with contextlib.suppress(FileExistsError):  # also if another process has just made it
                folder.mkdir()
                break
        return folder
