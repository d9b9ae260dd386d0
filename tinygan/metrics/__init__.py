"""Measures of samples: modes, divergences, distances, and the accuracy of their classes."""

from tinygan.metrics.classes import class_measures
from tinygan.metrics.classifier import Classifier
from tinygan.metrics.divergence import histogram_js, jensen_shannon
from tinygan.metrics.error_rate import error_rate
from tinygan.metrics.evaluate import evaluate
from tinygan.metrics.measure import Measure
from tinygan.metrics.modes import Modes, modes
from tinygan.metrics.wasserstein import wasserstein1

__all__ = [
    "Classifier",
    "Measure",
    "Modes",
    "class_measures",
    "error_rate",
    "evaluate",
    "histogram_js",
    "jensen_shannon",
    "modes",
    "wasserstein1",
]
