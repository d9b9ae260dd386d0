"""The folders that commands make, and resume in."""

from collections.abc import Callable
from pathlib import Path

from tinygan.errors import RunError, SettingError
from tinygan.folder import fresh


def newest(parent: Path, kept: str, what: str, named: str) -> Path:
    """The folder in `parent` whose file `kept` is the newest.

    Raises RunError if there is none.   what, named: words of the error, "run" and "RUN" for example.
    """
    found = sorted(parent.glob(f"*/{kept}"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise RunError(f"no {what} to resume in {parent}/; name one: --resume {named}")
    return found[-1].parent


def chosen(out: str | None, stem: Path, expect_free: Callable[[Path], None]) -> Path:
    """The folder that --out names, which may not exist yet; without --out a new one, named like `stem`.

    expect_free: raises an error if the folder holds something that has to stay.
    Raises SettingError if --out is a file, or empty.
    """
    if out is None:
        return fresh(stem)
    folder = Path(out)
    if not out or (folder.exists() and not folder.is_dir()):
        raise SettingError(f"--out names a folder, got {out!r}" + (", a file" if out else ""))
    expect_free(folder)
    return folder
