"""The folder of a run, or of a comparison of runs: all its own, and written by one process at a time."""

import contextlib
import os
import re
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

from tinygan import disk
from tinygan.errors import RunError, SettingError

OURS = re.compile(
    r"config\.toml|checkpoint\.npz|history\.jsonl(\.unreadable)?"  # of a run
    r"|(sample[sd]|curves)\.(png|svg|pdf)|film\.gif"
    r"|outcome\.json|row\.png|table\.csv|seeds\.csv|comparison\.png"  # of a comparison
)
FRAMES = re.compile(r"\d{6,}\.png")
PICTURES = re.compile(r".+\.(png|svg|pdf)")  # of the recipes of a comparison
NOBODYS = {".DS_Store", ".gitkeep", ".directory", "Thumbs.db", "desktop.ini"}  # which programs leave in empty folders


@contextlib.contextmanager
def claimed(folder: disk.AnyPath) -> Iterator[None]:
    """While the block runs, `folder`, which is made if need be, belongs to this process; leftovers in it are removed.

    The lock is that of the system on the folder itself, so it ends with the process however that ends, and leaves no
    file. Where the system or the file system has no such lock there is none, and leftovers stay.
    Raises RunError if another process has claimed it, or if it cannot be made; SettingError if what stands there, or
    where one of our files should be, is no folder or no file.
    """
    folder = Path(folder)
    if not folder.is_dir() and os.path.lexists(folder):
        kind = disk.standing(folder) or ("a file" if folder.exists() else "a symbolic link that leads nowhere")
        raise SettingError(
            f"{folder} is expected to be a folder, or nothing yet, but {kind} stands there; move it, or name another"
        )
    with disk.failures_named(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = _locked(folder)
    try:
        if handle is not None:
            _sweep(folder)
        for path in folder.iterdir():
            if OURS.fullmatch(path.name):
                disk.expect_file(path)  # now, and not after an hour of work
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path) -> int | None:
    """An open handle of the folder that locks it until it is closed; None where there are no locks."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except OSError as error:
        os.close(handle)
        if isinstance(error, BlockingIOError):
            raise RunError(f"{folder} is in use by another process; wait until that has ended") from None
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


def _sweep(folder: Path) -> None:
    """Remove what a process that was killed in the middle of writing has left."""
    with disk.failures_named(folder):
        for part, names in (("", OURS), ("samples", FRAMES), ("pictures", PICTURES)):
            for leftover in disk.leftovers(folder / part, names):
                leftover.unlink()


def expect_empty(folder: disk.AnyPath) -> None:
    """Raises SettingError if anything is in `folder`, which is to become a run's or a comparison's."""
    folder = Path(folder)
    passed_over = NOBODYS | {path.name for path in disk.leftovers(folder, OURS)}
    strangers = sorted({path.name for path in folder.iterdir()} - passed_over) if folder.is_dir() else []
    if strangers:
        raise SettingError(f"{folder} is not empty: it holds {strangers[0]}; choose a new folder, or an empty one")


def expect_no_part(path: Path) -> None:
    """Raises SettingError if `path` names a file that a run or a comparison keeps in its folder, and has to itself."""
    kept = [name for name in ("checkpoint.npz", "table.csv") if (path.parent / name).exists()]
    if kept and OURS.fullmatch(path.name) and path.stem != "sampled":
        raise SettingError(f"{path} belongs to what is kept in that folder; choose another name")


def fresh(stem: Path) -> Path:
    """A new folder: `stem`, or with the first number from 2 on, behind a hyphen, that is not taken."""
    with disk.failures_named(stem):
        stem.parent.mkdir(parents=True, exist_ok=True)
        for folder in chain([stem], (stem.with_name(f"{stem.name}-{n}") for n in count(2))):
            with contextlib.suppress(FileExistsError):  # two that start at once do not get one folder
                folder.mkdir()
                break
        return folder
