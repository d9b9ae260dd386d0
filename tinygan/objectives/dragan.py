"""A penalty that holds the slope of D near 1 around the data: DRAGAN of Kodali et al. 2017."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.objectives.objective import Around, expect_at_least_0, expect_draws
from tinygan.objectives.slopes import norms, slopes


@dataclass(frozen=True)
class DRAGAN(Around):
    """D's loss is that of `base` plus weight * E[(||grad D(x + delta)|| - 1)**2], delta normal around the examples.

    D: its slope is that of what it gives, the logit; it must take each example, or each pack of them, on its own.
    weight: lambda of the paper.
    scale: the deviation of delta in units of the minibatch's own, over all its numbers. The paper's noise is
    N(0, c I) with a fixed c; the authors' code takes 0.5 times the minibatch's deviation times uniform noise. Here the
    noise is the paper's and its size the code's.
    rng: a NumPy generator, which draws delta.
    """

    weight: float = 10.0
    scale: float = 0.5
    rng: Any = field(default_factory=np.random.default_rng, compare=False, repr=False)

    remembers: ClassVar[tuple[str, ...]] = ("base", "rng")

    def __post_init__(self) -> None:
        super().__post_init__()
        expect_at_least_0(self, "weight", "scale")
        expect_draws(self, "standard_normal")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """base.d_loss + weight * mean (||grad D(x + delta)|| - 1)**2."""
        delta = namespace(raw(x)).asarray(self.rng.standard_normal(x.shape), dtype=x.dtype)
        deviation = F.sqrt(F.var(x, correction=0))
        norm = norms(slopes(D, x + self.scale * deviation * delta))
        return self.base.d_loss(D, G, x, z) + self.weight * F.mean((norm - 1) ** 2)
