"""Memorization: are samples nearer to the training examples than examples that the generator has never seen?"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygan.metrics.neighbours import nearest


class Memorization(NamedTuple):
    """Distances to the nearest training example: of each sample, and of each example that is held out.

    samples: (n,).   held_out: (n',).   neighbours: the indices of these training examples, (n,) and (n',).
    """

    samples: NDArray[np.float64]
    held_out: NDArray[np.float64]
    neighbours: tuple[NDArray[np.int64], NDArray[np.int64]]

    @property
    def nearer(self) -> float:
        """The probability that a sample is nearer than a held-out example, where equal distances count half.

        0.5 for a generator that samples the distribution of the data, 1 for one that copies training examples, less
        than 0.5 for poor samples far from all data. Poor samples in the middle of the data are nearer, too, so look at
        other measures first. It is the statistic of the test of Mann and Whitney.
        """
        held_out = np.sort(self.held_out)
        below, up_to = (np.searchsorted(held_out, self.samples, side) for side in ("left", "right"))
        return float(1 - (below + up_to).mean() / (2 * len(held_out)))


def memorization(samples: Any, training: Any, held_out: Any) -> Memorization:
    """The two distributions of distances.

    samples, training, held_out: (n, ...), (N, ...), (n', ...), of points, features or images.
    Raises ShapeMismatch if the shapes do not fit.
    Meehan, Chaudhuri and Dasgupta 2020, without their division of the space into cells.

    >>> found = memorization(samples=[[0.0], [1.5]], training=[[0.0], [1.0]], held_out=[[0.2], [3.0]])
    >>> found.samples, found.held_out, found.nearer
    (array([0. , 0.5]), array([0.2, 2. ]), 0.75)
    """
    of_samples, of_held_out = nearest(samples, training), nearest(held_out, training)
    return Memorization(of_samples[1], of_held_out[1], (of_samples[0], of_held_out[0]))
