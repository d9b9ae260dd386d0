"""Measures of samples: modes, divergences, distances, features of a classifier, neighbours, and accuracy of classes."""

from tinygan.metrics.birthday import duplicate_distance, duplicates, support
from tinygan.metrics.class_spread import class_spread
from tinygan.metrics.classes import class_measures
from tinygan.metrics.classifier import Classifier, classifier_of, train_classifier
from tinygan.metrics.classifier_score import classifier_score
from tinygan.metrics.clusters import cluster_errors
from tinygan.metrics.density_coverage import DensityCoverage, density_coverage
from tinygan.metrics.divergence import histogram_js, jensen_shannon
from tinygan.metrics.error_rate import error_rate
from tinygan.metrics.evaluate import evaluate
from tinygan.metrics.frechet import frechet
from tinygan.metrics.gan_train import gan_train
from tinygan.metrics.kernel import kernel_distance
from tinygan.metrics.likelihood import elbo_measures, log_p_measures, reconstruction_error
from tinygan.metrics.measure import Measure
from tinygan.metrics.memorization import Memorization, memorization
from tinygan.metrics.modes import Modes, modes
from tinygan.metrics.neighbours import nearest
from tinygan.metrics.precision_recall import PrecisionRecall, precision_recall
from tinygan.metrics.sharpness import sharpness
from tinygan.metrics.sliced import sliced_wasserstein
from tinygan.metrics.stacked import Coverage, mode_coverage, stacked_measures
from tinygan.metrics.wasserstein import wasserstein1

__all__ = [
    "Classifier",
    "Coverage",
    "DensityCoverage",
    "Measure",
    "Memorization",
    "Modes",
    "PrecisionRecall",
    "class_measures",
    "class_spread",
    "classifier_of",
    "classifier_score",
    "cluster_errors",
    "density_coverage",
    "duplicate_distance",
    "duplicates",
    "elbo_measures",
    "error_rate",
    "evaluate",
    "frechet",
    "gan_train",
    "histogram_js",
    "jensen_shannon",
    "kernel_distance",
    "log_p_measures",
    "memorization",
    "mode_coverage",
    "modes",
    "nearest",
    "precision_recall",
    "reconstruction_error",
    "sharpness",
    "sliced_wasserstein",
    "stacked_measures",
    "support",
    "train_classifier",
    "wasserstein1",
]
