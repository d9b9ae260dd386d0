"""Conversion of NumPy indices for an array on a device."""

from typing import Any

import numpy as np


def on_device(xp: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """`index` with its host arrays moved to the device of the indexed array, which has shape `shape`.

    Raises IndexError if an entry is out of range: CuPy would wrap it around.
    """
    if xp is np:
        return index
    entries = [_entry(e) for e in (index if isinstance(index, tuple) else (index,))]
    spans = [_span(e) for e in entries]
    axis = 0
    for i, (entry, span) in enumerate(zip(entries, spans, strict=True)):
        if isinstance(entry, np.ndarray):
            length = shape[axis] if axis < len(shape) else 0
            if entry.dtype.kind in "iu" and entry.size and not (-length <= entry.min() and entry.max() < length):
                raise IndexError(f"index out of range for an axis of length {length}")
            entries[i] = xp.asarray(entry)
        axis += len(shape) - sum(spans) if entry is Ellipsis else span
    return tuple(entries)


def _entry(entry: Any) -> Any:
    """An entry of an index; a list becomes an array, and an empty list an empty array of integers, as in NumPy."""
    if not isinstance(entry, (list, tuple)):
        return entry
    array = np.asarray(entry)
    return array if array.size else array.astype(int)


def _span(entry: Any) -> int:
    """The number of axes that an entry of an index consumes; 0 for an Ellipsis, which consumes the remaining axes."""
    if entry is None or entry is Ellipsis or isinstance(entry, (bool, np.bool_)):
        return 0
    return entry.ndim if is_mask(entry) else 1


def is_mask(x: Any) -> bool:
    """Whether `x` is a boolean array."""
    return hasattr(x, "dtype") and x.dtype.kind == "b"
