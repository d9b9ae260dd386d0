"""Update rules against numbers worked by hand and the formulas of PyTorch's documentation; Optimizer against them."""

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tinygan import Tensor, grad, nn, optim, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import GradientError, RunError, SettingError, ShapeMismatch
from tinygan.optim import BLOCK, Optimizer, Owned

RULES = [
    optim.sgd(0.1),
    optim.momentum(0.1, decay=0.8),
    optim.nesterov(0.1, decay=0.8),
    optim.rmsprop(0.1, decay=0.9),
    optim.adam(0.1, beta1=0.5, beta2=0.9),
    optim.adamw(0.1, decay=0.2),
    optim.clipped(optim.rmsprop(0.1), 0.5),
    optim.weight_decay(optim.momentum(0.1), 0.3),
]
everyone = pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)


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
    assert dataclasses.astuple(optim.adam()) == (1e-3, 0.9, 0.999, 1e-8)  # Kingma and Ba, algorithm 1
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
def test_an_owned_state_is_overwritten_and_nothing_else(rule):
    parameter, gradient = np.ones(3), np.full(3, 0.7)
    _, kept = rule(parameter, gradient, rule.initial(parameter))
    owned = Owned({name: np.copy(value) if name != "step" else value for name, value in kept.items()})
    owned.place = np.empty(3)
    expected, pure = rule(parameter, gradient, kept)
    got, new = rule(parameter, gradient, owned)
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(parameter, 1)
    np.testing.assert_array_equal(gradient, 0.7)
    for name, value in new.items():
        np.testing.assert_array_equal(value, pure[name])
        assert value is owned[name] or name == "step"


def test_an_unroll_from_the_optimizers_state_leaves_it_alone():
    net, optimizer = network(), Optimizer(optim.momentum(0.1))
    net = optimizer.descend(net, loss_of(net))
    before = np.copy(optimizer.state["velocity"])
    weight = Tensor(np.ones_like(before))
    _, state = optimizer.rule(weight, np.ones_like(before), optimizer.state)
    optimizer.rule(weight, np.ones_like(before), state)
    np.testing.assert_array_equal(optimizer.state["velocity"], before)


@dataclasses.dataclass
class pure:
    """A rule as a user may write it, which overwrites nothing."""

    rule: Any

    def initial(self, parameter):
        return self.rule.initial(parameter)

    def __call__(self, parameter, gradient, state):
        return self.rule(parameter, gradient, dict(state))


@everyone
def test_a_rule_need_not_overwrite_its_state(rule):
    ours, theirs = Optimizer(rule), Optimizer(pure(rule))
    net, other = network(), network()
    for seed in range(3):
        net, other = ours.descend(net, loss_of(net, seed=seed)), theirs.descend(other, loss_of(other, seed=seed))
    same(net, other)


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


# Schedules.


def test_schedules():
    assert [optim.constant(0.5)(step) for step in (0, 7)] == [0.5, 0.5]
    assert [optim.linear(1.0, 0.0, 4)(step) for step in range(6)] == [1, 0.75, 0.5, 0.25, 0, 0]
    assert [optim.linear(0.1, 0.3, 2)(step) for step in (0, 2, 99)] == pytest.approx([0.1, 0.3, 0.3], rel=1e-15)
    assert (optim.linear(1.0, 0.5, 0)(0), optim.cosine(1.0, 0.5, 0)(0)) == (0.5, 0.5)
    half = math.sqrt(0.5)
    expected = [2, 1 + (1 + half) / 2, 1.5, 1 + (1 - half) / 2, 1, 1]
    assert [optim.cosine(2.0, 1.0, 4)(step) for step in range(6)] == pytest.approx(expected, rel=1e-15)


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


# Optimizer.


def network(device=None, features=3):
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Dense(2, features, rng), F.tanh, nn.BatchNorm(features), nn.Dense(features, 1, rng))
    return net if device is None else nn.map_leaves(net, lambda leaf: Tensor(device.asarray(raw(leaf))))


def loss_of(net, device=None, seed=0):
    x = np.random.default_rng(seed).standard_normal((8, 2)).astype(np.float32)
    return F.mean(F.softplus(net(x if device is None else device.asarray(x))))


