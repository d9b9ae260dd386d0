"""Autoencoders: a generator with an encoder, and a discriminator whose energy is the reconstruction error."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import Array, raw
from tinygan.networks import dcgan
from tinygan.networks.coders import Coders
from tinygan.networks.perceptrons import perceptron
from tinygan.nn.layer import Layer, Module


class Autoencoder(Layer):
    """A generator G with an encoder: G(z) decodes z, and G(G.encode(x)) reconstructs x."""

    per_example = True

    def __init__(self, encoder: Module, decoder: Module):
        self.encoder, self.decoder = encoder, decoder

    def encode(self, x: Array) -> Array:
        """The code of each example."""
        return self.encoder(x)

    def __call__(self, z: Array) -> Array:
        """The decoded example of each code."""
        return self.decoder(z)

    def code(self, x: Array) -> Array:
        """The code that stands for each example in pictures and measures, (m, latent): that of `encode`."""
        return self.encode(x)

    def networks(self, z: Array) -> dict[str, tuple[Module, Array]]:
        return {"encoder": (self.encoder, raw(self(z))), "decoder": (self.decoder, z)}


class VariationalAutoencoder(Autoencoder):
    """A generator G with a distribution at both ends: G.encode(x) is q(z|x), G.decode(z) is p(x|z); G(z) is its mean.

    encoder, decoder: networks that end in a layer such as `nn.AsGaussian` or `nn.AsBernoulli`.
    """

    per_example = True

    def encode(self, x: Array) -> Any:
        """q(z|x), a distribution of codes (m, latent) for each example."""
        return self.encoder(x)

    def decode(self, z: Array) -> Any:
        """p(x|z), a distribution of examples for each code."""
        return self.decoder(z)

    def __call__(self, z: Array) -> Array:
        """The mean of p(x|z) of each code."""
        return self.decode(z).mean

    def code(self, x: Array) -> Array:
        """The mean of q(z|x) of each example."""
        return self.encode(x).mean


LIKELIHOODS = ("bernoulli", "gaussian")


def autoencoder(coders: Coders) -> Autoencoder:
    """Codes in (-1, 1), and images in (-1, 1): both networks end in tanh."""
    return Autoencoder(nn.Sequential(*coders.encoder, F.tanh), nn.Sequential(*coders.decoder, F.tanh))


def variational(coders: Coders, likelihood: str, std: float = 0.0) -> VariationalAutoencoder:
    """q(z|x) Gaussian with a diagonal covariance, and p(x|z) of one of LIKELIHOODS.

    coders: an encoder with 2 latent outputs.   std: of a Gaussian p(x|z), whose means are tanh; 0: it is learned.
    """
    gaussian = [F.tanh, nn.WithVariance(std or 1.0, learned=not std)]
    last = gaussian if likelihood == "gaussian" else [nn.AsBernoulli()]
    return VariationalAutoencoder(
        nn.Sequential(*coders.encoder, nn.AsGaussian()), nn.Sequential(*coders.decoder, *last)
    )


def energy(
    shape: tuple[int, ...], rng: np.random.Generator, *, hidden: int, width: int, spread: float, code: int, power: int
) -> nn.Reconstruction:
    """A discriminator whose energy is the reconstruction error of an autoencoder with codes of `code` numbers.

    Points: perceptrons with two hidden layers of `hidden` units; see `perceptron` for spread.   Images: the networks of
    dcgan.py with `width` channels.   power: that of `nn.Reconstruction`.
    """
    if len(shape) == 3:
        encoder = dcgan.discriminator(shape, code, rng, width=width, normalize=None)
        return nn.Reconstruction(encoder, dcgan.generator(code, shape, rng, width=width), power)
    sizes = (*shape, hidden, hidden, code)
    return nn.Reconstruction(perceptron(sizes, rng, spread=spread), perceptron(sizes[::-1], rng), power)
