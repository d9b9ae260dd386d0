"""The stand-in refuses what CuPy refuses and takes what CuPy takes; with -m gpu, CuPy itself is asked the same."""

import copy
import operator
from types import SimpleNamespace

import numpy as np
import pytest

from tests.backends import strict_array
from tests.backends.strict import StrictArray, backend, counted, strict, without_waiting
from tests.backends.strict_array import API
from tinygan.backend import namespace, to_host

HOST = np.arange(12, dtype=np.float32).reshape(3, 4)


class Traced:
    """What a Tensor is to an array: something with __array_ufunc__ = None and operators of its own."""

    __array_ufunc__ = None

    def __rmul__(self, other):
        return "the other's operator"

    __radd__ = __rsub__ = __rtruediv__ = __rpow__ = __rmatmul__ = __lt__ = __gt__ = __rmul__


@pytest.fixture(params=["strict", pytest.param("cupy", marks=pytest.mark.gpu)])
def xp(request):
    return strict if request.param == "strict" else pytest.importorskip("cupy")


def values(xp):
    """`a` on the device, `n` the same on the host, `i` an index array, `zero` a 0-d array."""
    return SimpleNamespace(xp=xp, a=xp.asarray(HOST), n=HOST.copy(), i=xp.asarray([0, 2]), zero=xp.asarray(0))