def leaf_by_leaf(rule, net, losses):
    """The networks that the pure rule gives, each parameter with a state of its own."""
    states = {path: rule.initial(leaf.data) for path, leaf in nn.parameters(net).items()}
    for loss in losses:
        gradients = grad(loss(net), nn.parameters(net))
        new = {}
        for path, leaf in nn.parameters(net).items():
            new[path], states[path] = rule(leaf.data, gradients[path], states[path])
        net = nn.updated(net, new)
        yield net


def same(module, other, rtol=0.0):
    assert nn.parameters(module).keys() == nn.parameters(other).keys()
    for path, leaf in nn.parameters(module).items():
        np.testing.assert_allclose(to_host(leaf.data), to_host(nn.parameters(other)[path].data), rtol=rtol, atol=rtol)


@everyone
def test_descend_is_the_rule_leaf_by_leaf(rule, device):
    net, optimizer = network(device), Optimizer(rule)
    losses = [lambda net, seed=seed: loss_of(net, device, seed) for seed in range(4)]
    for loss, expected in zip(losses, leaf_by_leaf(rule, net, losses), strict=True):
        net = optimizer.descend(net, loss(net))
        same(net, expected, rtol=1e-6)


@everyone
@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
def test_blocks_make_no_difference(rule, size):
    """One parameter that ends inside, at and beyond the end of a block, behind a small one."""
    rng = np.random.default_rng(0)
    net, optimizer = nn.BatchNorm(3), Optimizer(rule)
    net.shift = Tensor(rng.standard_normal(size).astype(np.float32))
    gradients = [{"scale": rng.standard_normal(3), "shift": rng.standard_normal(size)} for _ in range(2)]
    states, leaves = {}, {path: leaf.data for path, leaf in nn.parameters(net).items()}
    for gradient in gradients:
        gradient = {path: g.astype(np.float32) for path, g in gradient.items()}
        net = optimizer.apply(net, gradient)
        for path, leaf in leaves.items():
            leaves[path], states[path] = rule(leaf, gradient[path], states.get(path) or rule.initial(leaf))
    np.testing.assert_array_equal(net.scale.data, leaves["scale"])
    np.testing.assert_array_equal(net.shift.data, leaves["shift"])
    assert optimizer.state["step"] == 2


@everyone
def test_the_old_module_stays_as_it_was(rule):
    net = network()
    optimizer = Optimizer(rule)
    first = optimizer.descend(net, loss_of(net))
    kept = {path: leaf.data.copy() for path, leaf in nn.parameters(first).items()}
    second = optimizer.descend(first, loss_of(first))
    same(net, network())
    for path, leaf in nn.parameters(first).items():
        np.testing.assert_array_equal(leaf.data, kept[path])
    assert not np.array_equal(second.layers[0].weight.data, first.layers[0].weight.data)
    assert second.layers[1] is net.layers[1]


def test_descend_goes_down():
    net, optimizer = network(), Optimizer(optim.sgd(0.1))
    losses = []
    for _ in range(20):
        loss = loss_of(net)
        losses.append(float(loss))
        net = optimizer.descend(net, loss)
    assert all(after < before for before, after in itertools.pairwise(losses))


def test_what_descend_gives_is_a_module_to_learn_with():
    net = network()
    new = Optimizer(optim.sgd(0.1)).descend(net, loss_of(net))
    for leaf in nn.parameters(new).values():
        assert isinstance(leaf, Tensor)
        assert leaf.op is None  # no history: the step was not recorded
        assert leaf.dtype == np.float32


def test_gradients_are_taken_by_path_in_any_order():
    net = network()
    gradients = grad(loss_of(net), nn.parameters(net))
    turned = dict(reversed(gradients.items()))
    same(Optimizer(optim.sgd()).apply(net, turned), Optimizer(optim.sgd()).apply(net, gradients))


def test_of_two_kinds_of_float_the_wider_is_kept():
    net = nn.BatchNorm(2)  # of float32
    net.shift = Tensor(np.array([1 / 3, 2 / 3]))
    new = Optimizer(optim.sgd(0.1)).apply(net, {"scale": np.ones(2, np.float32), "shift": np.ones(2)})
    np.testing.assert_allclose(new.shift.data, [1 / 3 - 0.1, 2 / 3 - 0.1], rtol=1e-15)


