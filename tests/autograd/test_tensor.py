"""Tensors: what they hold, what they refuse, and the operators, each on numbers, arrays and Tensors on either side."""

import operator

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tinygan import Tensor, grad, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import DeviceMismatch

X = np.array([[1.5, 2.0, 0.5], [3.0, 0.25, 1.0]], np.float32)
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
NUMBERS = [2, 0.5, np.float32(1.5), np.array(2.0, np.float32), np.array([1.0, 2.0, 3.0], np.float32)]


def by_name(f):
    return f.__name__


@pytest.mark.parametrize("given", [2, 2.5, True, [1.0, 2.0], (1, 2), [[1], [2]]], ids=str)
def test_numbers_and_lists_become_float32(given):
    tensor = Tensor(given)
    assert tensor.dtype == np.float32
    np.testing.assert_array_equal(tensor.data, given)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floating_point_arrays_and_scalars_stay_what_they_are(dtype, device):
    array = device.asarray(X, dtype)
    assert Tensor(array).data is array
    scalar = dtype(0.1)
    assert Tensor(scalar).dtype == dtype
    assert Tensor(scalar).data == scalar


@pytest.mark.parametrize("given", [np.arange(3), np.array([True]), np.int64(3), np.array([1j])], ids=repr)
def test_integers_are_refused(given):
    with pytest.raises(DeviceMismatch, match=f"not {given.dtype}; pass labels and indices as raw arrays"):
        Tensor(given)


@pytest.mark.parametrize("given", [np.ones(3, np.float16), np.float16(2)], ids=repr)
def test_half_precision_is_refused(given):
    with pytest.raises(DeviceMismatch, match=r"^a Tensor holds float32 or float64, not float16, whose sums overflow"):
        Tensor(given)


def test_integers_on_a_device_are_refused(device):
    with pytest.raises(DeviceMismatch, match="not int64"):
        Tensor(device.asarray(np.arange(3)))


@pytest.mark.parametrize(("given", "named"), [(None, "None"), ("text", "str"), ({1.0}, "set"), (range(3), "range")])
def test_what_is_no_array_is_refused(given, named):
    with pytest.raises(DeviceMismatch, match=named):
        Tensor(given)


def test_a_tensor_of_a_tensor_is_refused():
    with pytest.raises(DeviceMismatch, match="got Tensor"):
        Tensor(Tensor(X))
    with pytest.raises(DeviceMismatch):
        Tensor([Tensor(1.0), Tensor(2.0)])


@pytest.mark.parametrize("conversion", [np.asarray, np.array, np.exp, np.sum, lambda t: np.add(X, t)])
def test_numpy_does_not_take_a_tensor_silently(conversion):
    with pytest.raises(TypeError):
        conversion(Tensor(X))


def test_the_refusal_says_what_to_do():
    with pytest.raises(DeviceMismatch, match=r"take its value with raw\(tensor\)"):
        np.asarray(Tensor(X))


def test_properties():
    t = Tensor(X)
    assert (t.shape, t.ndim, t.size, t.dtype, len(t)) == ((2, 3), 2, 6, np.float32, 2)
    assert t.op is None
    assert (t.args, t.static) == ((), {})
    assert raw(t) is t.data is X
    assert raw(X) is X
    assert raw(2.0) == 2.0


def test_a_result_remembers_how_it_was_made():
    t = Tensor(X)
    total = t.sum(axis=1, keepdims=True)
    assert total.op is F.sum
    assert total.args == (t,)
    assert total.static == {"axis": 1, "keepdims": True}
    assert total.serial > t.serial


def test_repr():
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1., 2.], dtype=float32)"
    assert repr(Tensor(np.array([1.0, 2.5]))) == "Tensor([1. , 2.5])"
    assert repr(Tensor(3.0)) == "Tensor(3.0, dtype=float32)"
    assert repr(Tensor([1.0, 2.0]).sum()) == "Tensor(3.0, dtype=float32)"
    assert repr(Tensor(np.float64(0.1)) * 1) == "Tensor(0.1, dtype=float64)"


def test_numbers_and_truth():
    assert float(Tensor([[2.5]]).sum()) == 2.5
    assert bool(Tensor(1.0)) is True
    assert bool(Tensor(0.0)) is False
    with pytest.raises(ValueError, match="ambiguous"):
        bool(Tensor([1.0, 2.0]))
    with pytest.raises(TypeError):
        float(Tensor([1.0, 2.0]))
    with pytest.raises(TypeError):
        len(Tensor(1.0))


