"""The two examples of the WGAN paper: parallel lines (figure 1), and the critic of two Gaussians (figure 2).

Arjovsky et al. 2017. Its critic is held by weight clipping; here it is held by the penalty of Gulrajani et al. 2017.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.nn import Module
from tinygan.objectives import GradientPenalty, Minimax, Wasserstein
from tinygan.optim import adam
from tinygan.theory.divergences import f_divergence
from tinygan.theory.inner_loop import outputs, quantiles, trained, undecided
from tinygan.theory.wasserstein import discrete_wasserstein1


def parallel_lines(theta: float, points: int = 12) -> dict[str, float]:
    """Divergences of (0, z) and (theta, z) with z uniform on [0, 1], as equal masses at points of two lines; example 1.

    JS is log 2, TV is 1 and both KL are infinite unless theta is 0, where all are 0. W1 is |theta|.

    >>> {name: round(each, 6) for name, each in parallel_lines(0.25).items()}
    {'kl': inf, 'reverse-kl': inf, 'total-variation': 1.0, 'js': 0.693147, 'wasserstein-1': 0.25}
    """
    z = (np.arange(points) + 0.5) / points
    x, y = (np.stack([np.full(points, at), z], axis=1) for at in (0.0, theta))
    places, where = np.unique(np.concatenate([x, y]), axis=0, return_inverse=True)
    p, q = (np.bincount(each, minlength=len(places)) / points for each in np.split(where.ravel(), 2))
    found = {name: f_divergence(name, p, q).value for name in ("kl", "reverse-kl", "total-variation")}
    return {
        **found,
        "js": f_divergence("js", p, q).value / 2,
        "wasserstein-1": discrete_wasserstein1(p, q, places, places),
    }


def penalized_slope(distance: float, weight: float) -> float:
    """The |f'| of the best critic with a gradient penalty, if each sample of a pair is its example moved by `distance`.

    With T(u) = |F_p(u) - F_q(u)| the critic's loss is the integral of -T |f'| + weight r (|f'| - 1)^2, where r, the
    density of x_hat, is T / distance. So |f'| = 1 + distance / (2 weight) minimizes it: not 1, but the same everywhere.

    >>> penalized_slope(2.0, 10.0)
    1.1
    """
    return 1 + distance / (2 * weight)


def discriminator(p: Any, q: Any, rng: np.random.Generator, steps: int = 300, m: int = 128) -> Module:
    """GAN's D, which returns logits, trained to tell m quantiles of p from m of q."""
    return trained(quantiles(p, m), quantiles(q, m), undecided(32, rng), Minimax(), adam(0.03), steps)


def critic(p: Any, q: Any, weight: float, rng: np.random.Generator, steps: int = 200, m: int = 128) -> Module:
    """WGAN's critic with a gradient penalty, trained on m quantiles of p and m of q, paired by their ranks."""
    game = Wasserstein() + GradientPenalty(weight, rng=rng)
    return trained(quantiles(p, m), quantiles(q, m), undecided(32, rng), game, adam(0.03), steps)


def slopes(D: Module, x: NDArray, h: float = 0.05) -> NDArray[np.float64]:
    """The slope of D's output around each of the points x (n,), over 2 h; (n,)."""
    return (outputs(D, x + h) - outputs(D, x - h)) / (2 * h)
