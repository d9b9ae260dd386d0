"""The loss of an energy, and its smallest value, a total variation."""

import numpy as np
import pytest

from tinygan.data import Gaussian, Ring
from tinygan.objectives import EnergyBased
from tinygan.theory import total_variation
from tinygan.theory.energy import energy_loss, optimal_energy

P, Q = Gaussian(0.0, 1.0), Gaussian(0.7, 1.3)


def test_it_is_the_loss_of_d_over_many_samples():
    n, rng = 400_000, np.random.default_rng(0)
    x, y = (each.sample(n, rng).astype(float) for each in (P, Q))
    e = energy_loss(lambda x: x[:, 0] ** 2, P, Q, margin=1.5).value
    assert float(EnergyBased(1.5).d(x[:, 0] ** 2, y[:, 0] ** 2)) == pytest.approx(e, abs=0.02)


@pytest.mark.parametrize(("p", "q"), [(P, Q), (Ring(std=0.2), Ring(std=0.4))], ids=["line", "plane"])
def test_the_smallest_loss_is_a_total_variation(p, q):
    found = energy_loss(optimal_energy(p, q, 1.5), p, q, 1.5)
    expected = 1.5 * (1 - total_variation(p, q).value)
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.error < 1e-6


@pytest.mark.parametrize("other", [lambda x: 0.2 + 0 * x, lambda x: 0.3 * np.abs(np.sin(3 * x))])
def test_no_other_energy_loses_less(other):
    best = optimal_energy(P, Q)
    at_best = energy_loss(best, P, Q).value
    assert energy_loss(lambda x: best(x) + other(x[:, 0]), P, Q).value > at_best + 1e-3
    assert energy_loss(lambda x: np.maximum(0, best(x) - other(x[:, 0])), P, Q).value > at_best + 1e-3
