"""Mistakes in the networks that translate images, and in the discriminators of their patches."""

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan import nn
from tinygan.networks import cyclegan, patch, unet
from tinygan.networks.residual import Residual


def added(self, x):
    return x + self.inner(x)


def joined_after_the_activation(self, x):
    from tinygan.networks.layers import leaky_relu

    return F.concatenate([leaky_relu(x), self.inner(x)], axis=-1)


def inner_first(self, x):
    return F.concatenate([self.inner(x), x], axis=-1)


def joined_with_itself(self, x):
    y = self.inner(x)
    return F.concatenate([y, y], axis=-1)


def never_deeper(levels, skips):
    level, *_ = levels
    return Joined(nn.Sequential(*level.down, *level.up))  # noqa: F821, a name of unet.py


def without_stride(layers):
    field = 1
    for kernel, _ in layers:
        field += kernel - 1
    return field


def from_the_image_on(layers):
    field = 1
    for kernel, stride in layers:
        field = (field - 1) * stride + kernel
    return field


def averaged_first(shape, rng, right=patch.patch_discriminator, **settings):
    return nn.Sequential(right(shape, rng, **settings), nn.MeanPool())


def dense_at_the_end(shape, rng, right=patch.patch_discriminator, **settings):
    D = right(shape, rng, **settings)
    places = D(np.zeros((2, *shape), np.float32)).shape[1:]
    size = int(np.prod(places))
    return nn.Sequential(*D, nn.Reshape(size), nn.Dense(size, size, rng), nn.Reshape(*places))


def identity_in_samples(self):
    return nn.replaced(self, rng=None)


def of_the_run(self):
    return self if self.in_samples else nn.replaced(self, rng=None)


def straight(self, pair):
    return nn.Pair(self.to_a(pair.a), self.to_b(pair.b))


def each_at_its_source(self, pair):
    return nn.Pair(self.to_b(pair.a), self.to_a(pair.b))


def kept_target(self, pair):
    return nn.Pair(pair.b, self.network(pair.a))


def swapped_judges(self, pair):
    return nn.Pair(self.of_a(pair.b), self.of_b(pair.a))


def with_relu(self, x):
    return F.relu(self.main(x) + x)


def mirrored_with_its_edge(xp, x, border):
    top, left = border if isinstance(border, tuple) else (border, border)
    return xp.pad(x, ((0, 0), (top, top), (left, left), (0, 0)), mode="symmetric")


UNET = ("networks/test_unet.py",)
PATCH = ("networks/test_patch.py",)
PAIRS = ("nn/test_pairs.py",)
EVALUATION = ("nn/test_evaluation.py::test_dropout_in_samples_draws_from_a_copy_of_its_generator",)
LOSS = ("networks/test_patch.py::test_the_loss_is_the_mean_over_patches_of_the_loss_of_each",)