REFUSED = {
    # NumPy's arrays, 0-d ones too, beside arrays of the device
    "a + n": lambda v: v.a + v.n,
    "n + a": lambda v: v.n + v.a,
    "a + 0-d n": lambda v: v.a + np.array(1.0),
    "0-d n * a": lambda v: np.array(1.0) * v.a,
    "a < n": lambda v: v.a < v.n,
    "n == a": lambda v: v.n == v.a,
    "a @ n": lambda v: v.a @ v.n.T,
    "n @ a": lambda v: v.n.T @ v.a,
    "a += n": lambda v: operator.iadd(v.a, v.n),
    "n += a": lambda v: operator.iadd(v.n, v.a),
    "add(a, n)": lambda v: v.xp.add(v.a, v.n),
    "exp(n)": lambda v: v.xp.exp(v.n),
    "add(n, n)": lambda v: v.xp.add(v.n, v.n),
    "concatenate([a, n])": lambda v: v.xp.concatenate([v.a, v.n]),
    "concatenate([n, n])": lambda v: v.xp.concatenate([v.n, v.n]),
    "stack([a, n])": lambda v: v.xp.stack([v.a, v.n]),
    "where(a, n, a)": lambda v: v.xp.where(v.a > 0, v.n, v.a),
    "where(a, a, 0-d n)": lambda v: v.xp.where(v.a > 0, v.a, np.array(1.0)),
    "matmul(a, n)": lambda v: v.xp.matmul(v.a, v.n.T),
    "dot(a, n)": lambda v: v.xp.dot(v.a, v.n.T),
    "tensordot(a, n)": lambda v: v.xp.tensordot(v.a, v.n),
    "a.dot(n)": lambda v: v.a.dot(v.n.T),
    "broadcast_to(n)": lambda v: v.xp.broadcast_to(v.n, (2, 3, 4)),
    "ascontiguousarray(n)": lambda v: v.xp.ascontiguousarray(v.n),
    "a[0] = n": lambda v: operator.setitem(v.a, 0, v.n[0]),
    "a.fill(n)": lambda v: v.a.fill(v.n),
    "exp(a, out=n)": lambda v: v.xp.exp(v.a, out=v.n),
    "exp(a, n)": lambda v: v.xp.exp(v.a, v.n),
    "sum(a, out=n)": lambda v: v.xp.sum(v.a, axis=0, out=np.zeros(4, np.float32)),
    # conversions that NumPy would make by itself
    "asarray(a)": lambda v: np.asarray(v.a),
    "array([a, a])": lambda v: np.array([v.a, v.a]),
    "float32(zero)": lambda v: np.float32(v.zero),
    "n[a]": lambda v: v.n[v.i],
    "assert_allclose(a, a)": lambda v: np.testing.assert_allclose(v.a, v.a),
    # what is no number
    "a + list": lambda v: operator.add(v.a, [1, 2, 3, 4]),
    "a + None": lambda v: v.a + None,
    "a == str": lambda v: v.a == "x",
    "exp(list)": lambda v: v.xp.exp([1.0]),
    "sum(list)": lambda v: v.xp.sum([1.0]),
    "sum(number)": lambda v: v.xp.sum(1.0),
    "zeros_like(number)": lambda v: v.xp.zeros_like(1.0),
    "broadcast_to(number)": lambda v: v.xp.broadcast_to(1.0, (2,)),
    "where(True, a, a)": lambda v: v.xp.where(True, v.a, v.a),
    "concatenate([a, number])": lambda v: v.xp.concatenate([v.a, 1.0]),
    "dot(a, number)": lambda v: v.xp.dot(v.a, 2.0),
    # keywords that NumPy has
    "add(where=)": lambda v: v.xp.add(v.a, 1, where=True),
    "add(subok=)": lambda v: v.xp.add(v.a, 1, subok=True),
    "sum(where=)": lambda v: v.xp.sum(v.a, where=v.a > 0),
    "sum(initial=)": lambda v: v.xp.sum(v.a, initial=0.0),
    "max(initial=)": lambda v: v.xp.max(v.a, initial=0.0),
    "mean(where=)": lambda v: v.xp.mean(v.a, where=v.a > 0),
    "clip(min=)": lambda v: v.xp.clip(v.a, min=0),
    "take(mode=)": lambda v: v.xp.take(v.a, v.i, mode="wrap"),
    "einsum(order=)": lambda v: v.xp.einsum("ij->i", v.a, order="C"),
    "as_strided(writeable=)": lambda v: v.xp.lib.stride_tricks.as_strided(v.a, (3,), (16,), writeable=False),
    "reshape(shape=)": lambda v: v.xp.reshape(v.a, shape=(12,)),
    "a.sum(where=)": lambda v: v.a.sum(where=True),
    "a.sum(initial=)": lambda v: v.a.sum(initial=0),
    "a.max(initial=)": lambda v: v.a.max(initial=0),
    "a.all(where=)": lambda v: v.a.all(where=True),
    "a.take(mode=)": lambda v: v.a.take(v.i, mode="wrap"),
    # arrays where a Python integer belongs
    "zeros((zero,))": lambda v: v.xp.zeros((v.zero,)),
    "sum(axis=zero)": lambda v: v.xp.sum(v.a, axis=v.zero),
    "a.reshape(zero)": lambda v: v.a.reshape(v.zero),
    "range(zero)": lambda v: range(v.zero),
    # names
    "errstate": lambda v: v.xp.errstate,
    "geomspace": lambda v: v.xp.geomspace,
    "vecdot": lambda v: v.xp.linalg.vecdot,
    "a.setflags": lambda v: v.a.setflags,
    "a.ctypes": lambda v: v.a.ctypes,
    "a.flags.writeable": lambda v: v.a.flags.writeable,
    # other ends
    "a[3]": lambda v: v.a[3],
    "a[-4]": lambda v: v.a[-4],
    "a[0, 4]": lambda v: v.a[0, 4],
    "a[3] = 0": lambda v: operator.setitem(v.a, 3, 0),
    "a[a]": lambda v: v.a[v.a],
    "iter(zero)": lambda v: iter(v.zero),
    "len(zero)": lambda v: len(v.zero),
    "hash(a)": lambda v: hash(v.a),
    "bool(a)": lambda v: bool(v.a),
    "multiply.at": lambda v: v.xp.multiply.at(v.a, 0, 1),
    "subtract.at(float)": lambda v: v.xp.subtract.at(v.a, v.i, 1),
    "maximum.reduce": lambda v: v.xp.maximum.reduce(v.a),
    "a += Traced": lambda v: operator.iadd(v.a, Traced()),
    "add(a, Traced)": lambda v: v.xp.add(v.a, Traced()),
    "asarray(object)": lambda v: v.xp.asarray(object()),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_what_cupy_refuses(xp, case):
    with pytest.raises((TypeError, ValueError, AttributeError, IndexError, NotImplementedError)):
        REFUSED[case](values(xp))


# Where the exception matters: what a reader of a failed test sees first is CuPy's own message.
@pytest.mark.parametrize(
    ("case", "error", "message"),
    [
        ("a + n", TypeError, "Unsupported type <class 'numpy.ndarray'>"),
        ("n + a", TypeError, "Unsupported type <class 'numpy.ndarray'>"),
        ("asarray(a)", TypeError, "Implicit conversion to a NumPy array is not allowed"),
        ("add(where=)", TypeError, "Wrong arguments"),
        ("sum(where=)", TypeError, r"sum\(\) got an unexpected keyword argument 'where'"),
        ("a.sum(initial=)", TypeError, r"sum\(\) got an unexpected keyword argument 'initial'"),
        ("errstate", AttributeError, "errstate"),
        ("a[3]", IndexError, "out of bounds for axis 0 with size 3"),
        ("iter(zero)", TypeError, "iteration over a 0-d array"),
        ("bool(a)", ValueError, "truth value of an array"),
        ("multiply.at", NotImplementedError, "is not supported yet"),
    ],
)
def test_refuses_with_cupys_exception(xp, case, error, message):
    with pytest.raises(error, match=message):
        REFUSED[case](values(xp))


@pytest.mark.parametrize(
    "call",
    [
        lambda v: np.exp(v.a),
        lambda v: np.add(v.a, 1),
        lambda v: np.sum(v.a),
        lambda v: np.concatenate([v.a, v.a]),
        lambda v: np.einsum("ij->i", v.a),
        lambda v: v.xp.sum(v.n),
        lambda v: v.xp.reshape(v.n, (12,)),
        lambda v: v.xp.random,
        lambda v: operator.setitem(v.a, 0, np.array(1.0)),
    ],
)
def test_refuses_more_than_cupy(call):
    with pytest.raises((TypeError, AttributeError)):
        call(values(strict))


ACCEPTED = {
    "a + 1": lambda xp, a: a + 1,
    "1 - a": lambda xp, a: 1 - a,
    "float32 * a": lambda xp, a: np.float32(2) * a,
    "float64 * a": lambda xp, a: np.float64(2) * a,  # a NumPy scalar promotes, a Python float does not
    "a < float32": lambda xp, a: a < np.float32(2),
    "int64 < a": lambda xp, a: np.int64(2) < a,
    "a / 0": lambda xp, a: a / 0.0,
    "a ** 2 % 3 // 2": lambda xp, a: a**2 % 3 // 2,
    "divmod": lambda xp, a: divmod(a, 2)[1],
    "-a, ~mask": lambda xp, a: xp.where(~(a > 3), -a, +abs(a)),
    "mask & |": lambda xp, a: (a > 3) & (a < 7) | (a == 0),
    "a @ a.T": lambda xp, a: a @ a.T,
    "a[0, 0]": lambda xp, a: a[0, 0],
    "a[-1]": lambda xp, a: a[-1],
    "a[..., None, 1:]": lambda xp, a: a[..., None, 1:],
    "a[list]": lambda xp, a: a[[0, 2]],
    "a[[]]": lambda xp, a: a[[]],
    "a[NumPy indices]": lambda xp, a: a[np.array([2, 0])],
    "a[indices, indices]": lambda xp, a: a[xp.asarray([0, 2]), xp.asarray([1, 1])],
    "a[:, indices]": lambda xp, a: a[:, xp.asarray([3, -1])],
    "a[mask]": lambda xp, a: a[a > 3],
    "a[row mask, 1]": lambda xp, a: a[a[:, 0] > 3, 1],
    "sum": lambda xp, a: xp.sum(a, axis=(0, 1)),
    "a.sum": lambda xp, a: a.sum(axis=1, keepdims=True),
    "a.mean": lambda xp, a: a.mean(),
    "a.std": lambda xp, a: a.std(axis=0, ddof=1),
    "a.argmax": lambda xp, a: a.argmax(axis=1),
    "a.clip": lambda xp, a: a.clip(2, 5),
    "exp(number)": lambda xp, a: xp.exp(1.0),
    "add(dtype=)": lambda xp, a: xp.add(a, 1, dtype=xp.float64),
    "maximum": lambda xp, a: xp.maximum(a, 0.5),
    "sinc": lambda xp, a: xp.sinc(a),
    "where": lambda xp, a: xp.where(a > 3, a, 0.0),
    "concatenate": lambda xp, a: xp.concatenate([a, a], axis=1),
    "stack": lambda xp, a: xp.stack((a, a), axis=-1),
    "split": lambda xp, a: xp.split(a, 2, axis=1)[1],
    "nonzero": lambda xp, a: xp.nonzero(a > 3)[0],
    "einsum": lambda xp, a: xp.einsum("ij,kj->ik", a, a, optimize=True),
    "tensordot": lambda xp, a: xp.tensordot(a, a, axes=([1], [1])),
    "pad": lambda xp, a: xp.pad(a, ((1, 1), (0, 2)), mode="constant", constant_values=7),
    "as_strided": lambda xp, a: xp.lib.stride_tricks.as_strided(a, shape=(2, 3), strides=(4, 4)),
    "norm": lambda xp, a: xp.linalg.norm(a, axis=1),
    "zeros": lambda xp, a: xp.zeros((2, 3), dtype=xp.float32),
    "full": lambda xp, a: xp.full(a.shape, a[0, 1]),
    "zeros_like": lambda xp, a: xp.zeros_like(a),
    "arange": lambda xp, a: xp.arange(3),
    "asarray([0-d, 0-d])": lambda xp, a: xp.asarray([a[0, 0], a[0, 1]]),
    "reshape": lambda xp, a: a.reshape(2, -1).reshape((3, 4)),
    "transpose": lambda xp, a: a.transpose(1, 0).swapaxes(0, 1)[None].transpose((2, 0, 1)),
    "astype": lambda xp, a: a.astype(xp.int32, copy=False),
    "view": lambda xp, a: a.view(xp.int32),
    "take": lambda xp, a: xp.take(a, [1, 2], axis=1),
    "take_along_axis": lambda xp, a: xp.take_along_axis(a, a.argmax(axis=1, keepdims=True), axis=1),
    "add.reduce": lambda xp, a: xp.add.reduce(a, axis=1),
    "T, real, mT": lambda xp, a: a.T.real.mT,
    "allclose": lambda xp, a: xp.allclose(a, a + 1e-9),
    "a == None": lambda xp, a: a == None,  # noqa: E711
    "a != None": lambda xp, a: a != None,  # noqa: E711
}


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")  # NumPy's, for a / 0; a GPU gives none
@pytest.mark.parametrize("case", ACCEPTED)
def test_takes_what_cupy_takes(xp, case):
    expected = np.asarray(ACCEPTED[case](np, HOST.copy()))
    found = ACCEPTED[case](xp, xp.asarray(HOST))
    assert type(found) is xp.ndarray  # where NumPy gives scalars and bools, too
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(xp.asnumpy(found), expected, rtol=1e-6, atol=1e-7)  # sinc(1) is 0 but for rounding


def test_counts_what_launches_a_kernel_and_no_views():
    a = strict.asarray(HOST)  # (3, 4)
    with counted() as launches:
        b = strict.asarray(HOST)
        c = a[:2].reshape(2, 4)[:, 1:] + b.T[1:, :2].T
        strict.multiply(c, 2, out=c)
        c -= 1
        c[0] = 0
        a.astype(strict.float32, copy=False)
        strict.concatenate([b, b]).sum(axis=0, out=strict.empty(4, dtype=strict.float32))
        b.take(strict.asarray([1]))
        strict.maximum.at(strict.zeros(3, dtype=strict.float32), [2], 5)
    names = ["add", "multiply", "isub", "setitem", "concatenate", "sum", "take", "zeros", "maximum.at"]
    assert launches == dict.fromkeys(names, 1)
    a + b
    assert launches["add"] == 1  # the block has ended
    with counted() as outer, counted() as inner:
        a + b
    assert (outer, inner) == ({"add": 1}, {"add": 1})


def test_no_warning_where_a_gpu_gives_none():
    a = strict.asarray(HOST)
    assert np.isinf(strict.log(a).get()[0, 0])  # pytest turns warnings into errors
    assert np.isinf((a / 0).get()[1, 1])
    a /= 0
    assert np.isnan(a[0, 0].get())


def test_index_arrays_wrap_around(xp):
    a = xp.asarray(HOST)
    np.testing.assert_array_equal(xp.asnumpy(a[xp.asarray([3, -4])]), HOST[[0, 2]])
    np.testing.assert_array_equal(xp.asnumpy(a[:, [5]]), HOST[:, [1]])
    np.testing.assert_array_equal(xp.asnumpy(a[..., np.array([4])]), HOST[..., [0]])
    np.testing.assert_array_equal(xp.asnumpy(a.take(xp.asarray([13]))), [1])
    np.testing.assert_array_equal(xp.asnumpy(xp.take(a, xp.asarray([4, -5]), axis=1)), HOST[:, [0, 3]])
    np.testing.assert_array_equal(
        xp.asnumpy(xp.take_along_axis(a, xp.asarray([[4], [5], [6]]), axis=1)), [[0], [5], [10]]
    )
    a[xp.asarray([3])] = -1
    np.testing.assert_array_equal(xp.asnumpy(a[0]), [-1] * 4)


def test_scalars_of_size_one_arrays(xp):
    a = xp.asarray(HOST)
    assert (float(a[1, 1]), int(a[1, 1]), complex(a[1, 1])) == (5.0, 5, 5.0)
    assert bool(a[1, 1])
    assert not xp.zeros((1, 1))
    assert (a[1, 1].item(), a[1].tolist(), f"{a[1, 1]:.2f}") == (5.0, [4.0, 5.0, 6.0, 7.0], "5.00")
    assert (str(a[0]), repr(a[1, 1])) == ("[0. 1. 2. 3.]", "array(5., dtype=float32)")


def test_iteration_gives_arrays(xp):
    rows = list(xp.asarray(HOST))
    assert [row.shape for row in rows] == [(4,)] * 3
    assert all(type(number) is xp.ndarray and number.shape == () for number in rows[0])


def test_views_share_memory_and_host_arrays_do_not(xp):
    host = HOST.copy()
    a = xp.asarray(host)
    a[0, 0][...] = 7  # integers alone give a view, unlike NumPy's a[0, 0]
    a.reshape(12)[1] = 8
    a.T[2, 0] = a[0, 0]
    np.testing.assert_array_equal(xp.asnumpy(a[0]), [7, 8, 7, 3])
    np.testing.assert_array_equal(host, HOST)
    back = xp.asnumpy(a)
    back[:] = 0
    assert float(a[0, 0]) == 7
    assert xp.asarray(a) is a
    copy.copy(a).fill(0)
    assert float(a[0, 0]) == 7


def test_in_place_operators_keep_the_array(xp):
    a = same = xp.asarray(HOST)
    a += 1
    a *= a
    a -= np.float32(1)
    a **= 2
    assert a is same
    np.testing.assert_array_equal(xp.asnumpy(a), ((HOST + 1) ** 2 - 1) ** 2)
    with pytest.raises(TypeError, match="cast"):
        operator.itruediv(xp.arange(3), 2)


def test_out_is_what_comes_back(xp):
    a = xp.asarray(HOST)
    out = xp.empty_like(a)
    assert xp.exp(a, out=out) is out
    total = xp.empty(4, dtype=xp.float32)
    assert xp.sum(a, axis=0, out=total) is total
    assert a.sum(axis=0, out=total) is total
    np.testing.assert_array_equal(xp.asnumpy(total), HOST.sum(axis=0))


def test_scatter(xp):
    a = xp.zeros(3, dtype=xp.float32)
    xp.add.at(a, xp.asarray([0, 0, 4]), xp.ones(3, dtype=xp.float32))  # 4 wraps around to 1
    xp.maximum.at(a, [2], 5)
    np.testing.assert_array_equal(xp.asnumpy(a), [2, 1, 5])
    bits = xp.zeros(2, dtype=xp.int32)
    xp.bitwise_or.at(bits, [1, 1], xp.asarray([1, 4], dtype=xp.int32))
    np.testing.assert_array_equal(xp.asnumpy(bits), [0, 5])


@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "pow", "matmul", "lt", "gt"])
def test_leaves_a_traced_value_to_its_own_operator(xp, name):
    assert getattr(operator, name)(xp.asarray(HOST), Traced()) == "the other's operator"


