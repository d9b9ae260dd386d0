"""The checker itself: rules planted wrong, each in a way seen in real code, must not pass."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tinygan import Tensor, check_grads, primitive, raw
from tinygan import functional as F
from tinygan.autograd.arithmetic import broadcast_to, mean, sum_to
from tinygan.errors import GradientError

RNG = np.random.default_rng(0)
SMALL = RNG.standard_normal((2, 3))
LARGE = RNG.standard_normal((40, 50))


def refused(f, *arrays, order=2):
    """The message with which check_grads refuses f."""
    with pytest.raises(GradientError) as caught:
        check_grads(f, *arrays, order=order)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@primitive(lambda g, out, x: 2.0001 * g * x)
def wrong_factor(xp, x):
    return x * x


@primitive(lambda g, out, x: -g * F.exp(x))
def wrong_sign(xp, x):
    return xp.exp(x)


@primitive(lambda g, out, x, y: sum_to(g, x.shape), lambda g, out, x, y: mean(g, axis=0))
def mean_for_sum(xp, x, y):
    return x + y


@primitive(lambda g, out, x, y: g, lambda g, out, x, y: broadcast_to(g[0], shape=y.shape))
def no_sum(xp, x, y):
    return x + y


def one_entry(g, out, x):
    factor = np.full(x.shape, 3.0)
    factor[17, 23] *= 1.01
    return g * factor * x * x


@primitive(one_entry)
def one_entry_by_a_hundredth(xp, x):
    return x**3


@primitive(lambda g, out, x: g * (x + raw(x)))
def half_hidden(xp, x):
    return x * x


@primitive(lambda g, out, x: g * np.nan)
def nan_gradient(xp, x):
    return x * x


@primitive(lambda g, out, x: 23.9 * g * x)  # 24 x
def third_derivative(xp, x):
    return 12 * x * x


@primitive(lambda g, out, x: g * third_derivative(x))
def second_derivative(xp, x):
    return 4 * x**3


@primitive(lambda g, out, x: g * second_derivative(x))
def fourth_power(xp, x):
    return x**4


@pytest.mark.parametrize("x", [SMALL, LARGE, np.array(1.5)], ids=["every coordinate", "directions", "number"])
@pytest.mark.parametrize("wrong", [wrong_factor, wrong_sign, nan_gradient, half_hidden], ids=lambda f: f.__name__)
def test_wrong_at_any_size(wrong, x):
    order = 2 if wrong is half_hidden else 1
    assert refused(wrong, x).startswith(f"{wrong.__name__}, order {order}: gradient to argument 0")


def test_the_message_names_function_argument_coordinate_and_both_values():
    message = refused(lambda x, y: wrong_factor(y) * x, np.array([1.0]), np.array([[0.0, 2.0]]), order=1)
    weight = np.random.default_rng(0).standard_normal((1, 2))[0, 1]
    head, expected, received = message.replace(", received ", ": expected ").split(": expected ")
    assert head == "<lambda>, order 1: gradient to argument 1 at (0, 1)"
    assert float(expected) == pytest.approx(4 * weight, rel=1e-9)
    assert float(received) == pytest.approx(4.0002 * weight, rel=1e-9)


def test_the_message_for_random_directions():
    assert refused(wrong_factor, LARGE).startswith(
        "wrong_factor, order 1: gradient to argument 0 along a random direction: expected "
    )


def test_a_missing_broadcast_sum():
    assert "mean_for_sum, order 1: gradient to argument 1" in refused(mean_for_sum, SMALL, SMALL[0])
    assert "no_sum, order 1: gradient to argument 1" in refused(no_sum, SMALL, SMALL[0])


@pytest.mark.parametrize("seed", range(5))
def test_one_entry_of_2000_that_is_off_by_1_percent(seed):
    with pytest.raises(GradientError, match="order 1"):
        check_grads(one_entry_by_a_hundredth, LARGE, order=1, seed=seed)


def test_a_hidden_array_is_right_at_order_1_and_wrong_at_2():
    check_grads(half_hidden, SMALL, order=1)
    assert "half_hidden, order 2" in refused(half_hidden, SMALL)


def test_wrong_at_order_3_only():
    check_grads(fourth_power, SMALL, order=2)
    assert "fourth_power, order 3" in refused(fourth_power, SMALL, order=3)


def test_a_part_that_is_no_function_of_its_tensors():
    assert "order 1" in refused(lambda x: x * raw(x), SMALL)
    assert "order 1" in refused(lambda x: Tensor(raw(x) ** 2), SMALL)  # a leaf: no gradient flows


def test_a_kink_or_a_jump_does_not_pass():
    assert "order 1" in refused(F.relu, np.array([1.0, 0.0]))
    assert "order 1" in refused(abs, np.array([1e-4]))


@primitive(lambda g, out, x, axes, epsilon: normalized_g(g, raw(out), raw(x), axes=axes, epsilon=epsilon))
def batch_norm_with_constant_std(xp, x, axes, epsilon):
    """1 / std is a constant where the gradient is differentiated again."""
    centred = x - x.mean(axes, keepdims=True)
    return centred / xp.sqrt((centred * centred).mean(axes, keepdims=True) + epsilon)


def normalized_g(g, out, x, axes, epsilon):
    s = 1 / np.sqrt(x.var(axes, keepdims=True) + epsilon)
    return s * (g - mean(g, axis=axes, keepdims=True) - out * mean(g * out, axis=axes, keepdims=True))


def test_batch_norm_whose_std_is_constant_at_order_2():
    x = RNG.standard_normal((6, 3))

    def f(x):
        return batch_norm_with_constant_std(x, axes=(0,), epsilon=0.01)

    check_grads(f, x, order=1)
    assert "f, order 2" in refused(f, x)


@primitive(
    lambda g, out, x, w: F.conv_transpose2d(g, w, stride=2),
    lambda g, out, x, w: scaled_weight_gradient(x, g),
)
def strided_convolution(xp, x, w):
    return F.conv2d(x, w, stride=2)


@primitive(
    lambda g, out, x, y: 0.5 * F.conv_transpose2d(y, g, stride=2),
    lambda g, out, x, y: F.conv2d(x, g, stride=2),
)
def scaled_weight_gradient(xp, x, y):
    """Right as convolution's weight gradient, wrong when differentiated again."""
    return F.conv2d_weight(x, y, (3, 3), stride=2)


