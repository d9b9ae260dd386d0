"""A game of two parameters by hand, and networks against an unrolling that knows no graph and finite differences."""

import functools

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad, nn, optim, raw
from tinygan import functional as F
from tinygan.backend import numpy_backend, to_host
from tinygan.errors import SettingError
from tinygan.objectives import R1, R2, GradientPenalty, Minimax, NonSaturating, Term, Unrolled, Wasserstein
from tinygan.optim import Optimizer


def log_loss(real, fake):
    return np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake)))


LAWS = [
    Law("unrolled", lambda: Unrolled(NonSaturating(), 2, optim.sgd(0.1)), d=log_loss, signs=(-1, 1, 0)),
    Law("unrolled by Adam", lambda: Unrolled(Minimax(), 2, optim.adam(0.1, epsilon=0.1)), d=log_loss, signs=(-1, 1, 0)),
    Law(
        "unrolled by no step",
        lambda: Unrolled(NonSaturating(), 0, optim.sgd(0.1)),
        d=log_loss,
        g=lambda real, fake: np.mean(np.log1p(np.exp(-fake))),
    ),
]

RNG = np.random.default_rng(0)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((5, 2))
RULES = [optim.sgd(0.5), optim.momentum(0.3), optim.rmsprop(0.1, epsilon=0.1), optim.adam(0.1, epsilon=0.1)]
rules = pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)


class Scale:
    """The linear network of one parameter."""

    def __init__(self, weight):
        self.weight = Tensor(np.array([weight]))

    def __call__(self, x):
        return x * self.weight


def networks(device=numpy_backend, activation=F.tanh, dtype=np.float64):
    rng = np.random.default_rng(0)
    G = nn.Sequential(nn.Dense(2, 4, rng), F.tanh, nn.Dense(4, 3, rng))
    D = nn.Sequential(nn.Dense(3, 4, rng), activation, nn.Dense(4, 1, rng))
    return [nn.map_leaves(net, lambda leaf: Tensor(device.asarray(leaf.data.astype(dtype)))) for net in (G, D)]


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_by_hand(steps):
    """A critic d x and a generator g z: d rises by r (mean x - g mean z) in each step, whatever d is.

    So G's loss is -d_K g mean z, d_K = d + K r (mean x - g mean z), and its derivative in g is
    -d_K mean z + g K r (mean z)**2, of which the last term is what D's reaction adds.
    """
    g, d, r = 0.5, 0.8, 0.1
    x, z = np.array([[1.0], [4.0]]), np.array([[1.0], [2.0], [-1.5]])  # means 2.5 and 0.5
    G, D = Scale(g), Scale(d)
    loss = Unrolled(Wasserstein(), steps, optim.sgd(r)).g_loss(nn.frozen(D), G, x, z)
    d_k = d + steps * r * (2.5 - g * 0.5)
    assert float(loss) == pytest.approx(-d_k * g * 0.5, rel=1e-14)
    assert grad(loss, G.weight).item() == pytest.approx(-d_k * 0.5 + g * steps * r * 0.25, rel=1e-14)


@rules
@pytest.mark.parametrize("steps", [1, 3])
def test_against_updates_that_are_not_recorded(rule, steps):
    """The value is that of the base at D after `steps` steps of an Optimizer; the gradient, its differences in G."""
    base = NonSaturating()

    def ahead(G, D):
        optimizer = Optimizer(rule)
        for _ in range(steps):
            D = optimizer.descend(D, base.d_loss(D, nn.frozen(G), X, Z))
        return float(base.g_loss(nn.frozen(D), nn.frozen(G), X, Z))

    G, D = networks()
    leaves = nn.parameters(G)
    loss = Unrolled(base, steps, rule).g_loss(nn.frozen(D), G, X, Z)
    assert float(loss) == pytest.approx(ahead(G, D), rel=1e-13)
    gradient = grad(loss, leaves)
    rng = np.random.default_rng(3)
    for _ in range(3):
        way = {path: rng.standard_normal(leaf.shape) for path, leaf in leaves.items()}

        def moved(t, way=way):
            return ahead(nn.updated(G, {path: leaf.data + t * way[path] for path, leaf in leaves.items()}), D)

        h = 1e-3
        difference = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
        assert sum(np.sum(gradient[path] * way[path]) for path in way) == pytest.approx(difference, rel=1e-7)
    still = grad(base.g_loss(Unrolled(base, steps, rule).unrolled(nn.frozen(D), nn.frozen(G), X, Z), G, X, Z), leaves)
    assert max(abs(gradient[path] - still[path]).max() for path in still) > 1e-4  # D's reaction counts


