"""Every line of the table: right gradients, on every device, in the dtype of the arguments, and no array changes."""

import numpy as np
import pytest

from tinygan import Tensor, grad, raw
from tinygan.autograd.differentiate import ancestors
from tinygan.backend import namespace, numpy_backend, to_host
from tinygan.gradcheck import TABLE, ranks

everything = pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
OTHERS = ["strict", pytest.param("cupy", marks=pytest.mark.gpu)]


def leaves(case, device=numpy_backend, dtype=np.float64):
    return [Tensor(device.asarray(a, dtype=dtype)) for a in case.arrays()]


def direction(x):
    """Random numbers of x's shape and dtype, where x is."""
    numbers = np.random.default_rng(x.size).standard_normal(x.shape)
    return namespace(raw(x)).asarray(numbers, dtype=x.dtype)


def orders(case, args):
    """f; the gradients g of <random, f>; the gradients of <random, g>."""
    out = case.f(*args)
    first = grad(out, args, seed=direction(out), create_graph=True)
    second = grad(sum((g * direction(g)).sum() for g in first), args)
    return [out.data, *map(raw, first), *second]


@everything
def test_gradients_are_derivatives(case):
    case.check()


@pytest.mark.gpu
@everything
def test_gradients_are_derivatives_on_a_gpu(case):
    from tinygan.backend import backend

    case.check(backend("cupy"))


@everything
@pytest.mark.parametrize("device", OTHERS, indirect=True)
def test_every_device_gives_numpys_numbers(case, device):
    for got, expected in zip(orders(case, leaves(case, device)), orders(case, leaves(case)), strict=True):
        assert namespace(got) is device.module
        np.testing.assert_allclose(to_host(got), expected, rtol=1e-9, atol=1e-11)


@everything
def test_float32_stays_float32(case, device):
    assert {str(a.dtype) for a in orders(case, leaves(case, device, np.float32))} == {"float32"}


@everything
def test_no_array_changes(case):
    args = leaves(case)
    given = [x.data.tobytes() for x in args]
    for x in args:
        x.data.flags.writeable = False  # then writing the same number is an error too
    out = case.f(*args)
    tape, seed = ancestors(out), direction(out)
    before = [t.data.tobytes() for t in tape]
    grad(out, args, seed=seed)
    orders(case, args)
    assert [x.data.tobytes() for x in args] == given
    assert [t.data.tobytes() for t in tape] == before
    assert seed.tobytes() == direction(out).tobytes()


@everything
def test_first_order_makes_no_tensor_and_equals_what_higher_orders_record(case):
    args = leaves(case)
    out = case.f(*args)
    before = Tensor(0.0).serial
    bare = grad(out, args, seed=direction(out))
    assert Tensor(0.0).serial == before + 1 or case in ranks.CASES  # each rank has a tape of its own
    recorded = grad(out, args, seed=direction(out), create_graph=True)
    for a, b in zip(bare, recorded, strict=True):
        assert isinstance(a, (np.ndarray, np.generic))
        assert isinstance(b, Tensor)
        np.testing.assert_allclose(a, b.data, rtol=1e-12, atol=1e-14)
