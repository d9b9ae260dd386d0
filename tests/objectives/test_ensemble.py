"""Each member's gradient is that of its own loss, and G meets them all with the same samples."""

import itertools

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad, nn, optim
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError
from tinygan.objectives import (
    R1,
    BoundaryEquilibrium,
    Ensemble,
    HistoricalAveraging,
    Minimax,
    NonSaturating,
    OrthogonalRegularization,
    Unrolled,
    Wasserstein,
)
from tinygan.optim import Optimizer
from tinygan.training import train


def perceptron(rng, *sizes):
    layers = [nn.Dense(sizes[0], sizes[1], rng)]
    for a, b in itertools.pairwise(sizes[1:]):
        layers += [F.tanh, nn.Dense(a, b, rng)]
    return nn.Sequential(*layers)


def rising(rng):
    """A generator from 2 to 3 numbers, and three discriminators of rising capacity."""
    return perceptron(rng, 2, 4, 3), [perceptron(rng, 3, 1), perceptron(rng, 3, 2, 1), perceptron(rng, 3, 4, 1)]


LAWS = [
    Law("ensemble", lambda: Ensemble(NonSaturating()), signs=(0, 0, 0), game=rising, huge=False),
]

RNG = np.random.default_rng(0)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((5, 2))
everyone = pytest.mark.parametrize("base", [Minimax(), NonSaturating(), Wasserstein()], ids=lambda o: type(o).__name__)


def game(device=None, dtype=np.float64):
    asarray = device.asarray if device else np.asarray
    return [
        nn.map_leaves(net, lambda leaf: Tensor(asarray(leaf.data.astype(dtype))))
        for net in rising(np.random.default_rng(1))
    ]


def identity(x):
    return x


def test_by_hand(device):
    """Critics x, 2x and -3x; examples of mean 5, samples of mean 1: (1 - 5) (1 + 2 - 3) = 0; two of them: -12."""
    critics = [identity, lambda x: 2 * x, lambda x: -3 * x]
    x, fake = device.asarray(np.array([[4.0], [6.0]])), device.asarray(np.array([[1.0], [0.0], [2.0]]))
    objective = Ensemble(Wasserstein())
    assert float(to_host(objective.d_loss(critics, identity, x, fake))) == 0
    assert float(to_host(objective.d_loss(critics[:2], identity, x, fake))) == -12
    assert float(to_host(objective.g_loss(critics[:2], identity, x, fake))) == -3
    assert to_host(objective.verdict(critics, x)).tolist() == [[0], [0]]
    assert to_host(objective.verdict(critics[:2], x)).tolist() == [[6], [9]]


@everyone
def test_the_gradient_of_each_member_is_that_of_its_own_loss(base):
    G, D = game()
    together = grad(Ensemble(base).d_loss(D, nn.frozen(G), X, Z), nn.parameters(D))
    for i, member in enumerate(D):
        own = grad(base.d_loss(member, nn.frozen(G), X, Z), nn.parameters(member))
        for path, gradient in own.items():
            np.testing.assert_allclose(together[f"{i}.{path}"], gradient, rtol=1e-12, atol=1e-16)


@everyone
def test_g_meets_the_sum(base):
    G, D = game()
    loss = Ensemble(base).g_loss(nn.frozen(D), G, X, Z)
    each = [base.g_loss(nn.frozen(member), G, X, Z) for member in D]
    assert float(loss) == pytest.approx(sum(map(float, each)), rel=1e-14)
    gradient = grad(loss, nn.parameters(G))
    for path in gradient:
        expected = sum(grad(one, nn.parameters(G))[path] for one in each)
        np.testing.assert_allclose(gradient[path], expected, rtol=1e-11, atol=1e-15)


def test_an_ensemble_of_one_is_its_member():
    G, D = game()
    for player in ("d_loss", "g_loss"):
        alone = float(getattr(Minimax(), player)(D[0], G, X, Z))
        assert float(getattr(Ensemble(Minimax()), player)(D[:1], G, X, Z)) == alone


@pytest.mark.parametrize(
    "base", [NonSaturating(), Unrolled(NonSaturating(), 3, optim.sgd(0.1))], ids=["plain", "unrolled"]
)
def test_samples_are_made_once(base):
    made = []

    def G(z):
        made.append(z)
        return z * 1.0

    _, D = game()
    Ensemble(base).d_loss(D, G, X, X)
    assert len(made) == 1
    Ensemble(base).g_loss(nn.frozen(D), G, X, X)
    assert len(made) == 2


