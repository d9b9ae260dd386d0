"""Elementwise functions against plain NumPy, in their tails, and their conventions at the kinks."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygan import Tensor, check_grads, grad
from tinygan import functional as F
from tinygan.backend import to_host

X = np.array([-3.0, -0.5, 0.0, 0.25, 1.0, 7.5])
Y = np.array([2.0, -0.5, 1.0, 0.2, -1.0, 7.0])
POSITIVE = np.abs(Y)


@pytest.mark.parametrize(
    ("f", "arguments", "expected"),
    [
        (F.add, (X, Y), X + Y),
        (F.subtract, (X, Y), X - Y),
        (F.multiply, (X, Y), X * Y),
        (F.divide, (X, Y), X / Y),
        (F.negative, (X,), -X),
        (F.abs, (X,), [abs(x) for x in X]),
        (F.exp, (X,), [math.exp(x) for x in X]),
        (F.log, (POSITIVE,), [math.log(x) for x in POSITIVE]),
        (F.sqrt, (POSITIVE,), [math.sqrt(x) for x in POSITIVE]),
        (F.safe_sqrt, (POSITIVE,), [math.sqrt(x) for x in POSITIVE]),
        (F.power, (POSITIVE, X), [p**x for p, x in zip(POSITIVE, X, strict=True)]),
        (F.maximum, (X, Y), [max(x, y) for x, y in zip(X, Y, strict=True)]),
        (F.minimum, (X, Y), [min(x, y) for x, y in zip(X, Y, strict=True)]),
        (F.clip, (X, -1.0, 2.0), [min(max(x, -1), 2) for x in X]),
        (F.clip, (X, None, 0.5), [min(x, 0.5) for x in X]),
        (F.tanh, (X,), [math.tanh(x) for x in X]),
        (F.sigmoid, (X,), [1 / (1 + math.exp(-x)) for x in X]),
        (F.softplus, (X,), [math.log(1 + math.exp(x)) for x in X]),
        (F.relu, (X,), [max(x, 0) for x in X]),
        (F.leaky_relu, (X,), [x if x > 0 else 0.01 * x for x in X]),
        (F.leaky_relu, (X, 0.2), [x if x > 0 else 0.2 * x for x in X]),
        (F.leaky_relu, (X, 1.5), [x if x > 0 else 1.5 * x for x in X]),
        (F.elu, (X,), [x if x > 0 else math.exp(x) - 1 for x in X]),
        (F.elu, (X, 0.3), [x if x > 0 else 0.3 * (math.exp(x) - 1) for x in X]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_values(f, arguments, expected, device):
    on_device = [device.asarray(a) if isinstance(a, np.ndarray) else a for a in arguments]
    np.testing.assert_allclose(to_host(f(*on_device)), expected, rtol=1e-14, atol=1e-15)


def test_where(device):
    condition = device.asarray(X > 0)
    got = F.where(condition, device.asarray(X), 7.0)
    np.testing.assert_array_equal(to_host(got), [7, 7, 7, 0.25, 1, 7.5])
    dx, dy = (Tensor(device.asarray(a)) for a in (X, Y))
    gradients = grad(F.where(condition, dx, dy).sum(), [dx, dy])
    np.testing.assert_array_equal(to_host(gradients[0]), [0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(to_host(gradients[1]), [1, 1, 1, 0, 0, 0])


def slope(f, *at, argument=0):
    """The derivative of f(*at) with respect to one of its numbers."""
    leaves = [Tensor(np.float64(x)) for x in at]
    return float(grad(f(*leaves), leaves[argument]))


def test_conventions_at_the_kinks():
    assert slope(F.abs, 0.0) == slope(F.safe_sqrt, 0.0) == 0
    assert slope(F.relu, 0.0) == 0
    assert slope(F.leaky_relu, 0.0) == 0.01
    assert slope(lambda x: F.leaky_relu(x, 0.3), 0.0) == pytest.approx(0.3, rel=1e-15)
    assert slope(lambda x: F.elu(x, 0.7), 0.0) == 0.7
    for tie in (F.maximum, F.minimum):
        assert slope(tie, 2.0, 2.0) == slope(tie, 2.0, 2.0, argument=1) == 0.5
    for bound in (-1.0, 2.0):
        assert slope(lambda x: F.clip(x, -1.0, 2.0), bound) == 1
    for outside in (-1.001, 2.001):
        assert slope(lambda x: F.clip(x, -1.0, 2.0), outside) == 0
    assert slope(lambda x: x**0, 0.0) == 0
    assert slope(lambda x: x**1, 0.0) == 1
    assert slope(lambda x: x**2, 0.0) == 0
    assert slope(lambda x: F.maximum(x, 0.0), 0.0) == 0.5


def test_the_gradients_of_maximum_and_minimum_go_to_the_winner():
    for f, at, expected in [(F.maximum, (1.0, 2.0), (0, 1)), (F.minimum, (1.0, 2.0), (1, 0))]:
        assert (slope(f, *at), slope(f, *at, argument=1)) == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_keeps_its_relative_precision_in_the_lower_tail(dtype):
    x = np.array([-80.0, -40.0, -5.0], dtype)
    np.testing.assert_allclose(F.sigmoid(x), [math.exp(v) / (1 + math.exp(v)) for v in x], rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(F.softplus(x), [math.log1p(math.exp(v)) for v in x], rtol=4 * np.finfo(dtype).eps)
    assert F.sigmoid(x).dtype == F.softplus(x).dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_far_tails_are_finite_with_their_gradients(dtype):
    x = np.array([-1e4, 1e4], dtype)
    for f, values, slopes in [
        (F.sigmoid, [0, 1], [0, 0]),
        (F.softplus, [0, 1e4], [0, 1]),
        (F.tanh, [-1, 1], [0, 0]),
        (F.elu, [-1, 1e4], [0, 1]),
    ]:
        leaf = Tensor(x)
        out = f(leaf)
        np.testing.assert_array_equal(out.data, np.array(values, dtype))
        first = grad(out, leaf, seed=np.ones(2, dtype), create_graph=True)
        np.testing.assert_array_equal(first.data, np.array(slopes, dtype))
        assert first.dtype == out.dtype == dtype
        np.testing.assert_array_equal(grad(first.sum(), leaf), [0, 0])


def test_softplus_is_log_d_and_log_1_minus_d():
    logits = np.linspace(-20, 20, 41)
    D = F.sigmoid(logits)
    np.testing.assert_allclose(-F.softplus(-logits), np.log(D), rtol=1e-7)
    np.testing.assert_allclose(-F.softplus(logits), np.log(1 - D), rtol=1e-7)


def test_nan_stays_nan():
    nan = np.array([np.nan])
    for f in (F.relu, F.leaky_relu, F.elu, F.tanh, F.sigmoid, F.softplus, F.abs, F.exp, lambda x: F.clip(x, 0.0, 1.0)):
        assert np.isnan(f(nan)).all()


shapes = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@given(shapes, st.lists(st.booleans(), min_size=3, max_size=3), st.integers(0, 3), st.integers(0, 2**32))
def test_operators_broadcast_as_numpy_does_and_sum_their_gradients(shape, ones, keep, seed):
    other = tuple(1 if one else n for n, one in zip(shape, ones, strict=False))[len(shape) - min(keep, len(shape)) :]
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0.5, 2, shape), rng.uniform(0.5, 2, other)
    for f, expected in [(F.add, x + y), (F.subtract, x - y), (F.multiply, x * y), (F.divide, x / y), (F.power, x**y)]:
        np.testing.assert_allclose(f(x, y), expected, rtol=1e-14)
        check_grads(f, x, y, order=1)
        check_grads(lambda y, x, f=f: f(x, y) if f is not F.power else f(y, x), y, x, order=1)


SMOOTH = [
    F.exp,
    F.log,
    F.sqrt,
    F.tanh,
    F.sigmoid,
    F.softplus,
    F.elu,
    F.leaky_relu,
    F.softmax,
    F.log_softmax,
    F.logsumexp,
]


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
@pytest.mark.parametrize("f", SMOOTH, ids=lambda f: f.__name__)
def test_whole_numbers_are_taken_for_what_they_are(f, dtype, device):
    """The oracle is the function of the same numbers in float64: nothing wraps around, and no half precision comes."""
    whole = np.array([1, 5, 80], dtype)
    found = to_host(f(device.asarray(whole)))
    assert found.dtype in (np.float32, np.float64)
    np.testing.assert_allclose(found, f(whole.astype(float)), rtol=1e-6)


def test_losses_of_whole_numbers():
    logits, targets = np.array([0, 3, 200], np.uint8), np.array([0.25, 0.9, 1.0])
    expected = F.binary_cross_entropy_with_logits(logits.astype(float), targets)
    assert F.binary_cross_entropy_with_logits(logits, targets) == pytest.approx(expected, rel=1e-6)
    kept = F.dropout(np.full(1000, 2, np.uint8), 0.6, np.random.default_rng(0))
    np.testing.assert_allclose(np.unique(kept), [0, 5], rtol=1e-6)  # 2 / 0.4


@pytest.mark.parametrize("low", [[0.0], np.array([0.0, 1.0, 2.0])], ids=str)
def test_bounds_that_broadcast(low):
    """x = 1 meets each bound: the gradient is 1 for each that it is at or above."""
    x = Tensor(np.array([1.0]))
    np.testing.assert_array_equal(grad(F.clip(x, low, None).sum(), x), [np.sum(np.asarray(low) <= 1)])


def test_bounds_in_lists_change_no_dtype():
    x = np.array([-1.0, 0.5], np.float32)
    assert F.clip(x, [0.0, 0.0], [1.0, 1.0]).dtype == np.float32
    assert F.wright_omega(np.array([1, 2], np.uint8)).dtype == np.float32
