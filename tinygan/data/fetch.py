"""Fetching a data set into a folder where the loaders find it: mirrors in turn, every file verified before it is named.

pooch compares the SHA-256 and moves a file to its name; the transfer itself can be resumed (transfer.py).
"""

import contextlib
import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tinygan.data.downloads import DOWNLOADS, Archive, Published, Zipped
from tinygan.data.places import destination
from tinygan.data.transfer import HTTPS, Refused, Report, Transfer, Unavailable
from tinygan.disk import atomic, failures_named, locked
from tinygan.errors import DataError, SettingError, TinyganError

CHUNK = 1 << 20  # bytes
SUMS = "SHA256SUMS"  # the file in which those of an archive's members are kept, as nobody has published them
UNFINISHED = ".unfinished"  # the folder, beside the files, of all that is not yet verified


def fetch(
    name: str,
    data_dir: str | Path | None = None,
    *,
    report: Report | None = None,
    published: Published | None = None,
    schemes: Sequence[str] = HTTPS,
) -> tuple[Path, bool]:
    """The folder of the data set called `name`, once all its files are there, and whether one had to be fetched.

    data_dir: the folder above; without it the one that TINYGAN_DATA names, else the platform's folder for caches.
    published, schemes: replace the entry of DOWNLOADS and the schemes of addresses, for a server of your own.
    Raises SettingError if the extra `fetch` is missing, DataError if no mirror gives a file, or if another file has
    its name, RunError if the folder cannot be written.
    """
    try:
        import pooch  # noqa: F401

        top = destination(data_dir)
    except ImportError:
        raise SettingError("--fetch needs the extra fetch: pip install 'tinygan[fetch]'") from None
    published = published or DOWNLOADS[name]
    folder = top / published.folder
    if all([_present(name, file, folder) for file in published.files]):  # a list: every file is examined first
        return folder, False
    work = folder / UNFINISHED
    with failures_named(folder):
        if work.is_symlink():  # what it leads to is not ours
            work.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, work):
            for file in published.files:
                if not _present(name, file, folder):
                    _Fetching(name, file, folder, published, report, schemes).run()
            shutil.rmtree(work, ignore_errors=True)
    return folder, True


@contextlib.contextmanager
def _alone(folder: Path, work: Path) -> Iterator[None]:
    """While the block runs, no other process fetches to `folder`, and there is the folder `work`; it goes if empty."""
    handle = locked(folder)
    try:
        work.mkdir(exist_ok=True)
        yield
    finally:
        with contextlib.suppress(OSError):
            work.rmdir()
        if handle is not None:
            os.close(handle)


class _Fetching:
    """The fetching of one file that is served."""

    def __init__(
        self,
        name: str,
        file: Zipped | Archive,
        folder: Path,
        published: Published,
        report: Report | None,
        schemes: Sequence[str],
    ):
        self.name, self.file, self.published = name, file, published
        self.folder, self.work = folder, folder / UNFINISHED
        self.report, self.schemes = report, schemes

    def run(self) -> None:
        """Tries the mirrors, one after another. Raises DataError with a reason for each if all fail."""
        reasons: dict[str, list[str]] = {}
        for mirror in self.published.mirrors:
            address = mirror + self.file.served
            part = self._part(address)
            try:
                self._retrieved(address, part)
            except (Unavailable, Refused) as error:
                if isinstance(error, Refused):
                    part.unlink(missing_ok=True)
                reasons.setdefault(str(error), []).append(urlsplit(address).netloc)
            else:
                for each in self.published.mirrors:
                    self._part(each + self.file.served).unlink(missing_ok=True)
                return
        words = "; ".join(f"{', '.join(hosts)}: {reason}" for reason, hosts in reasons.items())
        names = ", ".join(self.published.names)
        gz = ", plain or .gz," if isinstance(self.file, Zipped) else ""
        raise DataError(
            f"{self.name}: {self.file.served} could not be fetched ({words}); "
            f"try again, or put {names}{gz} into {self.folder}"
        )

    def _part(self, address: str) -> Path:
        """The file of an unfinished transfer; each address has its own, because mirrors may pack differently."""
        return self.work / f"{self.file.served}.{hashlib.sha256(address.encode()).hexdigest()[:8]}.part"

    def _retrieved(self, address: str, part: Path) -> None:
        """Fetches the file from one mirror. Raises Unavailable or Refused."""
        import pooch

        file, transfer = self.file, Transfer(self.file.served, part, self.file.packed, self.schemes, self.report)

        def download(address: str, output: str, _: Any) -> None:
            transfer(address)
            with failures_named(self.folder):
                if isinstance(file, Zipped):
                    _unzip(part, Path(output), file.size)
                else:
                    os.replace(part, output)

        kept = file.name if isinstance(file, Zipped) else file.served
        try:
            with _quiet(pooch.get_logger()):
                pooch.retrieve(address, f"sha256:{file.sha256}", fname=kept, path=self.work, downloader=download)
        except TinyganError:
            raise
        except ValueError:  # pooch's, for a wrong hash
            raise Refused("SHA-256 is not that of the published file") from None
        if isinstance(file, Archive):
            _unpack(self.work / kept, file, self.folder)
        else:
            os.replace(self.work / kept, self.folder / kept)


