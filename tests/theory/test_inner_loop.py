"""D trained against a p_g that stays, and points that stand for a distribution."""

from itertools import islice

import numpy as np
import pytest
from scipy.stats import norm

from tinygan.data import Gaussian, Mixture
from tinygan.data.noise import Uniform
from tinygan.objectives import Minimax
from tinygan.optim import adam, sgd
from tinygan.theory.inner_loop import against, outputs, quantiles, trained, undecided

X, FAKE = quantiles(Uniform(1, 0, 1), 16), quantiles(Uniform(1, 2, 3), 16)


def test_quantiles():
    np.testing.assert_allclose(quantiles(Gaussian(1.0, 2.0), 50)[:, 0], norm.ppf((np.arange(50) + 0.5) / 50, 1, 2))
    p = Mixture((-3.0, 5.0), (0.1, 1.0), (0.2, 0.8))
    np.testing.assert_allclose(p.cumulative(quantiles(p, 99)), (np.arange(99) + 0.5) / 99, atol=1e-9)


def test_an_undecided_d_is_one_half_and_float64():
    D = undecided(8, np.random.default_rng(0))
    assert not outputs(D, [-3.0, 0.0, 2.0]).any()
    assert outputs(D, X).dtype == np.float64
    assert outputs(D, X).shape == (16,)


def test_each_step_descends_the_loss_of_d():
    D = undecided(8, np.random.default_rng(0))
    steps = list(against(X, FAKE, D, Minimax(), adam(0.01), 40))
    assert len(steps) == 41
    assert steps[0] is D
    losses = [float(Minimax().d(outputs(D, X), outputs(D, FAKE))) for D in steps]
    assert losses[0] == pytest.approx(np.log(4))
    assert losses[-1] < 0.85
    assert max(np.diff(losses)) < 0


def test_trained_is_the_last_of_them():
    D = undecided(8, np.random.default_rng(0))
    last = list(islice(against(X, FAKE, D, Minimax(), sgd(0.1), 5), 6))[-1]
    found = trained(X, FAKE, D, Minimax(), sgd(0.1), 5)
    np.testing.assert_array_equal(outputs(found, X), outputs(last, X))
    assert outputs(found, X).all()