def test_a_term_sees_g_itself():
    """G(z) is computed once; another z, or a copy of G with other parameters, is a pass through G of its own."""
    seen, calls = [], []
    other = np.random.default_rng(8).standard_normal((5, 2))

    class Seeing(Term):
        def d(self, turn):
            frozen = nn.frozen(turn.G)
            seen.append((turn.G(turn.z), turn.G(other), frozen(turn.z), nn.parameters(turn.G)))
            return 0.0

    class Counted(nn.Sequential):
        def __call__(self, z):
            calls.append(z)
            return super().__call__(z)

    G, D = networks()
    expected = nn.frozen(G)
    G = Counted(*G)
    Unrolled(Minimax() + Seeing(), 2, optim.sgd(0.1)).g_loss(nn.frozen(D), G, X, Z)
    assert sum(z is Z for z in calls) == 1 + 2 + 1  # in the unrolling, by the frozen copies, and in the loss of G
    for at_z, at_other, at_frozen, leaves in seen:
        assert at_z is seen[0][0]
        np.testing.assert_array_equal(raw(at_z), expected(Z))
        np.testing.assert_array_equal(raw(at_other), expected(other))
        np.testing.assert_array_equal(at_frozen, expected(Z))
        assert [id(leaf) for leaf in leaves.values()] == [id(leaf) for leaf in nn.parameters(G).values()]


def test_no_steps_are_exactly_the_base():
    G, D = networks()
    objective = Unrolled(Minimax(), 0, optim.sgd(0.1))
    ours, base = objective.g_loss(nn.frozen(D), G, X, Z), Minimax().g_loss(nn.frozen(D), G, X, Z)
    assert float(ours) == float(base)
    for a, b in zip(grad(ours, nn.parameters(G)).values(), grad(base, nn.parameters(G)).values(), strict=True):
        assert a.tobytes() == b.tobytes()


def test_ds_own_loss_is_that_of_the_base():
    G, D = networks()
    objective = Unrolled(Minimax(), 3, optim.sgd(0.1))
    assert float(objective.d_loss(D, nn.frozen(G), X, Z)) == float(Minimax().d_loss(D, nn.frozen(G), X, Z))
    assert objective.output == "probability"


def test_nothing_is_changed():
    G, D = networks()
    before = {path: leaf.data.tobytes() for path, leaf in nn.named_leaves([G, D])}
    Unrolled(Minimax(), 3, optim.adam(0.1)).g_loss(nn.frozen(D), G, X, Z)
    assert {path: leaf.data.tobytes() for path, leaf in nn.named_leaves([G, D])} == before


def test_a_base_may_differentiate_too():
    """A gradient penalty in the inner losses makes a third derivative; the rng is drawn from in each step."""
    objective = Unrolled(Wasserstein() + GradientPenalty(rng=np.random.default_rng(5)), 2, optim.sgd(0.01))
    G, D = networks()
    gradient = grad(objective.g_loss(nn.frozen(D), G, X[:5], Z), nn.parameters(G))
    assert all(np.all(np.isfinite(g)) for g in gradient.values())
    assert objective.objective.terms[0].rng.random() != np.random.default_rng(5).random()


@pytest.mark.parametrize("rule", [optim.adam(1e-3), optim.rmsprop(1e-3)], ids=lambda rule: type(rule).__name__)
def test_a_unit_that_is_dead_for_the_minibatch_does_no_harm(rule):
    """The gradients of its weights are exactly 0, where the root of their squares has an infinite derivative."""
    G, D = networks(activation=F.relu)
    D = nn.updated(D, {"layers.0.bias": np.array([-100.0, 0.1, 0.2, 0.3])})
    gradient = grad(Unrolled(NonSaturating(), 2, rule).g_loss(nn.frozen(D), G, X, Z), nn.parameters(G))
    assert all(np.all(np.isfinite(g)) for g in gradient.values())
    assert any(np.any(g) for g in gradient.values())


