"""Update rules against numbers worked by hand and the formulas of PyTorch's documentation."""

import dataclasses
import math

import numpy as np
import pytest

from tests.optim.cases import everyone
from tinygan import Tensor, grad, optim, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import SettingError
from tinygan.optim import Optimizer


def run(rule, parameter, gradients):
    """The parameter after each step."""
    state, path = rule.initial(parameter), []
    for gradient in gradients:
        parameter, state = rule(parameter, gradient, state)
        path.append(parameter)
    return path


# By hand: parameter 1, gradients 2 and then -1.


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (optim.sgd(0.1), [0.8, 0.9]),
        (optim.momentum(0.1, decay=0.5), [0.8, 0.8]),  # v = 2; v = 0.5 * 2 - 1 = 0
        (optim.momentum(0.1, decay=-0.5), [0.8, 1.0]),  # v = 2; v = -0.5 * 2 - 1 = -2
        (optim.nesterov(0.1, decay=0.5), [0.7, 0.8]),  # 2 + 0.5 * 2 = 3; v = 0: -1 + 0 = -1
        # s = 0.5 * 4 = 2, 1 - 0.1 * 2 / sqrt 2; s = 0.5 * 2 + 0.5 = 1.5, + 0.1 / sqrt 1.5
        (optim.rmsprop(0.1, decay=0.5), [0.8585786437626905, 0.9402283018557307]),
        # m-hat / sqrt(v-hat): 2 / 2; m = 0.5 - 0.5 = 0
        (optim.adam(0.1, beta1=0.5, beta2=0.5), [0.9, 0.9]),
        # 1 * (1 - 0.1 * 0.5) - 0.1; 0.85 * 0.95 - 0
        (optim.adamw(0.1, beta1=0.5, beta2=0.5, decay=0.5), [0.85, 0.8075]),
        (optim.clipped(optim.sgd(0.1), 0.85), [0.8, 0.85]),  # 0.9 is out of bounds
        (optim.weight_decay(optim.sgd(0.1), 0.5), [0.75, 0.8125]),  # 1 - 0.1 * 2.5; 0.75 - 0.1 * (-1 + 0.375)
    ],
    ids=lambda value: type(value).__name__,
)
def test_two_steps_by_hand(rule, expected):
    path = run(rule, np.array([1.0]), [np.array([2.0]), np.array([-1.0])])
    np.testing.assert_allclose(np.concatenate(path), expected, rtol=1e-7)


# The formulas in the documentation of torch.optim, one number at a time.


def torch_sgd(p, gradients, lr, mu=0.0, nesterov=False, weight_decay=0.0):
    b = 0.0
    for g in gradients:
        g = g + weight_decay * p
        b = mu * b + g
        g = g + mu * b if nesterov else b
        p = p - lr * g
        yield p


def torch_rmsprop(p, gradients, lr, alpha, eps):
    v = 0.0
    for g in gradients:
        v = alpha * v + (1 - alpha) * g**2
        p = p - lr * g / (math.sqrt(v) + eps)
        yield p


def torch_adam(p, gradients, lr, beta1, beta2, eps, decoupled=0.0):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        p = p - lr * decoupled * p
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        p = p - lr * m_hat / (math.sqrt(v_hat) + eps)
        yield p


