"""Mistakes in the networks that translate images, in the discriminator of patches, and in layers for pairs."""

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan import nn, raw
from tinygan.functional.windows import pair
from tinygan.networks import unet
from tinygan.networks.patch import patch_discriminator, receptive_field
from tinygan.networks.residual import Residual
from tinygan.networks.unet import Joined
from tinygan.objectives.scores import scores


def added(self, x):
    return x + self.inner(x)


def of_the_decoder_alone(self, x):
    y = self.inner(x)
    return F.concatenate([y, y], axis=-1)


def without_gradient(self, x):
    return F.concatenate([raw(x), self.inner(x)], axis=-1)


def normed_to_the_bottom(levels, skips):
    level, *deeper = levels
    below = [_u(deeper, skips)] if deeper else [nn.BatchNorm(level.down[-1].weight.shape[-1])]  # noqa: F821
    inner = nn.Sequential(*level.down, *below, *level.up)
    return Joined(inner) if skips else inner


def without_strides(layers):
    field = 1
    for kernel, _ in layers:
        field += kernel - 1
    return field


def from_the_image_on(layers):
    field = 1
    for kernel, stride in layers:
        field = (field - 1) * stride + kernel
    return field


def ending_dense(shape, rng, *, field, width, normalize=None, std=0.02, wrap=None):
    places = [_scores(side, FIELDS[field]) for side in shape[:2]]  # noqa: F821
    layers = nn.Dense(shape[0] * shape[1] * shape[2], places[0] * places[1], rng), nn.Reshape(*places, 1)
    return nn.Sequential(nn.Reshape(shape[0] * shape[1] * shape[2]), *layers)


def of_the_mean_patch(output):
    return [output.mean(axis=tuple(range(1, output.ndim)))[:, None]]


def without_noise(self):
    return nn.replaced(self, rng=None)


def by_the_runs_generator(self):
    return self


def of_one_seed(self):
    return nn.replaced(self, rng=np.random.default_rng(0) if self.in_samples else None)


def in_place(self, pair):
    return nn.Pair(self.to_b(pair.a), self.to_a(pair.b))


def beside_the_target(self, pair):
    return nn.Pair(pair.b, self.network(pair.a))


def of_the_other_domain(self, pair):
    return nn.Pair(self.of_a(pair.b), self.of_b(pair.a))


def with_relu(self, x):
    return F.relu(x + self.main(x))


def with_its_edge(xp, x, border):
    top, left = pair(border)
    return xp.pad(x, ((0, 0), (top, top), (left, left), (0, 0)), mode="symmetric")


def cropped(g, out, x, border):
    (top, left), (h, w) = pair(border), x.shape[1:3]
    return g[:, top : top + h, left : left + w]


JOINS = ("networks/test_unet.py::test_a_level_joins_its_input_with_what_comes_back",)
NOISE = ("nn/test_evaluation.py::test_dropout_in_samples_draws_from_a_copy_of_its_generator",)
FIELD = ("networks/test_patch.py::test_fields_are_those_of_the_paper_and_smaller_ones",)

MUTANTS = (
    Mutant(29, "U-Net: skip connections are added, not joined", *(Joined, "__call__", added), JOINS),
    Mutant(29, "U-Net: the decoder is joined with itself", *(Joined, "__call__", of_the_decoder_alone), JOINS),
    Mutant(
        29,
        "U-Net: no gradient through the skip connections",
        *(Joined, "__call__", without_gradient),
        ("gradcheck/test_table.py::test_gradients_are_derivatives[U-Net]",),
    ),
    Mutant(
        29,
        "U-Net: a norm at the innermost map, which is 0 for a minibatch of one",
        *body(unet._u, normed_to_the_bottom),
        ("networks/test_unet.py::test_norms_stand_everywhere_but_at_the_first_the_innermost_and_the_last_map",),
    ),
    Mutant(29, "receptive field without the strides", *body(receptive_field, without_strides), FIELD),
    Mutant(29, "receptive field with the layers in the wrong order", *body(receptive_field, from_the_image_on), FIELD),
    Mutant(
        29,
        "PatchGAN that ends in a dense layer",
        *body(patch_discriminator, ending_dense),
        ("networks/test_patch.py::test_a_score_depends_on_a_patch_of_the_stated_side[16]",),
    ),
    Mutant(
        29,
        "PatchGAN: the loss of the mean score in place of the mean of the losses",
        *body(scores, of_the_mean_patch),
        ("networks/test_patch.py::test_the_loss_is_the_mean_over_patches_of_the_loss_of_each",),
    ),
    Mutant(29, "dropout as noise is off in samples", *(nn.Dropout, "evaluated", without_noise), NOISE),
    Mutant(
        29,
        "samples draw dropout's random numbers of training",
        *(nn.Dropout, "evaluated", by_the_runs_generator),
        NOISE,
    ),
    Mutant(29, "dropout in samples has the masks of one seed for ever", *(nn.Dropout, "evaluated", of_one_seed), NOISE),
    Mutant(
        29,
        "two ways: translations stand in the domain that they come from",
        *(nn.TwoWay, "__call__", in_place),
        ("nn/test_pairs.py::test_twice_both_ways_is_the_cycle",),
    ),
    Mutant(
        29,
        "D is shown a translation beside its target in place of its input",
        *(nn.KeepInput, "__call__", beside_the_target),
        ("nn/test_pairs.py::test_the_input_is_kept_beside_its_translation",),
    ),
    Mutant(
        29,
        "each domain is judged by the D of the other",
        *(nn.EachDomain, "__call__", of_the_other_domain),
        ("nn/test_pairs.py::test_each_domain_has_its_own_scores_and_its_own_loss",),
    ),
    Mutant(
        29,
        "residual block with a ReLU after the sum",
        *(Residual, "__call__", with_relu),
        ("networks/test_cyclegan.py::test_a_block_adds_its_input_and_has_no_relu_after_the_sum",),
    ),
    Mutant(
        29,
        "reflection that repeats the edge",
        *(F.pad_reflected, "forward", with_its_edge),
        ("functional/test_shape.py::test_reflection_is_numpys",),
    ),
    Mutant(
        29,
        "reflection whose gradient is cropped",
        *(F.pad_reflected, "vjps", (cropped,)),
        ("gradcheck/test_table.py::test_gradients_are_derivatives[pad_reflected]",),
    ),
)
