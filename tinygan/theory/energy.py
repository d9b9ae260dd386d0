"""EBGAN's D at its optimum: its loss is margin (1 - TV(p_data, p_g)); Zhao et al. 2017, section 2.2.

D returns an energy E >= 0. At each x its loss is p_data E + p_g max(0, margin - E), which is linear in E between 0 and
the margin. So the best E is 0 where p_data is larger and the margin where p_g is. The loss is then margin (1 - TV), and
the G that raises it again descends TV.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.theory.divergences import over_space
from tinygan.theory.quadrature import Integral


def energy_loss(energy: Callable[[NDArray], NDArray], margin: float, p_data: Any, p_g: Any) -> Integral:
    """E_{p_data}[E(x)] + E_{p_g}[max(0, margin - E(x))], the loss of D, by quadrature; eq. (1).

    energy: E, of points (n, d) to numbers (n,) from 0 on.   p_data, p_g: densities in 1 or 2 dimensions.

    >>> from tinygan.data import Gaussian
    >>> round(energy_loss(lambda x: np.full(len(x), 0.5), 2.0, Gaussian(0.0, 1.0), Gaussian(1.0, 1.0)).value, 12)
    2.0
    """

    def loss(x: NDArray) -> NDArray:
        e = energy(x)
        return p_data.density(x) * e + p_g.density(x) * np.maximum(0, margin - e)

    return over_space(loss, p_data, p_g)


def optimal_energy(margin: float, p_data: Any, p_g: Any) -> Callable[[NDArray], NDArray]:
    """E*(x): 0 where p_data(x) > p_g(x), and `margin` elsewhere; lemma 1."""
    return lambda x: np.where(p_data.density(x) > p_g.density(x), 0.0, margin)
