"""Where a data set's files are looked for, and what to say when they are not there."""

import os
from collections.abc import Sequence
from pathlib import Path

from tinygan.errors import DataError

LIMIT = 2 << 30  # bytes: the most that one data set may take in memory
SPLITS = ("train", "test")


def locate(
    name: str, root: str | Path | None, folders: Sequence[str | Path], wanted: Sequence[str], gz: bool = True
) -> list[Path]:
    """The files `wanted`, all in the first of `folders` (under root) or root that holds any of them.

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
        found = [_plain_or_gz(place / file, gz) for file in wanted]
        if any(found):
            missing = [file for file, path in zip(wanted, found, strict=True) if path is None]
            if missing:
                raise DataError(f"{name}: {place} lacks {', '.join(missing)}; put it there, or use --data digits")
            return [path for path in found if path is not None]
    problem = (
        f"no {wanted[0]}{'[.gz]' if gz else ''} in {', '.join(map(str, places))}"
        if places
        else "tinygan has not got its files"
    )
    raise DataError(f"{name}: {problem}; name their folder with --data-dir DIR, or use --data digits, which needs none")


def check_split(name: str, split: str) -> None:
    """Raise DataError unless `split` is train or test."""
    if split not in SPLITS:
        raise DataError(f"{name}: no split {split!r}; choose train or test")


def _plain_or_gz(path: Path, gz: bool) -> Path | None:
    candidates = [path, path.with_name(path.name + ".gz")] if gz else [path]
    return next((candidate for candidate in candidates if os.path.isfile(candidate)), None)
