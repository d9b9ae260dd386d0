"""G's loss is D's, negated: on a D that is held fixed that changes nothing for G, on one that will answer it does."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad, nn, optim
from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.objectives import R1, LeastSquares, Minimax, Unrolled, ZeroSum


def value(real, fake):
    """V(D, G) of Goodfellow et al. 2014, eq. (1), in probabilities."""
    return np.mean(np.log(1 / (1 + np.exp(-real)))) + np.mean(np.log(1 - 1 / (1 + np.exp(-fake))))


LAWS = [
    Law("zero-sum", lambda: ZeroSum(Minimax()), d=lambda real, fake: -value(real, fake), g=value),
    Law(
        "zero-sum least squares",
        lambda: ZeroSum(LeastSquares()),
        d=lambda real, fake: np.mean((real - 1) ** 2) / 2 + np.mean(fake**2) / 2,
        g=lambda real, fake: -np.mean((real - 1) ** 2) / 2 - np.mean(fake**2) / 2,
        signs=(0, 0, 0),
    ),
]

RNG = np.random.default_rng(0)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((5, 2))


def networks():
    rng = np.random.default_rng(0)
    G = nn.Sequential(nn.Dense(2, 4, rng), F.tanh, nn.Dense(4, 3, rng))
    D = nn.Sequential(nn.Dense(3, 4, rng), F.tanh, nn.Dense(4, 1, rng))
    return [nn.map_leaves(net, lambda leaf: Tensor(leaf.data.astype(np.float64))) for net in (G, D)]


def test_what_one_gains_the_other_loses():
    G, D = networks()
    objective = ZeroSum(Minimax())
    assert float(objective.d_loss(D, G, X, Z)) == -float(objective.g_loss(D, G, X, Z))


def test_on_a_fixed_d_the_gradient_is_that_of_minimax():
    G, D = networks()
    ours, base = (
        grad(objective.g_loss(nn.frozen(D), G, X, Z), nn.parameters(G)) for objective in (ZeroSum(Minimax()), Minimax())
    )
    for path in base:
        np.testing.assert_allclose(ours[path], base[path], rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize(("x", "z"), [(2.0, 1.0), (-1.0, 3.0)])
def test_unrolled_by_hand(x, z):
    """Least squares (0, 1, 1), D(x) = d x and G(z) = g z: D's loss is ((d x - 1)**2 + (d g z)**2) / 2.

    One step of length r leads to d_1 = d - r ((d x - 1) x + d (g z)**2), whose derivative in g is -2 r d g z**2. G's
    loss is the negative of D's at d_1, so its derivative in g is (d_1 x - 1) x + d_1 (g z)**2 times 2 r d g z**2, less
    d_1**2 g z**2. Without the term of x, the first product would lack its first summand.
    """
    d, g, r = 0.8, 0.5, 0.1
    D, G = (nn.updated(nn.Dense(1, 1, RNG, bias=False), {"weight": np.array([[w]])}) for w in (d, g))
    objective = Unrolled(ZeroSum(LeastSquares()), 1, optim.sgd(r))
    loss = objective.g_loss(nn.frozen(D), G, np.array([[x]]), np.array([[z]]))
    d_1 = d - r * ((d * x - 1) * x + d * (g * z) ** 2)
    assert float(loss) == pytest.approx(-((d_1 * x - 1) ** 2 + (d_1 * g * z) ** 2) / 2, rel=1e-14)
    expected = ((d_1 * x - 1) * x + d_1 * (g * z) ** 2) * 2 * r * d * g * z**2 - d_1**2 * g * z**2
    assert grad(loss, G.weight).item() == pytest.approx(expected, rel=1e-13)


def test_g_does_not_earn_what_d_pays():
    G, D = networks()
    with_penalty = (ZeroSum(Minimax()) + R1(5.0)).g_loss(nn.frozen(D), G, X, Z)
    assert float(with_penalty) == float(ZeroSum(Minimax()).g_loss(nn.frozen(D), G, X, Z))


@pytest.mark.parametrize("game", [Minimax() + R1(1.0), Unrolled(Minimax(), 1, optim.sgd(0.1)), None])
def test_it_is_made_of_a_loss_alone(game):
    with pytest.raises(SettingError, match=r"^ZeroSum: expected a loss such as Minimax\(\), got "):
        ZeroSum(game)
