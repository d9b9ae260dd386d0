"""Consumers of a run: each is called with every Step, and closed at the end. Algorithm 1 knows none of them."""

import sys
from typing import Protocol

from tinygan.training import Step


class Observer(Protocol):
    """What watches a run."""

    def __call__(self, step: Step) -> None:
        """Look at one step; it must not change it."""

    def close(self) -> None:
        """The run has ended, was stopped, or has diverged; not called after another failure."""


def told(text: str) -> None:
    """Say what was left out although the run goes on, in a line on the error stream."""
    print(text, file=sys.stderr)
