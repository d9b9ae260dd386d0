"""Observers of a run: each is called with every Step and closed at the end. Algorithm 1 does not depend on them."""

import sys
from typing import Protocol

from tinygan.training import Step


class Observer(Protocol):
    """An object that follows the steps of a run."""

    def __call__(self, step: Step) -> None:
        """Takes note of a step, which it must not change."""

    def close(self) -> None:
        """Called when the run has ended, was stopped, or has diverged; not called after another failure."""


def warn(text: str) -> None:
    """Prints a line about something that was left out, to standard error; the run continues."""
    print(text, file=sys.stderr)
