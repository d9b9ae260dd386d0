"""How good samples are."""

from tinygan.metrics.divergence import histogram_js, jensen_shannon
from tinygan.metrics.modes import Modes, modes

__all__ = ["Modes", "histogram_js", "jensen_shannon", "modes"]
