"""What a run is on disk: named arrays and plain values in one file, written whole or not at all.

The file is an uncompressed .npz that needs no pickle; the values travel as JSON beside the arrays. PCG64's state is
made of large integers, which JSON holds exactly.
"""

import contextlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from tinygan.backend import to_host
from tinygan.errors import RunError

_VALUES = "values.json"


@contextlib.contextmanager
def atomic(path: Path, mode: str = "wb") -> Iterator[IO]:
    """A file that appears at `path`, in one piece, when the block ends well, and never otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        os.fchmod(handle, 0o644)
        with os.fdopen(handle, mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def expect_writable(path: Path) -> None:
    """Raises RunError if no file can be written at `path`: better before an hour of work than after it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror}") from None


def save(path: Path, arrays: dict[str, Any], values: dict[str, Any]) -> None:
    """Write `arrays` (from any device) and JSON-able `values` to `path`.

    Raises RunError, and leaves `path` as it was, if an array is not finite.
    """
    host = {name: to_host(array) for name, array in arrays.items()}
    for name, array in host.items():
        if not np.isfinite(array).all():
            raise RunError(
                f"{name} holds numbers that are not finite: the run has diverged; try a lower learning rate. "
                f"{path} is as it was"
            )
    text = np.frombuffer(json.dumps(values).encode(), np.uint8)
    with atomic(path) as file:
        np.savez(file, allow_pickle=False, **{_VALUES: text}, **host)


def load(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, values) as `save` was given them; raises RunError if the file is missing or damaged."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        values = json.loads(arrays.pop(_VALUES).tobytes())
    except FileNotFoundError:
        raise RunError(f"no checkpoint at {path}") from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise RunError(f"{path} is damaged or no checkpoint: {error}") from None
    return arrays, values