@pytest.mark.parametrize(
    ("rule", "formula"),
    [
        (optim.sgd(0.05), lambda p, g: torch_sgd(p, g, 0.05)),
        (optim.momentum(0.05), lambda p, g: torch_sgd(p, g, 0.05, mu=0.9)),
        (optim.nesterov(0.05, decay=0.8), lambda p, g: torch_sgd(p, g, 0.05, mu=0.8, nesterov=True)),
        (optim.rmsprop(0.05, epsilon=0.01), lambda p, g: torch_rmsprop(p, g, 0.05, 0.99, 0.01)),
        (optim.adam(0.05, epsilon=0.01), lambda p, g: torch_adam(p, g, 0.05, 0.9, 0.999, 0.01)),
        (optim.adam(2e-4, beta1=0.5), lambda p, g: torch_adam(p, g, 2e-4, 0.5, 0.999, 1e-8)),
        (optim.adam(0.05, beta1=0.0, beta2=0.9), lambda p, g: torch_adam(p, g, 0.05, 0.0, 0.9, 1e-8)),
        (optim.adamw(0.05), lambda p, g: torch_adam(p, g, 0.05, 0.9, 0.999, 1e-8, decoupled=0.01)),
        (
            optim.weight_decay(optim.momentum(0.05), 0.1),
            lambda p, g: torch_sgd(p, g, 0.05, mu=0.9, weight_decay=0.1),
        ),
    ],
    ids=lambda value: type(value).__name__ if dataclasses.is_dataclass(value) else "",
)
def test_twenty_steps_of_the_textbook(rule, formula, device):
    rng = np.random.default_rng(0)
    start, gradients = rng.standard_normal(5), rng.standard_normal((20, 5))
    path = run(rule, device.asarray(start), [device.asarray(g) for g in gradients])
    expected = np.array([list(formula(start[i], gradients[:, i])) for i in range(5)]).T
    np.testing.assert_allclose([to_host(p) for p in path], expected, rtol=1e-11)


def test_defaults_are_those_of_the_papers():
    assert dataclasses.astuple(optim.adam()) == (1e-3, 0.9, 0.999, 1e-8, False)  # Kingma and Ba, algorithm 1
    assert optim.adamw().decay == 0.01
    assert (optim.momentum().decay, optim.nesterov().decay) == (0.9, 0.9)
    assert optim.clipped(optim.sgd()).bound == 0.01  # Arjovsky et al., algorithm 1: c = 0.01


@everyone
@pytest.mark.parametrize("kind", [np.asarray, Tensor], ids=["arrays", "Tensors"])
def test_a_rule_changes_nothing_it_was_given(rule, kind):
    parameter, gradient = kind(np.ones(3)), np.full(3, 0.7)
    _, state = rule(parameter, gradient, rule.initial(np.ones(3)))
    before = {name: np.copy(raw(value)) for name, value in state.items()}
    rule(parameter, gradient, state)
    np.testing.assert_array_equal(raw(parameter), 1)
    np.testing.assert_array_equal(gradient, 0.7)
    for name, value in state.items():
        np.testing.assert_array_equal(raw(value), before[name])


@everyone
def test_float32_stays_float32(rule, device):
    parameter = device.asarray(np.ones(3, np.float32))
    state = rule.initial(parameter)
    for _ in range(2):
        parameter, state = rule(parameter, device.asarray(np.full(3, 0.7, np.float32)), state)
    assert namespace(parameter) is device.module
    assert {value.dtype for value in [parameter, *state.values()] if hasattr(value, "dtype")} == {np.dtype(np.float32)}


@everyone
def test_a_gradient_of_0_at_the_start_is_harmless(rule):
    [parameter] = run(rule, np.full(3, 0.25, np.float32), [np.zeros(3, np.float32)])
    assert np.isfinite(parameter).all()


def test_clipped_holds_its_bound_after_every_step(device):
    rng = np.random.default_rng(0)
    gradients = [device.asarray(g) for g in rng.standard_normal((10, 50))]
    path = run(optim.clipped(optim.adam(0.05), 0.1), device.asarray(np.zeros(50)), gradients)
    largest = [float(abs(p).max()) for p in path]
    assert max(largest) == 0.1
    free = run(optim.adam(0.05), np.zeros(50), [to_host(g) for g in gradients])
    assert max(abs(p).max() for p in free) > 0.1


@pytest.mark.parametrize("kind", [optim.sgd, optim.momentum, optim.nesterov, optim.rmsprop, optim.adam, optim.adamw])
def test_a_schedule_is_asked_for_every_step_counted_from_0(kind):
    asked = []

    def rate(step):
        asked.append(step)
        return 0.1 / (step + 1)

    gradients = [np.array([0.5]), np.array([1.5]), np.array([-1.0])]
    scheduled = run(kind(rate), np.array([1.0]), gradients)
    assert sorted(set(asked)) == [0, 1, 2]
    parameter, state = np.array([1.0]), kind().initial(np.array([1.0]))
    for step, gradient in enumerate(gradients):
        parameter, state = kind(0.1 / (step + 1))(parameter, gradient, state)
        np.testing.assert_array_equal(parameter, scheduled[step])


