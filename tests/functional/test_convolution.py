"""Convolution, its two adjoints, unfold and fold, against nested loops, explicit matrices and inner products."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.functional import loops
from tinygan import Tensor, check_grads
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch
from tinygan.functional import bands, convolution

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def convolutions(draw):
    """x (N, H, W, C), w (KH, KW, C, O), stride, padding of a convolution that has an output."""
    n, c, o = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    stride, kernel = draw(pairs), draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    size = [draw(st.integers(max(1, k - 2 * p), 6)) for k, p in zip(kernel, padding, strict=True)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.standard_normal((n, *size, c)), rng.standard_normal((*kernel, c, o)), stride, padding


@st.composite
def transposed(draw):
    """y (N, OH, OW, O), w (KH, KW, C, O), stride, padding, output_padding, such that there is an output."""
    n, c, o = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    stride, kernel = draw(pairs), draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    extra = tuple(draw(st.integers(0, s - 1)) for s in stride)
    padding = tuple(draw(st.integers(0, (k + e - 1) // 2)) for k, e in zip(kernel, extra, strict=True))
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.standard_normal((n, *size, o)), rng.standard_normal((*kernel, c, o)), stride, padding, extra


def close(got, expected):
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


def plain(f, *args):
    """f by the plain form: windows times weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution, "BANDS", False)
        patch.setattr(convolution, "bands", None)  # which is an error where it is asked for
        return f(*args)


@settings(max_examples=100)
@given(convolutions())
def test_conv2d_is_six_nested_loops(drawn):
    expected = loops.conv2d(*drawn)
    close(F.conv2d(*drawn), expected)
    close(plain(F.conv2d, *drawn), expected)


@settings(max_examples=100)
@given(transposed())
def test_conv_transpose2d_is_scatter_loops(drawn):
    expected = loops.conv_transpose2d(*drawn)
    close(F.conv_transpose2d(*drawn), expected)
    close(plain(F.conv_transpose2d, *drawn), expected)


def dcgans(n, size, channels, outputs):
    """x, y, w of a layer that halves images, 4 x 4 and stride 2."""
    rng = np.random.default_rng(0)
    shapes = (n, size, size, channels), (n, size // 2, size // 2, outputs), (4, 4, channels, outputs)
    return (rng.standard_normal(shape) for shape in shapes)


@pytest.mark.parametrize("layer", [(64, 14, 8, 16), (3, 28, 1, 8), (2, 8, 32, 16)], ids=str)
def test_bands_are_the_plain_form_at_the_sizes_of_dcgan(layer):
    """Many terms and several slabs, which the small ones above have not: equal to 1e-12 of the largest number."""
    x, y, w = dcgans(*layer)
    for f, args in (
        (F.conv2d, (x, w, 2, 1)),
        (F.conv2d_weight, (x, y, (4, 4), 2, 1)),
        (F.conv_transpose2d, (y, w, 2, 1)),
    ):
        expected = plain(f, *args)
        np.testing.assert_allclose(f(*args), expected, rtol=0, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("stride", "padding", "kernel"), [((2, 2), (1, 1), (4, 4)), ((1, 1), (0, 0), (1, 1)), ((1, 3), (2, 1), (2, 3))]
)
def test_the_plain_forms_are_right_at_every_order(stride, padding, kernel):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((1, 4, 5, 2)), rng.standard_normal((*kernel, 2, 2))
    y = rng.standard_normal(F.conv2d(x, w, stride, padding).shape)
    close(plain(F.conv2d, x, w, stride, padding), loops.conv2d(x, w, stride, padding))
    by_weight = plain(F.conv2d_weight, x, y, kernel, stride, padding)
    assert np.sum(by_weight * w) == pytest.approx(np.sum(y * loops.conv2d(x, w, stride, padding)), rel=1e-12)
    plain(lambda: check_grads(lambda x, w: F.conv2d(x, w, stride, padding), x, w, order=3))
    plain(lambda: check_grads(lambda y, w: F.conv_transpose2d(y, w, stride, padding), y, w, order=3))
    plain(lambda: check_grads(lambda x, y: F.conv2d_weight(x, y, kernel, stride, padding), x, y, order=3))


def test_the_plain_form_on_every_device(device):
    x, y, w = (device.asarray(a) for a in dcgans(2, 6, 3, 2))
    for f, args in (
        (F.conv2d, (x, w, 2, 1)),
        (F.conv2d_weight, (x, y, (4, 4), 2, 1)),
        (F.conv_transpose2d, (y, w, 2, 1)),
    ):
        close(to_host(plain(f, *args)), to_host(f(*args)))


@settings(max_examples=100)
@given(transposed(), st.integers(1, 400))
def test_conv_transpose2d_in_slabs_is_the_same(drawn, slab):
    y, w, stride, padding, extra = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bands, "SLAB", slab)
        got = F.conv_transpose2d(y, w, stride, padding, extra)
    np.testing.assert_allclose(got, F.conv_transpose2d(y, w, stride, padding, extra), rtol=1e-13, atol=1e-13)


