"""A function of the examples of a data set, a chunk at a time, so that memory does not grow with their number."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK = 500  # examples


def by_chunks(function: Callable[[Any], Any], source: Any, indices: Any = None) -> NDArray[Any]:
    """function(x) for all examples of a data set, or for those at `indices` (n,), as one array (n, ...).

    function: from examples (m, ...) to a host array (m, ...), m at most 500.
    """
    indices = np.arange(len(source)) if indices is None else np.asarray(indices)
    parts = np.array_split(indices, -(-len(indices) // CHUNK))
    return np.concatenate([function(source.examples(part)) for part in parts])
