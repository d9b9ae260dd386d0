"""Recipes side by side, from the same seeds and so on the same minibatches and noise: measures, tables, a picture."""

from tinygan.comparison.comparison import Comparison, Failures, compare
from tinygan.comparison.outcome import Outcome
from tinygan.comparison.table import Row, rows

__all__ = ["Comparison", "Failures", "Outcome", "Row", "compare", "rows"]
