"""Checkpoints at regular intervals, so that a crash loses only seconds of a run."""

import time
from collections.abc import Callable

from tinygan.training import Step


class Checkpoints:
    """Calls save() after an iteration if `seconds` have passed since the last call, and at the end."""

    def __init__(self, save: Callable[[], None], seconds: float = 20.0):
        self.save, self.seconds = save, seconds
        self.saved = time.monotonic()

    def __call__(self, step: Step) -> None:
        if step.last and time.monotonic() - self.saved >= self.seconds:
            self.save()
            self.saved = time.monotonic()

    def close(self) -> None:
        self.save()
