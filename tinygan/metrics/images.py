"""The measures of samples that are images: in pixels, and on the features of a classifier.

The floor of a distance is that of true images in the samples' place, as many of them.
"""

from math import nan
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tinygan.data import Images
from tinygan.errors import DataError
from tinygan.metrics.birthday import duplicate_distance, duplicates, support
from tinygan.metrics.classifier import Classifier, classifier_of
from tinygan.metrics.classifier_score import classifier_score
from tinygan.metrics.density_coverage import density_coverage
from tinygan.metrics.frechet import frechet
from tinygan.metrics.kernel import kernel_distance
from tinygan.metrics.measure import Measure
from tinygan.metrics.memorization import memorization
from tinygan.metrics.precision_recall import precision_recall
from tinygan.metrics.sharpness import sharpness
from tinygan.metrics.sliced import sliced_wasserstein
from tinygan.metrics.wasserstein import wasserstein1

PAIRED = 500  # images in an assignment, whose time grows with the cube of their number
COMPARED = 5000  # images whose distances from each other are computed, with the square of their number
FEWEST = 20
DECILES = np.linspace(0, 1, 11)


def held_out_images(source: Any) -> Any:
    """The test images of a source of images. Raises DataError if there are none."""
    held_out = source.held_out()
    if held_out is None:
        raise DataError(f"evaluate: {source.name} needs its test images beside the samples; Images(test=...) has them")
    return held_out


class Compared(NamedTuple):
    """The images beside n samples: test images that they are compared with, and training images for the floor.

    test, true: `Images` of n.
    """

    test: Any
    true: Any


def compared(source: Any, count: int, seed: int) -> dict[str, Compared]:
    """The images beside `count` samples, by seed: for an exact distance, for a sliced one, and for features.

    They are as many as the samples, the test images, the training images, or 500 for an exact distance and 5,000 for
    others, whichever is least.   source: `Images`.
    Raises DataError if there are no test images.
    """
    held_out, rng = held_out_images(source), np.random.default_rng([seed, 1])  # [seed] may have drawn the noise
    found = {}
    for name, most in (("exact", PAIRED), ("sliced", COMPARED), ("features", COMPARED)):
        n = min(most, count, len(source), len(held_out))
        drawn = (images.taken(rng.choice(len(images), n, replace=False)) for images in (held_out, source))
        found[name] = Compared(*drawn)
    return found


def pixel_measures(source: Any, samples: Any, seed: int) -> list[Measure]:
    """Distances in pixels between samples and test images, with those of training images as floors; and sharpness.

    source, samples: `Images`.   seed: as in `compared`.   Raises DataError if there are no test images.
    """
    found = []
    for kind, name, title, column, distance in (
        ("exact", "wasserstein1", "Wasserstein-1 distance", "W1", wasserstein1),
        ("sliced", "sliced_wasserstein", "sliced Wasserstein-2 distance", "", sliced_wasserstein),
    ):
        test, true = (images.examples(np.arange(len(images))) for images in compared(source, len(samples), seed)[kind])
        value, floor = distance(samples.examples(np.arange(len(test))), test), distance(true, test)
        found.append(Measure(name, value, floor, len(test), title=title, column=column))
    if min(true.shape[1:3]) > 1:
        value, floor = sharpness(samples.examples(np.arange(len(true)))), sharpness(true)
        found.append(Measure("sharpness", value, floor, len(true), title="sharpness"))  # of as many as the sliced one
    return found


def feature_measures(source: Any, samples: Any, seed: int) -> list[Measure]:
    """The measures on the features of the classifier of the data; without labels, those of near images, in pixels.

    n samples are compared with n test images, which the classifier has not seen, and for the floor n training images
    are put in their place, as in `compared`. Only for nearness to training images the test images are put there. The
    list is empty if n is less than 20.
    source, samples: `Images`.   seed: as in `compared`.   Raises DataError if there are no test images.
    """
    test, true = (images.images for images in compared(source, len(samples), seed)["features"])
    if (n := len(test)) < FEWEST:
        return []
    judge, drawn = judge_of(source), samples.images[:n]
    found = [] if judge is None else _of_distributions(drawn, true, test, judge)
    near = *(space(images, judge) for images in (drawn, true, test)), training_space(source, judge)
    return found + _of_near_images(*near)


def judge_of(source: Any) -> Classifier | None:
    """The classifier of a source of images; None if they have no labels, or all the same."""
    return classifier_of(source) if len(source.classes) > 1 else None


def space(images: Any, judge: Classifier | None) -> NDArray[np.float32]:
    """The points (n, d) that stand for images where nearness is asked: features or, without a classifier, pixels."""
    if judge is not None:
        return judge.features(images)
    return Images("images", images).examples(np.arange(len(images))).reshape(len(images), -1)


def training_space(source: Any, judge: Classifier | None) -> NDArray[np.float32]:
    """`space` of all training images of a source. Features are computed once for one source, and kept with it."""
    if judge is None:
        return space(source.images, None)
    if source not in _FEATURES:
        _FEATURES[source] = judge.features(source.images)
    return _FEATURES[source]


_FEATURES: WeakKeyDictionary[Any, NDArray[np.float32]] = WeakKeyDictionary()


def _of_distributions(drawn: Any, true: Any, test: Any, judge: Classifier) -> list[Measure]:
    """Distances of the images `drawn` from the images `test`, with those of the images `true` as floors."""
    reference = judge.features(test)

    def measured(images: Any) -> list[Measure]:
        """The measures of `images` without floors."""
        features, n = judge.features(images), len(images)
        near, around = precision_recall(features, reference), density_coverage(features, reference)
        values = [
            ("frechet", frechet(features, reference), f"Frechet ({judge.name} classifier)"),
            ("kernel_distance", kernel_distance(features, reference), "kernel distance"),
            ("precision", near.precision, "precision"),
            ("recall", near.recall, "recall"),
            ("density", around.density, "density"),
            ("coverage", around.coverage, "coverage"),
            ("classifier_score", classifier_score(judge.logits(images)), "classifier score"),
        ]
        shares = ("precision", "recall", "coverage")
        found = [Measure(name, value, nan, n, title=title, share=name in shares) for name, value, title in values]
        return [found[0]._replace(column="Frechet", digits=1), *found[1:]]

    return [each._replace(floor=floor.value) for each, floor in zip(measured(drawn), measured(true), strict=True)]


def _of_near_images(drawn: Any, true: Any, test: Any, training: Any) -> list[Measure]:
    """Nearness of the points `drawn` to the training examples, beside that of `test`; and to each other."""
    near, n = memorization(drawn, training, test), len(drawn)
    both = (near.samples, near.held_out)
    value, floor = (float(np.median(distances)) for distances in both)
    deciles = tuple(tuple(np.quantile(distances, DECILES).tolist()) for distances in both)
    close = duplicate_distance(test)
    pairs, true_pairs = duplicates(drawn, close), duplicates(true, close)
    return [
        Measure("nearest_training", value, floor, n, title="nearest training image", deciles=deciles),
        Measure("nearer", near.nearer, 0.5, n, title="nearer than unseen images", share=True),
        Measure("duplicates", pairs, true_pairs, n, title="near-duplicate pairs"),
        Measure("support", support(n, pairs), support(n, true_pairs), n, title="images by the birthday test"),
    ]
