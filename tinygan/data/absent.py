"""Data that are not there, in the place of those a run was trained on: samples of G need none of them."""

from collections.abc import Sequence
from math import prod
from typing import Any

from tinygan.data.files import LIMIT
from tinygan.errors import DataError


class Absent:
    """A data set of which only the name and the shape of one example are known; both the source and its minibatches.

    It keeps the state that it is given. Raises DataError for what is no shape, and if a minibatch is asked of it.
    """

    def __init__(self, name: str, shape: Sequence[int]):
        if any(type(size) is not int or size < 1 for size in shape) or prod(shape) > LIMIT:
            raise DataError(f"{name}: expected the shape of one example, whole numbers from 1 on, got {shape!r}")
        self.name, self.shape = name, tuple(shape)
        self._state: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Absent({self.name!r}, examples of {' x '.join(map(str, self.shape))})"

    def __call__(self, m: int) -> Any:
        raise DataError(f"{self.name}: this run was loaded without its data; load it with them to go on")

    def state(self) -> dict[str, Any]:
        """The state that `restore` was given."""
        return self._state

    def restore(self, state: dict[str, Any]) -> None:
        """Keep `state`."""
        self._state = state
