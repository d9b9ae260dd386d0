"""Autoencoders: a generator with an encoder, and a discriminator whose energy is the reconstruction error."""

from math import prod

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import Array
from tinygan.networks import dcgan
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


def dense(shape: tuple[int, ...], rng: np.random.Generator, *, hidden: int, code: int) -> Autoencoder:
    """Perceptrons with one hidden layer: images of `shape` to codes (m, code) in (-1, 1), and back."""
    pixels = prod(shape)
    encoder = nn.Sequential(nn.Reshape(pixels), *perceptron((pixels, hidden, code), rng).layers, F.tanh)
    decoder = nn.Sequential(*perceptron((code, hidden, pixels), rng).layers, F.tanh, nn.Reshape(*shape))
    return Autoencoder(encoder, decoder)


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
