"""The likelihood as a term of G's loss: against closed forms, in G's loss alone, and with gradients in both halves."""

import numpy as np
import pytest
from scipy.stats import norm

from tests.objectives.law import Law
from tinygan import Tensor, grad, nn
from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.networks.autoencoders import Autoencoder, VariationalAutoencoder
from tinygan.nn import Bernoulli, Gaussian
from tinygan.objectives import (
    ELBO,
    Binarized,
    GradientPenalty,
    InstanceNoise,
    LikelihoodOfG,
    NonSaturating,
    SquaredError,
    Turn,
    Wasserstein,
)
from tinygan.optim import linear

RNG = np.random.default_rng(0)
M, UNITS, PIXELS = 4, 3, 5
X, Z = RNG.uniform(-1, 1, (M, PIXELS)), RNG.standard_normal((M, UNITS))
MEAN, LOG_VARIANCE = RNG.standard_normal((2, M, UNITS))
WEIGHTS = RNG.standard_normal((UNITS, PIXELS))


def variational(rng):
    """A smooth game: codes of two numbers for examples of three, and a critic."""
    G = VariationalAutoencoder(
        nn.Sequential(nn.Dense(3, 4, rng), F.tanh, nn.Dense(4, 4, rng), nn.AsGaussian()),
        nn.Sequential(nn.Dense(2, 3, rng), F.tanh, nn.Dense(3, 3, rng), nn.AsBernoulli()),
    )
    return G, nn.Sequential(nn.Dense(3, 4, rng), F.tanh, nn.Dense(4, 1, rng))


def binary(x):
    return np.tanh(x)


LAWS = [
    Law(
        "non-saturating, ELBO",
        lambda: NonSaturating() + LikelihoodOfG(ELBO(0.5), 0.3),
        signs=(0, 0, 0),
        game=variational,
        x=binary,
    ),
    Law(
        "WGAN-GP, ELBO of binarized examples",
        lambda: (
            Wasserstein()
            + GradientPenalty(1.0, np.random.default_rng(3))
            + LikelihoodOfG(ELBO().shown(Binarized(np.random.default_rng(4))), 0.1)
        ),
        signs=(0, 0, 0),
        game=variational,
        x=binary,
    ),
]


class Fixed:
    """q(z|x) is given, and p(x|z) is Bernoulli with logits z W; it has no arrays to learn."""

    def encode(self, x):
        return Gaussian(MEAN, LOG_VARIANCE)

    def decode(self, z):
        return Bernoulli(z @ WEIGHTS)

    def __call__(self, z):
        return self.decode(z).mean


def critic(x):
    return F.sum(x * x, axis=1)[:, np.newaxis]


def negative_elbo(beta):
    """The mean of -E[log p(x|z)] + beta KL by densities and by an integral over each unit, without the package."""
    std = np.exp(LOG_VARIANCE / 2)
    p = 1 / (1 + np.exp(-(MEAN + std * Z) @ WEIGHTS))
    t = (X + 1) / 2
    reconstruction = -np.sum(np.log(p**t * (1 - p) ** (1 - t)), axis=1)
    grid = np.linspace(-40, 40, 20_001)[:, None, None]
    q, prior = norm.pdf(grid, MEAN, std), norm.logpdf(grid)
    kl = np.trapezoid(q * (norm.logpdf(grid, MEAN, std) - prior), grid[:, 0, 0], axis=0)
    return np.mean(reconstruction + beta * kl.sum(axis=1))


@pytest.mark.parametrize("weight", [0.0, 0.01, 1.0, 3.0])
@pytest.mark.parametrize("beta", [1.0, 0.25])
def test_g_minimizes_the_gans_loss_plus_weight_times_the_negative_elbo(weight, beta):
    objective = NonSaturating() + LikelihoodOfG(ELBO(beta), weight)
    d_fake = np.sum(np.tanh(Z @ WEIGHTS / 2) ** 2, axis=1)
    of_the_game = -np.mean(np.log(1 / (1 + np.exp(-d_fake))))
    found = float(objective.g_loss(critic, Fixed(), X, Z))
    assert found == pytest.approx(of_the_game + weight * negative_elbo(beta), rel=1e-9)


