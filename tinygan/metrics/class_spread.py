"""The spread of each class of labelled points, and its distance from the class in the data.

A conditional generator can put every sample into its class and still lose the variety within the class.
"""

from typing import Any

import numpy as np

from tinygan.data import Source
from tinygan.metrics.measure import Measure
from tinygan.metrics.wasserstein import wasserstein1
from tinygan.nn.minibatch import Labelled

PAIRED = 1000  # points of a class in an assignment, except on the line, where all are

COLUMNS = {"class_std": "class std", "class_wasserstein1": "class W1"}


def class_spread(source: Source, samples: Labelled, *, seed: int = 0) -> list[Measure]:
    """The measures class_std and class_wasserstein1, in all (the mean over classes) and by class.

    class_std: the root mean square of a coordinate's distance from the mean of its class.
    class_wasserstein1: the exact Wasserstein-1 distance from as many true points of the class.
    source: the data, unlabelled.   samples: points with their classes.   seed: of the true points.
    The list is empty unless the data are a mixture, of which any number of points of a class can be drawn. A class
    without samples is left out.
    """
    if source.components is None or not source.classes:
        return []
    x, y = np.asarray(samples.x, np.float64), np.asarray(samples.y)
    stds, distances = [], []
    for label, name in enumerate(source.classes):
        own = x[y == label]
        if not len(own):
            continue
        true, others = _true(source, label, len(own), np.random.default_rng([seed, 3, label]))
        n = len(own) if x.shape[1] == 1 else min(len(own), PAIRED)
        stds.append(Measure(name, _std(own), _std(true), len(own)))
        distances.append(Measure(name, wasserstein1(own[:n], true[:n]), wasserstein1(others[:n], true[:n]), n))
    return [
        _mean("class_std", stds, "standard deviation within a class"),
        _mean("class_wasserstein1", distances, "Wasserstein-1 distance of a class"),
    ]


def _true(source: Any, label: int, n: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Two sets of n true points of a class."""
    centres, std, _ = source.components
    noise = rng.standard_normal((2, n, centres.shape[1]))
    first, second = centres[label] + np.broadcast_to(np.asarray(std), len(centres))[label] * noise
    return first, second


def _std(points: Any) -> float:
    return float(np.sqrt(np.mean((points - points.mean(axis=0)) ** 2)))


def _mean(name: str, by_class: list[Measure], title: str) -> Measure:
    """The mean over the classes, with the measures of each."""
    value, floor = (float(np.mean([getattr(each, field) for each in by_class])) for field in ("value", "floor"))
    return Measure(
        name, value, floor, sum(each.points for each in by_class), tuple(by_class), title, column=COLUMNS[name]
    )
