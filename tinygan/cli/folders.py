"""The folders that commands make, and resume in."""

from pathlib import Path

from tinygan.errors import RunError, SettingError


def newest(parent: Path, kept: str, what: str, named: str) -> Path:
    """The folder in `parent` whose file `kept` is the newest.

    Raises RunError if there is none.   what, named: words of the error, "run" and "RUN" for example.
    """
    found = sorted(parent.glob(f"*/{kept}"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise RunError(f"no {what} to resume in {parent}/; name one: --resume {named}")
    return found[-1].parent


def asked_for(out: str) -> Path:
    """The folder that --out names. Raises SettingError if it is a file, or if the name is empty."""
    folder = Path(out)
    if not out or (folder.exists() and not folder.is_dir()):
        raise SettingError(f"--out names a folder, got {out!r}" + (", a file" if out else ""))
    return folder
