"""Mistakes that libraries of measures have made, each planted in ours."""

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan.metrics import (
    classifier_score,
    density_coverage,
    frechet,
    images,
    kernel_distance,
    memorization,
    precision_recall,
    sliced_wasserstein,
)
from tinygan.metrics.classifier import Classifier
from tinygan.metrics.neighbours import radii

# The functions below run among the names of the files of ours that they stand in for.
two_sets = blocks = squared_mmd = _share_within = _eigen = PrecisionRecall = DensityCoverage = CHUNK = None


def mean_of_distances(samples, others, *, p=2, projections=256, seed=0):
    x, y = two_sets("sliced_wasserstein", samples, others, equal=True)
    directions = np.random.default_rng(seed).standard_normal((x.shape[1], projections))
    directions /= np.linalg.norm(directions, axis=0)
    gaps = np.abs(np.sort(x @ directions, axis=0) - np.sort(y @ directions, axis=0))
    return float(np.mean(np.mean(gaps**p, axis=0) ** (1 / p)))


def power_before_division(samples, others, *, p=2, projections=256, seed=0):
    x, y = two_sets("sliced_wasserstein", samples, others, equal=True)
    directions = np.random.default_rng(seed).standard_normal((x.shape[1], projections))
    directions /= np.linalg.norm(directions, axis=0)
    gaps = np.abs(np.sort(x @ directions, axis=0) - np.sort(y @ directions, axis=0))
    return float(np.mean(gaps**p) ** 1.0 / p)


def long_directions(samples, others, *, p=2, projections=256, seed=0):
    x, y = two_sets("sliced_wasserstein", samples, others, equal=True)
    directions = np.random.default_rng(seed).standard_normal((x.shape[1], projections))
    gaps = np.abs(np.sort(x @ directions, axis=0) - np.sort(y @ directions, axis=0))
    return float(np.mean(gaps**p) ** (1 / p))


def swapped(samples, examples, k=3):
    x, y = two_sets("precision_recall", samples, examples, least=k + 1)
    return PrecisionRecall(_share_within(y, x, k), _share_within(x, y, k))


def balls_about_samples(samples, examples, k=5):
    x, y = two_sets("density_coverage", samples, examples)
    inside = np.concatenate([distances < radii(x, k) for _, distances in blocks(y, x)])
    return DensityCoverage(float(inside.sum()) / (k * len(x)), float(inside.any(axis=1).mean()))


def nearest_to_themselves(samples, training, held_out, right=memorization):
    return right(samples, training, training[: len(held_out)])


def itself_first(points, k):
    return np.concatenate([np.partition(distances, k - 1, axis=1)[:, k - 1] for _, distances in blocks(points, points)])


def clipped(samples, others, *, subsets=100, size=1000, seed=0):
    x, y = two_sets("kernel_distance", samples, others, least=2)
    return max(0.0, squared_mmd(x, y))