@pytest.mark.parametrize("game", [NonSaturating(), Wasserstein() + GradientPenalty(10.0, np.random.default_rng(0))])
def test_ds_loss_is_that_of_the_game_alone(game):
    G, D = variational(np.random.default_rng(1))
    x, z = RNG.uniform(-1, 1, (M, 3)), RNG.standard_normal((M, 2))
    both = game + LikelihoodOfG(ELBO(), 5.0)
    state = game.state()
    plain = float(game.d_loss(D, nn.frozen(G), x, z))
    found = both.restored({**both.state(), **state}).d_loss(D, nn.frozen(G), x, z)
    assert float(found) == plain


def gradients(objective, G, D, x, z):
    return grad(objective.g_loss(nn.frozen(D), G, x, z), nn.parameters(G))


@pytest.mark.parametrize("weight", [0.02, 1.0])
def test_the_decoder_learns_from_both_parts_and_the_encoder_from_the_likelihood_alone(weight):
    """Larsen et al. 2016, section 2.3: the GAN's signal does not reach the encoder."""
    G, D = variational(np.random.default_rng(1))
    x, z = RNG.uniform(-1, 1, (M, 3)), RNG.standard_normal((M, 2))
    found = gradients(NonSaturating() + LikelihoodOfG(ELBO(), weight), G, D, x, z)
    of_the_game = gradients(NonSaturating(), G, D, x, z)
    of_the_bound = grad(ELBO().loss(G, x, z), nn.parameters(G))
    for path, slope in found.items():
        np.testing.assert_allclose(slope, of_the_game[path] + weight * of_the_bound[path], rtol=1e-4, atol=1e-6)
        assert np.any(of_the_bound[path])
        assert np.any(of_the_game[path]) == path.startswith("decoder")
    assert {path.split(".")[0] for path in found} == {"encoder", "decoder"}


def test_any_likelihood_may_be_added():
    code, image = (nn.Dense(*sizes, np.random.default_rng(1)) for sizes in ((3, 2), (2, 3)))
    G = Autoencoder(code, image)
    x, z = RNG.uniform(-1, 1, (M, 3)), RNG.standard_normal((M, 2))

    def loss(objective):
        return float(objective.g_loss(critic, G, x, z))

    error = np.mean((np.asarray(nn.frozen(G)(nn.frozen(G).encode(x))) - x) ** 2)
    both = loss(NonSaturating() + LikelihoodOfG(SquaredError(), 7.0))
    assert both == pytest.approx(loss(NonSaturating()) + 7 * error, rel=1e-6)


def test_the_history_has_both_parts():
    turn = Turn("", critic, Fixed(), X, Z)
    found = (NonSaturating() + LikelihoodOfG(ELBO(0.5), 0.1)).measures(turn)
    assert list(found) == ["d_real", "d_fake", "reconstruction", "kl", "active_units"]
    assert float(found["reconstruction"] + found["kl"]) == pytest.approx(negative_elbo(1.0), rel=1e-9)


def test_the_view_of_the_likelihood_goes_on():
    noise = InstanceNoise(linear(0.4, 0.0, 4), rng=np.random.default_rng(1))
    objective = NonSaturating() + LikelihoodOfG(ELBO().shown(noise))
    later = objective.after(critic, Fixed(), X, Z)
    assert [each.terms[0].likelihood.view.measures(None)["noise"] for each in (objective, later)] == [
        0.4,
        pytest.approx(0.3),
    ]


def test_no_losses_are_known_at_equilibrium():
    assert NonSaturating().at_equilibrium()
    assert (NonSaturating() + LikelihoodOfG(ELBO())).at_equilibrium() == {}


def test_what_does_not_fit_is_one_line():
    with pytest.raises(SettingError, match=r"^LikelihoodOfG: expected a likelihood such as ELBO\(\), got 0.1$"):
        LikelihoodOfG(0.1)
    with pytest.raises(SettingError, match=r"^LikelihoodOfG needs a G with an encoder, .*Autoencoder, not Dense$"):
        (NonSaturating() + LikelihoodOfG(ELBO())).g_loss(critic, nn.Dense(UNITS, PIXELS, RNG), X, Tensor(Z))
