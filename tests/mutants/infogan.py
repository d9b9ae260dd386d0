"""Mistakes of public InfoGAN code: of the codes, of the information term, and of the error of the category."""

from math import log, nan

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan import nn, raw
from tinygan.data import CodedNoise
from tinygan.metrics import Measure, clusters
from tinygan.metrics.chunks import by_chunks
from tinygan.metrics.clusters import by_majority, counts, one_to_one
from tinygan.objectives import Information, information
from tinygan.objectives.information import cross_entropies
from tinygan.recipes.infogan import InfoGAN

PRIOR = ("recipes/test_infogan.py::test_the_prior_is_the_papers",)
FORMULA = ("objectives/test_information.py::test_lambda_times_l_i_is_subtracted_from_both_losses",)


def normal(self, m, rng):
    return rng.standard_normal((m, self.continuous), dtype=np.float32)


def one_category(self, m, rng):
    drawn = nn.Codes(self.prior.sample(m, rng), rng.integers(self.categories, size=m), self._continuous(m, rng))
    return drawn._replace(category=np.full_like(drawn.category, drawn.category[0]))


def without_the_category(self, z):
    return F.concatenate([z.noise, 0 * self.one_hot(z.category), z.continuous], axis=1)


def not_for_g(self, turn):
    return raw(self.d(turn))


def not_for_q(self, turn):
    return 0.0


def gained(self, turn):
    category, continuous = cross_entropies(turn)
    return -(self.weight * category + self.continuous * continuous)


def one_lambda(self, turn):
    category, continuous = cross_entropies(turn)
    return self.weight * (category + continuous)


def of_other_samples(turn):
    found, codes = turn.d_fake, turn.z
    difference = found.continuous - codes.continuous
    return F.cross_entropy(found.category, codes.category[::-1]), 0.5 * F.mean(F.sum(difference * difference, axis=1))


def of_examples(turn):
    found, codes = turn.d_real, turn.z
    difference = found.continuous - codes.continuous
    return F.cross_entropy(found.category, codes.category), 0.5 * F.mean(F.sum(difference * difference, axis=1))


def softmax_first(turn):
    found, codes = turn.d_fake, turn.z
    category = F.softmax(found.category)
    difference = found.continuous - codes.continuous
    return F.cross_entropy(category, codes.category), 0.5 * F.mean(F.sum(difference * difference, axis=1))


def mean_of_codes(turn):
    found, codes = turn.d_fake, turn.z
    difference = found.continuous - codes.continuous
    return F.cross_entropy(found.category, codes.category), F.mean(difference * difference)


def in_order(table):
    return np.arange(len(table))


def most_frequent(table):
    return np.argmax(table, axis=1)


def by_test_labels(clusters_of, training, test, k, *, seed):
    found = by_chunks(clusters_of, test)
    table = counts(found, test.labels, k, len(test.classes))
    named = {"error_one_to_one": one_to_one(table), "error_majority": by_majority(table)}
    return [Measure(name, float(np.mean(names[found] != test.labels)), nan, len(test)) for name, names in named.items()]


def with_statistics_of_the_minibatch(self, run, samples=2500, seed=0, right=InfoGAN.measures):
    information, *errors = right(self, run, samples, seed)
    z = run.prior.sample(samples, np.random.default_rng(seed))
    nats = float(F.cross_entropy(nn.frozen(run.D)(run.generator()(z)).category, z.category))
    return [information._replace(value=log(self.categories) - nats), *errors]


INFOGAN = [
    Mutant(
        23,
        "continuous codes are normal, not uniform",
        *(CodedNoise, "_continuous", normal),
        PRIOR,
    ),
    Mutant(
        23,
        "one category for the whole minibatch",
        *(CodedNoise, "sample", one_category),
        PRIOR,
    ),
    Mutant(
        23,
        "G is not given the category",
        *(nn.JoinCodes, "__call__", without_the_category),
        ("recipes/test_infogan.py::test_every_code_reaches_the_samples",),
    ),
    Mutant(
        11,
        "the information term reaches G without a gradient",
        *(Information, "g", not_for_g),
        ("objectives/test_information.py::test_q_learns_in_ds_turn_and_g_in_its_own",),
    ),
    Mutant(
        23,
        "Q is not trained in D's turn",
        *(Information, "d", not_for_q),
        FORMULA,
    ),
    Mutant(23, "the information is a loss: its sign is wrong", *(Information, "d", gained), FORMULA),
    Mutant(23, "one lambda for the category and the continuous codes", *(Information, "d", one_lambda), FORMULA),
    Mutant(
        23,
        "the codes of other samples are asked for",
        *body(information.cross_entropies, of_other_samples),
        FORMULA,
    ),
    Mutant(
        23,
        "Q is asked for the codes of true examples",
        *body(information.cross_entropies, of_examples),
        FORMULA,
    ),
    Mutant(8, "the category's softmax is applied twice", *body(information.cross_entropies, softmax_first), FORMULA),
    Mutant(
        23,
        "the mean over continuous codes, and no 1/2: a density that is not normal",
        *body(information.cross_entropies, mean_of_codes),
        FORMULA,
    ),
    Mutant(
        23,
        "category c is taken for class c",
        *body(clusters.one_to_one, in_order),
        ("recipes/test_infogan.py::test_the_errors_are_those_of_test_images",),
    ),
    Mutant(
        24,
        "clusters named by majority where one to one is said",
        *body(clusters.one_to_one, most_frequent),
        ("metrics/test_clusters.py",),
    ),
    Mutant(
        24,
        "clusters named by the labels of the test images that they are tested on",
        *body(clusters.cluster_errors, by_test_labels),
        ("metrics/test_clusters.py",),
    ),
    Mutant(
        24,
        "the information by a D whose batch norms have the statistics of the samples it judges",
        *(InfoGAN, "measures", with_statistics_of_the_minibatch),
        ("recipes/test_infogan.py::test_the_information_is_that_of_new_samples_under_fixed_statistics_of_samples",),
    ),
]