def test_a_weight_gradient_that_is_wrong_when_differentiated_again():
    x, w = RNG.standard_normal((1, 5, 5, 1)), RNG.standard_normal((3, 3, 1, 2))
    check_grads(strided_convolution, x, w, order=1)
    assert "strided_convolution, order 2: gradient to argument 0" in refused(strided_convolution, x, w)


def test_what_is_right_passes():
    check_grads(lambda x, y: (x @ y).sum() * x, SMALL, SMALL.T, order=3)
    check_grads(lambda x: x * 0.0 + 1.0, SMALL)
    check_grads(lambda x, y: x * 2.0, SMALL, LARGE[:1])  # y is not used
    check_grads(F.exp, LARGE)
    check_grads(F.tanh, SMALL.astype(np.float32))  # checked in float64


def test_several_results_are_checked_together():
    check_grads(lambda x, y: [x * y, F.exp(x)], SMALL, SMALL[0])
    assert "order 1" in refused(lambda x, y: [x * y, wrong_factor(x)], SMALL, SMALL[0])


def test_it_runs_on_the_arrays_device_and_leaves_them_alone():
    host = SMALL.copy()
    array = strict_backend().asarray(host)
    check_grads(F.exp, array)
    assert "wrong_factor, order 1: gradient to argument 0 at (0, 0)" in refused(wrong_factor, array)
    assert "order 1: gradient to argument 0 along a random direction" in refused(
        wrong_factor, strict_backend().asarray(LARGE)
    )
    np.testing.assert_array_equal(array.get(), SMALL)


def test_the_same_seed_gives_the_same_message():
    assert refused(wrong_factor, LARGE) == refused(wrong_factor, LARGE)
