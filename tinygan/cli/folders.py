"""The folders that commands make and go on with."""

from pathlib import Path

from tinygan.errors import RunError, SettingError


def newest(parent: Path, kept: str, what: str, named: str) -> Path:
    """The folder in `parent` whose file `kept` is the newest.

    Raises RunError, which calls it a `what` and says how it can be `named`, if there is none.
    """
    found = sorted(parent.glob(f"*/{kept}"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise RunError(f"no {what} to resume in {parent}/; name one: --resume {named}")
    return found[-1].parent


def asked_for(out: str) -> Path:
    """The folder that --out names; raises SettingError if it is a file, or nothing."""
    folder = Path(out)
    if not out or (folder.exists() and not folder.is_dir()):
        raise SettingError(f"--out names a folder, got {out!r}" + (", a file" if out else ""))
    return folder