def test_each_parameter_keeps_its_dtype():
    """What becomes of each is, to the last bit, what the rule makes of it alone."""
    parts = {"a": np.ones(3, np.float32), "b": np.array([1 / 3, 2 / 3]), "c": np.full((2, 2), 0.1, np.float32)}
    for rule in RULES:
        module, optimizer = {name: Tensor(part) for name, part in parts.items()}, Optimizer(rule)
        expected, states = dict(parts), {name: rule.initial(part) for name, part in parts.items()}
        for step in (1.0, -2.0):
            gradients = {name: (step * (part + 0.7)).astype(part.dtype) for name, part in parts.items()}
            module = optimizer.apply(module, gradients)
            for name in parts:
                expected[name], states[name] = rule(expected[name], gradients[name], states[name])
                assert module[name].dtype == parts[name].dtype
                np.testing.assert_array_equal(module[name].data, expected[name])


def unseen(kind):
    """A network in which one parameter, made last, is out of the tree's reach; and the words for its shape."""
    rng = np.random.default_rng(0)
    seen, hidden = nn.Dense(2, 3, rng), nn.Dense(3, 1, rng)
    if kind == "closure":
        return nn.Sequential(seen, lambda x: hidden(x)), r"\(3, 1\) and \(1,\)"
    if kind == "set":
        last = {hidden}

        class InASet:
            def __init__(self):
                self.layers = last

            def __call__(self, x):
                return [*self.layers][0](x)  # noqa: RUF015

        return nn.Sequential(seen, InASet()), r"\(3, 1\) and \(1,\)"
    factor = Tensor([2.0])
    return nn.Sequential(seen, lambda x: x * factor), r"\(1,\)"


@pytest.mark.parametrize("kind", ["closure", "set", "a Tensor of its own"])
def test_a_parameter_out_of_reach_is_refused_at_the_first_step(kind):
    net, shapes = unseen(kind)
    loss = F.mean(net(np.ones((4, 2), np.float32)) ** 2)
    with pytest.raises(
        GradientError, match=rf"^Optimizer: the loss depends on Tensors of shape {shapes} that the module"
    ):
        Optimizer(optim.sgd()).descend(net, loss)


@pytest.mark.parametrize("kind", ["tied in a closure", "the layer again in a closure", "the module before its update"])
def test_a_parameter_that_is_left_behind_is_refused_at_the_second_step(kind):
    """At first the closure's layer is the module's own; its update makes a new one, which the closure lacks."""
    layer = nn.Dense(2, 2, np.random.default_rng(0), bias=False)
    again = {
        "tied in a closure": lambda h: h @ layer.weight.T,
        "the layer again in a closure": lambda h: layer(h),
        "the module before its update": F.tanh,
    }[kind]
    net, x, optimizer = nn.Sequential(layer, again), np.ones((4, 2), np.float32), Optimizer(optim.sgd())
    new = optimizer.descend(net, F.mean(net(x) ** 2))
    late = net if kind == "the module before its update" else new
    with pytest.raises(GradientError, match=r"Tensors of shape \(2, 2\) that the module does not hold"):
        optimizer.descend(new, F.mean(late(x) ** 2))


def test_a_module_all_of_whose_parameters_are_out_of_reach():
    layer = nn.Dense(2, 1, np.random.default_rng(0))
    for module in (lambda x: layer(x), {layer}, nn.frozen(layer)):
        with pytest.raises(
            GradientError, match=r"^Optimizer: the module has no parameters: .* shape \(2, 1\) and \(1,\)$"
        ):
            Optimizer(optim.sgd()).descend(module, F.mean(layer(np.ones((4, 2), np.float32))))


def test_a_tensor_alone_is_no_module_and_a_list_of_it_is_one():
    z = Tensor([2.0])
    with pytest.raises(GradientError, match=r"^Optimizer: the module is a Tensor; hold it in a list or a dictionary"):
        Optimizer(optim.sgd(0.5)).descend(z, F.sum(z * z))
    [z] = Optimizer(optim.sgd(0.5)).descend([z], F.sum(z * z))
    assert z.data == 0


