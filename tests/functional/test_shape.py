"""Functions that move numbers, against NumPy: indices, joins, borders, reflections, and what they do to gradients."""

import numpy as np
import pytest

from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import ShapeMismatch

X = np.random.default_rng(0).standard_normal((4, 3, 2))

INDICES = {
    "integer": 1,
    "negative": -1,
    "slice": slice(1, 3),
    "steps": (slice(None, None, 2), slice(None, None, -1)),
    "ellipsis": (Ellipsis, 0),
    "new axis": (None, slice(None), None),
    "one number": (1, 2, 0),
    "rows": np.array([2, 0, 2, -1]),
    "rows as a list": [2, 0, 2],
    "pairs": (np.array([0, 0, 3]), np.array([1, 1, 2])),
    "rows after a slice": (slice(None), np.array([0, 0, 2])),
    "mask": X > 0,
    "rows by mask": np.array([True, False, True, True]),
    "no rows": np.array([], int),
}


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_getitem_and_its_adjoint(index, device):
    x = Tensor(device.asarray(X))
    out = x[index]
    assert isinstance(out, Tensor)
    np.testing.assert_array_equal(to_host(out.data), X[index])
    np.testing.assert_array_equal(to_host(F.getitem(device.asarray(X), index=index)), X[index])
    seed = np.random.default_rng(1).standard_normal(X[index].shape)
    expected = np.zeros_like(X)
    np.add.at(expected, index, seed)
    np.testing.assert_allclose(to_host(grad(out, x, seed=device.asarray(seed))), expected, rtol=1e-14)
    scattered = F.scatter(device.asarray(seed), index=index, shape=X.shape)
    np.testing.assert_allclose(to_host(scattered), expected, rtol=1e-14)


MASK = np.array([[True, False, True], [False, False, True], [True, True, False], [False, True, False]])
PLACES = [  # what an entry of an index stands for: no axis, several, or one
    (Ellipsis, [1]),
    (None, [2]),
    (None, Ellipsis, [0, -1]),
    ([3], Ellipsis, [1]),
    (MASK, [1] * 6),
    (Ellipsis, None, [[1], [0]]),
    (slice(None), None, [2, -3], None),
    ([True, False, True, True], [0, 1, 2]),
    (np.array([True, False, False, True]), Ellipsis, [0]),
    [],
    (slice(None), []),
    (True, [3]),
]


@pytest.mark.parametrize("index", PLACES, ids=str)
def test_an_entry_of_an_index_stands_for_the_axes_it_has_in_numpy(index, device):
    x = Tensor(device.asarray(X))
    out = x[index]
    np.testing.assert_array_equal(to_host(out.data), X[index])
    expected = np.zeros_like(X)
    np.add.at(expected, index, 1.0)
    np.testing.assert_array_equal(to_host(grad(out.sum(), x)), expected)


@pytest.mark.parametrize(
    "index",
    [
        4,
        -5,
        (0, 3),
        np.array([0, 4]),
        np.array([-5]),
        (slice(None), np.array([3])),
        (Ellipsis, [2]),
        (None, [4]),
        (None, slice(None), [3]),
        (MASK, [2] * 6),
        ([0], Ellipsis, [-3]),
    ],
    ids=str,
)
def test_an_index_out_of_range_does_not_wrap(index, device):
    with pytest.raises(IndexError, match=r"out of (range|bounds)"):
        F.getitem(device.asarray(X), index=index)


def test_indices_may_be_on_the_device(device):
    rows = device.asarray(np.array([2, 0]))
    np.testing.assert_array_equal(to_host(F.getitem(device.asarray(X), index=rows)), X[[2, 0]])
    np.testing.assert_array_equal(to_host(F.getitem(device.asarray(X), index=(rows, rows))), X[[2, 0], [2, 0]])


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_concatenate_and_stack(axis, device):
    other = X + 1
    a, b = Tensor(device.asarray(X)), device.asarray(other)
    for f, reference in ((F.concatenate, np.concatenate), (F.stack, np.stack)):
        out = f([a, b, a], axis=axis)
        expected = reference([X, other, X], axis=axis)
        np.testing.assert_array_equal(to_host(out.data), expected)
        seed = np.random.default_rng(1).standard_normal(expected.shape)
        parts = np.split(seed, 3, axis=axis)
        total = (parts[0] + parts[2]).reshape(X.shape)
        np.testing.assert_allclose(to_host(grad(out, a, seed=device.asarray(seed))), total, rtol=1e-14)


