"""An index of an array, as NumPy reads it, made ready for the device that the array is on."""

from typing import Any

import numpy as np


def on_device(xp: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """`index` with its host arrays moved to the device, which would wrap an index out of range where NumPy raises."""
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
    """One entry of an index, a list in it as an array: of whole numbers if it is empty, as NumPy takes it."""
    if not isinstance(entry, (list, tuple)):
        return entry
    array = np.asarray(entry)
    return array if array.size else array.astype(int)


def _span(entry: Any) -> int:
    """How many axes of the array an entry of its index stands for; an Ellipsis stands for those that are left."""
    if entry is None or entry is Ellipsis or isinstance(entry, (bool, np.bool_)):
        return 0
    return entry.ndim if is_mask(entry) else 1


def is_mask(x: Any) -> bool:
    """Whether `x` is an array of truth values."""
    return hasattr(x, "dtype") and x.dtype.kind == "b"
