"""Autoencoders: as a discriminator whose energy is the error of reconstruction, and as a generator with an encoder."""

from math import prod
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.networks import dcgan
from tinygan.networks.perceptrons import perceptron
from tinygan.nn.layer import Layer


class Autoencoder(Layer):
    """A generator that decodes z, beside an encoder from examples to such codes: G(G.encode(x)) reconstructs x."""

    per_example = True

    def __init__(self, encoder: Any, decoder: Any):
        self.encoder, self.decoder = encoder, decoder

    def encode(self, x: Any) -> Any:
        """The code of each example."""
        return self.encoder(x)

    def __call__(self, z: Any) -> Any:
        """The example that each code stands for."""
        return self.decoder(z)


def dense(shape: tuple[int, ...], rng: np.random.Generator, *, hidden: int, code: int) -> Autoencoder:
    """Perceptrons with one hidden layer between images of `shape` and `code` numbers in (-1, 1)."""
    pixels = prod(shape)
    encoder = nn.Sequential(nn.Reshape(pixels), *perceptron((pixels, hidden, code), rng).layers, F.tanh)
    decoder = nn.Sequential(*perceptron((code, hidden, pixels), rng).layers, F.tanh, nn.Reshape(*shape))
    return Autoencoder(encoder, decoder)


def energy(
    shape: tuple[int, ...], rng: np.random.Generator, *, hidden: int, width: int, spread: float, code: int, power: int
) -> nn.Reconstruction:
    """D as the energy of an autoencoder with `code` numbers in its middle: two hidden layers, or convolutions.

    hidden, spread: units, and where the first of them are 0, for points.   width: channels, for images.
    """
    if len(shape) == 3:
        encoder = dcgan.discriminator(shape, code, rng, width=width, normalize=None)
        return nn.Reconstruction(encoder, dcgan.generator(code, shape, rng, width=width), power)
    sizes = (*shape, hidden, hidden, code)
    return nn.Reconstruction(perceptron(sizes, rng, spread=spread), perceptron(sizes[::-1], rng), power)
