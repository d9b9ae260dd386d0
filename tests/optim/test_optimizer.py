"""Optimizer against the rule leaf by leaf: what a step gives, leaves alone and remembers."""

import itertools

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.optim.cases import RULES, everyone, loss_of, network, same
from tinygan import Tensor, grad, nn, optim, raw
from tinygan.backend import namespace, to_host
from tinygan.errors import GradientError, RunError, ShapeMismatch
from tinygan.optim import Optimizer


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


@everyone
def test_descend_is_the_rule_leaf_by_leaf(rule, device):
    wide = nn.map_leaves(network(), lambda leaf: Tensor(device.asarray(raw(leaf), dtype=np.float64)))
    net, optimizer = wide, Optimizer(rule)
    losses = [lambda net, seed=seed: loss_of(net, device, seed) for seed in range(4)]
    for loss, expected in zip(losses, leaf_by_leaf(rule, net, losses), strict=True):
        net = optimizer.descend(net, loss(net))
        same(net, expected, rtol=1e-9)


def test_an_unroll_from_the_optimizers_state_leaves_it_alone():
    net, optimizer = network(), Optimizer(optim.momentum(0.1))
    net = optimizer.descend(net, loss_of(net))
    [part] = optimizer.parts
    before = np.copy(part.state["v"])
    weight = Tensor(np.ones_like(before))
    _, state = optimizer.rule(weight, np.ones_like(before), part.state)
    optimizer.rule(weight, np.ones_like(before), state)
    np.testing.assert_array_equal(part.state["v"], before)


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
    assert restored.named_state()["step/layers.0.weight"] == 6


def test_the_state_by_name():
    net, optimizer = network(), Optimizer(optim.adam())
    assert optimizer.named_state() == {}
    gradients = grad(loss_of(net), nn.parameters(net))
    optimizer.apply(net, gradients)
    named = optimizer.named_state()
    paths = list(nn.parameters(net))
    assert named.keys() == {f"{name}/{path}" for name in ("step", "m", "v") for path in paths}
    for path in paths:
        assert named[f"step/{path}"] == 1
        np.testing.assert_allclose(named[f"m/{path}"], 0.1 * gradients[path], rtol=1e-5)
        np.testing.assert_allclose(named[f"v/{path}"], 0.001 * gradients[path] ** 2, rtol=1e-5)


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
    with pytest.raises(RunError, match=r"does not fit its rule: .*m/layers\.0\.bias"):
        Optimizer(optim.adam()).restore(net, named)
    with pytest.raises(RunError, match="does not fit its rule"):
        Optimizer(optim.momentum()).restore(nn.Dense(2, 3, np.random.default_rng(0)), named)
    weight = named["v/layers.0.weight"]
    with pytest.raises(RunError, match=r"v/layers\.0\.weight has shape \(3, 2\), its parameter \(2, 3\)"):
        Optimizer(optim.momentum()).restore(net, {**named, "v/layers.0.weight": weight.T})


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


class Counting(optim.Rule):
    """A rule with a number of its own for each parameter."""

    def initial(self, parameter):
        return {"step": 0, "sum": 0.0}

    def __call__(self, parameter, gradient, state):
        total = state["sum"] + float(raw(gradient).sum())
        return parameter - 0.1 * total, {"step": state["step"] + 1, "sum": total}


def test_numbers_of_a_users_rule_are_kept_for_each_parameter():
    tree = {"a": Tensor(np.array([1.0])), "b": Tensor(np.array([1.0]))}
    gradients = {"a": np.array([1.0]), "b": np.array([-2.0])}
    rule = object.__new__(Counting)  # without the fields of a dataclass
    optimizer, restored = Optimizer(rule), Optimizer(rule)
    tree = optimizer.apply(tree, gradients)
    named = optimizer.named_state()
    assert named == {"step/a": 1, "sum/a": 1.0, "step/b": 1, "sum/b": -2.0}
    restored.restore(tree, named)
    one, other = optimizer.apply(tree, gradients), restored.apply(tree, gradients)
    assert [one[path].data.item() for path in "ab"] == [other[path].data.item() for path in "ab"]