@settings(max_examples=100)
@given(transposed(), st.integers(1, 400))
@example((np.ones((1, 2, 2, 1)), np.ones((4, 4, 1, 1)), (2, 2), (0, 1), (1, 0)), 400)  # one row is left unwritten,
@example((np.ones((1, 2, 2, 1)), np.ones((4, 4, 1, 1)), (2, 2), (1, 0), (0, 1)), 400)  # one column
def test_conv_transpose2d_reads_no_memory_that_it_has_not_written(drawn, slab):
    """Fresh memory is zero by luck; here it is NaN."""
    y, w, stride, padding, extra = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bands, "SLAB", slab)
        patch.setattr(np, "empty", lambda shape, dtype=float: np.full(shape, np.nan, dtype))
        got = F.conv_transpose2d(y, w, stride, padding, extra)
    close(got, loops.conv_transpose2d(y, w, stride, padding, extra))


@pytest.mark.parametrize("axes", [(0, 1, 2, 3), (1, 0, 2, 3), (1, 2, 0, 3), (3, 2, 1, 0)], ids=str)
def test_images_may_lie_in_memory_in_any_order(axes):
    """What a convolution returns lies there as (H, N, W, C)."""
    rng = np.random.default_rng(0)
    x, y, w = rng.standard_normal((2, 6, 4, 3)), rng.standard_normal((2, 3, 2, 5)), rng.standard_normal((4, 4, 3, 5))

    def laid(array):
        return np.ascontiguousarray(array.transpose(axes)).transpose(np.argsort(axes))

    close(F.conv2d(laid(x), laid(w), 2, 1), F.conv2d(x, w, 2, 1))
    close(F.conv_transpose2d(laid(y), laid(w), 2, 1), F.conv_transpose2d(y, w, 2, 1))
    close(F.conv2d_weight(laid(x), laid(y), (4, 4), 2, 1), F.conv2d_weight(x, y, (4, 4), 2, 1))
    close(F.sum(laid(x), axis=(0, 1, 2)), x.sum((0, 1, 2)))
    close(F.batch_norm(laid(x), w[0, 0, :, 0], w[0, 0, :, 1]), F.batch_norm(x, w[0, 0, :, 0], w[0, 0, :, 1]))


def test_no_images_give_no_images():
    none, w = np.ones((0, 4, 4, 3)), np.ones((4, 4, 3, 5))
    assert F.conv2d(none, w, 2, 1).shape == (0, 2, 2, 5)
    assert F.conv_transpose2d(np.ones((0, 2, 2, 5)), w, 2, 1).shape == none.shape
    close(F.conv2d_weight(none, np.ones((0, 2, 2, 5)), (4, 4), 2, 1), 0 * w)


def test_two_kinds_of_float_give_the_wider():
    x, w = np.ones((1, 4, 4, 1), np.float32), np.ones((4, 4, 1, 1))
    for a, b in ((x, w), (x.astype(np.float64), w.astype(np.float32))):
        assert F.conv2d(a, b, 2, 1).dtype == np.float64
        assert F.conv_transpose2d(a, b, 2, 1).dtype == np.float64
        assert F.conv2d_weight(a, b[:, :2, :2].reshape(1, 2, 2, -1)[..., :1], (4, 4), 2, 1).dtype == np.float64


@settings(max_examples=100)
@given(convolutions())
def test_conv2d_weight_is_loops(drawn):
    x, w, stride, padding = drawn
    y = np.random.default_rng(0).standard_normal(F.conv2d(x, w, stride, padding).shape)
    expected = loops.conv2d_weight(x, y, w.shape[:2], stride, padding)
    close(F.conv2d_weight(x, y, w.shape[:2], stride, padding), expected)
    close(plain(F.conv2d_weight, x, y, w.shape[:2], stride, padding), expected)


def unused(x, w, stride, padding):
    return tuple((x.shape[1 + d] + 2 * padding[d] - w.shape[d]) % stride[d] for d in (0, 1))


@settings(max_examples=100)
@given(convolutions())
def test_the_three_are_one_trilinear_form(drawn):
    x, w, stride, padding = drawn
    conv = F.conv2d(x, w, stride, padding)
    y = np.random.default_rng(0).standard_normal(conv.shape)
    form = (y * conv).sum()
    back = F.conv_transpose2d(y, w, stride, padding, unused(x, w, stride, padding))
    np.testing.assert_allclose((back * x).sum(), form, rtol=1e-10, atol=1e-10)
    weight = F.conv2d_weight(x, y, w.shape[:2], stride, padding)
    np.testing.assert_allclose((weight * w).sum(), form, rtol=1e-10, atol=1e-10)


@settings(max_examples=100)
@given(convolutions())
def test_conv_transpose2d_is_the_transpose_of_conv2ds_matrix(drawn):
    x, w, stride, padding = drawn
    one_image = x.shape[1:]
    units = np.eye(x[0].size).reshape(-1, *one_image)
    images = F.conv2d(units, w, stride, padding)
    matrix = images.reshape(x[0].size, -1)  # row: pixel of x, column: pixel of y
    y = np.random.default_rng(0).standard_normal((1, *images.shape[1:]))
    expected = (matrix @ y.reshape(-1)).reshape(1, *one_image)
    close(F.conv_transpose2d(y, w, stride, padding, unused(x, w, stride, padding)), expected)


