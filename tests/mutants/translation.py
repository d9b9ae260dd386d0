"""Mistakes of paired translation: another image in the L1 term or before D, a sum, no noise; of its measures."""

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.data import Pairs
from tinygan.metrics import sharpness
from tinygan.metrics.translation import _distance, colours
from tinygan.nn.minibatch import Pair
from tinygan.objectives import L1, AbsoluteError, NonSaturating
from tinygan.objectives.l1 import l1_distance
from tinygan.recipes.pix2pix import Pix2Pix

# The functions below run among the names of the files of ours that they stand in for.
BRIGHT = Dataset = None


def from_the_input(made, true):
    return F.mean(F.abs(made.b - true.a))


def summed(made, true):
    return F.sum(F.abs(made.b - true.b)) / len(true.b)


def squared(made, true):
    return F.mean((made.b - true.b) ** 2)


def without_a_gradient(self, turn):
    return self.weight * l1_distance(Pair(*map(raw, turn.fake)), turn.z)


def from_the_examples(self, turn):
    return self.weight * l1_distance(turn.fake, turn.x)


def of_both_players(self, turn):
    return self.weight * l1_distance(turn.fake, turn.z)


def of_other_pairs(self, G, x, z):
    return l1_distance(G(x), z)


def b_alone(self, pair):
    zeros = 0 * pair.a
    return F.concatenate([zeros, pair.b], axis=-1)


def a_of_the_next(self, pair):
    a = F.concatenate([pair.a[1:], pair.a[:1]])
    return Pair(a, self.network(pair.a))


def b_as_input(self, pair):
    return Pair(pair.a, self.network(pair.b))


def quiet(self):
    return nn.replaced(self, rng=None)


def squared_distance(made, true):
    return float(((np.asarray(made, np.float64) - true) ** 2).mean())


def of_all_images_at_once(images):
    x = np.asarray(images, np.float64).mean(axis=0)
    across, down = x[:-1, 1:] - x[:-1, :-1], x[1:, :-1] - x[:-1, :-1]
    return float(np.hypot(across, down).mean())


def parts_apart(self, n, rng):
    (a, _), (b, labels) = (side.some(n, rng) for side in self.sides)
    return Pair(a, b), Pair(labels, labels)


def colours_of_all_pixels(images, palette):
    light = (np.asarray(images, np.float64) + 1) / 2
    sums = light.sum(axis=(1, 2))
    largest = sums.max(axis=1, keepdims=True)
    mean = sums / np.where(largest > 0, largest, 1)
    return np.linalg.norm(mean[:, np.newaxis] - np.asarray(palette), axis=2).argmin(axis=1)


LOSS = ("objectives/test_l1.py",)
RECIPE = ("recipes/test_pix2pix.py::test_its_losses_are_the_sum_and_each_part_alone",)
MEASURES = ("metrics/test_translation.py",)
JUDGES = (
    "recipes/test_pix2pix.py::test_d_judges_both_images_and_g_sees_a_alone",
    "nn/test_pairs.py",
)
NOISY = ("recipes/test_pix2pix.py::test_translations_are_noisy_and_do_not_change_the_run",)

MUTANTS = (
    Mutant(25, "L1 term: distance from the input", *body(l1_distance, from_the_input), LOSS),
    Mutant(25, "L1 term: a sum over pixels", *body(l1_distance, summed), LOSS),
    Mutant(25, "L1 term: squares", *body(l1_distance, squared), LOSS),
    Mutant(25, "L1 term: no gradient flows", *(L1, "g", without_a_gradient), LOSS),
    Mutant(25, "L1 term: distance from other examples", *(L1, "g", from_the_examples), LOSS),
    Mutant(25, "L1 term in D's loss too", *(L1, "d", of_both_players), LOSS),
    Mutant(25, "L1 alone: distance from other pairs", *(AbsoluteError, "loss", of_other_pairs), LOSS),
    Mutant(29, "a D for pairs that sees b alone", *(nn.JoinPair, "__call__", b_alone), JUDGES),
    Mutant(29, "G(a) judged beside the a of another example", *(nn.KeepInput, "__call__", a_of_the_next), JUDGES),
    Mutant(29, "G is given the truth", *(nn.KeepInput, "__call__", b_as_input), JUDGES),
    Mutant(29, "dropout off in samples", *(nn.Dropout, "evaluated", quiet), NOISY),
    Mutant(25, "pix2pix without its L1 term", *(Pix2Pix, "objective", lambda self, rng: NonSaturating()), RECIPE),
    Mutant(24, "L1 error that is a squared one", *body(_distance, squared_distance), MEASURES),
    Mutant(
        24,
        "sharpness of the mean image",
        *body(sharpness, of_all_images_at_once),
        ("metrics/test_sharpness.py::test_by_hand",),
    ),
    Mutant(24, "error of a translation against other pairs", *(Pairs, "some", parts_apart), MEASURES),
    Mutant(24, "colour of all pixels, dark ones too", *body(colours, colours_of_all_pixels), MEASURES),
)