def test_the_verdict_is_the_mean_of_probabilities():
    _, D = game()
    objective = Ensemble(Minimax())
    assert objective.says == "probability"
    expected = np.mean([1 / (1 + np.exp(-nn.frozen(member)(X))) for member in D], axis=0)
    np.testing.assert_allclose(objective.verdict(nn.frozen(D), X), expected, rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits(dtype):
    real, fake = (Tensor(np.array([[a], [-a]], dtype)) for a in (-1e4, 1e4))
    loss = Ensemble(NonSaturating()).d_loss([identity, identity], identity, real, fake)
    assert float(loss) == 20_000
    assert loss.dtype == dtype
    assert [g.ravel().tolist() for g in grad(loss, [real, fake])] == [[-1, 0], [1, 0]]


def test_algorithm_1_trains_each_as_if_it_were_alone():
    """With the same samples, each member moves as it would by itself."""
    G, D = game()

    def source(seed, n):
        rng = np.random.default_rng(seed)
        return lambda m: rng.standard_normal((m, n))

    def first_step(objective, D):
        optimizers = Optimizer(optim.adam(0.01)), Optimizer(optim.adam(0.01))
        return next(train(G, D, objective, *optimizers, source(1, 2), source(2, 3), m=5)).D

    whole = first_step(Ensemble(Minimax()), D)
    for i, member in enumerate(D):
        alone = nn.parameters(first_step(Minimax(), member))
        for path, leaf in nn.parameters(whole[i]).items():
            np.testing.assert_allclose(leaf.data, alone[path].data, rtol=1e-9)
            assert np.any(leaf.data != nn.parameters(member)[path].data)


def test_it_never_waits_and_stays_float32():
    device = strict_backend()
    G, D = game(device, np.float32)
    x, z = (device.asarray(a.astype(np.float32)) for a in (X, Z))
    with without_waiting():
        d_loss = Ensemble(NonSaturating()).d_loss(D, nn.frozen(G), x, z)
        g_loss = Ensemble(NonSaturating()).g_loss(nn.frozen(D), G, x, z)
    assert d_loss.dtype == g_loss.dtype == np.float32


@pytest.mark.parametrize(("D", "found"), [(identity, "function"), ([], "an empty one")])
def test_d_is_a_list(D, found):
    for player in ("d_loss", "g_loss"):
        with pytest.raises(
            SettingError, match=rf"^Ensemble: D is expected to be a list of discriminators, not {found}$"
        ):
            getattr(Ensemble(Minimax()), player)(D, identity, X, X)


def test_a_list_needs_the_ensemble_and_penalties_belong_inside():
    _, D = game()
    with pytest.raises(SettingError, match="Ensemble gives each its own loss"):
        Minimax().d_loss(D, lambda z: X, X, Z)
    with pytest.raises(SettingError, match=r"Ensemble\(R1"):
        R1(Ensemble(Minimax())).d_loss(D, lambda z: X, X, Z)


@pytest.mark.parametrize("between", [lambda base: base, lambda base: R1(base)])
def test_what_remembers_one_d_is_no_base(between):
    with pytest.raises(SettingError, match=r"^Ensemble: BoundaryEquilibrium remembers one D, so"):
        Ensemble(between(BoundaryEquilibrium()))


@pytest.mark.parametrize("kind", [HistoricalAveraging, OrthogonalRegularization])
def test_what_looks_at_gs_parameters_goes_around(kind):
    """Inside, it would see a function of the samples that are there already, and its term would be lost."""
    for base in (kind(Minimax(), 0.1), R1(kind(Minimax(), 0.1))):
        with pytest.raises(
            SettingError, match=f"^Ensemble: {kind.__name__} looks at G's parameters, so it goes around"
        ):
            Ensemble(base)
    G, D = game()
    objective = kind(Ensemble(Minimax()), 0.1)
    objective = objective.after(*(nn.map_leaves(net, lambda leaf: 0 * leaf) for net in (D, G)), X, Z)
    assert float(objective.g_loss(nn.frozen(D), G, X, Z)) > float(Ensemble(Minimax()).g_loss(nn.frozen(D), G, X, Z))