@pytest.mark.parametrize("op", OPERATORS, ids=by_name)
@pytest.mark.parametrize("other", NUMBERS, ids=repr)
def test_operators_with_numbers_and_arrays_on_either_side(op, other):
    left, right = op(Tensor(X), other), op(other, Tensor(X))
    for got, expected in ((left, op(X, other)), (right, op(other, X))):
        assert isinstance(got, Tensor)
        assert got.dtype == np.float32
        np.testing.assert_allclose(got.data, expected, rtol=1e-6)


@pytest.mark.parametrize("op", OPERATORS, ids=by_name)
def test_operators_between_tensors_on_every_device(op, device):
    x, y = device.asarray(X), device.asarray(X[:1] + 1)
    for a, b in ((Tensor(x), Tensor(y)), (Tensor(x), y), (x, Tensor(y))):
        got = op(a, b)
        assert isinstance(got, Tensor)
        np.testing.assert_allclose(to_host(got.data), op(X, X[:1] + 1), rtol=1e-6)
    assert namespace(op(Tensor(x), 3).data) is device.module


def test_operators_are_the_functions_of_the_table():
    assert (Tensor.__add__, Tensor.__mul__, Tensor.__neg__) == (F.add, F.multiply, F.negative)
    t = Tensor(X)
    for result, function, args in [(2 - t, F.subtract, (2, t)), (t - 2, F.subtract, (t, 2)), (2 / t, F.divide, (2, t))]:
        assert (result.op, result.args) == (function, args)


def test_unary_operators():
    t = Tensor(np.array([-1.5, 0.0, 2.0]))
    np.testing.assert_array_equal((-t).data, [1.5, 0.0, -2.0])
    np.testing.assert_array_equal(abs(t).data, [1.5, 0.0, 2.0])
    assert isinstance(abs(t), Tensor)


def test_float64_beside_float32_gives_float64():
    assert (Tensor(X) + np.ones(3)).dtype == np.float64
    assert (np.ones(3) + Tensor(X)).dtype == np.float64


@pytest.mark.parametrize("op", COMPARISONS, ids=by_name)
def test_comparisons_give_raw_truth_values(op, device):
    x, y = device.asarray(X), device.asarray(np.full((2, 3), 1.5, np.float32))
    expected = op(X, np.float32(1.5))
    for got in (op(Tensor(x), Tensor(y)), op(Tensor(x), y), op(x, Tensor(y)), op(Tensor(x), 1.5)):
        assert namespace(got) is device.module
        np.testing.assert_array_equal(to_host(got), expected)
    np.testing.assert_array_equal(to_host(op(1.5, Tensor(x))), op(np.float32(1.5), X))


def test_a_mask_by_equality_keeps_a_logarithm_finite():
    """The closed form: d/dx of log x is 1 / x, and of the constant that stands where x is 0 it is 0."""
    x = Tensor(np.array([0.0, 1.0, 4.0]))
    y = F.log(F.where(x == 0, 1.0, x))
    np.testing.assert_array_equal(y.data, np.log([1, 1, 4]))
    np.testing.assert_array_equal(grad(y.sum(), x), [0, 1, 0.25])
    np.testing.assert_array_equal(F.where(x != np.array([0, 2, 4]), x, -x).data, [0, 1, -4])


@pytest.mark.parametrize("other", [None, "text", object()], ids=["None", "text", "object"])
def test_what_is_no_number_equals_no_tensor(other):
    t = Tensor(X)
    assert (t == other) is False
    assert (t != other) is True
    assert (other == t) is False


def test_a_hash_is_identity():
    t, u = Tensor(X), Tensor(X)
    assert len({t, t, u}) == 2
    assert {t: 1, u: 2}[t] == 1


def test_in_asks_for_an_equal_entry():
    """As NumPy has it."""
    for data in ([1.0, 2.0], [[1.0, 2.0], [3.0, 4.0]]):
        for value in (2.0, 5.0, np.float32(1)):
            assert (value in Tensor(data)) == (value in np.array(data, np.float32))


def test_what_is_no_number_is_in_no_tensor():
    assert None not in Tensor(X)
    assert "text" not in Tensor(X)


def test_comparisons_with_lists_and_arrays(device):
    x = Tensor(device.asarray(np.array([1.0, 2.0])))
    for mask in (x == [1.0, 3.0], x <= (1, 1), x != device.asarray(np.array([3.0, 2.0])), x <= [1.0, 0.0]):
        assert to_host(mask).tolist() == [True, False]


def test_a_number_has_no_rows():
    """As NumPy has it: list(np.array(3.0)) is a TypeError."""
    for walk in (list, tuple, iter, lambda t: [*t]):
        with pytest.raises(TypeError):
            walk(Tensor(3.0))
    assert len(list(Tensor(X))) == 2


