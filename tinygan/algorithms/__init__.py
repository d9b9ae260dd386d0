"""Training loops beside Algorithm 1, each a generator of the same steps: stop criteria, and one player alone."""

from tinygan.algorithms.likelihood import maximize_likelihood
from tinygan.algorithms.stop_criteria import train_by_criteria

__all__ = ["maximize_likelihood", "train_by_criteria"]