def test_stack_along_a_new_last_axis():
    out = F.stack([X, X], axis=3)
    np.testing.assert_array_equal(out, np.stack([X, X], axis=3))
    np.testing.assert_array_equal(F.stack([np.float64(1), np.float64(2)]), [1.0, 2.0])


def test_concatenate_of_different_lengths():
    a, b = Tensor(np.ones((2, 3))), Tensor(np.ones((2, 1)))
    out = F.concatenate((a, b), axis=1)
    assert out.shape == (2, 4)
    da, db = grad(out, [a, b], seed=np.arange(8.0).reshape(2, 4))
    np.testing.assert_array_equal(da, [[0, 1, 2], [4, 5, 6]])
    np.testing.assert_array_equal(db, [[3], [7]])


def test_pad(device):
    widths = ((1, 0), (0, 2), (1, 1))
    x = Tensor(device.asarray(X))
    out = F.pad(x, widths)
    np.testing.assert_array_equal(to_host(out.data), np.pad(X, widths))
    seed = np.random.default_rng(1).standard_normal(out.shape)
    np.testing.assert_array_equal(to_host(grad(out, x, seed=device.asarray(seed))), seed[1:, :3, 1:-1])


@pytest.mark.parametrize("axes", [None, (0, 1, 2), (1, 2, 0), (2, 0, 1), (-1, 0, 1)], ids=str)
def test_transpose(axes, device):
    x = Tensor(device.asarray(X))
    out = F.transpose(x, axes=axes)
    np.testing.assert_array_equal(to_host(out.data), np.transpose(X, axes))
    seed = np.transpose(X**2, axes)
    np.testing.assert_array_equal(to_host(grad(out, x, seed=device.asarray(seed))), X**2)


def test_reshape_and_broadcast_to(device):
    x = Tensor(device.asarray(X))
    out = F.reshape(x, shape=(2, -1))
    np.testing.assert_array_equal(to_host(out.data), X.reshape(2, -1))
    np.testing.assert_array_equal(to_host(grad(out, x, seed=out.data)), X)
    row = Tensor(device.asarray(X[:1, :, :1]))
    wide = F.broadcast_to(row, shape=(4, 3, 2))
    np.testing.assert_array_equal(to_host(wide.data), np.broadcast_to(X[:1, :, :1], (4, 3, 2)))
    expected = X.sum(axis=(0, 2), keepdims=True)
    np.testing.assert_allclose(to_host(grad(wide, row, seed=device.asarray(X))), expected, rtol=1e-14)


@pytest.mark.parametrize("shape", [(4, 3, 2), (3, 2), (2,), (), (1, 3, 2), (4, 1, 1), (1, 1), (3, 1)], ids=str)
def test_sum_to_is_the_adjoint_of_broadcasting(shape, device):
    got = F.sum_to(device.asarray(X), shape)
    assert got.shape == shape
    y = np.random.default_rng(1).standard_normal(shape)
    np.testing.assert_allclose((to_host(got) * y).sum(), (X * np.broadcast_to(y, X.shape)).sum(), rtol=1e-12)
    assert namespace(got) is device.module


def test_sum_to_the_same_shape_is_free():
    assert F.sum_to(X, X.shape) is X


@pytest.mark.parametrize(
    "widths", [1, (1, 1), (2, 0), [0, 3], ((1, 2), (0, 1), (1, 0)), ((1,), (2,), (0,)), (2,)], ids=str
)
def test_pad_takes_widths_as_numpy_does(widths):
    x = Tensor(X)
    out = F.pad(x, widths)
    np.testing.assert_array_equal(out.data, np.pad(X, widths))
    seed = np.random.default_rng(0).standard_normal(out.shape)
    inside = np.pad(np.ones(X.shape, bool), widths)
    np.testing.assert_array_equal(grad(out, x, seed=seed), seed[inside].reshape(X.shape))


@pytest.mark.parametrize("widths", [-1, (1, 2, 3), ((1, 1), (1, 1)), 0.5], ids=str)
def test_widths_that_numpy_refuses_are_refused(widths):
    with pytest.raises((ShapeMismatch, TypeError)):
        F.pad(Tensor(X), widths)


