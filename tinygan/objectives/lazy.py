"""Lazy regularization: a term that is computed in every n-th iteration only; Karras et al. 2020."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.objectives.memory import number, remembered
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class Lazy(Term):
    """every * term in the first of each `every` iterations, and 0 in the others; arXiv 1912.04958, appendix B.

    It saves time: StyleGAN2 has R1 in every 16th iteration. Huang et al. 2024 report that R1 and R2 in every 8th fail
    on points and on stacked MNIST; docs/stacked_mnist.md has our trials.

    every: a whole number.   t: the iterations so far.
    """

    term: Term
    every: int = number(8, least=1.0)
    t: int = remembered(0, least=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.term, Term):
            raise SettingError(f"Lazy: expected a term such as R1(10.0), got {self.term!r}")
        if not hasattr(self.every, "__index__"):
            raise SettingError(f"every is expected to be a whole number, got {self.every!r}")

    @property
    def active(self) -> bool:
        """Whether the term counts in this iteration."""
        return self.t % self.every == 0

    @property
    def slopes_at(self) -> frozenset[str]:  # type: ignore[override]
        return self.term.slopes_at if self.active else frozenset()

    @property
    def vanishes(self) -> bool:  # type: ignore[override]
        return self.term.vanishes

    def d(self, turn: Turn) -> Array:
        """every * term.d, or 0."""
        return self._weighted(self.term.d, turn)

    def g(self, turn: Turn) -> Array:
        """every * term.g, or 0."""
        return self._weighted(self.term.g, turn)

    def _weighted(self, loss: Any, turn: Turn) -> Array:
        return self.every * loss(turn) if self.active else 0.0

    def remember(self, turn: Turn) -> Self:
        return dataclasses.replace(self, term=self.term.remember(turn), t=self.t + 1)

    def measures(self, turn: Turn) -> dict[str, Any]:
        return self.term.measures(turn)
