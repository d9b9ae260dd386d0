"""What D is shown: the noise on examples and samples, its size by iteration, and none where the schedule is at 0."""

import json

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad, nn, optim
from tinygan.backend import to_host
from tinygan.objectives import FeatureMatching, InstanceNoise, Minimax, NonSaturating, Objective, Turn, Wasserstein


def softplus(x):
    return np.log1p(np.exp(x))


def noisy(real, fake):
    """What D sees of both: examples are drawn for first."""
    rng = np.random.default_rng(0)
    return real + 0.5 * rng.standard_normal(real.shape), fake + 0.5 * rng.standard_normal(fake.shape)


def d_loss(real, fake):
    real, fake = noisy(real, fake)
    return np.mean(softplus(-real)) + np.mean(softplus(fake))


LAWS = [
    Law(
        "instance noise",
        lambda: NonSaturating().shown(InstanceNoise(optim.linear(0.5, 0.0, 10), rng=np.random.default_rng(0))),
        d=d_loss,
        g=lambda real, fake: np.mean(softplus(-noisy(fake, real)[0])),  # G draws for its samples alone
    ),
    Law(
        "instance noise that has faded",
        lambda: NonSaturating().shown(
            InstanceNoise(optim.linear(0.5, 0.0, 10), iteration=10, rng=np.random.default_rng(0))
        ),
        d=lambda real, fake: np.mean(softplus(-real)) + np.mean(softplus(fake)),
        g=lambda real, fake: np.mean(softplus(-fake)),
    ),
]

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.standard_normal((7, 3)), RNG.standard_normal((5, 3))


def identity(x):
    return x


class Shown:
    """A D that gives the first number of each example, and keeps what it was shown."""

    def __init__(self):
        self.seen = []

    def __call__(self, x):
        self.seen.append(x)
        return x[:, :1]


class Refusing(np.random.Generator):
    """A generator that must not be drawn from."""

    def __init__(self):
        super().__init__(np.random.PCG64())

    def standard_normal(self, shape):
        raise AssertionError("drawn from")


def test_d_sees_normal_noise_of_the_schedules_std():
    D, x, fake = Shown(), np.zeros((4000, 2)), np.ones((3000, 2))
    Minimax().shown(InstanceNoise(optim.constant(0.5), rng=np.random.default_rng(1))).d_loss(D, identity, x, fake)
    real_noise, fake_noise = D.seen[0].ravel(), D.seen[1].ravel() - 1
    for noise in (real_noise, fake_noise):
        assert noise.mean() == pytest.approx(0, abs=0.03)
        assert noise.std() == pytest.approx(0.5, rel=0.03)
        assert np.mean(abs(noise) < 0.5) == pytest.approx(0.683, abs=0.025)
    assert abs(np.corrcoef(real_noise[:6000], fake_noise)[0, 1]) < 0.05  # each has its own


def test_g_s_samples_are_shown_with_noise_too():
    D = Shown()
    objective = Minimax().shown(InstanceNoise(optim.constant(0.5), rng=np.random.default_rng(1)))
    objective.g_loss(D, identity, REAL, FAKE)
    objective.g_loss(D, identity, REAL, FAKE)
    first, second = (seen - FAKE for seen in D.seen)
    assert np.all(first != 0)
    assert np.all(first != second)  # fresh each time


def test_a_base_that_compares_x_in_g_s_loss_sees_noise_on_both():
    D = nn.Sequential(Shown(), identity)
    Objective(Minimax(), g=FeatureMatching()).shown(InstanceNoise(optim.constant(0.5))).g_loss(D, identity, REAL, FAKE)
    real, fake = D[0].seen
    assert np.all(real != REAL)
    assert np.all(fake != FAKE)


def test_the_std_follows_the_iterations():
    objective = Wasserstein().shown(InstanceNoise(optim.linear(0.5, 0.0, 4)))
    stds = []
    for _ in range(6):
        stds.append(objective.view.measures(None)["noise"])
        objective = objective.after(None, None, None, None)
    assert stds == [0.5, 0.375, 0.25, 0.125, 0.0, 0.0]
    assert objective.view.iteration == 6


def test_where_the_schedule_is_at_0_it_is_the_base():
    D = Shown()
    objective = Minimax().shown(InstanceNoise(optim.linear(0.5, 0.0, 4), iteration=4, rng=Refusing()))
    assert float(objective.d_loss(D, identity, REAL, FAKE)) == float(Minimax().d_loss(D, identity, REAL, FAKE))
    assert float(objective.g_loss(D, identity, None, FAKE)) == float(Minimax().g_loss(D, identity, None, FAKE))
    assert D.seen[0] is REAL
    assert D.seen[1] is FAKE
    with pytest.raises(AssertionError, match="drawn from"):
        Minimax().shown(InstanceNoise(optim.constant(0.5), rng=Refusing())).d_loss(D, identity, REAL, FAKE)


def test_the_gradient_in_a_sample_is_that_where_its_noise_put_it():
    """D(x) = x**2 as a critic: dL_G/dG(z) = -2 (G(z) + noise) / m."""
    fake = Tensor(np.array([[1.0], [2.0]]))
    objective = Wasserstein().shown(InstanceNoise(optim.constant(3.0), rng=np.random.default_rng(2)))
    gradient = grad(objective.g_loss(lambda x: x * x, identity, np.zeros((4, 1)), fake), fake)
    rng = np.random.default_rng(2)
    np.testing.assert_allclose(gradient, -(fake.data + 3 * rng.standard_normal((2, 1))), rtol=1e-14)


def test_two_views_one_after_the_other_and_their_memory_through_json():
    def made(seed):
        inner = Wasserstein().shown(InstanceNoise(optim.linear(0.2, 0.0, 9), rng=np.random.default_rng(seed)))
        return inner.shown(InstanceNoise(optim.linear(0.5, 0.0, 5), rng=np.random.default_rng(seed + 1)))

    objective, real, fake = made(3), REAL[:, :1], FAKE[:, :1]
    for _ in range(2):
        objective.d_loss(identity, identity, real, fake)
        objective = objective.after(None, None, None, None)
    again = made(8).restored(json.loads(json.dumps(objective.state())))
    assert (again.view.first.iteration, again.view.second.iteration) == (2, 2)
    for _ in range(2):
        assert float(again.d_loss(identity, identity, real, fake)) == float(
            objective.d_loss(identity, identity, real, fake)
        )


def test_on_every_device_without_waiting(device):
    objective = Wasserstein().shown(InstanceNoise(optim.constant(0.5), rng=np.random.default_rng(0)))
    real, fake = REAL[:, :1], FAKE[:, :1]
    seen_real, seen_fake = noisy(real, fake)
    loss = objective.d_loss(identity, identity, device.asarray(real), device.asarray(fake))
    assert float(to_host(loss)) == pytest.approx(np.mean(seen_fake) - np.mean(seen_real), rel=1e-13)
    with without_waiting():
        strict = strict_backend()
        real, fake = (Tensor(strict.asarray(a.astype(np.float32))) for a in (real, fake))
        loss = objective.d_loss(identity, identity, real, fake)
        assert loss.dtype == grad(loss, fake).dtype == np.float32
        objective.after(None, None, None, None).measures(Turn("", identity, identity, real, fake))


def test_labels_have_no_noise():
    seen = []

    def D(labelled):
        seen.append(labelled)
        return labelled.x[:, :1]

    x = nn.Labelled(REAL, np.arange(7))
    Minimax().shown(InstanceNoise(optim.constant(0.5))).d_loss(D, identity, x, x)
    for shown in seen:
        assert np.all(shown.x != REAL)
        assert shown.y is x.y