def test_a_rate_of_numpys_changes_no_dtype():
    for rule in (optim.sgd(np.float64(0.1)), optim.adam(np.float64(0.1)), optim.momentum(lambda step: np.float64(0.1))):
        parameter, _ = rule(np.ones(3, np.float32), np.ones(3, np.float32), rule.initial(np.ones(3, np.float32)))
        assert parameter.dtype == np.float32


# A step that is differentiated through.


@everyone
def test_two_unrolled_steps_differentiate(rule):
    target = np.array([1.0, -2.0, 0.5])

    def after_two_steps(w):
        state = rule.initial(w)
        for _ in range(2):
            gradient = grad(F.softplus((w - target) ** 2).sum(), w, create_graph=True)
            w, state = rule(w, gradient, state)
        return (w * w).sum()

    w = np.array([0.3, 0.4, -0.2])
    gradient = grad(after_two_steps(leaf := Tensor(w)), leaf)
    step = 1e-5
    for i, direction in enumerate(np.eye(3)):
        ends = [float(after_two_steps(Tensor(w + offset * direction))) for offset in (step, -step)]
        assert gradient[i] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-8)


# Settings.

RATES = [-1, float("nan"), float("inf"), -1e-9]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", [optim.sgd, optim.momentum, optim.nesterov, optim.rmsprop, optim.adam, optim.adamw])
def test_a_rate_that_is_no_rate(kind, rate):
    with pytest.raises(SettingError, match=rf"^{kind.__name__}: learning_rate is expected from 0 on, got {rate}$"):
        kind(rate)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: optim.clipped(optim.sgd(), -0.1), "clipped: bound is expected from 0 on, got -0.1"),
        (lambda: optim.weight_decay(optim.sgd(), float("nan")), "weight_decay: rate is expected from 0 on, got nan"),
        (lambda: optim.rmsprop(epsilon=-1e-8), "rmsprop: epsilon is expected from 0 on, got -1e-08"),
        (lambda: optim.clipped(optim.sgd), "clipped: rule is expected to be an update rule such as adam"),
        (lambda: Optimizer(optim.adam), "Optimizer: rule is expected to be an update rule such as adam"),
        (lambda: Optimizer(1e-3), "Optimizer: rule is expected to be an update rule such as adam"),
        (lambda: optim.rmsprop(decay=2.0), r"rmsprop: decay is expected in \[0, 1\), got 2.0"),
        (lambda: optim.momentum(decay=1), r"momentum: decay is expected in \(-1, 1\), got 1"),
        (lambda: optim.momentum(decay=-1.0), r"momentum: decay is expected in \(-1, 1\), got -1.0"),
        (lambda: optim.rmsprop(decay=-0.5), r"rmsprop: decay is expected in \[0, 1\), got -0.5"),
        (lambda: optim.adam(beta2=1.0), r"adam: beta2 is expected in \[0, 1\), got 1.0"),
        (lambda: optim.adam("1"), "adam: learning_rate is expected from 0 on, got 1"),
        (lambda: optim.adam(None), "adam: learning_rate is expected from 0 on, got None"),
        (lambda: optim.adam(optim.linear), "adam: learning_rate is expected from 0 on, got <class"),
        (lambda: optim.adam(optim.constant(-1)), "adam: learning_rate is expected from 0 on, got -1"),
        (lambda: optim.adam(epsilon=optim.constant(1)), "adam: epsilon is expected from 0 on, got constant"),
        (lambda: optim.linear(float("nan"), 0.0, 3), "linear: start is expected to be a number, got nan"),
        (lambda: optim.cosine(1.0, 0.0, -3), "cosine: steps is expected to be a number, got -3"),
        (lambda: optim.constant("1"), "constant: value is expected to be a number, got '1'"),
    ],
)
def test_settings_that_are_none(make, words):
    with pytest.raises(SettingError, match=f"^{words}"):
        make()
