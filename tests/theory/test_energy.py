"""EBGAN's optimal energy: D's least loss is margin (1 - TV)."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from tinygan.data import Gaussian, Mixture
from tinygan.objectives import EnergyBased
from tinygan.theory import total_variation
from tinygan.theory.energy import energy_loss, optimal_energy

P, Q = Gaussian(0.0, 1.0), Mixture((-1.0, 2.0), (0.6, 1.0), (0.4, 0.6))


@pytest.mark.parametrize("margin", [0.5, 3.0])
def test_the_least_loss_is_the_margin_times_what_both_have_in_common(margin):
    common = quad(lambda x: min(P.density([x])[0], Q.density([x])[0]), -12, 12, limit=400, epsabs=1e-11)[0]
    best = energy_loss(optimal_energy(margin, P, Q), margin, P, Q).value
    assert best == pytest.approx(margin * common, rel=1e-8)
    assert best == pytest.approx(margin * (1 - total_variation(P, Q).value), rel=1e-8)


def test_no_other_energy_has_a_lower_loss():
    best = energy_loss(optimal_energy(1.0, P, Q), 1.0, P, Q).value
    rng = np.random.default_rng(0)
    for a, b in rng.uniform(0, 2, (10, 2)):
        assert energy_loss(lambda x, a=a, b=b: a * np.exp(-b * x[:, 0] ** 2), 1.0, P, Q).value > best


def test_it_is_the_mean_of_the_objectives_loss():
    def energy(x):
        return np.reshape(x, -1) ** 2

    z = norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    expected = float(EnergyBased(2.0).d(energy(z), energy(1 + 2 * z)))
    assert energy_loss(energy, 2.0, Gaussian(0.0, 1.0), Gaussian(1.0, 2.0)).value == pytest.approx(expected, abs=1e-3)
