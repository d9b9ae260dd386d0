"""Demonstrations for lectures: experiments that are shown while they run."""

from tinygan.demos.demo import Demo, Frame
from tinygan.demos.table import DECKS, DEMOS

__all__ = ["DECKS", "DEMOS", "Demo", "Frame"]
