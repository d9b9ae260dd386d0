"""The search for a data set's files, and the errors if they are not found."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from tinygan.data.places import VARIABLE, searched
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
    """The paths of the files `wanted`, and of the `optional` ones that exist, by name.

    The search goes through `folders` under root, then root itself. All files are taken from the first folder that has
    one of them.

    root: the user's --data-dir. Without it the search goes through `folders` under the folder that TINYGAN_DATA names,
    through `folders` under the cache, and through the absolute ones of `folders`.
    gz: whether a file may also end in .gz.
    Raises DataError, with the folders that were searched, if a wanted file is missing.
    """
    own = [folder for folder in folders if not Path(folder).is_absolute()]
    places = [top / folder for top in searched(root) for folder in own]
    if root is None:
        places += [Path(folder) for folder in folders if Path(folder).is_absolute()]
    else:
        places += searched(root)
    fetched = f"or fetch them: {_fetching(name, root)}; or use --data digits, which needs none"
    for place in places:
        found = {file: path for file in (*wanted, *optional) if (path := _present(place, file, gz))}
        if found:
            if missing := [file for file in wanted if file not in found]:
                raise DataError(f"{name}: {place} lacks {', '.join(missing)}; put them there, {fetched}")
            return found
    problem = (
        f"no {wanted[0]}{'[.gz]' if gz else ''} in {', '.join(map(str, places))}"
        if places
        else "its files do not come with tinygan"
    )
    raise DataError(
        f"{name}: {problem}; name their folder with --data-dir DIR, put them in DIR of {VARIABLE}=DIR, {fetched}"
    )


def absolute(data_dir: str | Path) -> str:
    """The absolute path of a data set's folder. Raises SettingError if its name is empty."""
    if not os.fspath(data_dir):
        raise SettingError("--data-dir names a folder, got ''; a dot names the one you are in")
    return os.path.abspath(os.path.expanduser(data_dir))


def check_split(name: str, split: str) -> None:
    """Raises DataError if `split` is not train or test."""
    if split not in SPLITS:
        raise DataError(f"{name}: no split {split!r}; choose train or test")


def reason(problem: Exception) -> str:
    """The message of an error in reading a file, in one line, without the file's name."""
    words = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return " ".join(words.split()) or type(problem).__name__


def _fetching(name: str, root: str | Path | None) -> str:
    """The command that fetches the data set called `name` to where it is searched for."""
    words = ["tinygan", "data", name, "--fetch"]
    return shlex.join(words if root is None else [*words, "--data-dir", os.fspath(root)])


def _present(place: Path, file: str, gz: bool) -> Path | None:
    """The path of `file` in `place` as an archive may spell it: -idx or .idx, plain or .gz, in upper or lower case."""
    accepted = {spelling + ending for spelling in (file, file.replace("-idx", ".idx")) for ending in _endings(gz)}
    try:
        names = sorted(os.listdir(place), key=lambda name: (name != file, name))  # the plain name goes first
    except OSError:
        return None
    return next((place / name for name in names if name.lower() in accepted and os.path.isfile(place / name)), None)


def _endings(gz: bool) -> tuple[str, ...]:
    return ("", ".gz") if gz else ("",)
