"""The smallest loss of an energy: that of EBGAN's D is a total variation; Zhao, Mathieu and LeCun 2017."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.theory.divergences import over_space
from tinygan.theory.quadrature import Integral


def energy_loss(energy: Callable, p_data: Any, p_g: Any, margin: float = 1.0) -> Integral:
    """E_{p_data}[E(x)] + E_{p_g}[max(0, margin - E(x))], by quadrature; section 2.1, eq. (1).

    energy: of points (n, d) to numbers >= 0, (n,).   p_data, p_g: densities in 1 or 2 dimensions.
    """

    def loss(x: NDArray) -> NDArray:
        e = energy(x)
        return p_data.density(x) * e + p_g.density(x) * np.maximum(0, margin - e)

    return over_space(loss, p_data, p_g)


def optimal_energy(p_data: Any, p_g: Any, margin: float = 1.0) -> Callable[[NDArray], NDArray]:
    """The energy with the smallest loss: `margin` where p_g is larger than p_data, and 0 elsewhere.

    Its loss is margin * (1 - TV(p_data, p_g)), margin times the integral of the smaller density; appendix A. So a G
    that makes it as large as it can be, the margin itself, has p_g = p_data.
    """
    return lambda x: np.where(p_g.log_density(x) > p_data.log_density(x), margin, 0.0)
