"""Steps of a small game, by hand; their eigenvalues and rates against matrices that are written out."""

import numpy as np
import pytest

from tinygan import nn
from tinygan.errors import SettingError
from tinygan.objectives import R1, Minimax, NonSaturating, Wasserstein
from tinygan.optim import Optimizer, adam, constant, momentum, nesterov, sgd
from tinygan.theory.dynamics import (
    Steps,
    alternating,
    eigenvalues,
    extragradient,
    integral_curve,
    jacobian,
    measured,
    orbit,
    predicted,
    simultaneous,
)
from tinygan.theory.games import dirac_gan
from tinygan.training import train

BILINEAR = dirac_gan(Wasserstein())  # v(theta, psi) = (psi, -theta)
START = (1.0, 2.0)


# From (1, 2) with h = 0.5, by hand.


@pytest.mark.parametrize(
    ("steps", "first", "second"),
    [
        (simultaneous(BILINEAR, sgd(0.5)), (2.0, 1.5), (2.75, 0.5)),
        (alternating(BILINEAR, sgd(0.5)), (1.75, 1.5), (2.0625, 0.625)),  # psi 2 - 0.5, then theta 1 + 0.75
        (alternating(BILINEAR, sgd(0.5), k=2), (1.5, 1.0), (1.25, -0.5)),
        (extragradient(BILINEAR, sgd(0.5)), (1.75, 1.0), (1.8125, -0.125)),  # v at (2, 1.5) is (1.5, -2)
        # memory of theta -2, then 1 - 1.5; of psi 1, then -0.5 + 2
        (simultaneous(BILINEAR, momentum(0.5, -0.5)), (2.0, 1.5), (2.25, 0.75)),
        # psi 1.5, theta 1.75 with memories 1 and -1.5; -0.5 + 1.75 = 1.25: psi 0.875; 0.75 - 0.875 = -0.125
        (alternating(BILINEAR, momentum(0.5, -0.5)), (1.75, 1.5), (1.8125, 0.875)),
    ],
    ids=["simultaneous", "alternating", "k = 2", "extragradient", "momentum", "alternating momentum"],
)
def test_two_steps_by_hand(steps, first, second):
    np.testing.assert_allclose(orbit(steps, START, 2), [START, first, second], rtol=1e-14)


def test_alternating_steps_are_algorithm_1():
    """The orbit of alternating steps is the run of `train` with the same rule on the same examples."""
    game = dirac_gan(NonSaturating() + R1(0.5))
    rule = momentum(0.3, 0.4)
    path = orbit(alternating(game, rule, k=2), (0.7, -0.2), 5)
    G, D = nn.updated(game.G, {"theta": path[0, :1]}), nn.updated(game.D, {"psi": path[0, 1:]})
    run = train(*(G, D, game.objective, Optimizer(rule), Optimizer(rule)), lambda m: game.z, lambda m: game.x, m=1, k=2)
    ends = [next(step for step in run if step.last) for _ in range(5)]
    trained = [[float(step.G.theta.data[0]), float(step.D.psi.data[0])] for step in ends]
    np.testing.assert_allclose(path[1:], trained, rtol=1e-13)


# The maps as matrices: of w, or of (w, memory).

H, B = 0.5, -0.3
PSI = np.array([[1, 0], [-H, 1]])  # psi - h theta
THETA = np.array([[1, H], [0, 1]])  # theta + h psi


def heavy_ball(order):
    """The matrix of steps with momentum on (theta, psi, m_theta, m_psi): m = b m + g, w = w - h m."""
    whole = np.eye(4)
    for players in order:
        remember, move = np.eye(4), np.eye(4)
        for player, gradient in (("G", [0, -1]), ("D", [1, 0])):
            if player in players:
                i = "GD".index(player)
                remember[2 + i] = [*gradient, 0, 0]
                remember[2 + i, 2 + i] = B
                move[i, 2 + i] = -H
        whole = move @ remember @ whole
    return whole


