"""Weights in files of the safetensors format, under PyTorch's names: written for other programs, and read from them."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import disk, nn
from tinygan.errors import DataError, SettingError
from tinygan.export.pytorch import Entry, entries, plain
from tinygan.nn.minibatch import Minibatch

RUNNING = "running_mean", "running_var"
COUNTER = "num_batches_tracked"  # of PyTorch's batch norms; it has no effect there


def write(path: Path, module: Any, z: Minibatch, about: dict[str, str]) -> int:
    """Writes the arrays of a module, and words about it; returns their number.   z: some of its inputs."""
    arrays = {entry.name: entry.exported() for entry in entries(plain(module), z)}
    with disk.atomic(path) as file:
        file.write(_library().numpy.save(arrays, metadata=about))
    return len(arrays)


def read(path: Path) -> tuple[dict[str, NDArray], dict[str, str]]:
    """(arrays by name, words about them). Raises DataError if the file is missing, or no safetensors file."""
    library = _library()
    disk.expect_file(path)
    try:
        with library.safe_open(path, framework="np") as file:
            names = file.keys()
            return {name: file.get_tensor(name) for name in names}, file.metadata() or {}
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except Exception as error:  # the library's own, and NumPy's for a dtype that it lacks, such as bfloat16
        raise DataError(f"{path} is no safetensors file of float32 numbers: {error}") from None


def with_arrays(module: Any, z: Minibatch, arrays: dict[str, NDArray]) -> tuple[Any, dict[str, NDArray]]:
    """(the module with its parameters from `arrays`, the statistics of its batch norms by path).

    arrays: by PyTorch's names; words that all begin with, such as "main.", are left out, and so are running statistics
    of a module without any.
    Raises DataError, with the first array that differs, if they do not fit.
    """
    expected = {entry.name: entry for entry in entries(module, z)}
    given = {name: array for name, array in _named(arrays).items() if name in expected or not name.endswith(RUNNING)}
    _expect(given, expected)
    made = {entry.path: entry.imported(given[name]) for name, entry in expected.items()}
    statistics = {path: array for path, array in made.items() if path.rpartition(".")[2] in ("mean", "variance")}
    return nn.updated(module, {path: array for path, array in made.items() if path not in statistics}), statistics


def _named(arrays: dict[str, NDArray]) -> dict[str, NDArray]:
    """The arrays without first words that all names share, such as "module.main.", and without counters."""
    arrays = {name: array for name, array in arrays.items() if not name.endswith(COUNTER)}
    words = {name.partition(".")[0] for name in arrays}
    if len(words) == 1 and not any(word.isdigit() for word in words) and all(name.count(".") > 1 for name in arrays):
        return _named({name.partition(".")[2]: array for name, array in arrays.items()})
    return arrays


def _expect(given: dict[str, NDArray], expected: dict[str, Entry]) -> None:
    """Raises DataError if a name or a shape differs, or if a number is not finite."""
    for name, entry in expected.items():
        if name not in given:
            raise DataError(f"the file has no {name}, {entry.shape}; it has {', '.join(list(given)[:8])}")
        if given[name].shape != entry.shape:
            raise DataError(f"{name} is expected to be {entry.shape}, as {entry.path}, got {given[name].shape}")
        if given[name].dtype.kind != "f" or not np.isfinite(given[name]).all():
            raise DataError(f"{name} is expected to have finite floating-point numbers, got {given[name].dtype}")
    if unknown := [name for name in given if name not in expected]:
        raise DataError(f"the recipe's network has no {unknown[0]}, {given[unknown[0]].shape}")


def _library() -> Any:
    try:
        import safetensors
        import safetensors.numpy
    except ImportError:
        raise SettingError("safetensors files need the extra exchange: pip install 'tinygan[exchange]'") from None

    return safetensors
