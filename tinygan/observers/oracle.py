"""The oracle of a run on data with a known density: how far G is from the data, and D from the optimal D.

It computes in float64 on the host, from copies of the parameters and with random numbers of its own, so the run is the
same with and without it.
"""

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import functional as F
from tinygan import metrics
from tinygan.data import Normal, Uniform
from tinygan.drawing.curves import LIMIT, ORACLE
from tinygan.errors import SettingError, TinyganError
from tinygan.observers import warn
from tinygan.theory import Mesh, Nodes, Pushforward, Raster, optimal_logit

STEPS, CLUSTER = 256, 16  # of `Pushforward`, for six digits beside a pole of p_g and ten without
MESH = 96  # steps of `Mesh` on each axis
ESTIMATE = 1 << 16  # samples of a histogram
PAIRED = 512  # samples and examples in an assignment
SEEN = 1e-3  # of the uniform density on the box of the picture
SAMPLES = 2500  # for the modes, as in `tinygan evaluate`


class Oracle:
    """Numbers for the records of `History`, as its `more`, and D* for pictures.

    source: the density of the data, in 1 or 2 dimensions.   prior: that of z.
    generator: returns the current G, a function of noise on the host, in float64.   logits: returns the logits of the
    current D, (n,), at points (n, d); None if D's outputs are no probabilities of one point.

    p_g is exact for z of one number on the line, and on a mesh for z of two in the plane. For z of more numbers it is a
    histogram of 65,536 samples, and so is every number made of it.
    Raises SettingError if z has fewer numbers than x: then p_g has no density.
    """

    def __init__(
        self,
        source: Any,
        prior: Any,
        generator: Callable[[], Callable],
        logits: Callable[[NDArray], NDArray] | None = None,
    ):
        self.source, self.prior, self.generator, self.logits = source, prior, generator, logits
        d = source.shape[0]
        numbers = prior.size if isinstance(prior, Normal | Uniform) else np.inf
        if numbers < d:
            raise SettingError(
                f"the oracle needs a z of {d} numbers or more: with {numbers} p_g lies on a curve and has no density; "
                f"choose latent={d}"
            )
        self.exact, self.line = numbers == d, d == 1
        rng = np.random.default_rng(0)
        self.z = prior.sample(SAMPLES if self.exact else ESTIMATE, rng)
        self.examples = source.sample(PAIRED, rng)
        self.raster = Raster.around(source)
        self.p = self.raster.of_density(source)
        self.several = source.components is not None and len(source.components.centres) > 1
        self.silent = False  # whether it has said why a record lacks its numbers

    def about(self) -> list[str]:
        """What its numbers are, in a line for each fact that the user should know."""
        lines = [] if self.exact else [f"oracle: p_g is estimated by a histogram of {ESTIMATE:,} samples"]
        if not self.line:
            lines.append(f"oracle: w1 is that of {PAIRED} samples and {PAIRED} examples")
        if self.logits is None:
            lines.append("oracle: no D* and no gap, which are those of a D that gives each point a probability")
        return lines

    def __call__(self, iteration: int) -> dict[str, float]:
        """The numbers of the current players; without those that do not exist, such as JS where G is constant."""
        try:
            both, distance, samples = self._compared()
        except TinyganError as error:
            if not self.silent:
                warn(f"oracle: nothing is recorded at iteration {iteration}: {error}")
            self.silent = True
            return {}
        found = {"jsd": both.jensen_shannon(), "w1": distance}
        if self.logits is not None:
            t = self.logits(both.x)
            found["gap"] = both.gap(t)
            found["error_real"], found["error_fake"] = both.distances(t)
        record = {f"{ORACLE}{name}": value for name, value in found.items() if isfinite(value)}
        return {**record, **self._modes(samples)}

    def optimal(self) -> Callable[[NDArray], NDArray] | None:
        """D* of the current p_g, a function of points (n, d). None if D's outputs are no probabilities of one point.

        It is nan everywhere if p_g has no density. In the plane, and where p_g is a histogram, it is nan where
        p_data + p_g is at most 0.001 of the uniform density on the box of the picture: D* there makes no difference.
        """
        if self.logits is None:
            return None
        try:
            if self.line and self.exact:
                logit = optimal_logit(self.source, self._on_line())
                return lambda x: F.sigmoid(logit(x))
            density = self._density()
        except TinyganError:
            return lambda x: np.full(len(x), np.nan)
        least = SEEN / np.prod(self.raster.upper - self.raster.lower)

        def best(x: NDArray) -> NDArray:
            p, q = self.source.density(x), density(x)
            return np.divide(p, p + q, out=np.full(len(x), np.nan), where=p + q > least)

        return best

    def _compared(self) -> tuple[Nodes, float, NDArray]:
        """p_data and p_g at the same points, the distance W1, and samples, if those are needed."""
        if self.line and self.exact:
            p_g = self._on_line()
            z = self.z[:, 0].astype(np.float64) if self.several else np.empty(0)  # samples show the modes alone
            return *Nodes.on_line(self.source, p_g), p_g.pieces.slopes(z)[0][:, np.newaxis]
        q, samples = self._on_raster()
        both = Nodes.on_raster(self.raster, self.p, q)
        if self.line:
            return both, float(abs(np.cumsum(self.p - q)).sum() * self.raster.sides[0]), samples
        return both, metrics.wasserstein1(samples[:PAIRED], self.examples), samples

    def _density(self) -> Callable[[NDArray], NDArray]:
        """p_g of points (n, d), on a mesh or by a histogram."""
        if self.exact:
            return Mesh(self.generator(), self.prior, MESH).density
        q = self._on_raster()[0] / np.prod(self.raster.sides)
        return lambda x: q[self.raster.place(x)]

    def _on_line(self) -> Pushforward:
        return Pushforward(self.generator(), self.prior, STEPS, CLUSTER)

    def _on_raster(self) -> tuple[NDArray, NDArray]:
        """(the probabilities of the boxes under p_g, samples of it)."""
        G = self.generator()
        samples = np.asarray(G(self.z))
        if not np.isfinite(samples).all():
            raise SettingError("a sample is not finite")
        if self.exact:
            return Mesh(G, self.prior, MESH).probabilities(self.raster), samples
        return self.raster.of_samples(samples), samples

    def _modes(self, samples: NDArray) -> dict[str, float]:
        """The modes with a sample within three standard deviations, if the data have several."""
        if not self.several:
            return {}
        reached = metrics.modes(samples[:SAMPLES], *self.source.components)
        return {"modes": reached.captured, f"{LIMIT}modes": reached.total}