@given(convolutions())
def test_unfold_gathers_windows_and_fold_adds_them_up(drawn):
    x, w, stride, padding = drawn
    windows = F.unfold(x, w.shape[:2], stride, padding)
    oh, ow = windows.shape[1:3]
    assert windows.shape == (*F.conv2d(x, w, stride, padding).shape[:3], *w.shape[:2], x.shape[3])
    padded = np.pad(x, ((0, 0), (padding[0], padding[0]), (padding[1], padding[1]), (0, 0)))
    for i in range(oh):
        for j in range(ow):
            top, left = i * stride[0], j * stride[1]
            expected = padded[:, top : top + w.shape[0], left : left + w.shape[1]]
            np.testing.assert_array_equal(windows[:, i, j], expected)
    y = np.random.default_rng(0).standard_normal(windows.shape)
    folded = F.fold(y, x.shape[1:3], stride, padding)
    assert folded.shape == x.shape
    np.testing.assert_allclose((folded * x).sum(), (y * windows).sum(), rtol=1e-10, atol=1e-10)


@given(convolutions(), st.integers(0, 2))
def test_gradients_of_any_convolution(drawn, which):
    x, w, stride, padding = drawn
    y = np.random.default_rng(0).standard_normal(F.conv2d(x, w, stride, padding).shape)
    extra = unused(x, w, stride, padding)
    f, arrays = [
        (lambda x, w: F.conv2d(x, w, stride, padding), (x, w)),
        (lambda y, w: F.conv_transpose2d(y, w, stride, padding, extra), (y, w)),
        (lambda x, y: F.conv2d_weight(x, y, w.shape[:2], stride, padding), (x, y)),
    ][which]
    check_grads(f, *arrays, order=2)


def test_ints_stand_for_pairs():
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((1, 5, 6, 2)), rng.standard_normal((3, 3, 2, 1))
    np.testing.assert_array_equal(F.conv2d(x, w, 2, 1), F.conv2d(x, w, (2, 2), (1, 1)))
    np.testing.assert_array_equal(F.conv2d(x, w), F.conv2d(x, w, (1, 1), (0, 0)))
    y = F.conv2d(x, w, 2, 1)
    np.testing.assert_array_equal(F.conv2d_weight(x, y, 3, 2, 1), F.conv2d_weight(x, y, (3, 3), (2, 2), (1, 1)))
    np.testing.assert_array_equal(F.conv_transpose2d(y, w, 2, 1, 1), F.conv_transpose2d(y, w, (2, 2), (1, 1), (1, 1)))


def test_by_hand():
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]).reshape(1, 3, 3, 1)
    w = np.array([[1.0, 0.0], [0.0, -1.0]]).reshape(2, 2, 1, 1)
    assert F.conv2d(x, w)[0, :, :, 0].tolist() == [[-4, -4], [-4, -4]]  # 1 - 5, 2 - 6, 4 - 8, 5 - 9: not flipped
    assert F.conv_transpose2d(x[:, :1, :2], w)[0, :, :, 0].tolist() == [[1, 2, 0], [0, -1, -2]]
    assert F.conv2d_weight(x, x[:, 1:, 1:], 2)[:, :, 0, 0].tolist() == [[94, 122], [178, 206]]  # 1*5+2*6+4*8+5*9 = 94


def test_dcgans_layers_double_and_halve():
    x, w = np.ones((1, 8, 8, 2), np.float32), np.ones((4, 4, 3, 2), np.float32)
    assert F.conv_transpose2d(x, w, 2, 1).shape == (1, 16, 16, 3)
    assert F.conv2d(np.ones((1, 16, 16, 3), np.float32), w, 2, 1).shape == (1, 8, 8, 2)


@pytest.mark.parametrize("view", [lambda x: x[:, ::-1], lambda x: x[:, :, ::2], lambda x: x.transpose(0, 2, 1, 3)])
def test_views_are_as_good_as_arrays(view, device):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 6, 6, 2)), rng.standard_normal((2, 3, 2, 3))
    got = F.conv2d(view(device.asarray(x)), device.asarray(w), (1, 2), 1)
    close(to_host(got), loops.conv2d(view(x), w, (1, 2), (1, 1)))


def test_tensors_give_what_arrays_give():
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 5, 5, 2)), rng.standard_normal((3, 3, 2, 3))
    np.testing.assert_array_equal(F.conv2d(Tensor(x), Tensor(w), 2, 1).data, F.conv2d(x, w, 2, 1))


@pytest.mark.parametrize("f", [F.conv2d, F.conv_transpose2d])
@pytest.mark.parametrize("shape", [(0, 3, 1, 1), (3, 0, 1, 1), (3, 3, 0, 1), (3, 3, 1, 0)])
def test_a_weight_without_entries_is_refused(f, shape):
    with pytest.raises(
        ShapeMismatch, match=rf"^{f.__name__}: weight \(KH, KW, C, O\) is expected to have entries, but got"
    ):
        f(np.ones((1, 4, 4, 1)), np.ones(shape))