def test_lists_are_stacked_too():
    x = Tensor(np.array([1.0, 2.0]))
    out = F.stack([x, [3.0, 4.0]], axis=1)
    assert out.data.tolist() == [[1, 3], [2, 4]]
    assert grad(out.sum(), x).tolist() == [1, 1]
    with pytest.raises(ShapeMismatch, match=r"^add: "):
        F.add(x, [1.0, [2.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_translate_against_plain_loops(dtype, device):
    x = np.random.default_rng(3).standard_normal((5, 4, 6, 2)).astype(dtype)
    rows, columns = np.array([1, -2, 0, 4, -9]), np.array([-3, 1, 0, 0, 2])
    expected = np.zeros_like(x)
    for n, i, j in np.ndindex(5, 4, 6):
        if 0 <= i + rows[n] < 4 and 0 <= j + columns[n] < 6:
            expected[n, i + rows[n], j + columns[n]] = x[n, i, j]
    there = [device.asarray(each) for each in (x, rows, columns)]
    out = to_host(F.translate(*there))
    np.testing.assert_array_equal(out, expected)
    assert out.dtype == dtype


def test_the_gradient_of_translate_is_the_translation_back():
    """<seed, translated x> = <gradient, x>, and what has left the image has none."""
    x, seed = np.random.default_rng(4).standard_normal((2, 3, 4, 5, 1))
    rows, columns = np.array([1, 0, -2]), np.array([0, 9, 3])
    traced = Tensor(x)
    gradient = grad(F.translate(traced, rows, columns), traced, seed=seed)
    np.testing.assert_array_equal(gradient, F.translate(seed, -rows, -columns))
    assert np.vdot(seed, F.translate(x, rows, columns)) == pytest.approx(np.vdot(gradient, x), rel=1e-12)
    assert np.all(gradient[1] == 0)
    assert np.all(gradient[0, -1] == 0)


@pytest.mark.parametrize("border", [0, 1, 2, (3, 0), (0, 4), (3, 5)], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_reflection_is_numpys(border, dtype, device):
    x = np.random.default_rng(3).standard_normal((2, 4, 6, 3)).astype(dtype)
    top, left = border if isinstance(border, tuple) else (border, border)
    out = F.pad_reflected(device.asarray(x), border)
    assert (out.dtype, namespace(out)) == (dtype, device.module)
    np.testing.assert_array_equal(to_host(out), np.pad(x, ((0, 0), (top, top), (left, left), (0, 0)), mode="reflect"))


@pytest.mark.parametrize("border", [0, 1, (3, 0), (0, 4), (3, 5)], ids=str)
def test_what_is_folded_back_is_the_adjoint_of_reflection(border, device):
    """<y, reflected x> = <folded y, x>; a y of ones counts in how many places each pixel stands."""
    top, left = border if isinstance(border, tuple) else (border, border)
    x = np.random.default_rng(4).standard_normal((2, 4, 6, 3))
    y = np.random.default_rng(5).standard_normal((2, 4 + 2 * top, 6 + 2 * left, 3))
    folded = to_host(F.fold_reflected(device.asarray(y), border))
    assert np.vdot(y, F.pad_reflected(x, border)) == pytest.approx(np.vdot(folded, x), rel=1e-12)
    places = F.pad_reflected(np.arange(24.0).reshape(1, 4, 6, 1), border).astype(int)
    counted = F.fold_reflected(np.ones(places.shape), border)
    np.testing.assert_array_equal(counted.ravel(), np.bincount(places.ravel(), minlength=24))


@pytest.mark.parametrize(("border", "wide"), [(4, 4), ((4, 0), 4), ((0, 6), 6)])
def test_a_border_as_wide_as_the_image_is_refused(border, wide):
    words = rf"_reflected: a border of {wide} mirrors images with sides of at least {wide + 1}, got \(4, 6\)$"
    top, left = border if isinstance(border, tuple) else (border, border)
    with pytest.raises(ShapeMismatch, match=words):
        F.pad_reflected(np.ones((1, 4, 6, 1)), border)
    with pytest.raises(ShapeMismatch, match=words):
        F.fold_reflected(np.ones((1, 4 + 2 * top, 6 + 2 * left, 1)), border)
