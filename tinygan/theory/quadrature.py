"""Integrals over a line or a plane by Gauss-Legendre rules, with an estimate of their error.

Each box gets two rules, and the distance between their results is its error. The boxes with the largest errors are cut
in halves along each axis, until the sum of all errors is small enough.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NODES = 8, 15  # of the two rules, on each axis; two even numbers would agree on a jump in the middle of a box
MOST = 1 << 13  # boxes that are cut in one round
THIN = 1e-12  # a side of this share of its coordinate is not cut: its nodes would differ by rounding alone
ROUNDS = 50  # of cutting; a side is then shorter by 1e-15


class Integral(NamedTuple):
    """The value of an integral, and an estimate of its error."""

    value: float
    error: float = 0.0


def integral(f: Callable, lower: NDArray, upper: NDArray, tolerance: float = 1e-11) -> Integral:
    """The integral of f over boxes with corners `lower` and `upper`, (n, d).

    f: of points (n, d) to numbers (n,), float64. It may jump between boxes; it is best smooth in each.
    tolerance: the error that is aimed at, relative to max(1, |value|). A smaller one is met, a larger one is reported.
    The error is an estimate. A spike or a jump between the nodes of both rules is not seen, so `lower` and `upper`
    should have a corner near each. The integral is infinite if f is at a node.

    >>> value, error = integral(lambda x: np.exp(-x[:, 0]), *boxes([np.array([0.0, 1.0, 40.0])]))
    >>> abs(value - 1) < 1e-12, error < 1e-11
    (True, True)
    """
    value = error = 0.0  # of the boxes that are finished
    for cut in range(ROUNDS + 1):
        few, many = (_of_boxes(f, lower, upper, n) for n in NODES)
        if np.isinf(many).any():
            return Integral(inf)
        errors = np.abs(many - few)
        order = np.argsort(errors)
        allowed = tolerance * max(1.0, abs(value + many.sum())) - error
        left = order[np.cumsum(errors[order]) > allowed / 2]  # the boxes with the largest errors
        sides = upper[left] - lower[left]
        left = left[(sides > THIN * np.maximum(abs(lower[left]), abs(upper[left]))).all(axis=1)]
        if len(left) > MOST or cut == ROUNDS or errors.sum() <= allowed:
            left = left[:0]
        value += many.sum() - many[left].sum()
        error += errors.sum() - errors[left].sum()
        if not len(left):
            break
        lower, upper = _halves(lower[left], upper[left])
    return Integral(float(value), float(error))


def boxes(breaks: Sequence[NDArray]) -> tuple[NDArray, NDArray]:
    """The lower and the upper corners (n, d) of all boxes between `breaks`, increasing coordinates on each axis.

    >>> boxes([np.array([0, 1, 3])])
    (array([[0], [1]]), array([[1], [3]]))
    """
    return lattice([axis[:-1] for axis in breaks]), lattice([axis[1:] for axis in breaks])


def lattice(axes: Sequence[NDArray]) -> NDArray:
    """All points (n, d) with their coordinates on the axes, the last axis fastest."""
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))


def merged(*breaks: Sequence[NDArray]) -> list[NDArray]:
    """The breaks of several functions on each axis, in one. Of coordinates that differ by rounding one is left.

    It is the first of them, but at the end of an axis the last, so that no density goes on beyond it.
    """
    axes = []
    for parts in zip(*breaks, strict=True):
        axis = np.unique(np.concatenate(parts))
        apart = np.diff(axis) > 1e-12 * np.abs(axis[1:])
        kept = axis[np.concatenate([[True], apart])]
        kept[-1] = axis[-1]
        axes.append(kept)
    return axes


def rule(lower: NDArray, upper: NDArray, n: int = NODES[1]) -> tuple[NDArray, NDArray]:
    """The points (boxes * n^d, d) and the weights (boxes * n^d,) of a Gauss-Legendre rule of n nodes on each axis.

    sum_i weights_i f(points_i) is the integral of f over the boxes, exact for polynomials of degree 2 n - 1 in each.

    >>> x, weights = rule(*boxes([np.array([0.0, 1.0, 2.0])]))
    >>> round(float(weights @ x[:, 0] ** 3), 12)
    4.0
    """
    d = lower.shape[1]
    nodes, weights = np.polynomial.legendre.leggauss(n)  # on [-1, 1]
    unit, shares = lattice(d * [(1 + nodes) / 2]), lattice(d * [weights / 2]).prod(axis=1)
    sides = upper - lower
    points = lower[:, np.newaxis] + sides[:, np.newaxis] * unit  # (boxes, n^d, d)
    return points.reshape(-1, d), np.multiply.outer(sides.prod(axis=1), shares).ravel()


def _of_boxes(f: Callable, lower: NDArray, upper: NDArray, n: int) -> NDArray:
    """The integral of f over each box, by n nodes on each axis."""
    points, weights = rule(lower, upper, n)
    return (f(points) * weights).reshape(len(lower), -1).sum(axis=1)


def _halves(lower: NDArray, upper: NDArray) -> tuple[NDArray, NDArray]:
    """The 2^d parts of each box."""
    for axis in range(lower.shape[1]):
        middle = (lower[:, axis] + upper[:, axis]) / 2
        lower, upper = np.concatenate([lower, lower]), np.concatenate([upper, upper])
        upper[: len(middle), axis] = middle
        lower[len(middle) :, axis] = middle
    return lower, upper