def _present(name: str, file: Zipped | Archive, folder: Path) -> bool:
    """Whether `folder` has all that is kept of `file`, plain or .gz. Raises DataError if another file has its name."""
    if isinstance(file, Archive):
        found, sums = [path for each in file.names if os.path.lexists(path := folder / each)], _sums(folder)
        good = [path.is_file() and _sha256(path, file.size) == sums.get(path.name) for path in found]
    else:
        found = [path for each in (file.name, file.served) if os.path.lexists(path := folder / each)]
        good = [path.is_file() and _sha256(path, file.size) == file.sha256 for path in found]
    for path, is_good in zip(found, good, strict=True):
        if not is_good:
            raise DataError(f"{name}: {path} is not the published file; move it to another folder, and fetch again")
    return len(found) >= len(file.names)


def _sha256(path: Path, size: int) -> str:
    """The SHA-256 of a file of `size` bytes, unpacked if it is a .gz; "" if it is damaged or of another size."""
    digest, done = hashlib.sha256(), 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            while piece := file.read(min(CHUNK, size + 1 - done)):
                digest.update(piece)
                done += len(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return ""
    return digest.hexdigest() if done == size else ""


def _unzip(source: Path, target: Path, size: int) -> None:
    """Unpacks a gzip of at most `size` bytes. Raises Refused if it is damaged or holds more; no more is unpacked."""
    done = 0
    try:
        target.unlink()  # pooch made one that only its owner may read
        with gzip.open(source) as packed, target.open("xb") as file:
            while piece := packed.read(min(CHUNK, size + 1 - done)):
                done += len(piece)
                if done > size:
                    raise Refused(f"it unpacks to more than the {size:,} bytes that are expected")
                file.write(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Refused("it sends no whole gzip") from None


def _unpack(source: Path, archive: Archive, folder: Path) -> None:
    """Moves the members of a verified archive that `folder` lacks to it, by their own names, and removes the archive.

    Raises Refused if it is no archive or lacks a member of the right size.
    """
    names = dict(zip(archive.members, archive.names, strict=True))
    wanted = {member for member, name in names.items() if not (folder / name).exists()}
    try:
        with tarfile.open(source, "r:gz") as tar:
            for member in tar:
                if member.name in wanted and member.isfile() and member.size == archive.size:
                    content: Any = tar.extractfile(member)
                    whole = source.parent / names[member.name]
                    with atomic(whole) as file:
                        shutil.copyfileobj(content, file, CHUNK)
                    _note_sum(folder, whole.name, _sha256(whole, archive.size))
                    os.replace(whole, folder / whole.name)
                    wanted.remove(member.name)
                if not wanted:
                    break
    except (tarfile.TarError, EOFError, zlib.error):
        pass  # what it lacks is said below
    source.unlink()
    if wanted:
        raise Refused(f"the archive lacks {', '.join(sorted(wanted))}")


def _sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of the files of `folder` that came out of a verified archive, by name, as `sha256sum` writes them."""
    path = folder / SUMS
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _note_sum(folder: Path, name: str, digest: str) -> None:
    with atomic(folder / SUMS, "w") as file:
        file.writelines(f"{each}  {of}\n" for of, each in sorted({**_sums(folder), name: digest}.items()))


@contextlib.contextmanager
def _quiet(logger: Any) -> Iterator[None]:
    """While the block runs, pooch does not log the addresses that it is given."""
    level = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(level)