def test_is_a_backend():
    device = backend()
    x = device.asarray(HOST)
    assert repr(device) == "Backend('strict')"
    assert type(x) is StrictArray
    assert namespace(x, 1.0) is strict
    assert strict.cuda.is_available()
    device.synchronize()
    assert type(to_host(x)) is np.ndarray
    np.testing.assert_array_equal(device.to_host(x), HOST)


@pytest.mark.parametrize(
    "wait",
    [
        float,
        str,
        "{:.1f}".format,
        lambda x: x.item(),
        to_host,
        lambda x: bool(x > 0),
        lambda x: x[x > 0],
        lambda x: backend().synchronize(),
        lambda x: strict.lib.stride_tricks.sliding_window_view(x.reshape(1), 1),
    ],
)
def test_without_waiting(wait):
    x = backend().asarray(1.0)
    with without_waiting():
        x = x * x + 1
        with pytest.raises(AssertionError, match="wait for the device"):
            wait(x)
    wait(x)


def test_has_no_name_that_cupy_lacks():
    class Empty:
        """What Python itself gives every class."""

    names = {name for name in vars(StrictArray) if name not in dir(Empty) and name not in ("_data", "__slots__")}
    assert names <= {*API["methods"], *API["attributes"], *API["operators"]}
    known = {*API["functions"], *API["ufuncs"], *API["same_as_numpy"], "ndarray", "cuda", "linalg", "lib", "__name__"}
    assert {*vars(strict)} <= known
    assert {"asnumpy", "sum", "matmul", "exp", "float32"} <= {*vars(strict)}


def test_the_tables_of_the_stand_in_name_parameters_of_cupy():
    words = set(" ".join(API["functions"].values()).replace("=...", "").replace(",", "").replace("*", "").split())
    assert words >= strict_array.NEEDS_ARRAY | strict_array.COUNTS
    assert API["functions"].keys() >= strict_array.FROM_HOST | strict_array.TAKES_MORE | strict_array.ZERO_D
    assert API["methods"].keys() >= strict_array.WAITS


@pytest.mark.gpu
def test_the_list_of_names_is_that_of_the_installed_cupy():
    from tests.backends.read_cupy_api import surface

    cupy = pytest.importorskip("cupy")
    if cupy.__version__ != API["version"]:
        pytest.skip(f"cupy_api.json is of CuPy {API['version']}")
    assert surface(cupy) == API
