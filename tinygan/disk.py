"""Files, read and written only where a file stands or may stand; written in one piece or not at all.

Every failure names the file.
"""

import contextlib
import errno
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tinygan.errors import RunError, SettingError

AnyPath = str | os.PathLike[str]

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_LEFTOVER = re.compile(r"\.(.+)\.tinygan-[0-9a-f]{8}")  # so that nobody else's file is taken for one


def standing(path: AnyPath) -> str:
    """The kind of thing at `path` that is no file, such as "a directory"; "" for a file, or for nothing.

    Symbolic links are followed.
    """
    try:
        return _KINDS.get(stat.S_IFMT(os.stat(path).st_mode), "")
    except OSError as error:
        return "a symbolic link that leads to itself" if error.errno == errno.ELOOP else ""


def expect_file(path: AnyPath) -> None:
    """Raises SettingError if something that is no file stands at `path`, where a file is to be written."""
    if kind := standing(path):
        raise SettingError(
            f"{path} is expected to be a file, or nothing yet, but {kind} stands there; move it, or name another"
        )


def expect_writable(path: AnyPath) -> None:
    """Raises SettingError or RunError if no file can be written at `path`: better before an hour of work than after."""
    expect_file(path)
    with failures_named(path):
        folder = Path(os.path.realpath(path)).parent
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def opened(path: AnyPath) -> IO[bytes]:
    """The file at `path`, to be read.

    Raises RunError for what is no file, such as a named pipe, which would keep us waiting for ever, and for a file that
    may not be read; FileNotFoundError if nothing is there.
    """
    if kind := standing(path):
        raise RunError(f"cannot read {path}: a file is expected there, but it is {kind}")
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RunError(f"cannot read {path}: {error.strerror or error}") from None


def read(path: AnyPath) -> bytes:
    """All that is in the file at `path`; raises as `opened` does."""
    with opened(path) as file:
        try:
            return file.read()
        except OSError as error:
            raise RunError(f"cannot read {path}: {error.strerror or error}") from None


@contextlib.contextmanager
def failures_named(path: AnyPath) -> Iterator[None]:
    """While the block runs, an OSError becomes a RunError that says what could not be written: `path`."""
    try:
        yield
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


@contextlib.contextmanager
def atomic(path: AnyPath, mode: str = "wb") -> Iterator[IO]:
    """A file that appears at `path`, in one piece, when the block ends well, and never otherwise.

    mode: "wb", or "w" for text in UTF-8.   A symbolic link stays, and what it names is written; who may read and write
    it stays too.
    """
    expect_file(path)
    real = Path(os.path.realpath(path))
    temporary = real.with_name(f".{real.name}.tinygan-{secrets.token_hex(4)}")  # as `leftovers` knows it
    with failures_named(path):
        real.parent.mkdir(parents=True, exist_ok=True)
        try:
            # made by open, and not by tempfile, so that the umask and the folder decide who may read it
            with temporary.open(mode.replace("w", "x"), encoding=None if "b" in mode else "utf-8") as file:
                if real.exists():
                    _permit(temporary, real.stat().st_mode)
                yield file
                file.flush()
                _settle(file)
            temporary.replace(real)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _permit(path: Path, mode: int) -> None:
    """Give the file at `path` the permissions in `mode`, where the file system has such."""
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IMODE(mode))


def _settle(file: IO) -> None:
    """Have the file on the disk itself, where the file system can do that."""
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise


def append(path: AnyPath, text: str) -> None:
    """Write `text`, in UTF-8, at the end of the file at `path`."""
    expect_file(path)
    with failures_named(path), open(path, "a", encoding="utf-8") as file:
        file.write(text)


def leftovers(folder: Path, names: re.Pattern[str]) -> list[Path]:
    """The files that `atomic` leaves in `folder` when its process is killed while it writes one of these names."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        match = _LEFTOVER.fullmatch(path.name)
        if match and names.fullmatch(match[1]) and path.is_file() and not path.is_symlink():
            found.append(path)
    return found
