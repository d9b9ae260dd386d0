"""Mistakes of public code for autoencoders: sums and means mixed, standard deviations for variances, no gradient."""

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan import raw
from tinygan.metrics import likelihood
from tinygan.nn import AsGaussian, Bernoulli, Gaussian
from tinygan.objectives import ELBO, SquaredError, variational
from tinygan.objectives.variational import parts
from tinygan.recipes.iwae import IWAE
from tinygan.recipes.one_player import OnePlayer

FILE, OTHER = "objectives/test_variational.py", "nn/test_distributions.py"
ELBOS = (f"{FILE}::test_the_elbo_is_log_p_less_the_divergence_of_q_from_the_posterior",)
IMAGES = (f"{FILE}::test_the_loss_of_images_is_a_sum_over_pixels_and_units_and_a_mean_over_the_minibatch",)
POSTERIOR = (f"{FILE}::test_with_the_exact_posterior_every_draw_gives_log_p",)
GROW = (f"{FILE}::test_the_bounds_grow_with_k_towards_log_p",)
GRADIENT = (f"{FILE}::test_the_reparameterization_gives_the_variance_its_gradient",)
INTEGRAL = (f"{OTHER}::test_the_divergence_from_a_standard_normal_is_the_integral",)
BINARY = (f"{OTHER}::test_the_probabilities_of_all_binary_images_sum_to_1_and_have_the_mean",)
DRAWS = (f"{OTHER}::test_draws_have_the_mean_and_the_variance",)
FEATURES = (f"{OTHER}::test_features_become_means_and_log_variances",)
LOG_2_PI = np.log(2 * np.pi)


def summed(x):
    return F.sum(F.reshape(x, shape=(x.shape[0], -1)), axis=1)


def kl_averaged(self, G, x, z):
    reconstruction, kl = parts(G, self.seen(G, x, z), z)
    return F.mean(reconstruction) + self.beta * F.mean(kl)


def kl_subtracted(self, G, x, z):
    reconstruction, kl = parts(G, self.seen(G, x, z), z)
    return F.mean(reconstruction) - self.beta * F.mean(F.sum(kl, axis=1))


def kl_without_half(self):
    return -(1 + self.log_variance - self.mean * self.mean - F.exp(self.log_variance))


def pixels_averaged(self, x):
    density = 0.5 * (x + 1) * self.logits - F.softplus(self.logits)
    return F.mean(F.reshape(density, shape=(x.shape[0], -1)), axis=1)


def of_pixels_from_minus_one(self, x):
    return summed(x * self.logits - F.softplus(self.logits))


def variance_as_std(self, epsilon):
    return self.mean + F.exp(self.log_variance) * epsilon


def std_as_variance(self, x):
    away = x - self.mean
    return -0.5 * summed(away * away * F.exp(-0.5 * self.log_variance) + (self.log_variance + LOG_2_PI))


def not_reparameterized(self, epsilon):
    return self.mean + raw(F.exp(0.5 * self.log_variance)) * epsilon


def mean_alone(self, epsilon):
    return self.mean + 0 * epsilon


def halves_swapped(self, x):
    half = x.shape[1] // 2
    return Gaussian(x[:, half:], x[:, :half])


def mean_of_logarithms(G, x, z):
    return F.mean(log_weights(G, x, z), axis=0)  # noqa: F821, of the file that it is planted in


def without_log_k(G, x, z):
    return F.logsumexp(log_weights(G, x, z), axis=0)  # noqa: F821


def without_the_prior(G, x, z):
    k = draws(x, z)  # noqa: F821
    q, x = _repeated(G.encode(x), k), _repeated(x, k)  # noqa: F821
    code = q.at(z)
    return F.reshape(G.decode(code).log_density(x) - q.log_density(code), shape=(k, -1))


def one_after_another(tree, k):
    return each(lambda leaf: leaf[[i // k for i in range(k * leaf.shape[0])]], tree)  # noqa: F821


def measured_by_logarithms(weights, k):
    return np.mean(weights, axis=0)


def from_the_noisy_images(self, G, x, z):
    seen = self.seen(G, x, z)
    error = G(G.encode(seen)) - seen
    return F.mean(error * error)


MUTANTS = (
    Mutant(25, "ELBO: the KL is averaged over units, the reconstruction summed", *(ELBO, "loss", kl_averaged), ELBOS),
    Mutant(25, "ELBO: the KL with the wrong sign", *(ELBO, "loss", kl_subtracted), ELBOS),
    Mutant(25, "KL without its factor 1/2", *(Gaussian, "divergence", kl_without_half), INTEGRAL),
    Mutant(25, "Bernoulli: a mean over pixels", *(Bernoulli, "log_density", pixels_averaged), BINARY),
    Mutant(
        25, "Bernoulli: pixels of -1 where 0 is meant", *(Bernoulli, "log_density", of_pixels_from_minus_one), IMAGES
    ),
    Mutant(25, "a draw with the variance as standard deviation", *(Gaussian, "at", variance_as_std), DRAWS),
    Mutant(
        25, "a density with the standard deviation as variance", *(Gaussian, "log_density", std_as_variance), POSTERIOR
    ),
    Mutant(11, "noise that gives the variance no gradient", *(Gaussian, "at", not_reparameterized), GRADIENT),
    Mutant(25, "a code without noise", *(Gaussian, "at", mean_alone), DRAWS),
    Mutant(25, "means for log-variances and the other way", *(AsGaussian, "__call__", halves_swapped), FEATURES),
    Mutant(25, "IWAE: the mean of log-weights", *body(variational.log_mean_weights, mean_of_logarithms), GROW),
    Mutant(25, "IWAE: a sum of weights", *body(variational.log_mean_weights, without_log_k), POSTERIOR),
    Mutant(25, "IWAE: weights without p(z)", *body(variational.log_weights, without_the_prior), POSTERIOR),
    Mutant(25, "IWAE: draws of other examples", *body(variational._repeated, one_after_another), POSTERIOR),
    Mutant(
        25,
        "IWAE: one draw, whatever k",
        *(IWAE, "algorithm", OnePlayer.algorithm),
        ("recipes/test_vae.py::test_iwae_draws_k_codes_for_each_example",),
    ),
    Mutant(
        24,
        "log p(x): the mean of log-weights",
        *body(likelihood.log_means, measured_by_logarithms),
        ("metrics/test_likelihood.py::test_the_mean_is_of_weights_and_not_of_their_logarithms",),
    ),
    Mutant(
        25,
        "denoising: an error from the noisy images",
        *(SquaredError, "loss", from_the_noisy_images),
        (
            "objectives/test_likelihood.py::"
            "test_a_denoising_autoencoder_encodes_noisy_examples_and_is_held_to_the_clean_ones",
        ),
    ),
)