LISTS = [[1.0, 2.0, 4.0], (1, 2, 4), [[1.0], [2.0]]]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("other", [*LISTS, np.float64(0.5), np.array([1.0, 2.0, 4.0])], ids=repr)
@pytest.mark.parametrize("op", OPERATORS, ids=by_name)
def test_a_gradient_has_the_dtype_of_its_argument(op, other, turned):
    """Its value is that of central differences of NumPy's own result in float64."""

    def f(x, other=other):
        return op(other, x) if turned else op(x, other)

    x = Tensor(X)
    gradient = grad(f(x).sum(), x)
    assert gradient.dtype == grad(grad(f(x).sum(), x, create_graph=True).sum(), x).dtype == np.float32
    host, wide, h = np.asarray(other, np.float64), X.astype(np.float64), 1e-6
    for i in np.ndindex(X.shape):
        step = np.zeros_like(wide)
        step[i] = h
        expected = (f(wide + step, host).sum() - f(wide - step, host).sum()) / (2 * h)
        assert gradient[i] == pytest.approx(expected, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("exponent", [[1.0, 0.0, 2.0], (1, 0, 1), [True, False, True]], ids=repr)
def test_exponents_may_be_lists(exponent):
    """The closed form y x**(y - 1), at x = 0 too, and its derivative y (y - 1) x**(y - 2)."""
    x = Tensor(np.array([3.0, 0.0, 5.0]))
    y = np.array(exponent, float)
    first = grad((x**exponent).sum(), x, create_graph=True)
    np.testing.assert_allclose(first.data, y * np.array([3.0, 1.0, 5.0]) ** np.maximum(y - 1, 0))
    np.testing.assert_allclose(grad(first.sum(), x), y * (y - 1))


@pytest.mark.parametrize("exponent", [[True, False], [1, 0], np.array([1, 0], np.uint8)], ids=repr)
def test_exponents_may_be_masks_and_whole_numbers(exponent, device):
    x = Tensor(device.asarray(np.array([3.0, 0.0], np.float32)))
    gradient = grad((x ** device.asarray(np.asarray(exponent))).sum(), x)
    np.testing.assert_array_equal(to_host(gradient), [1, 0])


@pytest.mark.parametrize(
    ("x_shape", "y_shape"),
    [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((5, 2, 3), (3, 4)), ((5, 1, 2, 3), (4, 3, 2))],
)
def test_matmul_against_numpy(x_shape, y_shape, device):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(x_shape), rng.standard_normal(y_shape)
    on_x, on_y = device.asarray(x), device.asarray(y)
    for a, b in ((Tensor(on_x), Tensor(on_y)), (Tensor(on_x), on_y), (on_x, Tensor(on_y))):
        got = a @ b
        assert isinstance(got, Tensor)
        np.testing.assert_allclose(to_host(got.data), x @ y, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(to_host(F.matmul(on_x, on_y)), x @ y, rtol=1e-12, atol=1e-12)


def test_methods_are_the_functions():
    t = Tensor(X)
    for got, expected in [
        (t.sum(), X.sum()),
        (t.sum(0), X.sum(0)),
        (t.mean(axis=-1, keepdims=True), X.mean(axis=-1, keepdims=True)),
        (t.reshape(3, 2), X.reshape(3, 2)),
        (t.reshape((3, -1)), X.reshape(3, 2)),
        (t.reshape(-1), X.reshape(-1)),
        (t.T, X.T),
        (t[1], X[1]),
        (t[:, ::2], X[:, ::2]),
        (t[1, 2], X[1, 2]),
    ]:
        assert isinstance(got, Tensor)
        assert got.shape == expected.shape
        np.testing.assert_allclose(got.data, expected, rtol=1e-6)


def test_rows_of_a_tensor_can_be_unpacked():
    t = Tensor(X)
    first, second = t
    np.testing.assert_array_equal(first.data, X[0])
    np.testing.assert_array_equal(grad(second.sum(), t), [[0, 0, 0], [1, 1, 1]])


def test_arrays_of_two_devices_do_not_mix():
    here, there = Tensor(X), Tensor(strict_backend().asarray(X))
    for mix in (
        lambda: here + there,
        lambda: there * X,
        lambda: F.concatenate([here, there]),
        lambda: F.where(X > 0, there, 0.0),
    ):
        with pytest.raises(DeviceMismatch, match=r"arrays of (numpy and of strict|strict and of numpy) in one call"):
            mix()
