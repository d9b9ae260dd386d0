"""Gaussian noise: its deviation, its own generator, one pass for several minibatches, and none at evaluation."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import SettingError
from tinygan.nn.together import per_example


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_adds_normal_numbers_of_its_deviation(dtype, device):
    x = device.asarray(np.full((200, 50), 3, dtype))
    y = nn.GaussianNoise(0.5, rng())(x)
    assert namespace(y) is device.module
    assert y.dtype == dtype
    noise = to_host(y) - 3
    assert abs(noise.mean()) < 0.02
    assert abs(noise.std() - 0.5) < 0.02
    assert abs((noise**4).mean() / noise.var() ** 2 - 3) < 0.2  # a normal distribution's fourth moment


def test_the_gradient_passes_unchanged():
    x = Tensor(rng().standard_normal((4, 3)))
    np.testing.assert_array_equal(grad(F.sum(nn.GaussianNoise(2.0, rng())(x)), x), 1)


def test_at_evaluation_and_without_deviation_it_draws_nothing():
    layer, x = nn.GaussianNoise(0.5, rng()), np.ones((4, 3), np.float32)
    assert nn.evaluated(layer)(x) is x
    assert nn.GaussianNoise(0.0, layer.rng)(x) is x
    assert layer.rng.bit_generator.state == rng().bit_generator.state
    assert (layer(x) != x).all()


def test_one_pass_over_several_minibatches_adds_the_numbers_of_a_pass_for_each():
    def network():
        return nn.Sequential(
            nn.GaussianNoise(0.3, rng(1)), nn.Dense(3, 5, rng()), F.relu, nn.GaussianNoise(0.5, rng(2))
        )

    parts = [rng(m).standard_normal((m, 3)).astype(np.float32) for m in (1, 4, 3)]
    assert per_example(network())
    alone = network()
    for found, part in zip(nn.together(network(), *parts), parts, strict=True):
        np.testing.assert_allclose(raw(found), raw(alone(part)), rtol=1e-5, atol=1e-6)


def test_its_generator_is_found():
    assert list(dict(nn.named_generators(nn.Sequential(nn.GaussianNoise(0.1, rng()))))) == ["layers.0.rng"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.GaussianNoise(-1.0), r"std is expected to be a number of at least 0, got -1.0"),
        (lambda: nn.GaussianNoise(float("nan")), r"std is expected"),
        (lambda: nn.GaussianNoise(0.5, 0), r"rng is expected to be numpy.random.default_rng"),
    ],
)
def test_settings_that_do_not_fit(make, words):
    with pytest.raises(SettingError, match=rf"^GaussianNoise: {words}"):
        make()
