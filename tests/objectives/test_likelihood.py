"""The losses of one player against their formulas."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn
from tinygan.errors import SettingError
from tinygan.objectives import CrossEntropy, InstanceNoise, SquaredError
from tinygan.optim import constant, linear


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


@pytest.mark.parametrize("objective", [SquaredError(), CrossEntropy()])
def test_it_has_no_state_and_no_measures(objective):
    assert objective.state() == {}
    assert objective.measures(None) == {}
    assert objective.after(None, None, None, None) == objective


def test_the_cross_entropy_of_a_classifier():
    """Scores (0, log 3) give probabilities 1/4 and 3/4."""
    x = nn.Labelled(np.array([[0.0, np.log(3)], [0.0, np.log(3)]]), np.array([1, 0]))
    loss = CrossEntropy().loss(lambda scores: scores, x, None)
    assert float(loss) == pytest.approx(-(np.log(3 / 4) + np.log(1 / 4)) / 2, rel=1e-14)


def test_a_classifier_gets_the_examples_of_its_view():
    x = nn.Labelled(np.zeros((20_000, 2)), np.zeros(20_000, np.int64))
    objective = CrossEntropy().shown(InstanceNoise(constant(1.0), rng=np.random.default_rng(0)))
    noise = np.sqrt(2) * np.random.default_rng(1).standard_normal(100_000)  # the difference of two scores
    expected = np.mean(np.log1p(np.exp(noise)))
    assert float(objective.loss(lambda scores: scores, x, None)) == pytest.approx(expected, rel=0.02)
    assert float(CrossEntropy().loss(lambda scores: scores, x, None)) == pytest.approx(np.log(2))


def test_a_denoising_autoencoder_encodes_noisy_examples_and_is_held_to_the_clean_ones():
    """Vincent et al. 2008, eq. (5): the encoder sees x + noise, the error is that from x."""
    x = np.random.default_rng(0).standard_normal((40, 500))
    G = Doubled(Tensor(np.array([0.5])))  # gives back what the encoder was given
    objective = SquaredError().shown(InstanceNoise(constant(0.3), rng=np.random.default_rng(1)))
    assert float(objective.loss(G, x, None)) == pytest.approx(0.09, rel=0.03)
    assert float(SquaredError().loss(G, x, None)) == 0


def test_views_follow_one_another_and_go_on():
    noise = InstanceNoise(linear(0.4, 0.0, 4), rng=np.random.default_rng(1))
    objective = SquaredError().shown(noise).shown(InstanceNoise(constant(0.1), rng=np.random.default_rng(2)))
    assert objective.measures(None) == {"noise": 0.4, "noise_2": 0.1}
    later = objective.after(None, None, np.zeros((1, 1)), None)
    assert later.measures(None) == {"noise": pytest.approx(0.3), "noise_2": 0.1}
    assert objective.measures(None)["noise"] == 0.4
    with pytest.raises(SettingError, match=r"^SquaredError: expected a view such as InstanceNoise\(.*\), got 3$"):
        SquaredError().shown(3)
