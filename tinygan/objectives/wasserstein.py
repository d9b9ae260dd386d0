"""The Wasserstein critic: D gives a score f, not a logit; Arjovsky et al. 2017, and its gradient penalty."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.errors import ShapeMismatch
from tinygan.objectives.objective import Objective, expect_at_least_0, expect_draws
from tinygan.objectives.scores import score, scores
from tinygan.objectives.slopes import norms, slopes


@dataclass(frozen=True)
class Wasserstein(Objective):
    """D ascends E[f(x)] - E[f(G(z))], which at its best over 1-Lipschitz f is the Wasserstein-1 distance; eq. (2).

    f must be kept Lipschitz by other means: by `optim.clipped`, or by the penalty of WassersteinGP.
    """

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """mean f(G(z)) - mean f(x)."""
        real, fake = scores(D, x, G(z))
        return F.mean(fake) - F.mean(real)

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """-mean f(G(z))."""
        return -F.mean(score(D, G(z)))


@dataclass(frozen=True)
class WassersteinGP(Wasserstein):
    """Wasserstein with the penalty that holds the norm of f's gradient near 1; Gulrajani et al. 2017, eq. (3).

    f must take each example on its own: layer norm, not batch norm (section 4).
    rng: a NumPy generator, which draws the place of each x_hat between x and G(z).
    """

    weight: float = 10.0  # lambda of section 4
    rng: Any = field(default_factory=np.random.default_rng, compare=False, repr=False)

    remembers: ClassVar[tuple[str, ...]] = ("rng",)

    def __post_init__(self) -> None:
        expect_at_least_0(self, "weight")
        expect_draws(self, "random")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """mean f(G(z)) - mean f(x) + gradient_penalty."""
        fake = G(z)
        real_score, fake_score = scores(D, x, fake)
        epsilon = self.rng.random((len(real_score), *(1,) * (x.ndim - 1)))
        epsilon = np.repeat(epsilon, len(x) // len(real_score), axis=0)  # one for each pack, if D judges packs
        epsilon = namespace(raw(x)).asarray(epsilon, dtype=x.dtype)
        return F.mean(fake_score) - F.mean(real_score) + gradient_penalty(D, x, fake, epsilon, self.weight)


def gradient_penalty(D: Any, x: Any, fake: Any, epsilon: Any, weight: float) -> Any:
    """weight * mean (||grad f(x_hat)|| - 1)**2, with x_hat = epsilon x + (1 - epsilon) fake; eq. (3), second term.

    x, fake: (m, ...) of one shape.   epsilon: (m, 1, ...) in [0, 1], one number per example.
    Returns a scalar, differentiable in D's parameters: a gradient of a gradient. Raises ShapeMismatch if x and fake
    differ.
    """
    if x.shape != fake.shape:
        raise ShapeMismatch(f"gradient_penalty: x is {x.shape}, but fake {fake.shape}: each x needs one sample")
    norm = norms(slopes(D, epsilon * x + (1 - epsilon) * fake))
    return weight * F.mean((norm - 1) ** 2)
