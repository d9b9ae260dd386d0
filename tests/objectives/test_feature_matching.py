"""The distance of mean features by hand and over every layer, and which layers there are."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad, nn, optim
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError
from tinygan.objectives import (
    FeatureMatching,
    InstanceNoise,
    Minimax,
    Objective,
    OrthogonalRegularization,
    Wasserstein,
)


def log_loss(real, fake):
    return np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake)))


def matching(layer=-1, loss=Minimax()):  # noqa: B008
    return Objective(loss, g=FeatureMatching(layer))


LAWS = [
    Law("feature matching", matching, d=log_loss, signs=(-1, 1, 0)),
    Law(
        "feature matching of the first layer, with a critic",
        lambda: Objective(Wasserstein(), g=FeatureMatching(1)),
        d=lambda real, fake: np.mean(fake) - np.mean(real),
        signs=(-1, 1, 0),
    ),
]

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.standard_normal((7, 3)), RNG.standard_normal((5, 3))


def identity(x):
    return x


def double(x):
    return 2 * x


def square(x):
    return x * x


def total(x):
    return F.sum(x, axis=1, keepdims=True)


D = nn.Sequential(double, square, total)


def test_by_hand(device):
    """Examples (1, 0) and (3, 2), a sample (0, 1): means (2, 1) and (0, 1); then of (2x)**2: (20, 8) and (0, 4)."""
    x, fake = device.asarray(np.array([[1.0, 0.0], [3.0, 2.0]])), device.asarray(np.array([[0.0, 1.0]]))
    for layer, expected in ((1, 4 * 4), (-2, 4 * 4), (2, 400 + 16), (-1, 400 + 16)):
        assert float(to_host(matching(layer).g_loss(D, identity, x, fake))) == expected


def test_its_gradient_by_hand():
    """-2 (mean h(x) - mean h(G(z))) h'(G(z)) / m, with h(x) = 2x: the mean of samples moves to that of examples."""
    fake = Tensor(FAKE)
    gradient = grad(matching(1).g_loss(D, identity, REAL, fake), fake)
    away = 2 * REAL.mean(0) - 2 * FAKE.mean(0)
    np.testing.assert_allclose(gradient, np.tile(-2 * away * 2 / 5, (5, 1)), rtol=1e-12)


def test_it_is_0_where_the_statistics_agree():
    mirrored = np.concatenate([REAL + 3, REAL - 3])  # other samples of the same mean
    assert float(matching(1).g_loss(D, identity, REAL, mirrored)) == pytest.approx(0, abs=1e-28)
    assert float(matching(2).g_loss(D, identity, REAL, mirrored)) > 1


def test_images_are_matched_place_by_place():
    images, zeros = RNG.standard_normal((4, 2, 2, 3)), np.zeros((2, 2, 2, 3))
    D = nn.Sequential(double, nn.Reshape(12), total)
    expected = np.sum((2 * images.mean(axis=0)) ** 2)
    for layer in (1, 2):
        loss = matching(layer).g_loss(D, identity, images, zeros)
        assert loss.shape == ()
        assert float(loss) == pytest.approx(expected, rel=1e-13)


def test_ds_loss_is_that_of_the_base():
    for base in (Minimax(), Wasserstein()):
        assert float(matching(loss=base).d_loss(D, identity, REAL, FAKE)) == float(base.d_loss(D, identity, REAL, FAKE))
    assert (matching().output, matching(loss=Wasserstein()).output) == ("probability", "score")


def test_it_never_waits():
    device = strict_backend()
    with without_waiting():
        fake = Tensor(device.asarray(FAKE.astype(np.float32)))
        loss = matching().g_loss(D, identity, device.asarray(REAL.astype(np.float32)), fake)
        gradient = grad(loss, fake)
    assert loss.dtype == gradient.dtype == np.float32


@pytest.mark.parametrize("layer", [0, 3, 4, -3, -4])
def test_there_is_no_such_layer(layer):
    with pytest.raises(SettingError, match=rf"layer is expected from 1 to 2, .* for a D of 3 layers, got {layer}$"):
        matching(layer).g_loss(D, identity, REAL, FAKE)


@pytest.mark.parametrize("D", [nn.Sequential(), nn.Sequential(double)], ids=len)
def test_d_needs_a_middle(D):
    with pytest.raises(SettingError, match="layer is expected"):
        matching().g_loss(D, identity, REAL, FAKE)


def test_d_has_layers():
    with pytest.raises(SettingError, match=r"^FeatureMatching: D is expected to be a Sequential, not function$"):
        matching().g_loss(identity, identity, REAL, FAKE)


def test_added_as_a_term_it_comes_on_top_of_gs_loss():
    added = (Minimax() + FeatureMatching(1)).g_loss(D, identity, REAL, FAKE)
    alone = Minimax().g_loss(D, identity, REAL, FAKE)
    assert float(added) == pytest.approx(float(alone) + float(matching(1).g_loss(D, identity, REAL, FAKE)), rel=1e-13)


def test_other_terms_and_a_view_stay_where_it_replaces_gs_loss():
    G = nn.Dense(3, 3, np.random.default_rng(0))
    term = OrthogonalRegularization(0.1)
    loss = (matching(1) + term).g_loss(D, G, REAL, FAKE) - matching(1).g_loss(D, G, REAL, FAKE)
    assert float(loss) == pytest.approx(0.1 * float(nn.orthogonality(G)), rel=1e-5)
    noisy = matching(1).shown(InstanceNoise(optim.constant(0.5), rng=np.random.default_rng(0)))
    assert float(noisy.g_loss(D, identity, REAL, FAKE)) != float(matching(1).g_loss(D, identity, REAL, FAKE))
