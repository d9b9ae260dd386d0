"""Other training loops, which yield the same steps as Algorithm 1: stop criteria, and a single player."""

from tinygan.algorithms.likelihood import maximize_likelihood
from tinygan.algorithms.stop_criteria import train_by_criteria

__all__ = ["maximize_likelihood", "train_by_criteria"]