def with_the_diagonal(samples, others, *, subsets=100, size=1000, seed=0):
    x, y = two_sets("kernel_distance", samples, others, least=2)
    kxx, kyy, kxy = ((a @ b.T / a.shape[1] + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    return float(kxx.mean() + kyy.mean() - 2 * kxy.mean())


def divided_by_n(samples, others):
    x, y = two_sets("frechet", samples, others, least=2)
    S, T = (np.atleast_2d(np.cov(each, rowvar=False, bias=True)) for each in (x, y))
    values, vectors = _eigen(S)
    root = (vectors * np.sqrt(values)) @ vectors.T
    values, _ = _eigen(root @ T @ root)
    shift = x.mean(axis=0) - y.mean(axis=0)
    return float(shift @ shift + np.trace(S) + np.trace(T) - 2 * np.sqrt(values).sum())


def in_single_precision(samples, others):
    x, y = (each.astype(np.float32) for each in two_sets("frechet", samples, others, least=2))
    S, T = (np.atleast_2d(np.cov(each, rowvar=False, dtype=np.float32)) for each in (x, y))
    values, vectors = _eigen(S)
    root = (vectors * np.sqrt(values)) @ vectors.T
    values, _ = _eigen(root @ T @ root)
    shift = x.mean(axis=0) - y.mean(axis=0)
    return max(0.0, float(shift @ shift + np.trace(S) + np.trace(T) - 2 * np.sqrt(values).sum()))


def without_roots(samples, others):
    """tr (S S')^1/2 as the sum of the roots of the products of eigenvalues, which is right only if S, S' commute."""
    x, y = two_sets("frechet", samples, others, least=2)
    S, T = (np.atleast_2d(np.cov(each, rowvar=False)) for each in (x, y))
    shift = x.mean(axis=0) - y.mean(axis=0)
    return float(shift @ shift + np.trace(S) + np.trace(T) - 2 * np.sqrt(_eigen(S)[0] * _eigen(T)[0]).sum())


def root_of_each_element(samples, others):
    x, y = two_sets("frechet", samples, others, least=2)
    S, T = (np.atleast_2d(np.cov(each, rowvar=False)) for each in (x, y))
    shift = x.mean(axis=0) - y.mean(axis=0)
    return float(shift @ shift + np.trace(S) + np.trace(T) - 2 * np.trace(np.sqrt(np.abs(S @ T))))


def in_tenths(logits):
    from scipy.special import log_softmax, rel_entr

    p = np.exp(log_softmax(np.asarray(logits, np.float64), axis=1))
    parts = np.array_split(p, min(10, len(p)))
    return float(np.mean([np.exp(rel_entr(part, part.mean(axis=0)).sum(axis=1).mean()) for part in parts]))


def of_the_classes(logits):
    """The mean over classes of the terms of KL, where their sum is meant."""
    from scipy.special import log_softmax, rel_entr

    p = np.exp(log_softmax(np.asarray(logits, np.float64), axis=1))
    return float(np.exp(rel_entr(p, p.mean(axis=0)).mean()))


def from_0_to_1(self, images):
    x = (np.asarray(images) / np.float32(255)).astype(np.float32)
    return self.network[:-1](x)


SLICED, NEIGHBOURS = ("metrics/test_sliced.py",), ("metrics/test_neighbours.py",)
FRECHET, KERNEL, SCORE = (
    ("metrics/test_frechet.py",),
    ("metrics/test_kernel.py",),
    ("metrics/test_classifier_score.py",),
)

MUTANTS = (
    Mutant(
        24, "sliced Wasserstein: the mean of W_p, not of W_p^p", *body(sliced_wasserstein, mean_of_distances), SLICED
    ),
    Mutant(
        24, "sliced Wasserstein: x ** 1 / p for x ** (1 / p)", *body(sliced_wasserstein, power_before_division), SLICED
    ),
    Mutant(24, "sliced Wasserstein: directions of any length", *body(sliced_wasserstein, long_directions), SLICED),
    Mutant(24, "precision and recall swapped", *body(precision_recall, swapped), NEIGHBOURS),
    Mutant(24, "a point as its own nearest neighbour", *body(radii, itself_first), NEIGHBOURS),
    Mutant(24, "density and coverage: balls about samples", *body(density_coverage, balls_about_samples), NEIGHBOURS),
    Mutant(
        24,
        "nearness of training images to themselves as the floor",
        *(images, "memorization", nearest_to_themselves),
        ("metrics/test_evaluate.py::test_a_copier_is_nearer_than_unseen_images_and_a_collapse_has_duplicates",),
    ),
    Mutant(24, "kernel distance clipped at 0", *body(kernel_distance, clipped), KERNEL),
    Mutant(24, "kernel distance with each point beside itself", *body(kernel_distance, with_the_diagonal), KERNEL),
    Mutant(24, "Frechet distance: covariances divided by n", *body(frechet, divided_by_n), FRECHET),
    Mutant(24, "Frechet distance in single precision", *body(frechet, in_single_precision), FRECHET),
    Mutant(24, "Frechet distance of covariances that commute", *body(frechet, without_roots), FRECHET),
    Mutant(24, "Frechet distance: the root of each element of S S'", *body(frechet, root_of_each_element), FRECHET),
    Mutant(24, "classifier score: the mean of ten parts", *body(classifier_score, in_tenths), SCORE),
    Mutant(24, "classifier score: a mean over classes", *body(classifier_score, of_the_classes), SCORE),
    Mutant(
        24,
        "classifier shown images from 0 to 1",
        *(Classifier, "features", from_0_to_1),
        ("metrics/test_classifier.py",),
    ),
)
