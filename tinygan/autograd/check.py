"""Checks of gradients against finite differences, at order 1 and at higher orders."""

from collections.abc import Callable

import numpy as np

from tinygan.autograd.differentiate import grad
from tinygan.autograd.primitive import Array
from tinygan.autograd.tensor import Tensor, raw
from tinygan.backend import namespace, to_host
from tinygan.errors import GradientError

EVERY_COORDINATE_UP_TO = 200  # entries in all arguments; larger cases check DIRECTIONS random directions
DIRECTIONS = 3
STEP = 1e-3
# central differences of fourth order: error step**4 / 30 * f''''', about 1e-13 times f's fifth derivative
STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))


def check_grads(
    f: Callable,
    *arrays: Array,
    order: int = 2,
    rtol: float = 1e-7,
    atol: float = 1e-8,
    step: float = STEP,
    seed: int = 0,
) -> None:
    """Compare the gradients of f(*Tensors) -> Tensor with fourth-order differences in float64, up to `order`.

    If the arguments have at most 200 entries together, every coordinate is checked. Otherwise three random directions
    are, with unit variance in every coordinate (a unit vector would hide an error in one entry of many).
    Raises GradientError if they differ, with the function, argument, coordinate, expected value and received value.

    >>> check_grads(lambda x: x * x * x, np.array([1.0, -2.0]))
    >>> check_grads(lambda x: x * raw(x), np.array([1.0, -2.0]))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    tinygan.errors.GradientError: <lambda>, order 1: gradient to argument 0 at (0,): expected 0.251..., received 0.12...
    """
    arrays = tuple(namespace(a).asarray(a, dtype=np.float64) for a in arrays)
    rng = np.random.default_rng(seed)
    name = getattr(f, "__name__", type(f).__name__)
    for k in range(1, order + 1):
        f = _scalar(f, arrays, rng)
        _compare(f, arrays, f"{name}, order {k}", rng, rtol, atol, step)
        f = _gradient(f)


def _normal(like: Array, rng: np.random.Generator) -> Array:
    return namespace(like).asarray(rng.standard_normal(like.shape))


def _scalar(f: Callable, arrays: tuple, rng: np.random.Generator) -> Callable:
    """The scalar function <r, f(*arrays)> with fixed random r, summed over the outputs of f."""
    outputs = f(*map(Tensor, arrays))
    weights = [_normal(raw(out), rng) for out in (outputs if isinstance(outputs, list) else [outputs])]

    def projected(*args: Array) -> Array:
        outputs = f(*args)
        total: Array = 0.0
        for out, weight in zip(outputs if isinstance(outputs, list) else [outputs], weights, strict=True):
            total = total + (out * weight).sum()
        return total

    return projected


def _gradient(f: Callable) -> Callable:
    """The function that returns the gradients of the scalar function f in all its arguments."""

    def gradient(*args: Array) -> list:
        leaves = [a if isinstance(a, Tensor) else Tensor(a) for a in args]
        y = f(*leaves)
        if not isinstance(y, Tensor):
            return [0.0 * leaf for leaf in leaves]
        return grad(y, leaves, create_graph=True)

    return gradient


def _compare(
    f: Callable, arrays: tuple, title: str, rng: np.random.Generator, rtol: float, atol: float, step: float
) -> None:
    gradients = [to_host(raw(g)) for g in _gradient(f)(*arrays)]

    def difference(i: int, direction: Array) -> float:
        """The derivative of f along `direction` in argument i, by finite differences."""
        shifted = list(arrays)
        total = 0.0
        for offset, weight in STENCIL:
            shifted[i] = arrays[i] + offset * step * direction
            total += weight * float(raw(f(*shifted)))
        return total / step

    def require(expected: float, received: float, scale: float, what: str) -> None:
        if not np.abs(expected - received) <= atol + rtol * scale:  # also true of nan
            raise GradientError(f"{title}: {what}: expected {expected:.12g}, received {received:.12g}")

    if sum(a.size for a in arrays) <= EVERY_COORDINATE_UP_TO:
        for i, array in enumerate(arrays):
            for coordinate in np.ndindex(array.shape):
                direction = np.zeros(array.shape)
                direction[coordinate] = 1.0
                expected = difference(i, namespace(array).asarray(direction))
                received = float(gradients[i][coordinate])
                require(expected, received, max(np.abs(expected), 1.0), f"gradient to argument {i} at {coordinate}")
        return
    for i, array in enumerate(arrays):
        for _ in range(DIRECTIONS):
            direction = rng.standard_normal(array.shape)
            expected = difference(i, namespace(array).asarray(direction))
            received = float((gradients[i] * direction).sum())
            scale = float(np.linalg.norm(gradients[i]))  # the typical size of a derivative along a random direction
            require(expected, received, max(scale, 1.0), f"gradient to argument {i} along a random direction")