def test_a_result_is_no_parameter():
    """Stored, it would be moved by its own gradient beside that of what it was computed from."""
    layer = nn.Dense(2, 3, np.random.default_rng(0))
    layer.turned = layer.weight.T
    with pytest.raises(GradientError, match=r"^Optimizer: turned is no parameter: it was computed, by transpose; "):
        Optimizer(optim.sgd()).descend(layer, F.mean(layer(np.ones((4, 2), np.float32))))


def test_what_is_behind_a_gradient_is_no_parameter():
    """x_hat of a penalty may itself be computed, and one of several gradients may go unused."""
    D, x, e = nn.Dense(2, 1, np.random.default_rng(0)), Tensor(np.ones((4, 2), np.float32)), Tensor(np.float32(0.3))
    x_hat = e * x
    both = grad(F.sum(D(x_hat) ** 2), [x_hat, e], create_graph=True)
    for penalty in (F.sum(both[0] ** 2), F.sum(both[1] ** 2)):
        assert Optimizer(optim.sgd()).descend(D, penalty) is not D


def test_two_modules_learn_from_one_loss():
    """As apply takes them; descend names the way."""
    rng = np.random.default_rng(0)
    E, D, x = nn.Dense(2, 1, rng), nn.Dense(1, 2, rng), np.ones((4, 2), np.float32)
    loss = F.mean((D(E(x)) - x) ** 2)
    with pytest.raises(
        GradientError, match=r"Tensors of shape \(1, 2\) and \(2,\) that the module does not hold; .*frozen"
    ):
        Optimizer(optim.sgd()).descend(E, loss)
    for module in (E, D):
        assert Optimizer(optim.sgd()).apply(module, grad(loss, nn.parameters(module))) is not module


@pytest.mark.parametrize("loss", [np.float32(1), 1.0])
def test_a_loss_that_records_nothing(loss):
    with pytest.raises(GradientError, match=r"^grad: y is a float(32)?, not a Tensor"):
        Optimizer(optim.sgd()).descend(network(), loss)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: g | {"weight": g["weight"].T}, r"weight is expected to be \(2, 3\), got \(3, 2\)"),
        (lambda g: g | {"weight": np.float32(1)}, r"weight is expected to be \(2, 3\), got \(\)"),
        (lambda g: {"weight": g["weight"]}, r"bias is expected to be \(3,\), got none"),
        (lambda g: g | {"scale": g["bias"]}, r"scale is expected to be absent, got \(3,\)"),
    ],
)
def test_gradients_of_other_parameters(change, words):
    layer = nn.Dense(2, 3, np.random.default_rng(0))
    gradients = {"weight": np.ones((2, 3), np.float32), "bias": np.ones(3, np.float32)}
    with pytest.raises(ShapeMismatch, match=f"^Optimizer: the gradient of {words}$"):
        Optimizer(optim.sgd()).apply(layer, change(gradients))


def test_a_rate_of_numpys_changes_no_dtype():
    for rule in (optim.sgd(np.float64(0.1)), optim.adam(np.float64(0.1)), optim.momentum(lambda step: np.float64(0.1))):
        parameter, _ = rule(np.ones(3, np.float32), np.ones(3, np.float32), rule.initial(np.ones(3, np.float32)))
        assert parameter.dtype == np.float32


def test_what_a_gradient_was_of_is_no_parameter():
    """A penalty differentiates by examples, and unrolling by copies of the parameters: neither is to be learned."""
    net, x = nn.Dense(2, 1, np.random.default_rng(0)), Tensor(np.ones((4, 2), np.float32))
    penalty = F.mean(grad(F.sum(net(x) ** 2), x, create_graph=True) ** 2)
    assert Optimizer(optim.sgd()).descend(net, penalty) is not net
    with pytest.raises(GradientError, match=r"Tensors of shape \(4, 2\) that"):
        Optimizer(optim.sgd()).descend(net, F.mean(net(x)))


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
        (lambda: optim.momentum(decay=1), r"momentum: decay is expected in \[0, 1\), got 1"),
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


