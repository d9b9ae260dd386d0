"""One line of the table: its arguments, and that it fails when its function is wrong."""

import numpy as np
import pytest

from tests.backends.strict import backend, strict
from tinygan import functional as F
from tinygan import nn, raw
from tinygan.backend import namespace
from tinygan.errors import GradientError
from tinygan.gradcheck import TABLE, Case
from tinygan.gradcheck.case import of_module

PRODUCT = Case("function", "product", F.multiply, F.multiply, ((2, 3), np.array([1, 2, 4])))


def test_arguments_are_drawn_from_shapes_or_given():
    x, y = PRODUCT.arrays()
    assert x.dtype == y.dtype == np.float64
    np.testing.assert_array_equal(x, np.random.default_rng(0).standard_normal((2, 3)))
    np.testing.assert_array_equal(y, [1, 2, 4])
    np.testing.assert_array_equal(x, PRODUCT.arrays()[0])
    assert PRODUCT.shapes() == "2x3 3"
    assert Case("function", "one", F.exp, F.exp, (np.array(1.0),)).shapes() == "1"


def test_lines_are_told_apart_by_their_names():
    names = [(case.kind, case.name) for case in TABLE]
    assert len(names) == len(set(names))


def test_order_is_how_far_it_checks():
    def square(x):
        return 2 * x * raw(x) - raw(x) ** 2  # x**2 with the right gradient, which has none itself

    Case("function", "square", None, square, ((3,),), order=1).check()
    with pytest.raises(GradientError, match="square, order 2"):
        Case("function", "square", None, square, ((3,),), order=2).check()


def test_it_runs_on_the_given_backend():
    seen = []

    def f(x):
        seen.append(namespace(raw(x)))
        return F.tanh(x)

    Case("function", "tanh", F.tanh, f, ((2,),)).check(backend())
    assert all(module is strict for module in seen)
    assert len(seen) > 2 * 4 * 2  # two orders, two coordinates, four differences each


def test_a_module_is_a_function_of_inputs_and_parameters():
    layer = nn.Dense(2, 3, np.random.default_rng(0))
    case = of_module("layer", layer, (4, 2), order=1)
    assert (case.kind, case.name, case.of, case.order) == ("layer", "Dense", nn.Dense, 1)
    x, weight, bias = case.arrays()
    assert (x.shape, weight.shape, bias.shape) == ((4, 2), (2, 3), (3,))
    assert np.all(bias != 0)  # the layer's own are 0, where a wrong rule could hide
    np.testing.assert_allclose(raw(case.f(x, weight, bias)), x @ weight + bias, rtol=1e-12)
    np.testing.assert_array_equal(layer.bias.data, 0)


def test_a_wrong_layer_fails():
    class Wrong(nn.Dense):
        def __call__(self, x):
            return x @ self.weight + raw(self.bias)  # no gradient reaches bias

    with pytest.raises(GradientError, match=r"Wrong, order 1: gradient to argument 2 at \(0,\)"):
        of_module("layer", Wrong(2, 3, np.random.default_rng(0)), (4, 2)).check()


def test_a_layers_state_follows_dtype_and_device():
    layer = nn.BatchNorm(2)
    layer.mean, layer.variance = np.zeros(2, np.float32), np.ones(2, np.float32)
    case = of_module("layer", layer, (3, 2))
    case.check()
    case.check(backend())
