"""Reading and writing of files: atomic writes, and errors that name the path.

Where something other than a regular file is found, such as a folder or a pipe, nothing is read or written.
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
_LEFTOVER = re.compile(r"\.(.+)\.tinygan-[0-9a-f]{8}")  # the name of an unfinished file


def standing(path: AnyPath) -> str:
    """The kind of what is at `path`, such as "a directory"; "" for a file, or for nothing.

    Symbolic links are followed.
    """
    try:
        return _KINDS.get(stat.S_IFMT(os.stat(path).st_mode), "")
    except OSError as error:
        return "a symbolic link that leads to itself" if error.errno == errno.ELOOP else ""


def expect_file(path: AnyPath) -> None:
    """Raises SettingError if there is something other than a file at `path`, which is to be written."""
    if kind := standing(path):
        raise SettingError(
            f"{path} is expected to be a file, or nothing yet, but {kind} stands there; move it, or name another"
        )


def expect_writable(path: AnyPath) -> None:
    """Raises SettingError or RunError if no file can be written at `path`. To be called before work, not after it."""
    expect_file(path)
    with failures_named(path):
        folder = Path(os.path.realpath(path)).parent
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def opened(path: AnyPath) -> IO[bytes]:
    """The file at `path`, open for reading.

    Raises RunError if it is something other than a file (a read from a pipe might wait for ever) or may not be read,
    FileNotFoundError if it does not exist.
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
    """The content of the file at `path`. Raises errors as `opened` does."""
    with opened(path) as file:
        try:
            return file.read()
        except OSError as error:
            raise RunError(f"cannot read {path}: {error.strerror or error}") from None


@contextlib.contextmanager
def failures_named(path: AnyPath) -> Iterator[None]:
    """While the block runs, an OSError becomes a RunError that `path` could not be written."""
    try:
        yield
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


@contextlib.contextmanager
def atomic(path: AnyPath, mode: str = "wb") -> Iterator[IO]:
    """A new file that replaces the one at `path` when the block ends without an error; else `path` is unchanged.

    mode: "wb", or "w" for text in UTF-8.   A symbolic link is followed, and permissions are kept.
    """
    expect_file(path)
    real = Path(os.path.realpath(path))
    temporary = real.with_name(f".{real.name}.tinygan-{secrets.token_hex(4)}")  # matches _LEFTOVER
    with failures_named(path):
        real.parent.mkdir(parents=True, exist_ok=True)
        try:
            # open, unlike tempfile, gives the permissions of the umask and the folder
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
    """Gives the file at `path` the permissions in `mode`, if the file system has permissions."""
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IMODE(mode))


def _settle(file: IO) -> None:
    """Flushes the file to the disk, if the file system can do that."""
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise


def append(path: AnyPath, text: str) -> None:
    """Appends `text`, in UTF-8, to the file at `path`."""
    expect_file(path)
    with failures_named(path), open(path, "a", encoding="utf-8") as file:
        file.write(text)


def locked(folder: AnyPath) -> int | None:
    """An open handle that locks the folder until it is closed; None where there are no locks.

    The lock is the operating system's, on the folder itself: it leaves no file, and ends with the process.
    Raises RunError if another process has the lock.
    """
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


def leftovers(folder: Path, names: re.Pattern[str]) -> list[Path]:
    """The unfinished files that `atomic` has left in `folder` because its process was killed, for these names."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        match = _LEFTOVER.fullmatch(path.name)
        if match and names.fullmatch(match[1]) and path.is_file() and not path.is_symlink():
            found.append(path)
    return found
