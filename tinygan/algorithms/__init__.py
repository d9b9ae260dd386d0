"""Other training loops, which yield the same steps as Algorithm 1: stop criteria, a single player, several ranks."""

from tinygan.algorithms.likelihood import maximize_likelihood
from tinygan.algorithms.parallel import in_parallel
from tinygan.algorithms.stop_criteria import train_by_criteria

__all__ = ["in_parallel", "maximize_likelihood", "train_by_criteria"]
