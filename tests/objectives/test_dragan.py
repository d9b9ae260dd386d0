"""DRAGAN's penalty where its value is known, and the noise around the examples."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.objectives import DRAGAN, NonSaturating, Wasserstein


def log_loss(real, fake):
    return np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake)))


LAWS = [
    Law(
        "DRAGAN",
        lambda: NonSaturating() + DRAGAN(rng=np.random.default_rng(0)),
        d=log_loss,  # where D is the identity its slope is 1: there is nothing to pay
        g=lambda real, fake: np.mean(np.log1p(np.exp(-fake))),
    )
]

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.standard_normal((7, 3)), RNG.standard_normal((5, 3))
WEIGHT = np.array([[3.0], [0.0], [-4.0]])  # of length 5


def identity(x):
    return x


def penalty(D, x, **settings):
    """What DRAGAN adds."""
    base = Wasserstein()
    return (base + DRAGAN(**settings)).d_loss(D, identity, x, x) - base.d_loss(D, identity, x, x)


class Recorded(np.random.Generator):
    """Draws `value` everywhere, and notes the shapes."""

    def __init__(self, value):
        super().__init__(np.random.PCG64())
        self.value, self.shapes = value, []

    def standard_normal(self, shape):
        self.shapes.append(shape)
        return np.full(shape, self.value)


def test_a_linear_critic():
    """Its gradient is the weight everywhere: 10 (5 - 1)**2 = 160, and d/dw = 2 * 10 (5 - 1) w / 5 = 16 w."""
    weight = Tensor(WEIGHT)
    added = penalty(lambda x: x @ weight, REAL)
    assert float(added) == pytest.approx(160, rel=1e-13)
    np.testing.assert_allclose(grad(added, weight), 16 * WEIGHT, rtol=1e-12, atol=1e-13)


def test_by_hand_where_the_slope_depends_on_the_place():
    """D(x) = x**2 at x = 1 and 5, of mean 3 and deviation 2. Noise of 0.25 deviations, each draw 3: x + 1.5.

    The slopes are 2 * 2.5 and 2 * 6.5; 2 ((5 - 1)**2 + (13 - 1)**2) / 2 = 160.
    """
    added = penalty(lambda x: x * x, np.array([[1.0], [5.0]]), weight=2.0, scale=0.25, rng=Recorded(3.0))
    assert float(added) == pytest.approx(160, rel=1e-14)


def test_every_number_has_noise_of_its_own():
    rng = Recorded(0.0)
    images = RNG.standard_normal((5, 4, 4, 2)).astype(np.float32)
    weight = Tensor(np.ones((32, 1), np.float32))
    loss = penalty(lambda x: x.reshape(5, 32) @ weight, images, rng=rng)
    assert rng.shapes == [(5, 4, 4, 2)]
    assert loss.dtype == np.float32


def test_the_noise_is_normal_and_of_the_data_s_size():
    """Seen through D: what it is given beside x is 0.5 * 4 times standard normal numbers."""
    seen = []

    def D(x):
        seen.append(x)
        return x

    x = 4 * np.tile([[1.0], [-1.0]], (2000, 1))  # deviation 4
    penalty(D, x, rng=np.random.default_rng(1))
    delta = np.sort((seen[2].data - x).ravel())  # behind the examples and the samples
    assert delta.std() == pytest.approx(2, rel=0.03)
    assert np.mean(abs(delta) < 2) == pytest.approx(0.683, abs=0.025)  # uniform noise has 0.577


def test_fresh_noise_each_time_and_a_state_that_continues():
    def D(x):
        return F.sum(x**3, axis=1)

    objective = Wasserstein() + DRAGAN(rng=np.random.default_rng(3))
    first = float(objective.d_loss(D, identity, REAL, FAKE))
    state = objective.state()
    second = float(objective.d_loss(D, identity, REAL, FAKE))
    assert first != second
    again = (Wasserstein() + DRAGAN(rng=np.random.default_rng(4))).restored(state)
    assert float(again.d_loss(D, identity, REAL, FAKE)) == second


def test_its_gradient_flows_into_ds_parameters():
    """Both parts of the loss train D."""
    weight = Tensor(WEIGHT)
    loss = (Wasserstein() + DRAGAN()).d_loss(lambda x: x @ weight, identity, REAL, FAKE)
    expected = (FAKE.mean(axis=0) - REAL.mean(axis=0))[:, None] + 16 * WEIGHT
    np.testing.assert_allclose(grad(loss, weight), expected, rtol=1e-12)


def test_a_flat_critic_has_a_finite_gradient():
    weight = Tensor(np.zeros((3, 1)))
    added = penalty(lambda x: x @ weight, REAL)
    assert float(added) == pytest.approx(10)
    assert np.all(np.isfinite(grad(added, weight)))


def test_on_every_device_without_waiting(device):
    weight = Tensor(device.asarray(WEIGHT))
    gradient = grad(penalty(lambda x: x @ weight, device.asarray(REAL)), weight)
    np.testing.assert_allclose(to_host(gradient), 16 * WEIGHT, rtol=1e-12, atol=1e-13)
    with without_waiting():
        strict = strict_backend().asarray
        weight = Tensor(strict(WEIGHT.astype(np.float32)))
        loss = penalty(lambda x: x @ weight, strict(REAL.astype(np.float32)))
        assert loss.dtype == grad(loss, weight).dtype == np.float32
