"""The measures of a translation, on held-out examples: distance from the truth, sharpness, kept classes, the cycle.

They are of the domains that G makes: of b, and of a too if G goes both ways. A name ends in its domain, as l1_b.
"""

from collections.abc import Callable
from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygan.data import as_uint8
from tinygan.errors import DataError
from tinygan.metrics.chunks import by_chunks
from tinygan.metrics.classifier import classifier_of
from tinygan.metrics.clusters import counts, one_to_one
from tinygan.metrics.measure import Measure
from tinygan.metrics.modes import modes
from tinygan.metrics.sharpness import sharpness
from tinygan.nn.minibatch import Pair

BRIGHT = 0.5  # of the light of white; fainter pixels have no clear colour


class Translated(NamedTuple):
    """What is measured of one domain.

    domain: "a" or "b".   made: G's images or points of it, (n, ...).   given: their inputs, of the other domain.
    true: examples of the domain; the true translations of `given` if `paired`.
    labels, given_labels: the classes of `true` and of `given`, (n,), or None.
    """

    domain: str
    made: Any
    given: Any
    true: Any
    labels: Any
    given_labels: Any
    paired: bool


def translation(
    source: Any, translate: Callable[[Pair], Pair], samples: int = 2500, *, both: bool = False, seed: int = 0
) -> list[Measure]:
    """The measures of a translation on at most `samples` held-out examples; the same for the same `seed`.

    source: the training data of two domains.   translate: G, from Pair(a, b) to Pair(a', b') on the host, where b' is
    made of a and, if `both`, a' of b.   seed: of the choice of examples.

    Images: l1, the mean absolute error of a number, pixels being in [-1, 1], beside those of the mean training image
    and of the input itself; sharpness; classes, the share of translations that the classifier of the original images
    takes for the class of the input; colours, the share whose bright pixels have the colour of that class, where
    classes have colours. Without known truth: matches, the share of translations in the class that the best one-to-one
    match of classes gives their input's. Points: modes and high_quality, as in `modes`. If `both`: cycle, the mean of
    |G(G(x)) - x|. The floors are those of true examples.
    Raises DataError if there are no held-out images.
    """
    rng = np.random.default_rng([seed, 1])
    held_out = _held_out(source)
    x, labels = held_out.some(samples, rng)
    made = translate(x)
    found: list[Measure] = []
    for domain, other in (("b", "a"), ("a", "b")) if both else (("b", "a"),):
        of = Translated(
            domain,
            made=getattr(made, domain),
            given=getattr(x, other),
            true=getattr(x, domain),
            labels=getattr(labels, domain),
            given_labels=getattr(labels, other),
            paired=held_out.is_paired,
        )
        found += _of_images(source, of) if of.true.ndim == 4 else _of_points(source, of)
    if both:
        again = translate(made)
        for domain in "ba":
            error = _distance(getattr(again, domain), getattr(x, domain))
            title = f"cycle error of {domain}"
            found.append(Measure(f"cycle_{domain}", error, nan, len(x.b), title=title, column=f"cycle {domain}"))
    return found


def _held_out(source: Any) -> Any:
    """The held-out examples of both domains; for distributions the source itself."""
    held_out = source.held_out()
    if held_out is not None:
        return held_out
    if source.fingerprint:
        raise DataError(
            f"evaluate: {source.name} needs held-out images of both domains; in a folder they lie in `test`, or in "
            "testA and testB"
        )
    return source


def _distance(made: Any, true: Any) -> float:
    """mean |made - true|."""
    return float(np.abs(np.asarray(made, np.float64) - true).mean())


def _of_points(source: Any, of: Translated) -> list[Measure]:
    """Modes reached, and the share of points of high quality, if the domain has modes."""
    d, n, side = of.domain, len(of.made), getattr(source.sides, of.domain)
    if side.components is None:
        return []
    reached, floor = (modes(x, *side.components) for x in (of.made, of.true))
    quality: dict[str, Any] = {"title": f"translations to {d} of high quality", "share": True, "column": f"quality {d}"}
    captured: dict[str, Any] = {"title": f"modes of {d} reached", "total": reached.total, "column": f"modes {d}"}
    return [
        Measure(f"modes_{d}", reached.captured, floor.captured, n, **captured),
        Measure(f"high_quality_{d}", reached.high_quality, floor.high_quality, n, **quality),
    ]


