"""Algorithm 1: who moves when, on which minibatches, what stays still, and every number of a game of two parameters."""

import itertools
import types

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tinygan import Tensor, grad, nn, optim, raw
from tinygan import functional as F
from tinygan.backend import namespace, numpy_backend, to_host
from tinygan.errors import SettingError
from tinygan.objectives import Game, Minimax, NonSaturating
from tinygan.optim import Optimizer
from tinygan.training import Step, train

ks = pytest.mark.parametrize("k", [1, 2, 3])


class Scale:
    """The linear network of one parameter."""

    def __init__(self, weight):
        self.weight = Tensor(np.array(weight))

    def __call__(self, x):
        return x * self.weight


class Source:
    """Minibatches of `one`, and a record of them."""

    def __init__(self, one, device=None):
        self.one, self.device, self.drawn = one, device, []

    def __call__(self, m):
        minibatch = self.one(m)
        self.drawn.append(minibatch if self.device is None else self.device.asarray(minibatch))
        return self.drawn[-1]


def normal(seed, *shape, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return lambda m: rng.standard_normal((m, *shape)).astype(dtype)


def game(k=1, m=4, objective=None, rule=None, **settings):
    """A small game, its noise and its data."""
    noise, data = Source(normal(1, 1)), Source(normal(2, 1))
    rule = rule or optim.sgd(0.1)
    optimizers = Optimizer(rule), Optimizer(rule)
    steps = train(
        Scale([0.5]), Scale([0.8]), objective or NonSaturating(), *optimizers, noise, data, m=m, k=k, **settings
    )
    return steps, noise, data


def take(steps, count):
    return list(itertools.islice(steps, count))


@ks
def test_k_steps_of_d_then_one_of_g(k):
    steps, _, _ = game(k)
    assert [step.player for step in take(steps, 3 * (k + 1))] == (["D"] * k + ["G"]) * 3


@ks
@pytest.mark.parametrize("start", [1, 8])
def test_iterations_are_counted_from_start(k, start):
    steps, _, _ = game(k, start=start)
    assert [step.iteration for step in take(steps, 2 * (k + 1))] == [start] * (k + 1) + [start + 1] * (k + 1)


def test_the_first_iteration_is_1_and_k_is_1():
    noise, data = Source(normal(1, 1)), Source(normal(2, 1))
    optimizers = Optimizer(optim.sgd()), Optimizer(optim.sgd())
    steps = train(Scale([0.5]), Scale([0.8]), Minimax(), *optimizers, noise, data, m=2)
    assert [(step.iteration, step.player) for step in take(steps, 4)] == [(1, "D"), (1, "G"), (2, "D"), (2, "G")]


@ks
def test_every_step_has_fresh_noise_and_every_step_of_d_fresh_examples(k):
    """The generator's step scores new samples, not those of the discriminator's step."""
    steps, noise, data = game(k, m=3)
    taken = take(steps, 2 * (k + 1))
    assert len(noise.drawn) == 2 * (k + 1)
    assert len(data.drawn) == 2 * k
    assert all(step.z is z for step, z in zip(taken, noise.drawn, strict=True))
    examples = iter(data.drawn)
    assert all(step.x is next(examples) for step in taken if step.player == "D")
    assert {z.shape for z in noise.drawn} == {x.shape for x in data.drawn} == {(3, 1)}


class Recorded(Game):
    """Notes what each loss was given."""

    def __init__(self):
        self.calls = []

    def d_loss(self, D, G, x, z):
        self.calls.append(("D", D, G, x, z))
        return NonSaturating().d_loss(D, G, x, z)

    def g_loss(self, D, G, x, z):
        self.calls.append(("G", D, G, x, z))
        return NonSaturating().g_loss(D, G, x, z)


@ks
def test_each_loss_is_given_the_newest_networks_and_the_steps_minibatches(k):
    objective = Recorded()
    steps, _, _ = game(k, objective=objective)
    d, g = 0.8, 0.5
    for step, (player, D, G, x, z) in zip(take(steps, 2 * (k + 1)), objective.calls, strict=True):
        assert player == step.player
        assert x is step.x
        assert z is step.z
        assert raw(D.weight).item() == d
        assert raw(G.weight).item() == g
        d, g = step.D.weight.data.item(), step.G.weight.data.item()


@ks
def test_the_player_who_waits_is_frozen(k):
    """Nothing of one player's update can reach the other."""
    objective = Recorded()
    steps, _, _ = game(k, objective=objective)
    take(steps, k + 1)
    for player, D, G, _, _ in objective.calls:
        assert isinstance(D.weight, Tensor) == (player == "D")
        assert isinstance(G.weight, Tensor) == (player == "G")


@ks
def test_an_update_leaves_the_other_network_untouched(k):
    steps, _, _ = game(k, rule=optim.adam(0.1))
    D, G = None, None
    for step in take(steps, 3 * (k + 1)):
        mover, waiting = (step.D, step.G) if step.player == "D" else (step.G, step.D)
        if D is not None:
            before_mover, before_waiting = (D, G) if step.player == "D" else (G, D)
            assert waiting is before_waiting
            assert mover.weight.data.tobytes() != before_mover.weight.data.tobytes()
        D, G = step.D, step.G


def test_steps_keep_their_networks():
    steps, _, _ = game(rule=optim.momentum(0.1))
    taken = take(steps, 6)
    weights = [step.D.weight.data.item() for step in taken]
    assert weights[0] == weights[1] != weights[2] == weights[3] != weights[4]
    take(steps, 4)
    assert [step.D.weight.data.item() for step in taken] == weights


def test_no_gradient_reaches_the_waiting_player_and_the_loss_is_that_before_the_update():
    noise, data = Source(normal(1, 1)), Source(normal(2, 1))
    G, D = Scale([0.5]), Scale([0.8])
    optimizers = Optimizer(optim.sgd(0.1)), Optimizer(optim.sgd(0.1))
    steps = train(G, D, Minimax(), *optimizers, noise, data, m=4)
    d_step = next(steps)
    assert float(d_step.loss) == float(Minimax().d_loss(D, G, d_step.x, d_step.z))
    d_gradient, g_gradient = grad(d_step.loss, [D.weight, G.weight])
    assert g_gradient.item() == 0
    np.testing.assert_allclose(d_step.D.weight.data, 0.8 - 0.1 * d_gradient, rtol=1e-15)
    assert d_step.G is G
    g_step = next(steps)
    assert float(g_step.loss) == float(Minimax().g_loss(d_step.D, G, None, g_step.z))
    d_gradient, g_gradient = grad(g_step.loss, [d_step.D.weight, G.weight])
    assert d_gradient.item() == 0
    np.testing.assert_allclose(g_step.G.weight.data, 0.5 - 0.1 * g_gradient, rtol=1e-15)
    assert g_step.D is d_step.D


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def algorithm_1(g, d, noise, data, m, k, rate, saturating):
    """G(z) = g z and D(x) = sigmoid(d x), derivatives by hand; yields (d, g) after every update."""
    while True:
        for _ in range(k):
            z, x = noise(m), data(m)
            ascent = np.mean((1 - sigmoid(d * x)) * x) - np.mean(sigmoid(d * g * z) * g * z)
            d = d + rate * ascent
            yield d, g
        z = noise(m)
        D = sigmoid(d * g * z)
        slope = -D if saturating else D - 1  # of log(1 - D), of -log D, in the logit
        g = g - rate * np.mean(slope * d * z)
        yield d, g


@ks
@pytest.mark.parametrize("objective", [Minimax(), NonSaturating()], ids=lambda o: type(o).__name__)
def test_algorithm_1_written_out(k, objective):
    def linear(seed, scale):
        draw = normal(seed, 1)
        return lambda m: scale * draw(m) + 1

    optimizers = Optimizer(optim.sgd(0.3)), Optimizer(optim.sgd(0.3))
    networks = Scale([0.5]), Scale([0.8])
    steps = train(*networks, objective, *optimizers, linear(1, 1.0), linear(2, 2.0), m=5, k=k)
    reference = algorithm_1(0.5, 0.8, linear(1, 1.0), linear(2, 2.0), 5, k, 0.3, type(objective) is Minimax)
    count = 10 * (k + 1)
    got = [(step.D.weight.data.item(), step.G.weight.data.item()) for step in take(steps, count)]
    expected = take(reference, count)
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    assert abs(got[-1][0] - 0.8) > 0.1  # they have moved
    assert abs(got[-1][1] - 0.5) > 0.1


def test_each_player_has_its_own_optimizer():
    noise, data = Source(normal(1, 1)), Source(normal(2, 1))
    g_optimizer, d_optimizer = Optimizer(optim.sgd(0.0)), Optimizer(optim.sgd(0.5))
    steps = train(Scale([0.5]), Scale([0.8]), Minimax(), g_optimizer, d_optimizer, noise, data, m=4, k=2)
    last = take(steps, 9)[-1]
    assert last.G.weight.data.item() == 0.5
    assert last.D.weight.data.item() != 0.8
    assert [next(iter(optimizer.named_state().values())) for optimizer in (g_optimizer, d_optimizer)] == [3, 6]


def test_nothing_is_done_before_it_is_asked_for():
    steps, noise, data = game(k=2)
    assert isinstance(steps, types.GeneratorType)
    assert (noise.drawn, data.drawn) == ([], [])
    next(steps)
    assert (len(noise.drawn), len(data.drawn)) == (1, 1)
    next(steps)
    assert (len(noise.drawn), len(data.drawn)) == (2, 2)
    assert isinstance(next(steps), Step)
    assert (len(noise.drawn), len(data.drawn)) == (3, 2)


def test_stopping_and_continuing_is_one_run():
    unbroken = [step.D.weight.data.item() for step in take(game()[0], 8)]
    steps, _, _ = game()
    parts = [step.D.weight.data.item() for step in [*take(steps, 3), *take(steps, 5)]]
    assert parts == unbroken


def networks(device):
    """A small DCGAN on the device: convolutions, batch norm, a dense layer."""
    rng = np.random.default_rng(0)
    G = nn.Sequential(
        nn.Dense(3, 8, rng),
        nn.Reshape(2, 2, 2),
        nn.BatchNorm(2),
        F.relu,
        nn.ConvTranspose2d(2, 1, 4, rng, stride=2, padding=1),
        F.tanh,
    )
    D = nn.Sequential(
        nn.Conv2d(1, 2, 4, rng, stride=2, padding=1),
        F.leaky_relu,
        nn.Reshape(8),
        nn.Dropout(0.2, rng),
        nn.Dense(8, 1, rng),
    )
    return [nn.map_leaves(net, lambda leaf: Tensor(device.asarray(raw(leaf)))) for net in (G, D)]


@pytest.mark.parametrize(
    "rule", [optim.adam(2e-4, beta1=0.5), optim.clipped(optim.rmsprop(5e-5))], ids=["adam", "wgan"]
)
def test_the_loop_never_waits_for_the_device(rule):
    device = strict_backend()
    noise, data = (
        Source(normal(seed, *shape, dtype=np.float32), device) for seed, shape in ((1, (3,)), (2, (4, 4, 1)))
    )
    optimizers = Optimizer(rule), Optimizer(rule)
    with without_waiting():
        steps = take(train(*networks(device), NonSaturating(), *optimizers, noise, data, m=4, k=2), 6)
        with pytest.raises(AssertionError, match="wait"):
            float(steps[-1].loss)


def test_a_run_on_a_device_has_the_numbers_of_the_host(device):
    def last(home):
        noise, data = (
            Source(normal(seed, *shape, dtype=np.float32), home) for seed, shape in ((1, (3,)), (2, (4, 4, 1)))
        )
        optimizers = Optimizer(optim.sgd(0.1)), Optimizer(optim.sgd(0.1))
        *_, step = take(train(*networks(home), NonSaturating(), *optimizers, noise, data, m=4), 8)
        assert namespace(raw(step.loss)) is home.module
        return step

    here, there = last(numpy_backend), last(device)
    for net in ("G", "D"):
        expected = dict(nn.named_leaves(getattr(here, net)))
        for path, leaf in nn.named_leaves(getattr(there, net)):
            np.testing.assert_allclose(to_host(raw(leaf)), raw(expected[path]), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(("m", "k"), [(4, 0), (4, -1), (0, 1)])
def test_numbers_that_make_no_game(m, k):
    steps, _, _ = game(k, m)
    with pytest.raises(SettingError, match=rf"^train: m and k are expected to be at least 1, got m = {m}, k = {k}$"):
        next(steps)


def test_a_step_says_whose_it_is_in_a_line():
    step = next(game()[0])
    assert repr(step) == str(step) == f"Step(iteration=1, player='D', loss={float(step.loss):.6g})"
