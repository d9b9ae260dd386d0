"""The bounds of a variational autoencoder against closed forms of linear Gaussian models, and probabilistic PCA."""

import itertools

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from tinygan import Tensor, grad, nn, optim
from tinygan.algorithms import maximize_likelihood
from tinygan.autograd import raw
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.networks.autoencoders import VariationalAutoencoder
from tinygan.nn import Bernoulli, Gaussian
from tinygan.objectives import ELBO, Binarized, ImportanceWeighted, Turn
from tinygan.objectives.variational import active_units, log_mean_weights, log_weights, parts
from tinygan.optim import Optimizer

D, UNITS, NOISE = 5, 2, 0.3
RNG = np.random.default_rng(0)
BASIS, _ = np.linalg.qr(RNG.standard_normal((D, UNITS)))
W = BASIS * [1.5, 0.7]  # (d, units) with orthogonal columns: so the posterior has a diagonal covariance
MU = RNG.standard_normal(D)
MARGINAL = multivariate_normal(MU, W @ W.T + NOISE**2 * np.eye(D))
X = MARGINAL.rvs(6, random_state=np.random.default_rng(1))
PRECISION = 1 + np.array([1.5, 0.7]) ** 2 / NOISE**2


class Linear:
    """p(x|z) = N(W z + mu, NOISE^2 I), and q(z|x) that is the posterior, or a wrong one."""

    def __init__(self, shift=0.0, factor=1.0):
        self.shift, self.factor = shift, factor

    def encode(self, x):
        mean = (x - MU) @ W / NOISE**2 / PRECISION + self.shift
        return Gaussian(mean, np.log(self.factor / PRECISION) + 0 * mean)

    def decode(self, z):
        return Gaussian(z @ W.T + MU, np.array([2 * np.log(NOISE)]))


def noise(k):
    return np.random.default_rng(2).standard_normal((k * len(X), UNITS))


def cubature(m):
    """Noise whose mean over the draws of each example is 0 and whose covariance is I, exactly: (2 units m, units)."""
    points = np.sqrt(UNITS) * np.concatenate([np.eye(UNITS), -np.eye(UNITS)])
    return np.repeat(points, m, axis=0)


def gap(shift, factor):
    """KL(q || posterior), by the formula for two Gaussians."""
    return 0.5 * np.sum(factor - 1 - np.log(factor) + shift**2 * PRECISION)


@pytest.mark.parametrize("k", [1, 2, 7])
def test_with_the_exact_posterior_every_draw_gives_log_p(k):
    found = log_mean_weights(Linear(), X, noise(k))
    np.testing.assert_allclose(found, MARGINAL.logpdf(X), rtol=1e-10)
    np.testing.assert_allclose(log_weights(Linear(), X, noise(k)), np.tile(MARGINAL.logpdf(X), (k, 1)), rtol=1e-10)
    loss = ImportanceWeighted().loss(Linear(), X, noise(k))
    assert float(loss) == pytest.approx(-MARGINAL.logpdf(X).mean(), rel=1e-10)


@pytest.mark.parametrize(("shift", "factor"), [(0.0, 1.0), (0.2, 1.0), (0.0, 3.0), (-0.1, 0.5)])
def test_the_elbo_is_log_p_less_the_divergence_of_q_from_the_posterior(shift, factor):
    loss = ELBO().loss(Linear(shift, factor), X, cubature(len(X)))
    assert float(loss) == pytest.approx(-MARGINAL.logpdf(X).mean() + gap(shift, factor), rel=1e-10)


def test_beta_weighs_the_divergence_from_the_prior():
    G, z = Linear(), cubature(len(X))
    losses = [float(ELBO(beta).loss(G, X, z)) for beta in (0.0, 1.0, 4.0)]
    q = G.encode(X)
    variance = np.exp(q.log_variance)
    kl = 0.5 * (variance + q.mean**2 - 1 - np.log(variance)).sum(axis=1).mean()
    assert losses[1] - losses[0] == pytest.approx(kl, rel=1e-10)
    assert losses[2] - losses[0] == pytest.approx(4 * kl, rel=1e-10)
    with pytest.raises(SettingError, match=r"^beta is expected to be at least 0, got -1.0$"):
        ELBO(-1.0)


