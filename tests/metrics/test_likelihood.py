"""Bounds and log p(x) of held-out examples against the closed form of a linear Gaussian model."""

import numpy as np
import pytest

from tests.objectives.test_variational import MARGINAL, Linear, gap
from tinygan.data import Points
from tinygan.errors import SettingError
from tinygan.metrics import elbo_measures, log_p_measures, reconstruction_error
from tinygan.metrics.likelihood import IMAGES, log_means

HELD_OUT = Points("gaussian", MARGINAL.rvs(700, random_state=np.random.default_rng(0)).astype(np.float32))
ALL = HELD_OUT.points.astype(float)


class Model(Linear):
    """The linear model as an autoencoder in 32 bits."""

    def code(self, x):
        return self.encode(x).mean

    def __call__(self, z):
        return self.decode(z).mean


def values(found):
    return {measure.name: measure.value for measure in found}


def test_with_the_exact_posterior_all_are_log_p():
    subset = MARGINAL.logpdf(ALL[np.arange(IMAGES) * 700 // IMAGES]).mean()
    found = log_p_measures(Model(), HELD_OUT, k=60)
    assert values(found) == {
        name: pytest.approx(subset, rel=1e-5) for name in ("bound_1", "bound_5", "bound_50", "log_p")
    }
    assert {measure.points for measure in found} == {IMAGES}
    elbo = elbo_measures(Model(), HELD_OUT)[0]
    assert (elbo.name, elbo.points) == ("elbo", 700)
    assert elbo.value == pytest.approx(MARGINAL.logpdf(ALL).mean(), abs=0.15)  # one draw of each code


def test_with_a_wrong_q_the_bounds_rise_to_log_p():
    subset = MARGINAL.logpdf(ALL[np.arange(IMAGES) * 700 // IMAGES]).mean()
    found = values(log_p_measures(Model(0.2, 2.0), HELD_OUT, k=300))
    assert list(found) == ["bound_1", "bound_5", "bound_50", "log_p"]
    assert found["bound_1"] == pytest.approx(subset - gap(0.2, 2.0), abs=0.05)
    assert found["bound_1"] < found["bound_5"] < found["bound_50"] < found["log_p"]
    assert found["log_p"] == pytest.approx(subset, abs=0.05)


def test_bounds_of_more_draws_than_there_are_left_out():
    assert [measure.name for measure in log_p_measures(Model(), HELD_OUT, k=5)] == ["bound_1", "log_p"]
    with pytest.raises(SettingError, match=r"^log_p_measures: k is expected to be at least 1, got 0$"):
        log_p_measures(Model(), HELD_OUT, k=0)


def test_another_seed_has_other_draws():
    for measure in (lambda seed: elbo_measures(Model(), HELD_OUT, seed=seed)[0].value, bound_of_one_draw):
        assert measure(0) == measure(0) != measure(1)


def bound_of_one_draw(seed):
    return log_p_measures(Model(0.3), HELD_OUT, k=1, seed=seed)[0].value


def test_the_kl_and_the_active_units():
    measures = {measure.name: measure for measure in elbo_measures(Model(), HELD_OUT)}
    q = Model().encode(ALL)
    variance = np.exp(q.log_variance)
    kl = 0.5 * (variance + q.mean**2 - 1 - np.log(variance)).sum(axis=1).mean()
    assert measures["kl"].value == pytest.approx(kl, rel=1e-5)
    assert (measures["active_units"].value, measures["active_units"].total) == (2, 2)


def test_the_error_of_reconstructions():
    model = Model()
    [found] = reconstruction_error(model, HELD_OUT)
    assert found.value == pytest.approx(np.mean((model(model.code(ALL)) - ALL) ** 2), rel=1e-5)


def test_without_held_out_examples_there_is_none():
    assert (
        elbo_measures(Model(), None) == log_p_measures(Model(), None, k=5) == reconstruction_error(Model(), None) == []
    )


def test_examples_are_prepared():
    shifted = Points("shifted", HELD_OUT.points + 1)
    expected = values(elbo_measures(Model(), HELD_OUT))
    found = values(elbo_measures(Model(), shifted, prepare=lambda x: x - 1))
    assert found == {name: pytest.approx(value, rel=1e-4) for name, value in expected.items()}
    [alone] = log_p_measures(Model(), HELD_OUT, k=1)
    [found] = log_p_measures(Model(), shifted, k=1, prepare=lambda x: x - 1)
    assert found.value == pytest.approx(alone.value, rel=1e-4)


def test_the_mean_is_of_weights_and_not_of_their_logarithms():
    weights = np.log([[1.0, 4.0], [3.0, 4.0], [8.0, 1.0], [8.0, 1.0], [100.0, 100.0]])
    np.testing.assert_allclose(log_means(weights, 2), [np.log(2 * 8) / 2, np.log(4 * 1) / 2], rtol=1e-12)
    assert np.isfinite(log_means(np.array([[-2000.0], [-2001.0]]), 2)).all()
