"""f-divergences: of two densities by quadrature, and of two discrete distributions by sums.

The table of `objectives/divergences.py` defines them: D_f(p, q) = E_q[f(p / q)], in nats where f has a logarithm. The
densities are given by their logarithms, so the ratio is known where p and q are too small for a number.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.errors import SettingError, ShapeMismatch, did_you_mean
from tinygan.objectives import DIVERGENCES
from tinygan.theory.quadrature import Integral, boxes, integral, lattice, merged

NOTHING = 1e-30  # an integrand below it adds nothing
ROUNDING = 1e-9  # of a sum of probabilities
FURTHER = 64  # doublings of space at most, while the integrand is larger at its ends; then the integral is infinite


def f_divergence(name: str, p: Any, q: Any) -> Integral:
    """D_f(p, q) for the row `name` of DIVERGENCES.

    p, q: two densities in 1 or 2 dimensions, with `log_density` and `breaks`; or two vectors of probabilities.
    Raises SettingError if there is no such row, or if a vector is none of probabilities, with the sum 1; ShapeMismatch
    if the two do not have the same number of them, or of dimensions.

    >>> round(f_divergence("kl", [0.5, 0.5], [0.25, 0.75]).value, 12)  # log(4 / 3) / 2
    0.143841036226
    >>> f_divergence("kl", [0.5, 0.5], [1.0, 0.0])
    Integral(value=inf, error=0.0)
    """
    if name not in DIVERGENCES:
        raise SettingError(f"No such divergence {name!r}. {did_you_mean(name, DIVERGENCES)}")
    f = DIVERGENCES[name].integrand
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        if hasattr(p, "log_density"):
            return over_space(lambda x: f(p.log_density(x), q.log_density(x)), p, q)
        p, q = probabilities(p), probabilities(q)
        if p.shape != q.shape:
            raise ShapeMismatch(f"{name}: as many probabilities are expected in both, got {len(p)} and {len(q)}")
        return Integral(float(f(np.log(p), np.log(q)).sum()))


def probabilities(p: ArrayLike) -> NDArray[np.float64]:
    """p as a float64 vector. Raises SettingError if a number is negative, or if their sum is not 1.

    >>> probabilities([0.5, 0.6])
    Traceback (most recent call last):
        ...
    tinygan.errors.SettingError: probabilities are expected, at least 0 and with the sum 1, got [0.5 0.6]
    """
    p = np.asarray(p, np.float64)
    if p.ndim != 1 or not (p >= 0).all() or abs(p.sum() - 1) > ROUNDING:
        raise SettingError(f"probabilities are expected, at least 0 and with the sum 1, got {p}")
    return p


def kl(p: Any, q: Any) -> Integral:
    """KL(p, q) = E_p[log(p / q)], in nats.   p, q: as for `f_divergence`."""
    return f_divergence("kl", p, q)


def total_variation(p: Any, q: Any) -> Integral:
    """TV(p, q), half of the integral of |p - q|, from 0 to 1.   p, q: as for `f_divergence`."""
    return f_divergence("total-variation", p, q)


def jensen_shannon(p: Any, q: Any) -> Integral:
    """JS(p, q) = (KL(p, m) + KL(q, m)) / 2 with m = (p + q) / 2; half of the table's row, and at most log 2.

    >>> round(jensen_shannon([1.0, 0.0], [0.0, 1.0]).value, 12)  # log 2
    0.69314718056
    """
    value, error = f_divergence("js", p, q)
    return Integral(value / 2, error / 2)


def over_space(f: Callable, *densities: Any) -> Integral:
    """The integral of f >= 0 over the line or the plane, where f is smooth between the breaks of the densities.

    Beyond the last breaks space is doubled until f is 0 there, which it is nowhere if the integral is infinite.
    """
    breaks = _breaks(densities)
    for _ in range(FURTHER):
        if not (f(_around(breaks)) > NOTHING).any():
            break
        breaks = [_wider(axis) for axis in breaks]
    else:
        return Integral(np.inf)
    corners = lattice(breaks)
    there = np.max([f(corners), *(density.density(corners) for density in densities)], axis=0) > NOTHING
    return integral(f, *(each[_beside(there, breaks)] for each in boxes(breaks)))


def _breaks(densities: Sequence[Any]) -> list[NDArray]:
    """The breaks of all densities. Raises SettingError if one has none, ShapeMismatch if dimensions differ."""
    for density in densities:
        if not hasattr(density, "breaks"):
            raise SettingError(
                f"quadrature needs densities with `breaks`, and {type(density).__name__} has none; "
                "Nodes.on_raster compares probabilities of boxes"
            )
    breaks = [density.breaks for density in densities]
    if len({len(each) for each in breaks}) > 1:
        raise ShapeMismatch(f"densities of one dimension are expected, got those of {[len(each) for each in breaks]}")
    return merged(*breaks)


def _wider(axis: NDArray) -> NDArray:
    """The breaks on an axis, with one more on each side so that they span twice as much."""
    half = (axis[-1] - axis[0]) / 2
    return np.concatenate([[axis[0] - half], axis, [axis[-1] + half]])


def _beside(there: NDArray, breaks: Sequence[NDArray]) -> NDArray:
    """The boxes with one corner or more of those that are `there`."""
    there = there.reshape([len(axis) for axis in breaks])
    for axis in range(there.ndim):
        first, second = (np.take(there, range(i, i + there.shape[axis] - 1), axis) for i in (0, 1))
        there = first | second
    return there.ravel()


def _around(breaks: Sequence[NDArray]) -> NDArray:
    """Points (2 d, d), just outside the boxes and in the middle of each face."""
    middle = [axis[len(axis) // 2] for axis in breaks]
    points = np.tile(middle, (2 * len(breaks), 1))
    for i, axis in enumerate(breaks):
        points[2 * i : 2 * i + 2, i] = np.nextafter(axis[[0, -1]], [-np.inf, np.inf])
    return points
