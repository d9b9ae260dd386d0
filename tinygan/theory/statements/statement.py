"""A statement of a paper, and the numbers by which it is checked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

EXACT = 1e-6  # the difference up to which a computed number is the closed form


class Check(NamedTuple):
    """A number that the statement gives, and the same number as computed in another way.

    tolerance: the largest difference. A number that comes out of training has that of several seeds.
    """

    case: str
    expected: float
    computed: float
    tolerance: float = EXACT

    @property
    def difference(self) -> float:
        """The distance of the two; 0 if both are the same infinity."""
        return 0.0 if self.expected == self.computed else abs(self.expected - self.computed)

    @property
    def ok(self) -> bool:
        return self.difference <= self.tolerance  # False for a number that is none


@dataclass(frozen=True)
class Statement:
    """One statement: its name on the command line, its words, and where it stands.

    checks: computes it.   draw: makes its picture, a figure.
    """

    name: str
    words: str
    source: str
    checks: Callable[[], list[Check]]
    draw: Callable[[], Any]
