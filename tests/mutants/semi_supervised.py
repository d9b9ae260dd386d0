"""Mistakes of semi-supervised code: labels read by accident, a sum for a mean, noisy features, a start at 0."""

import copy
import itertools
from math import prod

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan import nn
from tinygan.data import Shuffled, partly_labelled
from tinygan.data.partly_labelled import Chosen, SemiMinibatches
from tinygan.networks import semi_supervised
from tinygan.networks.semi_supervised import Rescaled, _fixed, _generators
from tinygan.nn import Semi, together
from tinygan.nn.average import unbiased
from tinygan.objectives import FeatureMatching, SemiSupervised

LOSSES = ("objectives/test_semi_supervised.py",)
DATA = ("data/test_partly_labelled.py",)


def every_label(self, m):
    unlabelled = self.source.labelled().stream(self._rng)(m)
    return Semi(unlabelled, unlabelled.x)


def drawn_anew(self, m):
    places = partly_labelled.chosen(self.source.labels, self.source.classes, 2, self._rng)
    self.labelled = self._labelled(places)
    return Semi(self.labelled(m), self.unlabelled(m))


def labels_of_the_first(self, places):
    part = self.source.taken(places)
    chosen = Chosen(part.name, part, self.source.labels[: len(places)], places)
    return Shuffled(chosen, copy.deepcopy(self._rng), self.asarray)


def by_all_labels(labels, classes, count, rng):
    labels = np.asarray(labels)
    return np.concatenate([rng.permutation(np.flatnonzero(labels == label))[:count] for label in range(len(classes))])


def summed_features(self, D, G, x, z):
    h = FeatureMatching(self.layer).features(D)
    real, fake = h(x.unlabelled), h(G(z))
    difference = F.mean(real, axis=0) - F.mean(fake, axis=0)
    return F.sum(difference * difference)


def features_of_labelled(self, D, G, x, z):
    h = FeatureMatching(self.layer).features(D)
    real, fake = h(x.labelled.x), h(G(z))
    difference = F.mean(real, axis=0) - F.mean(fake, axis=0)
    return F.mean(difference * difference)


def without_half(self, D, G, x, z):
    (labelled, y), unlabelled = x
    logits, real, fake = together(D, labelled, unlabelled, G(z))
    real, fake = F.logsumexp(real, axis=-1), F.logsumexp(fake, axis=-1)
    return F.cross_entropy(logits, y) + self.weight * (F.mean(F.softplus(-real)) + F.mean(F.softplus(fake)))


def softmax_twice(self, D, G, x, z):
    (labelled, y), unlabelled = x
    logits, real, fake = together(D, labelled, unlabelled, G(z))
    real, fake = F.logsumexp(real, axis=-1), F.logsumexp(fake, axis=-1)
    unsupervised = F.mean(F.softplus(-real)) + F.mean(F.softplus(fake))
    return F.cross_entropy(F.softmax(logits), y) + self.weight * 0.5 * unsupervised


def from_zero(decay, t):
    return decay


def noise_before_the_relu(shape, classes, hidden, rng, *, input_noise, noise):
    generators = _generators(rng)
    layers = [nn.Reshape(prod(shape)), Rescaled(0.5, 0.5), nn.GaussianNoise(input_noise, next(generators))]
    for inputs, outputs in itertools.pairwise((prod(shape), *hidden)):
        layers += [_fixed(nn.Dense, inputs, outputs, rng), nn.GaussianNoise(noise, next(generators)), F.relu]
    return nn.Sequential(*layers, nn.WeightNorm(nn.Dense(hidden[-1], classes, rng, initialize=nn.normal(0.1))))


MUTANTS = (
    Mutant(15, "semi-supervised: every label is used", *(SemiMinibatches, "__call__", every_label), DATA),
    Mutant(
        15, "semi-supervised: each minibatch chooses its labels anew", *(SemiMinibatches, "__call__", drawn_anew), DATA
    ),
    Mutant(
        15, "semi-supervised: all labels decide which are chosen", *body(partly_labelled.chosen, by_all_labels), DATA
    ),
    Mutant(15, "semi-supervised: labels of other examples", *(SemiMinibatches, "_labelled", labels_of_the_first), DATA),
    Mutant(28, "feature matching: a sum over the features", *(SemiSupervised, "g_loss", summed_features), LOSSES),
    Mutant(28, "feature matching: labelled examples", *(SemiSupervised, "g_loss", features_of_labelled), LOSSES),
    Mutant(8, "semi-supervised: softmax twice", *(SemiSupervised, "d_loss", softmax_twice), LOSSES),
    Mutant(28, "semi-supervised: twice the loss without labels", *(SemiSupervised, "d_loss", without_half), LOSSES),
    Mutant(28, "an average of D from 0, not corrected", *body(unbiased, from_zero), ("nn/test_average.py",)),
    Mutant(
        28,
        "semi-supervised D: noise before the ReLU, so that G matches noisy features",
        *body(semi_supervised.classifier, noise_before_the_relu),
        ("networks/test_semi_supervised.py",),
    ),
)