def test_on_every_device(device):
    def gradient(home):
        G, D = networks(home)
        loss = Unrolled(NonSaturating(), 2, optim.adam(0.1)).g_loss(nn.frozen(D), G, home.asarray(X), home.asarray(Z))
        return [to_host(g) for g in grad(loss, nn.parameters(G)).values()]

    for here, there in zip(gradient(numpy_backend), gradient(device), strict=True):
        np.testing.assert_allclose(there, here, rtol=1e-9, atol=1e-12)


def test_it_never_waits_and_stays_float32():
    device = strict_backend()
    G, D = networks(device, functools.partial(F.leaky_relu, slope=0.2), np.float32)
    x, z = (device.asarray(a.astype(np.float32)) for a in (X, Z))
    with without_waiting():
        loss = Unrolled(NonSaturating(), 2, optim.adam(0.1)).g_loss(nn.frozen(D), G, x, z)
        gradient = grad(loss, nn.parameters(G))
    assert {loss.dtype, *(g.dtype for g in gradient.values())} == {np.dtype(np.float32)}


def test_steps_are_counted_from_0():
    with pytest.raises(SettingError, match=r"^steps is expected to be at least 0, got -1$"):
        Unrolled(Minimax(), -1, optim.sgd(0.1))


def test_state_is_not_learned_and_follows_as_it_does_in_training():
    """Singular vectors and a reference minibatch: D is where an Optimizer would have taken it."""
    G, D = networks()
    spectral = nn.Sequential(nn.SpectralNorm(D[0]), F.tanh, D[2])
    normalized = nn.Sequential(D[0], nn.VirtualBatchNorm(4), F.tanh, D[2])
    referenced = nn.WithReference(normalized, np.random.default_rng(4).standard_normal((7, 3)))
    for D in (spectral, referenced):
        expected, optimizer = D, Optimizer(optim.sgd(0.3))
        for _ in range(3):
            expected = optimizer.descend(expected, Minimax().d_loss(expected, nn.frozen(G), X, Z))
        got = dict(nn.named_leaves(Unrolled(Minimax(), 3, optim.sgd(0.3)).unrolled(nn.frozen(D), G, X, Z)))
        for path, leaf in nn.named_leaves(expected):
            np.testing.assert_allclose(raw(got[path]), raw(leaf), rtol=1e-10, atol=1e-14)
            assert isinstance(got[path], Tensor) == isinstance(leaf, Tensor)


def test_g_foresees_a_d_that_pays_its_penalty():
    """D's terms are part of what it will answer by: R1 slows a critic d x down, by r weight d in a step."""
    g, d, r, weight = 0.5, 0.8, 0.1, 2.0
    x, z = np.array([[1.0], [4.0]]), np.array([[1.0], [2.0], [-1.5]])  # means 2.5 and 0.5
    G, D = Scale(g), Scale(d)
    loss = Unrolled(Wasserstein() + R1(weight), 1, optim.sgd(r)).g_loss(nn.frozen(D), G, x, z)
    d_1 = d + r * (2.5 - g * 0.5) - r * weight * d
    assert float(loss) == pytest.approx(-d_1 * g * 0.5, rel=1e-14)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_penalty_on_samples_is_differentiated_at_the_samples_alone(steps):
    """By hand: D(x) = d x**2, G(z) = g z, one z = 1. R2 is weight / 2 (2 d g)**2, at the sample s = g.

    D's loss is d s**2 + weight / 2 (2 d s)**2, so d falls by r (s**2 + 4 weight d s**2). From the second step on d
    depends on g, which the penalty's gradient in x must not see.
    """
    g, d, r, weight = 0.7, 0.4, 0.1, 0.5
    G, D = Scale(g), Scale(d)
    x, z = np.zeros((1, 1)), np.ones((1, 1))
    game = Unrolled(Wasserstein() + R2(weight), steps, optim.sgd(r))

    class Square(Scale):
        def __call__(self, x):
            return x * x * self.weight

    D = Square(d)
    loss = game.g_loss(nn.frozen(D), G, x, z)
    for _ in range(steps):
        d -= r * (g**2 + 4 * weight * d * g**2)
    assert float(loss) == pytest.approx(-d * g**2, rel=1e-13)
