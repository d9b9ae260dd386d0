"""What an optimizer refuses: a loss that depends on more than the module, and gradients of other parameters."""

import numpy as np
import pytest

from tests.optim.cases import network
from tinygan import Tensor, grad, nn, optim
from tinygan import functional as F
from tinygan.errors import GradientError, ShapeMismatch
from tinygan.optim import Optimizer


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


def test_what_a_gradient_was_of_is_no_parameter():
    """A penalty differentiates by examples, and unrolling by copies of the parameters: neither is to be learned."""
    net, x = nn.Dense(2, 1, np.random.default_rng(0)), Tensor(np.ones((4, 2), np.float32))
    penalty = F.mean(grad(F.sum(net(x) ** 2), x, create_graph=True) ** 2)
    assert Optimizer(optim.sgd()).descend(net, penalty) is not net
    with pytest.raises(GradientError, match=r"Tensors of shape \(4, 2\) that"):
        Optimizer(optim.sgd()).descend(net, F.mean(net(x)))
