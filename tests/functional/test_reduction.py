"""Reductions against NumPy on every axis, ties, corrections and large numbers."""

import numpy as np
import pytest

from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

X = np.random.default_rng(0).standard_normal((3, 4, 2))
AXES = [None, 0, 1, -1, (0, 1), (0, 2), (-1, 1), (0, 1, 2), ()]


def naive_logsumexp(x, axis, keepdims):
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    ("f", "reference"),
    [(F.sum, np.sum), (F.mean, np.mean), (F.max, np.max), (F.logsumexp, naive_logsumexp)],
    ids=["sum", "mean", "max", "logsumexp"],
)
def test_against_numpy(f, reference, axis, keepdims, device):
    got = f(device.asarray(X), axis=axis, keepdims=keepdims)
    expected = reference(X, axis=axis, keepdims=keepdims)
    assert got.shape == expected.shape
    np.testing.assert_allclose(to_host(got), expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("axis", [a for a in AXES if a != ()], ids=str)
@pytest.mark.parametrize("correction", [0, 1])
def test_var_against_its_formula(axis, correction, device):
    got = F.var(device.asarray(X), axis=axis, correction=correction)
    deviations = X - X.mean(axis=axis, keepdims=True)
    expected = (deviations**2).sum(axis=axis) / (X.size / X.mean(axis=axis).size - correction)
    np.testing.assert_allclose(to_host(got), expected, rtol=1e-13)


def test_var_is_unbiased_by_default():
    assert F.var(np.array([1.0, 2.0, 3.0])) == 1.0
    assert F.var(np.array([1.0, 2.0, 3.0]), correction=0) == pytest.approx(2 / 3, rel=1e-15)
    x = Tensor(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(grad(F.var(x), x), [-1, 0, 1])  # 2 (x - 2) / (3 - 1)
    np.testing.assert_allclose(grad(F.var(x, correction=0), x), [-2 / 3, 0, 2 / 3])


@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("f", [F.sum, F.mean, F.max, F.logsumexp], ids=lambda f: f.__name__)
def test_gradients_for_every_axis(f, axis, keepdims):
    x = Tensor(X)
    out = f(x, axis=axis, keepdims=keepdims)
    seed = np.random.default_rng(1).standard_normal(out.shape)
    direction = np.random.default_rng(2).standard_normal(X.shape)
    step = 1e-6
    ends = [(seed * f(X + offset * direction, axis=axis, keepdims=keepdims)).sum() for offset in (step, -step)]
    np.testing.assert_allclose((grad(out, x, seed=seed) * direction).sum(), (ends[0] - ends[1]) / (2 * step), rtol=1e-7)


def test_entries_that_share_the_maximum_share_its_gradient():
    x = Tensor(np.array([[1.0, 5.0, 5.0], [2.0, 2.0, 2.0]]))
    np.testing.assert_allclose(grad(F.max(x, axis=1).sum(), x), [[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]])
    np.testing.assert_allclose(grad(F.max(x), x), [[0, 0.5, 0.5], [0, 0, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logsumexp_of_large_numbers(dtype):
    x = Tensor(np.array([[1e4, 1e4], [-1e4, -1e4], [-1e4, 1e4]], dtype))
    out = F.logsumexp(x, axis=1)
    np.testing.assert_allclose(out.data, [1e4 + np.log(2), -1e4 + np.log(2), 1e4], rtol=1e-6)
    np.testing.assert_allclose(grad(out.sum(), x), [[0.5, 0.5], [0.5, 0.5], [0, 1]])


@pytest.mark.parametrize("axis", [(0, 1), 0, None], ids=str)
def test_sum_counts_truth_values_and_integers(axis, device):
    mask = X > 0
    got = F.sum(device.asarray(mask), axis=axis)
    assert got.dtype == np.int64
    np.testing.assert_array_equal(to_host(got), mask.sum(axis=axis))


@pytest.mark.parametrize("view", [lambda x: x[::2], lambda x: x.transpose(1, 0, 2), lambda x: x[:, :, ::-1]])
def test_the_fast_sum_of_views(view):
    np.testing.assert_allclose(F.sum(view(X), axis=(0, 1)), view(X).sum(axis=(0, 1)), rtol=1e-13)


def test_mean_and_sum_of_no_axes_are_the_array():
    np.testing.assert_array_equal(F.sum(X, axis=()), X)
    np.testing.assert_array_equal(F.sum(np.array(3.0)), 3.0)


def test_the_means_of_no_examples_are_none(device):
    assert F.mean(device.asarray(np.ones((0, 3))), axis=1).shape == (0,)


INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("scores", "expected", "shares"),
    [  # the limits of log(sum(exp(x))); the gradient is nan, as PyTorch's, where the largest score is infinite
        ([-INF, -INF], -INF, [NAN, NAN]),
        ([INF, 1.0], INF, [NAN, NAN]),
        ([INF, 1e4], INF, [NAN, NAN]),
        ([INF, -INF, INF], INF, [NAN, NAN, NAN]),
        ([-INF, 2.0], 2.0, [0, 1]),
        ([1e4, 1e4], 1e4 + np.log(2), [0.5, 0.5]),
    ],
    ids=str,
)
def test_infinite_scores(scores, expected, shares, device):
    x = Tensor(device.asarray(np.array(scores)))
    assert float(to_host(F.logsumexp(x.data))) == expected
    with np.errstate(invalid="ignore"):
        gradient = to_host(grad(F.logsumexp(x), x))
    np.testing.assert_array_equal(gradient, shares)


def test_each_row_has_infinities_of_its_own():
    x = np.array([[-INF, -INF], [INF, 0.0], [0.0, 0.0], [-INF, 1.0]])
    np.testing.assert_array_equal(F.logsumexp(x, axis=1, keepdims=True), [[-INF], [INF], [np.log(2)], [1]])


@pytest.mark.parametrize("f", [F.softmax, F.log_softmax, lambda x: F.cross_entropy(x, [0])])
@pytest.mark.parametrize("row", [[INF, 1.0], [INF, INF], [-INF, -INF]])
def test_a_class_of_infinite_score_is_no_finite_loss(f, row):
    with np.errstate(invalid="ignore"):
        assert np.isnan(f(np.array([row]))).any()


HALVES = np.repeat(np.float16([0.5, 1.5]), 40_000)[:, None]  # 80,000 numbers of sum 80,000, which is no float16


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (F.mean, 1.0),
        (lambda x: F.var(x, correction=0), 0.25),
        (lambda x: F.max(F.batch_norm(x, np.ones(1), np.zeros(1), 0.0)), 1.0),
        (lambda x: F.max(F.standardize(x, axes=0, epsilon=0.0)), 1.0),
        (lambda x: F.max(F.centred(x, axes=0)), 0.5),
        (lambda x: F.logsumexp(0 * x), np.log(80_000)),
    ],
    ids=["mean", "var", "batch_norm", "standardize", "centred", "logsumexp"],
)
def test_half_precision_is_reduced_in_single(f, expected):
    """By hand: half of the numbers are 0.5, half 1.5."""
    assert f(HALVES) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("axis", [None, 0, (0, 1)])
@pytest.mark.parametrize("f", [F.mean, F.var, F.max, F.logsumexp], ids=lambda f: f.__name__)
def test_of_no_numbers_there_is_none(f, axis):
    with pytest.raises(ShapeMismatch, match=f"^{f.__name__}: .*\\(0, 3\\)"):
        f(np.ones((0, 3)), axis=axis)


@pytest.mark.parametrize(("x", "correction"), [([2.0], 1), ([1.0, 2.0], 2), ([[1.0], [2.0]], 1.5)])
def test_a_variance_with_nothing_to_divide_by_is_refused(x, correction):
    with pytest.raises(ShapeMismatch, match=r"^var: x of shape .* leaves none to divide by$"):
        F.var(Tensor(x), axis=-1, correction=correction)
    assert F.var(np.array([2.0]), correction=0) == 0


@pytest.mark.parametrize("f", [F.sum, F.mean, F.max, F.logsumexp, F.softmax, F.log_softmax], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("shape", "axis"), [((0, 3), 1), ((3, 0), 0), ((2, 3), np.int64(0)), ((2, 1, 3), (-1, 0))], ids=str
)
def test_what_can_be_computed_can_be_differentiated(f, shape, axis):
    """Of axes without entries, and of an axis that is a NumPy integer."""
    x = Tensor(np.random.default_rng(0).standard_normal(shape))
    assert grad(F.sum(grad(F.sum(f(x, axis=axis)), x, create_graph=True)), x).shape == shape


@pytest.mark.parametrize("f", [F.sum, F.max, F.logsumexp], ids=lambda f: f.__name__)
def test_a_number_over_axis_0_is_itself_as_numpy_has_it(f):
    x = Tensor(np.array(2.0))
    assert f(x, axis=0).data == 2
    assert grad(f(x, axis=0), x) == 1
