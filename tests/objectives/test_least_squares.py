"""LSGAN against eq. (2), by hand, and at the D that is best."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad
from tinygan.objectives import LeastSquares


def identity(x):
    return x


def equation_2(a, b, c):
    def d(real, fake):
        return np.mean((real - b) ** 2) / 2 + np.mean((fake - a) ** 2) / 2

    def g(real, fake):
        return np.mean((fake - c) ** 2) / 2

    return d, g


# A parabola has both signs: which way an output goes depends on its side of the target, tested below.
LAWS = [
    Law("LSGAN (0, 1, 1)", LeastSquares, *equation_2(0, 1, 1), signs=(0, 0, 0)),
    Law("LSGAN (-1, 1, 0)", lambda: LeastSquares(-1.0, 1.0, 0.0), *equation_2(-1, 1, 0), signs=(0, 0, 0)),
]


def test_by_hand():
    real, fake = np.array([[2.0], [0.0]]), np.array([[3.0]])
    # (1 + 1) / 2 / 2 + 9 / 2, and (3 - 1)**2 / 2
    assert float(LeastSquares().d_loss(identity, identity, real, fake)) == 5.0
    assert float(LeastSquares().g_loss(identity, identity, None, fake)) == 2.0
    # (1 + 1) / 2 / 2 + 16 / 2, and 3**2 / 2
    assert float(LeastSquares(-1, 1, 0).d_loss(identity, identity, real, fake)) == 8.5
    assert float(LeastSquares(-1, 1, 0).g_loss(identity, identity, None, fake)) == 4.5


@pytest.mark.parametrize(("a", "b", "c"), [(0.0, 1.0, 1.0), (-1.0, 1.0, 0.0), (0.3, 2.0, 1.5)])
def test_each_output_is_drawn_to_its_own_target(a, b, c):
    """The gradient is (output - target) / m: it points to b, a and c from both sides."""
    steps = np.array([[-2.0], [0.0], [2.0]])
    real, fake, judged = Tensor(b + steps), Tensor(a + steps), Tensor(c + steps)
    objective = LeastSquares(a, b, c)
    d_real, d_fake = grad(objective.d_loss(identity, identity, real, fake), [real, fake])
    g_fake = grad(objective.g_loss(identity, identity, None, judged), judged)
    for slopes in (d_real, d_fake, g_fake):
        np.testing.assert_allclose(slopes, steps / 3, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (-1.0, 1.0)])
def test_the_best_d_weighs_the_targets_with_the_densities(a, b):
    """D*(x) = (b p_data(x) + a p_g(x)) / (p_data(x) + p_g(x)), which is where its gradient vanishes.

    Two places: 3 of 4 examples lie at the first, 3 of 4 samples at the second.
    """
    scores = Tensor(np.array([[(3 * b + a) / 4], [(b + 3 * a) / 4]]))
    examples, samples = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1])
    loss = LeastSquares(a=a, b=b).d_loss(lambda places: scores[places], identity, examples, samples)
    np.testing.assert_allclose(grad(loss, scores), 0, atol=1e-16)