@pytest.mark.parametrize(
    ("steps", "matrix"),
    [
        (simultaneous(BILINEAR, sgd(H)), PSI + THETA - np.eye(2)),
        (alternating(BILINEAR, sgd(H)), THETA @ PSI),
        (alternating(BILINEAR, sgd(H), k=3), THETA @ PSI @ PSI @ PSI),
        (extragradient(BILINEAR, sgd(H)), np.array([[1 - H**2, H], [-H, 1 - H**2]])),
        (simultaneous(BILINEAR, momentum(H, B)), heavy_ball(["GD"])),
        (alternating(BILINEAR, momentum(H, B)), heavy_ball(["D", "G"])),
    ],
    ids=["simultaneous", "alternating", "k = 3", "extragradient", "momentum", "alternating momentum"],
)
def test_jacobian_and_eigenvalues_of_a_step(steps, matrix):
    found = jacobian(steps, steps.start((0.3, -0.8)))
    np.testing.assert_allclose(found, matrix, atol=1e-14)
    stated = np.linalg.eigvals(matrix)
    computed = eigenvalues(steps, (0, 0))
    assert abs(computed) == pytest.approx(np.sort(abs(stated))[::-1], abs=1e-10)
    assert max(min(abs(each - stated)) for each in computed) < 1e-10
    assert predicted(steps).growth == pytest.approx(np.log(max(abs(stated))), abs=1e-12)


def test_the_jacobian_has_the_opponents_parameters_in_it():
    """Minimax at (theta, psi): d (psi s) / dtheta = psi^2 s', and so on, with s = sigmoid(theta psi)."""
    theta, psi = 0.6, -1.1
    s = 1 / (1 + np.exp(-theta * psi))
    slope = s * (1 - s)
    matrix = [
        [psi**2 * slope, s + theta * psi * slope],
        [-s - theta * psi * slope, -(theta**2) * slope],
    ]
    np.testing.assert_allclose(jacobian(dirac_gan(Minimax()).field, (theta, psi)), matrix, rtol=1e-12)


def test_a_momentum_of_either_sign_leaves_with_simultaneous_steps():
    """|l| > 1 for each decay: (l - 1)(l - b) = +-i h l has a root outside the unit circle."""
    for decay in (-0.9, -0.5, 0.0, 0.5, 0.9):
        assert predicted(simultaneous(BILINEAR, momentum(0.1, decay))).growth > 0
    assert predicted(alternating(BILINEAR, momentum(0.1, -0.5))).growth < 0
    assert predicted(alternating(BILINEAR, momentum(0.1, 0.5))).growth > 0


def test_nesterovs_steps_are_a_map_too():
    steps = simultaneous(BILINEAR, nesterov(0.1, 0.0))
    np.testing.assert_allclose(eigenvalues(steps, (0, 0))[:2], [1 + 0.1j, 1 - 0.1j], atol=1e-12)


# Rates.


@pytest.mark.parametrize(("growth", "turn"), [(0.01, 0.3), (-0.05, 1.2), (0.0, 0.1)])
def test_the_rate_of_a_spiral(growth, turn):
    t = np.arange(400)
    spiral = np.exp(growth * t)[:, np.newaxis] * np.stack([np.cos(turn * t), -np.sin(turn * t)], axis=1)
    assert measured(spiral) == pytest.approx((growth, turn), abs=1e-9)


def test_an_integral_curve_of_the_bilinear_game_is_a_circle():
    times = np.linspace(0, 5, 11)
    circle = np.stack([2 * np.cos(times), -2 * np.sin(times)], axis=1)
    np.testing.assert_allclose(integral_curve(BILINEAR, (2.0, 0.0), times), circle, atol=1e-8)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: alternating(BILINEAR, sgd(0.1), k=0), "alternating: k is expected to be at least 1, got 0"),
        (
            lambda: simultaneous(BILINEAR, adam(0.1)),
            r"steps of a small game: expected sgd or momentum with a constant rate, got adam\(",
        ),
        (lambda: Steps(BILINEAR, sgd(constant(0.1)), ("GD",)), "steps of a small game: expected sgd or momentum"),
    ],
)
def test_settings_that_are_none(make, words):
    with pytest.raises(SettingError, match=f"^{words}"):
        make()
