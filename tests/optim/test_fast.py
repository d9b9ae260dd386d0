"""Every fast form is equal to its rule: over several steps, at any size, in both formats, on every device."""

import dataclasses

import numpy as np
import pytest

from tests.optim.cases import RULES, everyone
from tinygan import Tensor, optim
from tinygan.backend import numpy_backend, to_host
from tinygan.optim import Optimizer, fast
from tinygan.optim.fast import BLOCK

SCHEDULED = [
    optim.sgd(optim.linear(0.1, 0.01, 4)),
    optim.momentum(optim.linear(0.1, 0.01, 4)),
    optim.nesterov(optim.linear(0.1, 0.01, 4)),
    optim.rmsprop(optim.cosine(0.1, 0.01, 4)),
    optim.adam(optim.cosine(0.1, 0.01, 4)),
    optim.adam(0.1, beta1=0.0, beta2=0.0),
    optim.adamw(optim.linear(0.1, 0.01, 4), 0.0),
    optim.clipped(optim.weight_decay(optim.adam(0.1, 0.5), 0.1), 0.6),
    optim.weight_decay(optim.clipped(optim.adamw(0.1), 0.5), optim.linear(0.3, 0.0, 3)),
]
TOLERANCE = {np.float64: 1e-12, np.float32: 2e-6}
# Parameters below, at and above one block, cut into parts; small ones that are joined; a number and none.
SIZES = [(3,), (BLOCK - 1,), (BLOCK,), (), (BLOCK // 2,), (7, 5), (2 * BLOCK + 5,), (0, 4), (BLOCK // 2 - 1,)]


def steps(rule, parameters, device, count=4):
    """Both ways from the same parameters: after each step (what the optimizer has, what the rule has, its states)."""
    rng = np.random.default_rng(1)
    module = {path: Tensor(device.asarray(p)) for path, p in parameters.items()}
    alone = {path: device.asarray(p) for path, p in parameters.items()}
    states, optimizer = {path: rule.initial(p) for path, p in alone.items()}, Optimizer(rule)
    for _ in range(count):
        gradients = {
            path: device.asarray(rng.standard_normal(p.shape).astype(p.dtype)) for path, p in parameters.items()
        }
        module = optimizer.apply(module, gradients)
        for path in alone:
            alone[path], states[path] = rule(alone[path], gradients[path], states[path])
        yield optimizer, module, alone, states


def expect_equal(rule, optimizer, module, alone, states):
    named = optimizer.named_state()
    for path, parameter in alone.items():
        assert module[path].dtype == parameter.dtype
        assert module[path].shape == parameter.shape
        rtol = TOLERANCE[np.dtype(parameter.dtype).type]
        np.testing.assert_allclose(to_host(module[path].data), to_host(parameter), rtol=rtol, atol=rtol)
        for name, value in states[path].items():
            if name == "step":
                assert named[f"step/{path}"] == value
            elif not (name == "m" and unstored(rule)):
                assert named[f"{name}/{path}"].dtype == value.dtype
                np.testing.assert_allclose(to_host(named[f"{name}/{path}"]), to_host(value), rtol=rtol, atol=rtol)


def unstored(rule):
    """Whether m is the gradient, which the fast form does not store."""
    return unstored(rule.rule) if hasattr(rule, "rule") else getattr(rule, "beta1", 1) == 0


@pytest.mark.parametrize("rule", [*RULES, *SCHEDULED], ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_equal_to_the_rule(rule, dtype, device):
    rng = np.random.default_rng(0)
    shapes = [(4, 3), (3,), (), (2, 0), (70,)]
    parameters = {f"p{i}": np.asarray(rng.standard_normal(shape), dtype) for i, shape in enumerate(shapes)}
    for optimizer, *found in steps(rule, parameters, device):
        assert all(isinstance(part, fast.Flat) for part in optimizer.parts)
        expect_equal(rule, optimizer, *found)


@everyone
def test_equal_at_every_size(rule):
    rng = np.random.default_rng(0)
    parameters = {f"p{i}": np.asarray(rng.standard_normal(shape), np.float32) for i, shape in enumerate(SIZES)}
    for optimizer, *found in steps(rule, parameters, numpy_backend, count=2):
        expect_equal(rule, optimizer, *found)


@everyone
def test_equal_where_parameters_differ_in_dtype(rule, device):
    parts = {"a": np.ones(3, np.float32), "b": np.array([1 / 3, 2 / 3]), "c": np.full((2, 2), 0.1, np.float32)}
    for optimizer, *found in steps(rule, parts, device):
        assert len(optimizer.parts) == 2
        expect_equal(rule, optimizer, *found)


def test_small_parameters_are_joined_and_large_ones_alone(device):
    arrays = {str(i): device.asarray(np.zeros(shape, np.float32)) for i, shape in enumerate(SIZES)}
    groups = [list(flat.shapes) for flat in fast.flats(dict.fromkeys(arrays, RULES[0]), arrays)]
    if device.name == "numpy":
        assert groups == [["0", "3", "4", "5", "7"], ["1"], ["2"], ["6"], ["8"]]
    else:
        assert groups == [list(arrays)]


def test_every_rule_of_the_package_has_a_fast_form():
    rules = {c for c in vars(optim).values() if dataclasses.is_dataclass(c) and hasattr(c, "initial")}
    assert rules == fast.FORMS.keys()
    assert all(fast.has_form(rule) for rule in RULES)


@dataclasses.dataclass(frozen=True)
class halved(optim.sgd):
    """A user's rule made from one of ours, whose fast form would not be its own."""

    def __call__(self, parameter, gradient, state):
        return super().__call__(parameter, gradient / 2, state)


@pytest.mark.parametrize("rule", [halved(0.1), optim.clipped(halved(0.1), 0.9)], ids=["own", "inside ours"])
def test_a_users_rule_runs_as_it_reads(rule, device):
    for optimizer, *found in steps(rule, {"a": np.ones(3), "b": np.zeros((2, 2), np.float32)}, device):
        assert not any(isinstance(part, fast.Flat) for part in optimizer.parts)
        expect_equal(rule, optimizer, *found)


@everyone
def test_gradients_and_parameters_are_left_alone(rule):
    rng = np.random.default_rng(0)
    optimizer, theta, g = Optimizer(rule), rng.standard_normal(BLOCK), rng.standard_normal(BLOCK)
    for _ in range(2):
        module, kept, gradient = [Tensor(theta)], theta.copy(), g.copy()
        [new] = optimizer.apply(module, {"0": g})
        np.testing.assert_array_equal(theta, kept)
        np.testing.assert_array_equal(g, gradient)
        theta = new.data


def test_an_interrupted_step_leaves_the_module_as_it_was(monkeypatch):
    module = {"a": Tensor(np.ones(BLOCK)), "b": Tensor(np.ones(BLOCK))}
    optimizer, gradients = Optimizer(optim.sgd(0.1)), {"a": np.ones(BLOCK), "b": np.ones(BLOCK)}
    right, calls = fast.FORMS[optim.sgd], []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        right(*arguments)

    monkeypatch.setitem(fast.FORMS, optim.sgd, interrupted)
    with pytest.raises(KeyboardInterrupt):
        optimizer.apply(module, gradients)
    assert len(calls) == 2
    for leaf in module.values():
        np.testing.assert_array_equal(leaf.data, 1)
