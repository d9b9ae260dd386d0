"""R1 where its value is known: by hand for critics whose slope is plain."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.objectives import R1, R2, NonSaturating, Wasserstein


def log_loss(real, fake):
    return np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake)))


LAWS = [
    Law(
        "R2",
        lambda: NonSaturating() + R2(3.0),
        d=lambda real, fake: log_loss(real, fake) + 3 / 2 * 1.0,
        g=lambda real, fake: np.mean(np.log1p(np.exp(-fake))),
    ),
    Law(
        "R1",
        lambda: NonSaturating() + R1(),
        d=lambda real, fake: log_loss(real, fake) + 10 / 2 * 1.0,  # where D is the identity its slope is 1
        g=lambda real, fake: np.mean(np.log1p(np.exp(-fake))),
    ),
    Law(
        "R1 of a critic",
        lambda: Wasserstein() + R1(weight=0.5),
        d=lambda real, fake: np.mean(fake) - np.mean(real) + 0.5 / 2 * 1.0,
        g=lambda real, fake: -np.mean(fake),
    ),
]

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.standard_normal((7, 3)), RNG.standard_normal((5, 3))
WEIGHT = np.array([[3.0], [0.0], [-4.0]])  # of length 5


def identity(x):
    return x


def penalty(D, x, weight=10.0, fake=None):
    """What R1 adds."""
    base, fake = Wasserstein(), x if fake is None else fake
    return (base + R1(weight)).d_loss(D, identity, x, fake) - base.d_loss(D, identity, x, fake)


def test_a_linear_critic():
    """Its gradient is the weight everywhere: 10 / 2 * 25 = 125, and d/dw = 10 w."""
    weight = Tensor(WEIGHT)
    added = penalty(lambda x: x @ weight, REAL)
    assert float(added) == pytest.approx(125, rel=1e-13)
    np.testing.assert_allclose(grad(added, weight), 10 * WEIGHT, rtol=1e-12, atol=1e-14)


def test_a_quadratic_critic_of_the_examples():
    """D(x) = ||x||**2: the gradient is 2 x. At (1, 0) and (3, 4): squared lengths 4 and 100; 2 / 2 * 52."""
    x = np.array([[1.0, 0.0], [3.0, 4.0]])

    def D(x):
        return F.sum(x * x, axis=1, keepdims=True)

    assert float(penalty(D, x, weight=2.0)) == pytest.approx(52, rel=1e-14)
    assert float(penalty(D, x, weight=2.0, fake=100 * x)) == pytest.approx(52, rel=1e-11)  # samples do not matter


def test_r2_is_that_of_the_samples():
    x = np.array([[1.0, 0.0], [3.0, 4.0]])

    def D(x):
        return F.sum(x * x, axis=1, keepdims=True)

    def added(real, fake):
        return (Wasserstein() + R2(2.0)).d_loss(D, identity, real, fake) - Wasserstein().d_loss(D, identity, real, fake)

    assert float(added(100 * x, x)) == pytest.approx(52, rel=1e-11)


def test_one_norm_for_each_example():
    """As many equal examples as you like cost what one does."""
    images = RNG.standard_normal((1, 4, 4, 2))
    weight = Tensor(RNG.standard_normal((32, 1)))

    def D(x):
        return F.tanh(F.reshape(x, shape=(len(x), 32)) @ weight)

    one, many = (float(penalty(D, np.repeat(images, m, axis=0))) for m in (1, 6))
    assert many == pytest.approx(one, rel=1e-12)
    assert one > 0.01


def test_a_pack_has_one_slope():
    """D looks at 2 examples at once: 4 examples make 2 gradients, each with the numbers of its pack."""
    weight = Tensor(np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]))  # squared length 91

    def D(x):
        return F.reshape(x, shape=(len(x) // 2, -1)) @ weight

    added = penalty(D, REAL[:4], fake=FAKE[:4])
    assert float(added) == pytest.approx(5 * 91, rel=1e-13)


def test_its_gradient_flows_into_ds_parameters():
    """Both parts of the loss train D."""
    weight = Tensor(WEIGHT)
    loss = (Wasserstein() + R1()).d_loss(lambda x: x @ weight, identity, REAL, FAKE)
    expected = (FAKE.mean(axis=0) - REAL.mean(axis=0))[:, None] + 10 * WEIGHT
    np.testing.assert_allclose(grad(loss, weight), expected, rtol=1e-12)


def test_it_pulls_the_dirac_gan_in():
    """A critic psi x, the data at 0, the sample at theta; section 2 of the paper. Steps of 0.1 by both at once.

    Without R1 each step is at right angles to (psi, theta), which grows by sqrt(1 + 0.1**2); with it, of weight 1, the
    steps are a matrix ((0.9, -0.1), (0.1, 1)) of determinant 0.91, and (psi, theta) shrinks by sqrt(0.91).
    """

    def distance(weight, steps=400):
        objective, place = Wasserstein() + R1(weight), np.array([1.0, 1.0])
        for _ in range(steps):
            psi, theta = Tensor(place[:1]), Tensor(place[1:])
            x, z = np.zeros((1, 1)), np.ones((1, 1))
            d_loss = objective.d_loss(lambda x, psi=psi: x * psi, lambda z, theta=theta: z * theta.data, x, z)
            g_loss = objective.g_loss(lambda x, psi=psi: x * psi.data, lambda z, theta=theta: z * theta, x, z)
            place = place - 0.1 * np.concatenate([grad(d_loss, psi), grad(g_loss, theta)])
        return np.hypot(*place)

    assert distance(0.0) == pytest.approx(2**0.5 * 1.01**200, rel=1e-12)
    assert 0.1 < distance(1.0) / 0.91**200 < 10


def test_on_every_device_without_waiting(device):
    weight = Tensor(device.asarray(WEIGHT))
    gradient = grad(penalty(lambda x: x @ weight, device.asarray(REAL)), weight)
    np.testing.assert_allclose(to_host(gradient), 10 * WEIGHT, rtol=1e-12, atol=1e-14)
    with without_waiting():
        strict = strict_backend().asarray
        weight = Tensor(strict(WEIGHT.astype(np.float32)))
        loss = penalty(lambda x: x @ weight, strict(REAL.astype(np.float32)))
        assert loss.dtype == grad(loss, weight).dtype == np.float32


def test_gs_loss_and_what_is_read_are_those_of_the_loss():
    objective, base = NonSaturating() + R1(), NonSaturating()
    logits = FAKE[:, :1]
    assert float(objective.g_loss(identity, identity, None, logits)) == float(
        base.g_loss(identity, identity, None, logits)
    )
    assert objective.output == "probability"
    np.testing.assert_array_equal(objective.read(logits), base.read(logits))