def _of_images(source: Any, of: Translated) -> list[Measure]:
    """Distances from the truth, if it is known; sharpness; agreement with the classes of the inputs."""
    d, n = of.domain, len(of.made)
    found: list[Measure] = []
    if of.paired:
        mean = _distance(_mean_image(getattr(source.sides, d)), of.true)
        found.append(
            Measure(f"l1_{d}", _distance(of.made, of.true), nan, n, title=f"L1 error of {d}", column=f"L1 {d}")
        )
        found.append(Measure(f"mean_l1_{d}", mean, nan, n, title=f"L1 error of the mean {d}"))
        if of.given.shape == of.true.shape:
            itself = _distance(of.given, of.true)
            found.append(Measure(f"input_l1_{d}", itself, nan, n, title="L1 error of the input itself"))
    sharp: dict[str, Any] = {"title": f"sharpness of {d}", "column": f"sharp {d}"}
    found.append(Measure(f"sharpness_{d}", sharpness(of.made), sharpness(of.true), n, **sharp))
    return found + _of_classes(getattr(source.sides, d).origin, of)


def _mean_image(side: Any) -> NDArray[np.float64]:
    """The mean of all training images of a domain."""
    sums = by_chunks(lambda x: x.sum(axis=0, dtype=np.float64)[np.newaxis], side)
    return sums.sum(axis=0) / len(side)


def _of_classes(origin: Any, of: Translated) -> list[Measure]:
    """Whether a classifier of the original images finds the class of the input, and whether the colour is its own."""
    if origin is None or of.given_labels is None:
        return []
    d, n, judge = of.domain, len(of.made), classifier_of(origin.images)

    def classes(x: Any) -> Any:
        return judge(as_uint8(origin.back(x)))

    made, accuracy = classes(of.made), float((classes(of.true) == of.labels).mean())
    if not of.paired:
        share = _matched(of.given_labels, made, len(origin.images.classes))
        title = f"classes kept in {d}, one to one"
        return [Measure(f"matches_{d}", share, accuracy, n, title=title, share=True, column=f"match {d}")]
    value, title = float((made == of.given_labels).mean()), f"class of {d} that of its input"
    found = [Measure(f"classes_{d}", value, accuracy, n, title=title, share=True, column=f"class {d}")]
    if origin.palette is not None:
        title = f"colour of {d} that of the class"
        value, floor = (float((colours(x, origin.palette) == of.given_labels).mean()) for x in (of.made, of.true))
        found.append(Measure(f"colours_{d}", value, floor, n, title=title, share=True, column=f"colour {d}"))
    return found


def _matched(given: Any, made: Any, classes: int) -> float:
    """The share of translations in the class that the best one-to-one match of classes gives to their input's."""
    k = max(classes, int(np.max(given)) + 1)
    table = counts(given, made, k, classes)
    return float(np.mean(one_to_one(table)[given] == made))


def colours(images: Any, palette: Any) -> NDArray[np.int64]:
    """The colour of each image: the number of the nearest one of `palette` (K, 3), RGB in [0, 1]; -1 if all is dark.

    images: (n, H, W, 3) from -1 to 1. The colour is the mean of the pixels whose largest channel is above half of
    white, divided by the largest channel of the mean, since a palette has full light.
    """
    light = (np.asarray(images, np.float64) + 1) / 2
    bright = light.max(axis=3, keepdims=True) > BRIGHT
    sums = (light * bright).sum(axis=(1, 2))  # (n, 3)
    largest = sums.max(axis=1, keepdims=True)
    mean = sums / np.where(largest > 0, largest, 1)
    nearest = np.linalg.norm(mean[:, np.newaxis] - np.asarray(palette), axis=2).argmin(axis=1)
    return np.where(largest[:, 0] > 0, nearest, -1)