def test_an_optimizers_repr():
    optimizer = Optimizer(optim.sgd(0.5))
    assert repr(optimizer) == "Optimizer(sgd(learning_rate=0.5)) after 0 steps"
    net = network()
    optimizer.descend(net, loss_of(net))
    assert repr(optimizer) == "Optimizer(sgd(learning_rate=0.5)) after 1 steps"


def test_a_module_without_parameters():
    with pytest.raises(GradientError, match=r"^Optimizer: the module has no parameters: its leaves are raw, or"):
        Optimizer(optim.sgd()).apply(nn.frozen(network()), {})


def test_a_parameter_that_the_loss_does_not_reach_stays():
    net, optimizer = network(), Optimizer(optim.momentum(0.1))
    net.extra = Tensor([1.0, 2.0])
    new = optimizer.descend(net, loss_of(net))
    assert new.extra.data.tolist() == [1, 2]


@everyone
def test_a_restored_optimizer_continues_identically(rule, device):
    net, optimizer = network(device), Optimizer(rule)
    for seed in range(3):
        net = optimizer.descend(net, loss_of(net, device, seed))
    saved = {  # as a file holds it: on the host
        name: to_host(value).copy() if hasattr(value, "shape") else value
        for name, value in optimizer.named_state().items()
    }
    restored = Optimizer(rule)
    restored.restore(net, saved)
    other = net
    for seed in range(3, 6):
        net = optimizer.descend(net, loss_of(net, device, seed))
        other = restored.descend(other, loss_of(other, device, seed))
        same(net, other)
    assert restored.state["step"] == 6


def test_the_state_by_name():
    net, optimizer = network(), Optimizer(optim.adam())
    assert optimizer.named_state() == {}
    gradients = grad(loss_of(net), nn.parameters(net))
    optimizer.apply(net, gradients)
    named = optimizer.named_state()
    paths = list(nn.parameters(net))
    assert list(named) == ["step", *(f"gradients/{path}" for path in paths), *(f"squares/{path}" for path in paths)]
    assert named["step"] == 1
    for path in paths:
        np.testing.assert_allclose(named[f"gradients/{path}"], gradients[path], rtol=1e-5)
        np.testing.assert_allclose(named[f"squares/{path}"], gradients[path] ** 2, rtol=1e-5)


def test_restoring_nothing_is_a_new_beginning():
    net = network()
    used, fresh = Optimizer(optim.adam()), Optimizer(optim.adam())
    used.descend(net, loss_of(net))
    used.restore(net, fresh.named_state())
    same(used.descend(net, loss_of(net)), fresh.descend(net, loss_of(net)))


def test_a_state_that_does_not_fit():
    net, optimizer = network(), Optimizer(optim.momentum())
    optimizer.descend(net, loss_of(net))
    named = optimizer.named_state()
    with pytest.raises(RunError, match=r"does not fit its rule: .*gradients/layers\.0\.bias"):
        Optimizer(optim.adam()).restore(net, named)
    with pytest.raises(RunError, match="does not fit its rule"):
        Optimizer(optim.momentum()).restore(nn.Dense(2, 3, np.random.default_rng(0)), named)
    weight = named["velocity/layers.0.weight"]
    with pytest.raises(RunError, match=r"velocity/layers\.0\.weight has shape \(3, 2\), its parameter \(2, 3\)"):
        Optimizer(optim.momentum()).restore(net, {**named, "velocity/layers.0.weight": weight.T})


def test_another_module_needs_another_optimizer():
    net, other = network(), network(features=4)
    for rule in (optim.momentum(), optim.sgd()):
        optimizer = Optimizer(rule)
        optimizer.descend(net, loss_of(net))
        with pytest.raises(
            ShapeMismatch,
            match=r"^Optimizer: its state belongs to a module with other parameters; make a new Optimizer$",
        ):
            optimizer.descend(other, loss_of(other))


def test_it_never_waits_for_the_device():
    device = strict_backend()
    for rule in RULES:
        net, optimizer = network(device), Optimizer(rule)
        with without_waiting():
            for seed in range(2):
                net = optimizer.descend(net, loss_of(net, device, seed))


def test_the_parameters_arrive_where_they_were(device):
    net = network(device)
    new = Optimizer(optim.adam()).descend(net, loss_of(net, device))
    assert all(namespace(leaf.data) is device.module for leaf in nn.parameters(new).values())
