"""The critic's losses by the paper's formulas, and the gradient penalty where its value is known."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad, raw
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch
from tinygan.objectives import GradientPenalty, Wasserstein
from tinygan.objectives.gradient_penalty import gradient_penalty

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.standard_normal((2, 7, 3))
WEIGHT = np.array([[3.0], [0.0], [-4.0]])  # of length 5


LAWS = [
    Law(
        "Wasserstein", Wasserstein, lambda real, fake: np.mean(fake) - np.mean(real), lambda real, fake: -np.mean(fake)
    ),
    Law(
        "Wasserstein, gradient penalty",
        lambda: Wasserstein() + GradientPenalty(rng=np.random.default_rng(0)),
        g=lambda real, fake: -np.mean(fake),  # D's loss depends on its slopes too, tested below
    ),
]


def identity(x):
    return x


def linear(weight):
    return lambda x: x @ weight


def test_the_penalty_of_a_linear_critic():
    """Its gradient is the weight everywhere: 10 (5 - 1)**2 = 160, and d/dw = 2 * 10 (5 - 1) w / 5 = 16 w."""
    weight, epsilon = Tensor(WEIGHT), RNG.random((7, 1))
    penalty = gradient_penalty(linear(weight), REAL, FAKE, epsilon, 10.0)
    assert float(penalty) == pytest.approx(160, rel=1e-13)
    np.testing.assert_allclose(grad(penalty, weight), 16 * WEIGHT, rtol=1e-12)


def test_the_penalty_of_a_quadratic_critic():
    """f(x) = x**2 in one dimension: |f'(x_hat)| = 2 |x_hat|, with x_hat a quarter of the way from 2 to 6."""
    penalty = gradient_penalty(lambda x: x * x, np.array([[2.0]]), np.array([[6.0]]), np.array([[0.75]]), 1.0)
    assert float(penalty) == (2 * 3 - 1) ** 2


def test_the_whole_loss():
    loss = (Wasserstein() + GradientPenalty(weight=2.0)).d_loss(linear(Tensor(WEIGHT)), identity, REAL, FAKE)
    assert float(loss) == pytest.approx(np.mean((FAKE - REAL) @ WEIGHT) + 2 * 16, rel=1e-13)


class Recorded(np.random.Generator):
    """A generator that draws one number only, and keeps the shape it was asked for."""

    def __init__(self, number):
        super().__init__(np.random.PCG64())
        self.number = number

    def random(self, shape):
        self.shape = shape
        return np.full(shape, self.number)


def test_the_whole_loss_takes_epsilon_of_the_real_example():
    """f(x) = x**2 again, and the slope 2 * 3 at x_hat: 6**2 - 2**2 + 0.5 (6 - 1)**2."""
    objective = Wasserstein() + GradientPenalty(weight=0.5, rng=Recorded(0.75))
    assert float(objective.d_loss(lambda x: x * x, identity, np.array([[2.0]]), np.array([[6.0]]))) == 44.5


def test_objectives_of_one_weight_are_equal_whatever_they_draw():
    assert Wasserstein() + GradientPenalty() == Wasserstein() + GradientPenalty()
    assert GradientPenalty() != GradientPenalty(weight=1.0)


def test_each_example_has_its_own_epsilon():
    rng = Recorded(0.0)
    images = np.ones((5, 4, 4, 2), np.float32)
    weight = Tensor(np.ones((32, 1), np.float32))
    loss = (Wasserstein() + GradientPenalty(rng=rng)).d_loss(
        lambda x: x.reshape(5, 32) @ weight, identity, images, 0 * images
    )
    assert rng.shape == 5
    assert loss.dtype == np.float32


@pytest.mark.parametrize("shape", [(6, 2), (6, 4, 4, 2)])
def test_each_pack_has_one_epsilon(shape):
    """Where a critic judges two at a time, x_hat lies between two packs, so both in it are mixed alike."""
    seen = []

    def D(x):
        seen.append(raw(x))
        return F.sum(F.reshape(x, shape=(3, -1)), axis=1, keepdims=True)

    (Wasserstein() + GradientPenalty(rng=np.random.default_rng(0))).d_loss(D, identity, np.ones(shape), np.zeros(shape))
    [mixed] = [x for x in seen if 0 < x.mean() < 1]
    epsilon = mixed.reshape(3, -1)
    assert np.ptp(epsilon, axis=1).max() == 0
    assert len(set(epsilon[:, 0])) == 3


def test_a_flat_critic_has_a_finite_gradient():
    weight = Tensor(np.zeros((3, 1)))
    penalty = gradient_penalty(linear(weight), REAL, FAKE, np.zeros((7, 1)), 10.0)
    assert float(penalty) == pytest.approx(10)
    assert np.all(np.isfinite(grad(penalty, weight)))


def test_each_example_needs_a_sample_to_be_mixed_with():
    with pytest.raises(ShapeMismatch, match=r"x is \(7, 3\), but fake \(1, 3\)"):
        (Wasserstein() + GradientPenalty()).d_loss(linear(Tensor(WEIGHT)), identity, REAL, FAKE[:1])


def test_on_every_device(device):
    real, fake, weight = (device.asarray(a) for a in (REAL, FAKE, WEIGHT))
    weight = Tensor(weight)
    rng = np.random.default_rng(3)
    loss = (Wasserstein() + GradientPenalty(rng=rng)).d_loss(linear(weight), identity, real, fake)
    expected = np.mean(FAKE - REAL, axis=0)[:, None] + 16 * WEIGHT
    np.testing.assert_allclose(to_host(grad(loss, weight)), expected, rtol=1e-12)