def test_the_bounds_grow_with_k_towards_log_p():
    """Means over 1,200 draws for each example; the same draws, so the order is exact, and the gaps are not."""
    weights = log_weights(Linear(0.3, 2.0), X, noise(1200))
    bounds = []
    for k in (1, 5, 50):
        groups = weights.reshape(-1, k, len(X))
        bounds.append(np.mean(np.log(np.exp(groups).mean(axis=1)) - MARGINAL.logpdf(X)))
        separate = [
            log_mean_weights(Linear(0.3, 2.0), X, z) for z in np.split(noise(1200), 1200 // k)[:2]
        ]  # the objective's own k
        np.testing.assert_allclose(separate, np.log(np.exp(groups[:2]).mean(axis=1)), rtol=1e-10)
    assert bounds[0] == pytest.approx(-gap(0.3, 2.0), rel=0.1)
    assert bounds[0] < bounds[1] - 0.2 < bounds[2] - 0.4
    assert -0.1 < bounds[2] < 0


def test_row_i_of_the_noise_is_a_draw_for_example_i_mod_m():
    z = noise(3)
    alone = [log_weights(Linear(0.3), X[i : i + 1], z[i :: len(X)]) for i in range(len(X))]
    np.testing.assert_allclose(log_weights(Linear(0.3), X, z), np.concatenate(alone, axis=1), rtol=1e-12)
    reconstruction, kl = parts(Linear(0.3), X, z)
    for i in range(len(X)):
        of_one, of_units = parts(Linear(0.3), X[i : i + 1], z[i :: len(X)])
        assert float(of_one[0]) == pytest.approx(reconstruction[i], rel=1e-12)
        np.testing.assert_allclose(of_units[0], kl[i], rtol=1e-12)


@pytest.mark.parametrize("objective", [ELBO(), ImportanceWeighted()])
@pytest.mark.parametrize("count", [0, 3, 8])
def test_noise_has_k_rows_for_each_example(objective, count):
    words = rf"^expected noise with k rows for each example, \(k m, units\), got {count} rows for m = 6 examples$"
    with pytest.raises(ShapeMismatch, match=words):
        objective.loss(Linear(), X, np.zeros((count, UNITS)))


def test_the_loss_of_images_is_a_sum_over_pixels_and_units_and_a_mean_over_the_minibatch():
    """The function loss_function of pytorch/examples/vae, divided by m."""
    rng = np.random.default_rng(3)
    x, logits = rng.uniform(-1, 1, (4, 3, 2, 1)), rng.standard_normal((4, 3, 2, 1))
    mu, log_variance = rng.standard_normal((2, 4, 7))

    class Fixed:
        def encode(self, x):
            return Gaussian(mu, log_variance)

        def decode(self, z):
            return Bernoulli(logits)

    t, p = (x + 1) / 2, 1 / (1 + np.exp(-logits))
    cross_entropy = -np.sum(t * np.log(p) + (1 - t) * np.log(1 - p))
    kl = -0.5 * np.sum(1 + log_variance - mu**2 - np.exp(log_variance))
    z = rng.standard_normal((4, 7))
    assert float(ELBO().loss(Fixed(), x, z)) == pytest.approx((cross_entropy + kl) / 4, rel=1e-12)
    drawn = mu + np.exp(log_variance / 2) * z
    log_w = norm.logpdf(drawn).sum(axis=1) - norm.logpdf(drawn, mu, np.exp(log_variance / 2)).sum(axis=1)
    found = float(ImportanceWeighted().loss(Fixed(), x, z))
    assert found == pytest.approx(cross_entropy / 4 - log_w.mean(), rel=1e-12)


@pytest.mark.parametrize("objective", [ELBO(), ImportanceWeighted()])
def test_the_reparameterization_gives_the_variance_its_gradient(objective):
    """With the exact expectation the gradient in the log-variance is that of KL(q || posterior)."""
    log_variance = Tensor(np.log(2.0 / PRECISION))

    class Learned(Linear):
        def encode(self, x):
            mean = super().encode(x).mean
            return Gaussian(mean, log_variance + 0 * mean)

    one_by_one = cubature(1) if isinstance(objective, ImportanceWeighted) else None
    if one_by_one is None:
        loss = objective.loss(Learned(), X, cubature(len(X)))
    else:  # L_1 is linear in the draws: the mean of its losses
        loss = sum(objective.loss(Learned(), X, np.tile(z, (len(X), 1))) for z in one_by_one) / len(one_by_one)
    [slope] = grad(loss, [log_variance])
    np.testing.assert_allclose(slope, 0.5 * (2.0 - 1.0) * np.ones(UNITS), rtol=1e-8)


def test_the_measures_are_of_the_examples_without_the_view():
    G, z = Linear(), cubature(len(X))
    for objective in (ELBO(3.0), ImportanceWeighted()):
        found = objective.shown(Binarized(np.random.default_rng(0))).measures(Turn("", None, G, X, z))
        assert float(found["reconstruction"] + found["kl"]) == pytest.approx(-MARGINAL.logpdf(X).mean(), rel=1e-10)
        assert float(found["active_units"]) == 2


def test_a_unit_is_active_if_its_mean_varies_with_the_examples():
    means = np.array([[0.0, 5.0, 0.21], [0.19, 5.0, 0.0]])  # variances 0.009, 0 and 0.011
    assert float(active_units(means)) == 1
    assert active_units(means.astype(np.float32)).dtype == np.float32


def test_a_linear_vae_is_probabilistic_pca():
    """Tipping and Bishop 1999, eq. (8); Lucas et al. 2019: at its optimum the ELBO is the log-likelihood.

    Ten points have the covariance exactly, and the noise of `cubature` gives the expectation over q exactly.
    """
    rotation, _ = np.linalg.qr(np.random.default_rng(5).standard_normal((D, D)))
    eigenvalues = np.array([3.0, 1.5, 0.4, 0.3, 0.2])
    columns = rotation * np.sqrt(D * eigenvalues)
    x = MU + np.concatenate([columns.T, -columns.T])
    sigma2 = eigenvalues[UNITS:].mean()
    log_det = np.log(eigenvalues[:UNITS]).sum() + (D - UNITS) * np.log(sigma2)
    likelihood = -0.5 * (D * np.log(2 * np.pi) + log_det + D)

    rng = np.random.default_rng(6)
    G = VariationalAutoencoder(
        nn.Sequential(nn.Dense(D, 2 * UNITS, rng), nn.AsGaussian()),
        nn.Sequential(nn.Dense(UNITS, D, rng), nn.WithVariance(1.0)),
    )
    G = nn.map_leaves(G, lambda leaf: Tensor(raw(leaf).astype(np.float64)))
    rule = Optimizer(optim.adam(optim.linear(0.2, 0.0, 800)))
    z = cubature(len(x))
    steps = maximize_likelihood(G, ELBO(), rule, lambda m: z, lambda m: x, m=len(x))
    [last] = itertools.islice(steps, 799, 800)
    assert -float(last.loss) == pytest.approx(likelihood, abs=1e-3)
    assert -float(last.loss) < likelihood + 1e-9
    decoder = nn.frozen(last.G).decoder.layers
    assert np.exp(decoder[1].log_variance.item()) == pytest.approx(sigma2, rel=1e-2)
    basis, _ = np.linalg.qr(decoder[0].weight.T)
    cosines = np.linalg.svd(basis.T @ rotation[:, :UNITS], compute_uv=False)
    assert np.arccos(min(1.0, cosines.min())) < 1e-2
