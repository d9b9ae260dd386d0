"""The paired relativistic losses by the paper's formulas, and by hand."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad
from tinygan.errors import ShapeMismatch
from tinygan.objectives import Relativistic


def probability(logits):
    return 1 / (1 + np.exp(-logits))


LAWS = [Law("relativistic", Relativistic, signs=(-1, 1, -1))]  # its formula needs as many samples as examples


def identity(x):
    return x


def test_the_losses_are_the_papers():
    real, fake = np.random.default_rng(0).standard_normal((2, 6, 1))
    d_loss = Relativistic().d_loss(identity, identity, real, fake)
    g_loss = Relativistic().g_loss(identity, identity, real, fake)
    assert float(d_loss) == pytest.approx(-np.mean(np.log(probability(real - fake))), rel=1e-13)
    assert float(g_loss) == pytest.approx(-np.mean(np.log(probability(fake - real))), rel=1e-13)


def test_only_the_difference_counts():
    real, fake = np.random.default_rng(0).standard_normal((2, 6, 1))
    for player in ("d_loss", "g_loss"):
        here, there = (float(getattr(Relativistic(), player)(identity, identity, real + c, fake + c)) for c in (0, 7))
        assert here == pytest.approx(there, rel=1e-12)


def test_a_sample_that_is_judged_as_real_still_moves():
    """By hand: D(x) = D(G(z)) = 5 is a logit of 0 for the pair, so a slope of -1/2, where NonSaturating has 0.007."""
    fake = Tensor(np.array([[5.0]]))
    assert grad(Relativistic().g_loss(identity, identity, np.array([[5.0]]), fake), fake).item() == -0.5


def test_each_example_needs_a_sample():
    with pytest.raises(ShapeMismatch, match=r"^Relativistic: D\(x\) is \(2, 1\), but D\(G\(z\)\) \(1, 1\)"):
        Relativistic().d_loss(identity, identity, np.ones((2, 1)), np.ones((1, 1)))
