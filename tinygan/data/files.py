"""Where a data set's files are looked for, and what to say when they are not there."""

import os
from collections.abc import Sequence
from pathlib import Path

from tinygan.errors import DataError, SettingError

LIMIT = 2 << 30  # bytes: the most that one data set may take in memory
SPLITS = ("train", "test")


def locate(
    name: str,
    root: str | Path | None,
    folders: Sequence[str | Path],
    wanted: Sequence[str],
    optional: Sequence[str] = (),
    gz: bool = True,
) -> dict[str, Path]:
    """The files `wanted`, and those of the `optional` ones that are there, by name.

    They are looked for in `folders` under root, then in root; all are in the first folder that has any of them.

    root: the user's --data-dir; None looks in those of `folders` that are absolute.
    gz: whether a file may also end in .gz.
    Raises DataError, saying which folders were looked in and what to do.
    """
    if root is None:
        places = [Path(folder) for folder in folders if Path(folder).is_absolute()]
    else:
        top = Path(root).expanduser()
        places = [top / folder for folder in folders if not Path(folder).is_absolute()] + [top]
    for place in places:
        found = {file: path for file in (*wanted, *optional) if (path := _present(place, file, gz))}
        if found:
            if missing := [file for file in wanted if file not in found]:
                raise DataError(f"{name}: {place} lacks {', '.join(missing)}; put it there, or use --data digits")
            return found
    problem = (
        f"no {wanted[0]}{'[.gz]' if gz else ''} in {', '.join(map(str, places))}"
        if places
        else "tinygan has not got its files"
    )
    raise DataError(f"{name}: {problem}; name their folder with --data-dir DIR, or use --data digits, which needs none")


def absolute(data_dir: str | Path) -> str:
    """The folder of a data set's files as it is found from anywhere; raises SettingError for no name at all."""
    if not os.fspath(data_dir):
        raise SettingError("--data-dir names a folder, got ''; a dot names the one you are in")
    return os.path.abspath(os.path.expanduser(data_dir))


def check_split(name: str, split: str) -> None:
    """Raise DataError unless `split` is train or test."""
    if split not in SPLITS:
        raise DataError(f"{name}: no split {split!r}; choose train or test")


def reason(problem: Exception) -> str:
    """Why a file could not be read, in one line, without its name, which stands before it."""
    said = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return " ".join(said.split()) or type(problem).__name__


def _present(place: Path, file: str, gz: bool) -> Path | None:
    """`file` in `place` as archives unpack it: with -idx or .idx, plain or .gz, in any case of letters."""
    accepted = {spelling + ending for spelling in (file, file.replace("-idx", ".idx")) for ending in _endings(gz)}
    try:
        names = sorted(os.listdir(place), key=lambda name: (name != file, name))  # the plain name goes first
    except OSError:
        return None
    return next((place / name for name in names if name.lower() in accepted and os.path.isfile(place / name)), None)


def _endings(gz: bool) -> tuple[str, ...]:
    return ("", ".gz") if gz else ("",)
