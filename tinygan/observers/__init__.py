"""Consumers of a run: each is called with every Step, and closed at the end. Algorithm 1 knows none of them."""

from typing import Protocol

from tinygan.training import Step


class Observer(Protocol):
    """What watches a run."""

    def __call__(self, step: Step) -> None:
        """Look at one step; it must not change it."""

    def close(self) -> None:
        """The run has ended, or was stopped; not called after a failure."""
