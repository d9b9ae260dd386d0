"""Instance noise: D sees examples and samples through noise that fades.

Soenderby et al. 2017; Arjovsky and Bottou 2017. Noise gives both distributions one support, where D's answer has a
slope that G can follow.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.objectives.boundary_equilibrium import BoundaryEquilibrium
from tinygan.objectives.historical_averaging import HistoricalAveraging
from tinygan.objectives.objective import Around, expect_draws
from tinygan.objectives.orthogonal import OrthogonalRegularization
from tinygan.optim import Schedule


@dataclass(frozen=True)
class InstanceNoise(Around):
    """Both losses are those of `base` where normal noise is added to x and to G(z), fresh each time.

    schedule: the noise's deviation by iteration, from 0, such as `optim.linear(0.5, 0.0, 5000)`. Where it is 0 nothing
    is drawn, and this is `base`.
    iteration: how many are done.   rng: a NumPy generator, which draws the noise.
    SettingError for what looks at G's parameters, and not at its samples, which goes around this, and for
    BoundaryEquilibrium.
    """

    schedule: Schedule
    iteration: int = 0
    rng: Any = field(default_factory=np.random.default_rng, compare=False, repr=False)

    remembers: ClassVar[tuple[str, ...]] = ("base", "iteration", "rng")

    def __post_init__(self) -> None:
        super().__post_init__()
        expect_draws(self, "standard_normal")
        if isinstance(self.schedule, (int, float)):
            raise SettingError(f"InstanceNoise: schedule is expected to be optim.constant({self.schedule}) or its like")
        self.refuse(BoundaryEquilibrium, "balances the energies of what has no noise on it, so it cannot go inside")
        self.refuse((HistoricalAveraging, OrthogonalRegularization), "looks at G's parameters, so it goes around this")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        return self.base.d_loss(D, *self._noisy(G, x), z)

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        return self.base.g_loss(D, *self._noisy(G, x), z)

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        return dataclasses.replace(super().after(D, G, x, z), iteration=self.iteration + 1)

    def measures(self) -> dict[str, Any]:
        """What the base measures, and the deviation of the noise to come."""
        return {**self.base.measures(), "noise": self.schedule(self.iteration)}

    def _noisy(self, G: Any, x: Any) -> tuple[Any, Any]:
        """G and x with noise on what D will see."""
        deviation = self.schedule(self.iteration)
        if not deviation:
            return G, x

        def blurred(x: Any) -> Any:
            return x + deviation * namespace(raw(x)).asarray(self.rng.standard_normal(x.shape), dtype=x.dtype)

        return lambda z: blurred(G(z)), blurred(x)
