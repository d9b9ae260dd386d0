"""Each member's gradient is that of its own loss, and G meets them all with the same samples."""

import itertools

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad, nn, optim, raw
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives import (
    DRAGAN,
    R1,
    BoundaryEquilibrium,
    FeatureMatching,
    GradientPenalty,
    HistoricalAveraging,
    InstanceNoise,
    Minimax,
    NonSaturating,
    Objective,
    OrthogonalRegularization,
    Turn,
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
    members = perceptron(rng, 3, 1), perceptron(rng, 3, 2, 1), perceptron(rng, 3, 4, 1)
    return perceptron(rng, 2, 4, 3), nn.Ensemble(*members)


LAWS = [
    Law("ensemble", NonSaturating, signs=(0, 0, 0), game=rising, huge=False),
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
    objective, two = Wasserstein(), nn.Ensemble(*critics[:2])
    assert float(to_host(objective.d_loss(nn.Ensemble(*critics), identity, x, fake))) == 0
    assert float(to_host(objective.d_loss(two, identity, x, fake))) == -12
    assert float(to_host(objective.g_loss(two, identity, x, fake))) == -3
    assert to_host(objective.read(nn.Ensemble(*critics)(x))).tolist() == [[0], [0]]
    assert to_host(objective.read(two(x))).tolist() == [[6], [9]]


@everyone
def test_the_gradient_of_each_member_is_that_of_its_own_loss(base):
    G, D = game()
    together = grad(base.d_loss(D, nn.frozen(G), X, Z), nn.parameters(D))
    for i, member in enumerate(D.members):
        own = grad(base.d_loss(member, nn.frozen(G), X, Z), nn.parameters(member))
        for path, gradient in own.items():
            np.testing.assert_allclose(together[f"members.{i}.{path}"], gradient, rtol=1e-12, atol=1e-16)


@everyone
def test_g_meets_the_sum(base):
    G, D = game()
    loss = base.g_loss(nn.frozen(D), G, X, Z)
    each = [base.g_loss(nn.frozen(member), G, X, Z) for member in D.members]
    assert float(loss) == pytest.approx(sum(map(float, each)), rel=1e-14)
    gradient = grad(loss, nn.parameters(G))
    for path in gradient:
        expected = sum(grad(one, nn.parameters(G))[path] for one in each)
        np.testing.assert_allclose(gradient[path], expected, rtol=1e-11, atol=1e-15)


def test_an_ensemble_of_one_is_its_member():
    G, D = game()
    for player in ("d_loss", "g_loss"):
        alone = float(getattr(Minimax(), player)(D.members[0], G, X, Z))
        assert float(getattr(Minimax(), player)(nn.Ensemble(D.members[0]), G, X, Z)) == alone


def test_samples_are_made_once():
    made = []

    def G(z):
        made.append(z)
        return z * 1.0

    _, D = game()
    NonSaturating().d_loss(D, G, X, X)
    assert len(made) == 1
    NonSaturating().g_loss(nn.frozen(D), G, X, X)
    assert len(made) == 2


def test_what_it_says_is_the_mean_of_probabilities():
    _, D = game()
    objective = Minimax()
    assert objective.output == "probability"
    expected = np.mean([1 / (1 + np.exp(-nn.frozen(member)(X))) for member in D.members], axis=0)
    np.testing.assert_allclose(objective.read(nn.frozen(D)(X)), expected, rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits(dtype):
    real, fake = (Tensor(np.array([[a], [-a]], dtype)) for a in (-1e4, 1e4))
    loss = NonSaturating().d_loss(nn.Ensemble(identity, identity), identity, real, fake)
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

    whole = first_step(Minimax(), D)
    for i, member in enumerate(D.members):
        alone = nn.parameters(first_step(Minimax(), member))
        for path, leaf in nn.parameters(whole.members[i]).items():
            np.testing.assert_allclose(leaf.data, alone[path].data, rtol=1e-9)
            assert np.any(leaf.data != nn.parameters(member)[path].data)


def test_it_never_waits_and_stays_float32():
    device = strict_backend()
    G, D = game(device, np.float32)
    x, z = (device.asarray(a.astype(np.float32)) for a in (X, Z))
    with without_waiting():
        d_loss = NonSaturating().d_loss(D, nn.frozen(G), x, z)
        g_loss = NonSaturating().g_loss(nn.frozen(D), G, x, z)
    assert d_loss.dtype == g_loss.dtype == np.float32


@pytest.mark.parametrize("members", [(), ([identity, identity],)], ids=["none", "a list"])
def test_members_are_given_one_by_one(members):
    with pytest.raises(SettingError, match=r"^Ensemble: expected at least one network, one by one as in"):
        nn.Ensemble(*members)


def test_a_bare_list_needs_the_ensemble():
    _, D = game()
    with pytest.raises(SettingError, match=r"^D is a list of discriminators; nn\.Ensemble"):
        Minimax().d_loss(D.members, lambda z: X, X, Z)


class Constant(np.random.Generator):
    """A generator that draws one number."""

    def __init__(self):
        super().__init__(np.random.PCG64())

    def random(self, shape):
        return np.full(shape, 0.3)

    def standard_normal(self, shape):
        return np.full(shape, 0.3)


@pytest.mark.parametrize(
    "term",
    [R1(2.0), GradientPenalty(2.0, Constant()), DRAGAN(2.0, rng=Constant())],
    ids=lambda term: type(term).__name__,
)
def test_each_member_pays_a_penalty_of_its_own(term):
    """The gradient of a sum of members would mix them: the square of a sum is no sum of squares."""
    _, D = game()
    loss = (Wasserstein() + term).d_loss(D, lambda z: X + 1, X, Z)
    each = [(Wasserstein() + term).d_loss(member, lambda z: X + 1, X, Z) for member in D.members]
    assert float(loss) == pytest.approx(sum(map(float, each)), rel=1e-12)


def test_what_looks_at_g_is_paid_once():
    G, D = game()
    for term in (OrthogonalRegularization(0.1), HistoricalAveraging(0.1)):
        objective = (Minimax() + term).after(
            *(nn.map_leaves(net, lambda leaf: Tensor(0 * leaf.data)) for net in (D, G)), X, Z
        )
        added = objective.g_loss(nn.frozen(D), G, X, Z) - Minimax().g_loss(nn.frozen(D), G, X, Z)
        alone = objective.g_loss(nn.frozen(D.members[0]), G, X, Z) - Minimax().g_loss(nn.frozen(D.members[0]), G, X, Z)
        assert float(added) == pytest.approx(float(alone), rel=1e-9)
        assert float(added) > 0


def test_features_are_matched_in_every_member():
    _, D = game()
    deep = nn.Ensemble(*D.members[1:])
    objective = Objective(Minimax(), g=FeatureMatching(1))
    loss = objective.g_loss(nn.frozen(deep), lambda z: X + 1, X, Z)
    each = [objective.g_loss(nn.frozen(member), lambda z: X + 1, X, Z) for member in deep.members]
    assert float(loss) == pytest.approx(sum(map(float, each)), rel=1e-12)


def test_one_controller_balances_several_autoencoders():
    """Energies |x| and 3 |x| of x = 2 and of a sample 1: means 4 and 2. k = 0.1 (0.75 * 4 - 2), and M = 4 + 1."""
    D = nn.Ensemble(lambda x: abs(x), lambda x: 3 * abs(x))
    game = BoundaryEquilibrium(gamma=0.75, lambda_k=0.1).after(D, identity, np.array([[2.0]]), np.array([[1.0]]))
    assert (float(game.k), float(game.convergence)) == pytest.approx((0.1, 5.0), rel=1e-12)


def test_unrolled_and_behind_noise():
    G, D = game()
    objective = Unrolled((Minimax() + R1(0.5)).shown(InstanceNoise(optim.constant(0.1))), 2, optim.sgd(0.1))
    gradient = grad(objective.g_loss(nn.frozen(D), G, X, Z), nn.parameters(G))
    assert all(np.isfinite(g).all() for g in gradient.values())
    assert set(objective.measures(Turn("", nn.frozen(D), nn.frozen(G), X, Z))) == {"d_real", "d_fake", "noise"}


def test_members_that_judge_packs_of_different_sizes():
    """x_hat is the same mixture within every pack of every member; their numbers of scores have no mean by example."""
    seen = []

    def first(x):
        seen.append(x)
        return x[:, :1]

    D = nn.Ensemble(first, nn.Packed(lambda x: x[:, :1], 2))
    x, z = np.ones((6, 1)), np.zeros((6, 1))
    objective = Wasserstein() + GradientPenalty(rng=np.random.default_rng(0))
    objective.d_loss(D, identity, x, z)
    [mixed] = [raw(s) for s in seen if 0 < np.mean(raw(s)) < 1]
    assert np.ptp(mixed.reshape(3, 2), axis=1).max() == 0
    assert len(np.unique(mixed)) == 3
    measured = objective.measures(Turn("", D, identity, x, z))
    assert (float(measured["d_real"]), float(measured["d_fake"])) == (1, 0)
    with pytest.raises(ShapeMismatch, match=r"^discriminators with scores of different shapes, \(6, 1\), \(3"):
        objective.read(D(x))
