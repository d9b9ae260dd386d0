"""Pooling against loops over windows; upsampling against repetition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functional.loops import out_size
from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


def pooled(x, size, stride, padding, fill, reduce):
    """`reduce` over each window of x, `fill` around it."""
    (kh, kw), (sh, sw), (ph, pw) = size, stride, padding
    x = np.pad(x, ((0, 0), (ph, ph), (pw, pw), (0, 0)), constant_values=fill)
    rows, columns = ((x.shape[1] - kh) // sh + 1, (x.shape[2] - kw) // sw + 1)
    windows = [[x[:, i * sh : i * sh + kh, j * sw : j * sw + kw] for j in range(columns)] for i in range(rows)]
    return np.stack([np.stack([reduce(w, axis=(1, 2)) for w in row], axis=1) for row in windows], axis=1)


@st.composite
def poolings(draw):
    size, stride = draw(pairs), draw(pairs)
    padding = tuple(draw(st.integers(0, k // 2)) for k in size)
    shape = [draw(st.integers(k, 6)) for k in size]
    assert all(out_size(n, k, s, p) > 0 for n, k, s, p in zip(shape, size, stride, padding, strict=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.standard_normal((2, *shape, 2)) - 3, size, stride, padding  # negative: padding's zeros would win


@given(poolings())
def test_avg_pool2d(drawn):
    x, size, stride, padding = drawn
    expected = pooled(x, size, stride, padding, 0.0, np.mean)
    np.testing.assert_allclose(F.avg_pool2d(x, size, stride, padding), expected, rtol=1e-12)


@given(poolings())
def test_max_pool2d(drawn):
    x, size, stride, padding = drawn
    expected = pooled(x, size, stride, padding, -np.inf, np.max)
    np.testing.assert_array_equal(F.max_pool2d(x, size, stride, padding), expected)


@given(poolings())
def test_the_gradient_of_max_pool2d_goes_to_the_largest_of_each_window(drawn):
    x, size, stride, padding = drawn
    leaf = Tensor(x)
    out = F.max_pool2d(leaf, size, stride, padding)
    seed = np.random.default_rng(0).standard_normal(out.shape)
    expected = np.zeros_like(x)
    for at in np.ndindex(out.shape):
        expected[at[0], ..., at[3]][x[at[0], ..., at[3]] == out.data[at]] += seed[at]  # all entries differ
    np.testing.assert_allclose(grad(out, leaf, seed=seed), expected, rtol=1e-12, atol=1e-12)


def test_windows_do_not_overlap_by_default():
    x = np.arange(16.0).reshape(1, 4, 4, 1)
    assert F.max_pool2d(x, 2)[0, :, :, 0].tolist() == [[5, 7], [13, 15]]
    assert F.avg_pool2d(x, 2)[0, :, :, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]
    assert F.avg_pool2d(x, (1, 4))[0, :, :, 0].tolist() == [[1.5], [5.5], [9.5], [13.5]]


def test_zeros_around_the_image_count_in_the_mean():
    assert F.avg_pool2d(np.ones((1, 2, 2, 1)), 2, 2, 1)[0, :, :, 0].tolist() == [[0.25, 0.25], [0.25, 0.25]]


def test_of_equal_entries_the_first_receives_the_gradient(device):
    x = Tensor(device.asarray(np.zeros((1, 2, 4, 1))))
    gradient = to_host(grad(F.max_pool2d(x, 2).sum(), x))
    assert gradient[0, :, :, 0].tolist() == [[1, 0, 1, 0], [0, 0, 0, 0]]


def test_padding_never_wins(device):
    x = Tensor(device.asarray(np.full((1, 2, 2, 1), -5.0)))
    out = F.max_pool2d(x, 2, 2, 1)
    assert to_host(out.data).ravel().tolist() == [-5] * 4
    assert to_host(grad(out.sum(), x)).ravel().tolist() == [1] * 4


def test_upsample_nearest():
    x = np.random.default_rng(0).standard_normal((2, 2, 3, 2))
    np.testing.assert_array_equal(F.upsample_nearest(x, (2, 3)), x.repeat(2, axis=1).repeat(3, axis=2))
    np.testing.assert_array_equal(F.upsample_nearest(x, 2), F.upsample_nearest(x, (2, 2)))
    leaf = Tensor(x)
    seed = np.random.default_rng(1).standard_normal((2, 4, 9, 2))
    gradient = grad(F.upsample_nearest(leaf, (2, 3)), leaf, seed=seed)
    np.testing.assert_allclose(gradient, 6 * F.avg_pool2d(seed, (2, 3)), rtol=1e-12)


@pytest.mark.parametrize(("size", "padding"), [(2, 2), (1, 1), ((2, 3), (1, 3)), (3, 5)], ids=str)
def test_a_window_of_padding_alone_has_no_largest_entry(size, padding):
    """PyTorch refuses more than half the window; from a whole one on there are windows without data."""
    with pytest.raises(ShapeMismatch, match=r"^max_pool2d: padding is expected to be less than size"):
        F.max_pool2d(-np.ones((1, 6, 6, 1)), size, 2, padding)


@pytest.mark.parametrize("f", [F.max_pool2d, F.avg_pool2d])
@pytest.mark.parametrize(("size", "stride"), [(0, None), (2, 0), ((0, 2), 1), (2, (1, 0))])
def test_a_size_or_stride_of_0_is_refused(f, size, stride):
    with pytest.raises(ShapeMismatch, match="expected a whole number of at least 1, or a pair of them, got"):
        f(np.ones((1, 4, 4, 1)), size, stride)


def test_padding_never_wins_over_data_of_minus_infinity():
    """As PyTorch has it: every window of such data is -inf."""
    x = np.full((1, 2, 2, 1), -np.inf)
    assert np.all(F.max_pool2d(x, 2, 2, padding=1) == -np.inf)
    x[0, 1, 1] = np.nan
    assert np.isnan(F.max_pool2d(x, 2, 2, padding=1)[0, 1, 1, 0])
