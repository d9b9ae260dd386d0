"""Checks of labels, made once, on the host, where labels enter the package; no layer and no loss repeats them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.errors import DataError, SettingError, nearest

_MOST = 20  # names that an error lists


def as_labels(labels: Any) -> NDArray[np.int64]:
    """Labels of any integer type as int64. Raises DataError if they are not whole numbers."""
    try:
        array = np.asarray(labels)
    except Exception as problem:  # an array on a GPU, a list of unequal rows
        raise DataError(f"labels: expected an array of whole numbers, got {type(labels).__name__}") from problem
    if array.dtype.kind not in "iu":
        raise DataError(
            f"labels: expected whole numbers 0..K-1, got {array.dtype}; np.unique(y, return_inverse=True)[1] has them"
        )
    return array.astype(np.int64, copy=False)


def class_names(
    name: str, count: int, labels: NDArray[np.int64] | None, classes: Sequence[str] = ()
) -> tuple[str, ...]:
    """The names of the classes of `count` examples: those given, or "0", "1", ...; () without labels.

    Raises DataError if labels are not int64 (count,) in 0..K-1 for K names, or if a name is empty or occurs twice.
    Without names each of 0..K-1 must occur.
    """
    if labels is None:
        return ()
    if labels.dtype != np.int64 or labels.shape != (count,):
        got = f"{labels.dtype} {labels.shape}"
        raise DataError(f"{name}: expected labels as int64 ({count},), one for each example, got {got}")
    least, most = int(labels.min()), int(labels.max())
    if not classes:
        found = np.unique(labels)
        if least < 0 or len(found) <= most:
            missing = next(i for i, label in enumerate([*found, -1]) if i != label)
            raise DataError(
                f"{name}: expected labels 0..K-1, got some from {least} to {most}, and none of class {missing}; "
                "name the classes, or number them by np.unique(y, return_inverse=True)[1]"
            )
        return tuple(map(str, range(most + 1)))
    if not all(isinstance(each, str) and each for each in classes) or len({*classes}) < len(classes):
        raise DataError(f"{name}: expected names of classes that differ, got {listed(classes)}")
    if least < 0 or most >= len(classes):
        raise DataError(f"{name}: expected labels 0 to {len(classes) - 1}, got some from {least} to {most}")
    return tuple(classes)


def label_of(wanted: int | str, classes: Sequence[str]) -> int:
    """The label of the class with this name or, where no class has that name, this number.

    Raises SettingError, which names the nearest class and all, if there is no such class.

    >>> label_of("dog", ("cat", "dog")), label_of("0", ("cat", "dog"))
    (1, 0)
    """
    numbers = [str(label) for label in range(len(classes))]
    for known in (list(classes) if isinstance(wanted, str) else [], numbers):
        if str(wanted) in known:
            return known.index(str(wanted))
    near = nearest(wanted, classes) if isinstance(wanted, str) else ""
    perhaps = f", perhaps {near!r}" if near else ""
    raise SettingError(
        f"no class {str(wanted)!r}{perhaps}; "
        f"choose one of {listed(classes)}, or its number from 0 to {len(classes) - 1}"
    )


def in_classes(classes: Sequence[str]) -> str:
    """The end of a description: " in 3 classes", " in 1 class", or "" without classes."""
    return f" in {len(classes)} class{'es' if len(classes) > 1 else ''}" if classes else ""


def listed(classes: Sequence[str]) -> str:
    """The names separated by commas; of more than 20 the first 19 and the last."""
    if len(classes) <= _MOST:
        return ", ".join(map(str, classes))
    return f"{', '.join(map(str, classes[: _MOST - 1]))}, ... {classes[-1]}"
