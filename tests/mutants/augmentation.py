"""Mistakes in the augmentation of D's inputs and of a classifier's data."""

import dataclasses

import numpy as np

from tests.mutants.mutant import Mutant
from tinygan import functional as F
from tinygan import raw
from tinygan.augmentation.tasks import Trial
from tinygan.backend import namespace
from tinygan.data import Images
from tinygan.objectives import ADA, DiffAugment
from tinygan.objectives.transformations import Transformation


def in_ds_turn_only(self, x, turn):
    return self.real(x, turn) if turn.player == "D" else x


def one_for_all(self, x, rng):
    asarray = namespace(raw(x)).asarray
    numbers = [np.broadcast_to(n[:1], n.shape).copy() for n in self.draw(rng, x.shape)]
    return self.apply(x, *(asarray(n, dtype=x.dtype if n.dtype.kind == "f" else n.dtype) for n in numbers))


def rolled(xp, x, rows, columns):
    height, width = x.shape[1:3]
    top, left = (xp.arange(height) - rows[:, None]) % height, (xp.arange(width) - columns[:, None]) % width
    return x[xp.arange(len(x))[:, None, None], top[:, :, None], left[:, None, :]]


def of_the_mean(self, turn, right=ADA.remember):
    """E[sign D(x)] as sign E[D(x)]."""
    D = turn.D
    turn.D = lambda x: F.mean(D(x), axis=0, keepdims=True)
    return right(self, turn)


def against_the_target(self, turn, right=ADA.remember):
    """p + step sign(target - r_t)."""
    found = right(self, turn)
    return dataclasses.replace(found, p=F.clip(2 * self.p - found.p, 0.0, 1.0))


def with_true_labels(self, images, right=Trial.added):
    found = right(self, images)
    return Images("added", images.images, images.labels, images.classes) if self.arm == "unlabelled" else found


MUTANTS = (
    Mutant(
        27,
        "augmentation of examples only: it leaks into the samples",
        *(DiffAugment, "fake", lambda self, x, turn: x),
        ("objectives/test_diff_augment.py",),
    ),
    Mutant(
        27,
        "augmentation in D's updates only",
        *(DiffAugment, "fake", in_ds_turn_only),
        ("objectives/test_diff_augment.py",),
    ),
    Mutant(
        27,
        "augmentation as a constant, through which no gradient reaches G",
        *(DiffAugment, "fake", lambda self, x, turn: raw(self.real(x, turn))),
        ("objectives/test_diff_augment.py::test_the_gradient_of_gs_loss_passes_through_t",),
    ),
    Mutant(
        27,
        "augmentation: one transformation for the whole minibatch",
        *(Transformation, "__call__", one_for_all),
        ("objectives/test_diff_augment.py",),
    ),
    Mutant(
        27,
        "augmentation: what leaves an image on one side comes in on the other",
        *(F.translate, "forward", rolled),
        ("functional/test_shape.py::test_translate_against_plain_loops",),
    ),
    Mutant(
        27,
        "adaptive augmentation that follows the sign of the mean of D(x)",
        *(ADA, "remember", of_the_mean),
        ("objectives/test_ada.py",),
    ),
    Mutant(
        27,
        "adaptive augmentation that falls where D is too sure",
        *(ADA, "remember", against_the_target),
        ("objectives/test_ada.py::test_p_rises_where_d_is_too_sure_and_falls_where_it_is_not",),
    ),
    Mutant(
        27,
        "augmentation of a classifier's data that reads the labels of unlabelled images",
        *(Trial, "added", with_true_labels),
        ("test_augmentation.py::test_labels_of_other_images_are_never_read",),
    ),
)
