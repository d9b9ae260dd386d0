"""Checkpoints as a run goes, so that a crash costs seconds."""

import time
from collections.abc import Callable

from tinygan.training import Step


class Checkpoints:
    """Calls save() after an iteration once `seconds` have passed since the last time, and at the end."""

    def __init__(self, save: Callable[[], None], seconds: float = 20.0):
        self.save, self.seconds = save, seconds
        self.saved = time.monotonic()

    def __call__(self, step: Step) -> None:
        if step.last and time.monotonic() - self.saved >= self.seconds:
            self.save()
            self.saved = time.monotonic()

    def close(self) -> None:
        self.save()
