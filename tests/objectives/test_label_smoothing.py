"""Smoothing on one side only: the paper's cross-entropy, its best D, and numbers worked by hand."""

import math

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad
from tinygan.errors import SettingError
from tinygan.objectives import NonSaturating


def identity(x):
    return x


def probability(logits):
    return 1 / (1 + np.exp(-logits))


def smoothed(target):
    def d(real, fake):
        D, D_fake = probability(real), probability(fake)
        return -np.mean(target * np.log(D) + (1 - target) * np.log(1 - D)) - np.mean(np.log(1 - D_fake))

    return d


def non_saturating_g(real, fake):
    return -np.mean(np.log(probability(fake)))


# A real logit beyond log 9, where D is surer than 90%, is pushed down: only the outputs of samples have one sign.
LAWS = [
    Law("label smoothing", lambda: NonSaturating(0.9), smoothed(0.9), non_saturating_g, signs=(0, 1, -1)),
    Law("smoothed more", lambda: NonSaturating(0.7), smoothed(0.7), non_saturating_g, signs=(0, 1, -1)),
    Law("smoothed to 1", lambda: NonSaturating(real=1.0), smoothed(1.0), non_saturating_g),
]


def test_by_hand():
    """D(x) = 0.8, D(G(z)) = 0.2: logits log 4 and -log 4."""
    real, fake = np.array([[math.log(4)]]), np.array([[-math.log(4)]])
    loss = NonSaturating(0.9).d_loss(identity, identity, real, fake)
    # -0.9 log 0.8 - 0.1 log 0.2 - log 0.8 = 0.200829 + 0.160944 + 0.223144
    assert float(loss) == pytest.approx(0.584916, abs=1e-6)
    assert float(NonSaturating(0.9).g_loss(identity, identity, None, fake)) == pytest.approx(1.609438, abs=1e-6)


@pytest.mark.parametrize("target", [0.9, 0.6])
def test_a_real_example_pulls_the_logit_to_the_target_and_no_further(target):
    """D = real where D sees no samples: logit log(0.9 / 0.1) has no gradient; below it rises, above it falls."""
    best = math.log(target / (1 - target))
    real = Tensor(np.array([[best - 1], [best], [best + 1]]))
    below, at, above = grad(NonSaturating(real=target).d_loss(identity, identity, real, np.zeros((1, 1))), real)
    assert below < 0 < above
    assert abs(at) < 1e-15


def test_samples_are_not_smoothed():
    """The target of samples is 0, so that their logits are pushed down however low they are."""
    fake = Tensor(np.array([[-3.0], [-30.0]]))
    slopes = grad(NonSaturating(0.9).d_loss(identity, identity, np.zeros((1, 1)), fake), fake)
    np.testing.assert_allclose(slopes, probability(fake.data) / 2, rtol=1e-12)


def test_gs_loss_is_not_smoothed():
    fake = np.linspace(-3, 3, 5)[:, None]
    loss = NonSaturating(0.9).g_loss(identity, identity, None, fake)
    assert float(loss) == float(NonSaturating().g_loss(identity, identity, None, fake))


def test_a_target_of_1_is_exactly_the_base():
    """Even where log(1 + exp(l)) - l would have lost every digit."""
    real, fake = np.array([[50.0]]), np.array([[-50.0]])
    loss = NonSaturating(real=1.0).d_loss(identity, identity, real, fake)
    assert float(loss) == float(NonSaturating().d_loss(identity, identity, real, fake)) == 2 * math.exp(-50)


def test_it_reads_a_probability():
    assert NonSaturating(0.9).output == "probability"
    assert NonSaturating(0.9).read(np.zeros((1, 1))).item() == 0.5


@pytest.mark.parametrize("target", [0.0, -0.1, 1.1, math.nan])
def test_a_target_that_is_no_probability_is_refused(target):
    with pytest.raises(SettingError, match=r"real is expected in \(0, 1\], got"):
        NonSaturating(real=target)
