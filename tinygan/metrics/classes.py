"""Whether samples of a conditional generator are of the class that it was given: what share, in all and by class.

Points of a mixture are classified by the nearest centre, images by a classifier that is trained on the data.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.data import Dataset, Source
from tinygan.errors import DataError
from tinygan.metrics.classifier import Classifier
from tinygan.metrics.measure import Measure
from tinygan.metrics.modes import deviations_from
from tinygan.nn.minibatch import Labelled


def class_measures(source: Source, samples: Labelled, *, seed: int = 0) -> list[Measure]:
    """class_accuracy: the share of samples that are taken for their class; of points also own_mode, see below.

    source: the data without labels in their examples.   samples: points or images, and the class asked for of each.
    seed: of the true examples whose score is the floor: fresh ones of a mixture, the test images of images.
    own_mode: the share of samples within 3 deviations of the centre of their mode.
    Raises DataError for images without labelled test images. Other data have no such measure: the list is empty.
    """
    if hasattr(source, "centres"):
        return _of_modes(source, samples, np.random.default_rng([seed, 2]))
    if not isinstance(source, Dataset) or len(source.shape) != 3:
        return []
    held_out: Any = source.held_out()
    if held_out is None or held_out.labels is None:
        raise DataError(f"evaluate: {source.name} needs test images with labels beside the samples of a conditional G")
    judge = Classifier(source)
    hits, floor = judge(samples.x) == samples.y, judge(held_out.images) == held_out.labels
    return [_shares("class_accuracy", source.classes, hits, samples.y, floor, held_out.labels)]


def _of_modes(source: Any, samples: Labelled, rng: np.random.Generator) -> list[Measure]:
    examples = source.sample_labelled(len(samples.y), rng)
    found = []
    for name in ("class_accuracy", "own_mode"):
        hits, floor = (_on_mode(name, x, y, source) for x, y in (samples, examples))
        found.append(_shares(name, source.classes, hits, samples.y, floor, examples.y))
    return found


def _on_mode(name: str, x: NDArray, y: NDArray[np.int64], source: Any) -> NDArray[np.bool_]:
    """Whether the nearest centre is that of the label, or whether that centre is within 3 deviations."""
    distances = deviations_from(x, source.centres, source.deviation)  # (n, k)
    return distances.argmin(axis=1) == y if name == "class_accuracy" else distances[np.arange(len(y)), y] <= 3


def _shares(
    name: str,
    classes: Sequence[str],
    hits: NDArray[np.bool_],
    y: NDArray[np.int64],
    floor_hits: NDArray[np.bool_],
    floor_y: NDArray[np.int64],
) -> Measure:
    """The share of hits among all, and by class; a class without samples is left out, one without examples has nan."""

    def share(hits: NDArray[np.bool_]) -> float:
        return float(hits.mean()) if hits.size else float("nan")

    by_class = tuple(
        Measure(each, share(hits[y == label]), share(floor_hits[floor_y == label]), int((y == label).sum()))
        for label, each in enumerate(classes)
        if (y == label).any()
    )
    return Measure(name, share(hits), share(floor_hits), len(hits), by_class)
