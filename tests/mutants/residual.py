"""Mistakes in BigGAN's parts, in R3GAN and in the measures of stacked digits."""

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan import nn
from tinygan.data import Stacked
from tinygan.metrics import stacked
from tinygan.objectives import R1, R2, Lazy, OrthogonalRegularization, Relativistic
from tinygan.objectives.input_gradients import mean_squared_norm
from tinygan.objectives.scores import total
from tinygan.objectives.slopes import REAL, slope


def mean_over_pixels(gradients):
    return total(F.mean(rows * rows) for rows in gradients)


def at_examples(self, turn):
    return R1(self.weight).d(turn)


def of_examples(turn, where):
    return turn.slopes[REAL]


def without_its_factor(self, loss, turn):
    return loss(turn) if self.active else 0.0


def every_time(self):
    return True


def as_in_d(self, fake, real):
    return self.d(real, fake)


def half(self, turn, right=OrthogonalRegularization.g):
    return 0.5 * right(self, turn)


def of_all_weights(self, turn):
    return self.weight * nn.orthogonality(turn.G)


def from_0_to_1(self, triples, right=Stacked._stacked):
    return (right(self, triples) + 1) / 2


def unscaled(images, classifier, classes):
    images = np.asarray(images) / 255
    digits = classifier(np.moveaxis(images, -1, 1).reshape(-1, *images.shape[1:3], 1)).reshape(len(images), -1)
    return digits @ classes ** np.arange(images.shape[-1] - 1, -1, -1)


def cut_across_channels(images, classifier, classes):
    images = np.asarray(images)
    digits = classifier(images.reshape(-1, *images.shape[1:3], 1)).reshape(len(images), -1)
    return digits @ classes ** np.arange(images.shape[-1] - 1, -1, -1)


ONE_PASS = ("objectives/test_lazy.py::test_both_penalties_and_the_loss_take_one_pass",)
MODES = ("metrics/test_stacked.py::test_channels_are_the_digits_of_the_mode_first_to_last",)

MUTANTS = (
    Mutant(
        25,
        "R1 and R2 with the mean over an example's numbers in place of their sum",
        *body(mean_squared_norm, mean_over_pixels),
        ONE_PASS,
    ),
    Mutant(25, "R2 at examples, so that R1 counts twice", *(R2, "d", at_examples), ONE_PASS),
    Mutant(25, "R2 with R1's gradients of the pass that both share", *body(slope, of_examples), ONE_PASS),
    Mutant(
        25,
        "a lazy penalty without the factor for the iterations that it skips",
        *(Lazy, "_weighted", without_its_factor),
        ("objectives/test_lazy.py::test_it_counts_in_every_third_iteration_three_times",),
    ),
    Mutant(
        25,
        "a lazy penalty that is never lazy",
        *(Lazy, "active", property(every_time)),
        ("objectives/test_lazy.py::test_it_counts_in_every_third_iteration_three_times",),
    ),
    Mutant(
        25,
        "orthogonal regularization with half its gradient, as in the authors' code",
        *(OrthogonalRegularization, "g", half),
        ("objectives/test_orthogonal.py::test_the_authors_code_pulls_half_as_hard_for_its_beta",),
    ),
    Mutant(
        25,
        "orthogonal regularization of the shared embedding",
        *(OrthogonalRegularization, "g", of_all_weights),
        ("recipes/test_biggan.py::test_the_regularization_skips_the_shared_embedding",),
    ),
    Mutant(
        25,
        "relativistic: G descends D's loss",
        *(Relativistic, "g", as_in_d),
        ("objectives/test_relativistic.py::test_the_losses_are_the_papers",),
    ),
    Mutant(
        26,
        "stacked digits from 0 to 1 beside a G that ends in tanh",
        *(Stacked, "_stacked", from_0_to_1),
        ("metrics/test_stacked.py::test_true_stacks_as_bytes_are_the_bytes_of_their_digits",),
    ),
    Mutant(26, "stacked samples unscaled before their digits' classifier", *body(stacked.modes_of, unscaled), MODES),
    Mutant(26, "stacked samples cut across their channels", *body(stacked.modes_of, cut_across_channels), MODES),
)
