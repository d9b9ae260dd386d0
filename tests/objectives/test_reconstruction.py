"""The loss of an autoencoder against the formula."""

import numpy as np

from tinygan import Tensor, grad, nn
from tinygan.objectives.reconstruction import SquaredError


class Doubled:
    """An encoder that doubles, and a decoder that multiplies by its weight."""

    def __init__(self, weight):
        self.weight = weight

    def encode(self, x):
        return 2 * x

    def __call__(self, z):
        return z * self.weight


def test_it_is_the_mean_square_over_all_numbers():
    x = np.array([[1.0, -2.0], [3.0, 0.0]])
    G = Doubled(Tensor(np.array([0.25])))  # gives half of x back
    loss = SquaredError().loss(G, x, None)
    assert float(loss) == np.mean((x / 2) ** 2) == 0.875
    [gradient] = grad(loss, [G.weight])
    np.testing.assert_allclose(gradient, [np.mean(2 * (x / 2 - x) * 2 * x)])
    assert float(SquaredError().loss(nn.frozen(Doubled(Tensor(np.array([0.5])))), x, None)) == 0


def test_it_has_no_state_and_no_measures():
    objective = SquaredError()
    assert objective.state() == {}
    assert objective.measures() == objective.measures(None) == {}
    assert objective.after(None, None, None, None) == objective
