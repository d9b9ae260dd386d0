"""Every measure that applies to a set of samples, each beside its floor: the same measure of true examples.

A divergence or a distance between finite samples is above 0, even between two sets of true examples.
"""

from math import nan
from typing import Any

import numpy as np

from tinygan.data import Images, Source
from tinygan.errors import Diverged
from tinygan.metrics.classes import class_measures
from tinygan.metrics.divergence import histogram_js
from tinygan.metrics.images import feature_measures, pixel_measures
from tinygan.metrics.measure import Measure
from tinygan.metrics.modes import modes
from tinygan.metrics.sliced import sliced_wasserstein
from tinygan.metrics.stacked import stacked_measures
from tinygan.metrics.wasserstein import wasserstein1
from tinygan.nn.minibatch import Labelled

PAIRED = 1000  # points in an assignment, whose time grows with the cube of their number


def evaluate(source: Source, samples: Any, *, seed: int = 0) -> list[Measure]:
    """The measures of `samples` against the data; the same for the same `seed`.

    source: the training data.   samples: float (n, d) points, or uint8 (n, H, W, C) images; `Labelled(x, y)` if G is
    conditional.   seed: of the fresh examples, and of the choice of images.

    Points, against n fresh examples: modes, high_quality and reverse_kl if the density has centres; js over 50 bins
    per axis of the density's box, in one or two dimensions; wasserstein1 of the first 1,000, or of all on the line;
    sliced_wasserstein of all, but for the line.
    Images: wasserstein1 of 500 samples and 500 test images, or as many as there are, in pixels from -1 to 1, and
    sliced_wasserstein of up to 5,000. The floor is that of training images. Blurred images can be below it: blurred
    digits have 11.3, true ones 12.8. So sharpness, of up to 5,000, is beside them. If the images have labels, the
    measures on the features of their classifier, as in `feature_measures`; if not, those of near images, in pixels.
    Stacked digits: the modes, as in `stacked_measures`.
    Conditional samples: class_accuracy and, if the density has centres, own_mode, as in `class_measures`.
    Raises Diverged if a sample is not finite, DataError if images have no test images or a label is none of the data's.
    """
    x, labels = samples if isinstance(samples, Labelled) else (samples, None)
    x, source = np.asarray(x), source.unlabelled()
    if bad := int((~np.isfinite(x.reshape(len(x), -1)).all(axis=1)).sum()):
        raise Diverged(f"{bad} of {len(x)} samples are not finite: the run has diverged")
    if source.has_images:
        images = Images("samples", x)
        found = pixel_measures(source, images, seed)
        found += stacked_measures(source, x, seed=seed) if source.is_stacked else feature_measures(source, images, seed)
    else:
        found = _of_points(source, x, np.random.default_rng([seed, 1]))  # [seed] may have drawn the noise
    return found if labels is None else found + class_measures(source, Labelled(x, labels), seed=seed)


def _of_points(source: Any, samples: Any, rng: np.random.Generator) -> list[Measure]:
    n = len(samples)
    paired = n if source.shape == (1,) else min(n, PAIRED)
    examples, others = source.sample(n, rng), source.sample(n, rng)

    def measured(x: Any) -> list[Measure]:
        """The measures of x, without floors."""
        found: list[Measure] = []
        if source.components is not None:
            reached = modes(x, *source.components)
            quality = "samples of high quality"
            found += [
                Measure("modes", reached.captured, nan, n, title="modes captured", total=reached.total, column="modes"),
                Measure("high_quality", reached.high_quality, nan, n, title=quality, share=True, column="quality"),
                Measure("reverse_kl", reached.reverse_kl, nan, n, title="reverse KL over the modes"),
            ]
        if source.shape[0] <= 2:  # in more dimensions nearly all bins are empty
            js = histogram_js(x, examples, box=source.box)
            found.append(Measure("js", js, nan, n, title="Jensen-Shannon divergence", column="" if found else "JS"))
        distance = wasserstein1(x[:paired], examples[:paired])
        found.append(Measure("wasserstein1", distance, nan, paired, title="Wasserstein-1 distance", column="W1"))
        if source.shape != (1,):
            distance = sliced_wasserstein(x, examples)
            found.append(Measure("sliced_wasserstein", distance, nan, n, title="sliced Wasserstein-2 distance"))
        return found

    both = zip(measured(samples), measured(others), strict=True)
    return [measure._replace(floor=true.value) for measure, true in both]
