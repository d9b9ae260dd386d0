"""A property that is computed at its first use."""

from collections.abc import Callable
from typing import Any


class once:
    """A property that is computed at its first use.

    functools.cached_property of Python 3.11 would hold a lock, for all turns, in which ranks wait for each other.
    """

    def __init__(self, compute: Callable[[Any], Any]):
        self.compute, self.__doc__ = compute, compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = vars(instance)[self.name] = self.compute(instance)
        return value
