"""How good samples are."""

from tinygan.metrics.divergence import histogram_js, jensen_shannon
from tinygan.metrics.evaluate import PAIRED_IMAGES, Measure, evaluate
from tinygan.metrics.modes import Modes, modes
from tinygan.metrics.wasserstein import wasserstein1

__all__ = [
    "PAIRED_IMAGES",
    "Measure",
    "Modes",
    "evaluate",
    "histogram_js",
    "jensen_shannon",
    "modes",
    "wasserstein1",
]
