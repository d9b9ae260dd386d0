"""Every measure that applies to a set of samples, each beside its floor: what true examples score in their place.

Neither divergence nor distance is 0 between finite samples, not even between two sets of true examples.
"""

from typing import Any

import numpy as np

from tinygan.data import Images, Source
from tinygan.errors import DataError, Diverged
from tinygan.metrics.classes import class_measures
from tinygan.metrics.divergence import histogram_js
from tinygan.metrics.measure import Measure
from tinygan.metrics.modes import modes
from tinygan.metrics.wasserstein import wasserstein1
from tinygan.nn.minibatch import Labelled

PAIRED = 1000  # points in an assignment, which takes their number cubed
PAIRED_IMAGES = 500


def evaluate(source: Source, samples: Any, *, seed: int = 0) -> list[Measure]:
    """The measures of `samples` against the data that they imitate; the same for the same `seed`.

    source: what G was trained on.   samples: float (n, d) points, or uint8 (n, H, W, C) images; `Labelled(x, y)` where
    each was made for a class.   seed: of the examples, and of which images are taken.

    Points, against n fresh examples: modes, high_quality and reverse_kl where the density has centres; js over 50 bins
    per axis of the density's box; wasserstein1 of the first 1,000, or on the line of all.
    Images: wasserstein1 in pixels from -1 to 1 of 500 samples and 500 test images, or as many as there are; its floor
    puts training images in the samples' place. Smoother images lie below it: blurred digits at 11.3, true ones at 12.8.
    Samples of classes: class_accuracy and, where the density has centres, own_mode; `class_measures` has their meaning.
    Raises Diverged for samples that are not finite, DataError for images of which no test images are known.
    """
    x, labels = samples if isinstance(samples, Labelled) else (samples, None)
    x, source = np.asarray(x), source.unlabelled()
    if bad := int((~np.isfinite(x.reshape(len(x), -1)).all(axis=1)).sum()):
        raise Diverged(f"{bad} of {len(x)} samples are not finite: the run has diverged")
    rng = np.random.default_rng([seed, 1])  # not [seed], which may have drawn the samples' noise
    found = _of_images(source, x, rng) if len(source.shape) == 3 else _of_points(source, x, rng)
    return found if labels is None else found + class_measures(source, Labelled(x, np.asarray(labels)), seed=seed)


def _of_points(source: Any, samples: Any, rng: np.random.Generator) -> list[Measure]:
    n = len(samples)
    paired = n if source.shape == (1,) else min(n, PAIRED)
    examples, others = source.sample(n, rng), source.sample(n, rng)

    def scores(x: Any) -> list[tuple[str, float, int]]:
        found: list[tuple[str, float, int]] = []
        if hasattr(source, "centres") and hasattr(source, "deviation"):
            reached = modes(x, source.centres, source.deviation, getattr(source, "weights", None))
            found.append(("modes", reached.captured, n))
            found.append(("high_quality", reached.high_quality, n))
            found.append(("reverse_kl", reached.reverse_kl, n))
        found.append(("js", histogram_js(x, examples, box=source.box), n))
        found.append(("wasserstein1", wasserstein1(x[:paired], examples[:paired]), paired))
        return found

    both = zip(scores(samples), scores(others), strict=True)
    return [Measure(name, value, floor, points) for (name, value, points), (_, floor, _) in both]


def _of_images(source: Any, samples: Any, rng: np.random.Generator) -> list[Measure]:
    held_out = source.held_out()
    if held_out is None:
        raise DataError(f"evaluate: {source.name} needs its test images beside the samples; Images(test=...) has them")
    n = min(PAIRED_IMAGES, len(samples), len(source), len(held_out))
    test, training = (images.examples(rng.choice(len(images), n, replace=False)) for images in (held_out, source))
    drawn = Images("samples", samples).examples(np.arange(n))
    return [Measure("wasserstein1", wasserstein1(drawn, test), wasserstein1(training, test), n)]
