"""The Dirac-GAN's gradients against the field that the paper writes out, and its expectations against samples."""

import numpy as np
import pytest

from tinygan import Tensor, nn
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives import R1, GradientPenalty, InstanceNoise, Minimax, NonSaturating, Unrolled, Wasserstein
from tinygan.optim import constant, sgd
from tinygan.theory.dynamics import jacobian
from tinygan.theory.games import ExpectedNoise, SmallGame, dirac_gan

PLACES = [(0.7, -0.4), (-1.3, 2.0), (0.0, 0.5), (0.25, 0.0)]


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def noisy(theta, psi, std):
    """Minus the gradients of E[softplus(-psi e)] + E[softplus(psi (theta + e))], e ~ N(0, std^2), by a fine sum."""
    e = np.linspace(-9, 9, 4001) * std
    p = np.exp(-0.5 * (e / std) ** 2)
    p /= p.sum()
    moved = theta + e
    return (
        np.sum(p * psi * sigmoid(psi * moved)),
        np.sum(p * (e * sigmoid(-psi * e) - moved * sigmoid(psi * moved))),
    )


# v = (-dL_G / dtheta, -dL_D / dpsi) as Mescheder et al. 2018 have it, with psi of the other sign.
FIELDS = {
    "minimax": (Minimax(), lambda t, p: (p * sigmoid(t * p), -t * sigmoid(t * p))),
    "non-saturating": (NonSaturating(), lambda t, p: (p * sigmoid(-t * p), -t * sigmoid(t * p))),
    "WGAN": (Wasserstein(), lambda t, p: (p, -t)),
    "WGAN-GP": (
        Wasserstein() + GradientPenalty(0.15),
        lambda t, p: (p, -t - 0.3 * (abs(p) - 1) * np.sign(p)),
    ),
    "R1": (NonSaturating() + R1(0.3), lambda t, p: (p * sigmoid(-t * p), -t * sigmoid(t * p) - 0.3 * p)),
    "noise": (ExpectedNoise(Minimax(), 0.4, nodes=24), lambda t, p: noisy(t, p, 0.4)),
    # D after one step: psi - 0.1 theta; the loss of G is -theta times it
    "unrolled": (Unrolled(Wasserstein(), 1, sgd(0.1)), lambda t, p: (p - 0.2 * t, -t)),
}


@pytest.mark.parametrize("name", FIELDS)
def test_the_field_is_the_papers(name):
    objective, stated = FIELDS[name]
    game = dirac_gan(objective)
    for theta, psi in PLACES:
        np.testing.assert_allclose(game.field(np.array([theta, psi])), stated(theta, psi), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("name", FIELDS)
def test_its_jacobian_is_its_derivative(name):
    """Differences of the fields above; a row is a player's derivative by theta and by psi."""
    objective, stated = FIELDS[name]
    field, h = dirac_gan(objective).field, 1e-4
    for place in np.array([(0.7, -0.4), (-1.3, 1.5)]):
        ends = [[np.array(stated(*(place + s * h * e))) for s in (1, -1)] for e in np.eye(2)]
        by_differences = np.stack([(ahead - behind) / (2 * h) for ahead, behind in ends], axis=1)
        np.testing.assert_allclose(jacobian(field, place), by_differences, atol=1e-7)


def test_a_player_who_is_not_asked_for_has_no_gradient():
    game, w = dirac_gan(Minimax()), np.array([0.7, -0.4])
    of_g, of_d = game.gradient(w)
    np.testing.assert_array_equal(game.gradient(w, "G"), [of_g, 0])
    np.testing.assert_array_equal(game.gradient(w, "D"), [0, of_d])
    assert isinstance(game.gradient(Tensor(w)), Tensor)


def test_the_expectation_is_the_mean_of_what_instance_noise_draws():
    """D's loss and G's on 200,000 draws of the package's own noise; five standard errors are 0.01."""
    theta, psi, std, m = 0.8, -1.5, 0.7, 200_000
    game = dirac_gan(NonSaturating())
    G, D = (
        nn.updated(net, {path: np.array([value])})
        for net, path, value in ((game.G, "theta", theta), (game.D, "psi", psi))
    )
    drawn = NonSaturating().shown(InstanceNoise(constant(std), rng=np.random.default_rng(0)))
    many = np.zeros((m, 1))
    expected = ExpectedNoise(NonSaturating(), std)
    for loss in ("d_loss", "g_loss"):
        sampled = float(getattr(drawn, loss)(D, G, many, many))
        assert float(getattr(expected, loss)(D, G, game.x, game.z)) == pytest.approx(sampled, abs=0.01)
        assert abs(sampled - float(getattr(NonSaturating(), loss)(D, G, game.x, game.z))) > 0.02


def test_networks_of_several_parameters_are_one_vector():
    """G z = A z and D x = b x with the WGAN loss: the gradients are those of -b A z and b A z - b x."""
    rng = np.random.default_rng(0)
    A, b = rng.standard_normal((2, 3)), rng.standard_normal((3, 1))
    x, z = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    G, D = nn.Dense(2, 3, rng), nn.Dense(3, 1, rng)
    w = np.concatenate([A.ravel(), np.zeros(3), b.ravel(), np.zeros(1)])
    game = SmallGame(Wasserstein(), nn.Sequential(G), nn.Sequential(D), x, z)
    assert "".join(game.owner) == "G" * 9 + "D" * 4
    gradient = game.gradient(w)
    np.testing.assert_allclose(gradient[:6], -np.outer(z.mean(axis=0), b).ravel(), rtol=1e-12)
    np.testing.assert_allclose(gradient[9:12], (z @ A - x).mean(axis=0), rtol=1e-12)
    assert gradient[12] == pytest.approx(0, abs=1e-15)  # D's bias is in both means


def test_what_does_not_fit():
    with pytest.raises(ShapeMismatch, match=r"^a game of 2 parameters: expected w \(2,\), got \(3,\)$"):
        dirac_gan(Minimax()).gradient(np.zeros(3))
    with pytest.raises(SettingError, match=r"^ExpectedNoise: expected std from 0 on and 1 node or more, got -1, 8$"):
        ExpectedNoise(Minimax(), -1)
    with pytest.raises(SettingError, match=r"^ExpectedNoise: expected std from 0 on and 1 node or more, got 0.5, 0$"):
        ExpectedNoise(Minimax(), 0.5, nodes=0)
