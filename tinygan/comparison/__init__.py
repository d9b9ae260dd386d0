"""Comparisons of recipes on the same seeds, so on the same minibatches and noise: measures, tables, pictures."""

from tinygan.comparison.comparison import Comparison
from tinygan.comparison.outcome import Outcome
from tinygan.comparison.table import Row, rows

__all__ = ["Comparison", "Outcome", "Row", "rows"]
