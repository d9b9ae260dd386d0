"""The share of a conditional generator's samples that are of their class, in all and by class.

Points of a mixture are classified by the nearest centre, images by a classifier.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.data import Source
from tinygan.data.labels import as_labels, class_names
from tinygan.errors import DataError
from tinygan.metrics.classifier import classifier_of
from tinygan.metrics.measure import Measure
from tinygan.metrics.modes import scaled_distances
from tinygan.nn.minibatch import Labelled

TITLES = {"class_accuracy": "class accuracy", "own_mode": "near their class's mode"}
COLUMNS = {"class_accuracy": "class acc."}


def class_measures(source: Source, samples: Labelled, *, seed: int = 0) -> list[Measure]:
    """The measures class_accuracy and, for points, own_mode.

    class_accuracy: the share of samples that are classified as the class they were generated for.
    own_mode: the share of samples within 3 standard deviations of the centre of their mode.
    source: the data, unlabelled.   samples: points or images with their classes.   seed: of the true examples that give
    the floor; for images they are the test images.
    Raises DataError if a label is none of the data's, or if there are images but no labelled test images. The list is
    empty for other data.
    """
    if source.components is not None and source.classes:
        return _of_modes(source, _checked(samples, source.classes), np.random.default_rng([seed, 2]))
    if not source.has_images:
        return []
    samples = _checked(samples, source.classes)
    held_out: Any = source.held_out()
    if held_out is None or not held_out.classes:
        raise DataError(f"evaluate: {source.name} needs test images with labels beside the samples of a conditional G")
    judge = classifier_of(source)
    hits, floor = judge(samples.x) == samples.y, judge(held_out.images) == held_out.labels
    return [_shares("class_accuracy", source.classes, hits, samples.y, floor, held_out.labels)]


def _checked(samples: Labelled, classes: Sequence[str]) -> Labelled:
    """The samples with labels as int64. Raises DataError if one is that of no class, or if there are too few."""
    labels = as_labels(samples.y)
    class_names("evaluate", len(samples.x), labels, classes)
    return Labelled(samples.x, labels)


def _of_modes(source: Any, samples: Labelled, rng: np.random.Generator) -> list[Measure]:
    examples = source.sample_labelled(len(samples.y), rng)
    found = []
    for name in TITLES:
        hits, floor = (_on_mode(name, x, y, source) for x, y in (samples, examples))
        found.append(_shares(name, source.classes, hits, samples.y, floor, examples.y))
    return found


def _on_mode(name: str, x: NDArray, y: NDArray[np.int64], source: Any) -> NDArray[np.bool_]:
    """By point, class_accuracy: whether the nearest centre is the label's; own_mode: whether that is within 3 std."""
    distances = scaled_distances(x, source.components.centres, source.components.std)  # (n, k)
    return distances.argmin(axis=1) == y if name == "class_accuracy" else distances[np.arange(len(y)), y] <= 3


def _shares(
    name: str,
    classes: Sequence[str],
    hits: NDArray[np.bool_],
    y: NDArray[np.int64],
    floor_hits: NDArray[np.bool_],
    floor_y: NDArray[np.int64],
) -> Measure:
    """The share of hits in all and by class. A class without samples is left out; the floor without examples is nan."""

    def share(hits: NDArray[np.bool_]) -> float:
        return float(hits.mean()) if hits.size else float("nan")

    by_class = tuple(
        Measure(each, share(hits[y == label]), share(floor_hits[floor_y == label]), int((y == label).sum()), share=True)
        for label, each in enumerate(classes)
        if (y == label).any()
    )
    return Measure(
        name,
        share(hits),
        share(floor_hits),
        len(hits),
        by_class,
        TITLES[name],
        share=True,
        column=COLUMNS.get(name, ""),
    )
