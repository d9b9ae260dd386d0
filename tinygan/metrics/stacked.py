"""Measures of mode collapse on stacked digits: the modes captured, and how evenly; Metz et al. 2017, section 3.3.1."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data import as_uint8
from tinygan.errors import ShapeMismatch
from tinygan.metrics.classifier import classifier_of
from tinygan.metrics.measure import Measure


class Coverage(NamedTuple):
    """captured: the modes with a sample, of `total`.   kl: KL(p || uniform) in nats, p the shares of the modes."""

    captured: int
    total: int
    kl: float


def mode_coverage(modes: ArrayLike, total: int) -> Coverage:
    """The coverage of `total` modes by samples of the modes (n,), numbers from 0 to total - 1.

    KL is log(total / k) if k modes are captured evenly. It is above 0 for n samples of a perfect generator, too: about
    (total - 1) / (2 n) where n is large, and .024 for 26,000 samples of 1,000 modes.
    Raises ShapeMismatch if there is no sample.

    >>> mode_coverage([0, 0, 1, 1], total=8)
    Coverage(captured=2, total=8, kl=1.386...)
    """
    from scipy.special import rel_entr  # p log(p / q), 0 where p = 0

    modes = np.asarray(modes)
    if modes.ndim != 1 or not modes.size:
        raise ShapeMismatch(f"mode_coverage: expected the modes of samples (n,), got {modes.shape}")
    p = np.bincount(modes, minlength=total) / len(modes)
    return Coverage(int(np.count_nonzero(p)), total, float(rel_entr(p, 1 / total).sum()))


def modes_of(images: Any, classifier: Any, classes: int) -> NDArray[np.int64]:
    """The mode of each image (n, H, W, c): the number with the classes of its c channels as digits, first to last.

    classifier: a function of grey images (m, H, W, 1) to labels (m,).   classes: K, for K^c modes.
    """
    images = np.asarray(images)
    digits = classifier(np.moveaxis(images, -1, 1).reshape(-1, *images.shape[1:3], 1)).reshape(len(images), -1)
    return digits @ classes ** np.arange(images.shape[-1] - 1, -1, -1)


def stacked_measures(source: Any, samples: Any, *, seed: int = 0, classifier: Any = None) -> list[Measure]:
    """The measures stacked_modes and stacked_kl of `samples`, uint8 (n, H, W, 3).

    The floors are those of as many new stacks of true digits.
    source: the stacked data.   classifier: of its digits; by default `classifier_of` it.
    """
    classifier = classifier or classifier_of(source.digits)
    classes, n = len(source.digits.classes), len(samples)
    true = as_uint8(source.fresh(n, np.random.default_rng([seed, 3])))
    found, floor = (mode_coverage(modes_of(x, classifier, classes), classes**3) for x in (samples, true))
    return [
        Measure(
            "stacked_modes",
            found.captured,
            floor.captured,
            n,
            title="modes captured",
            total=found.total,
            column="modes",
        ),
        Measure("stacked_kl", found.kl, floor.kl, n, title="KL from even modes", column="KL"),
    ]
