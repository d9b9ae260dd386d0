"""Clusters named after classes, by hand and against every permutation."""

import itertools

import numpy as np
import pytest

from tinygan.data import Images
from tinygan.errors import ShapeMismatch
from tinygan.metrics.clusters import by_majority, cluster_errors, counts, one_to_one

RNG = np.random.default_rng(0)


def test_counts_by_hand():
    table = counts([0, 0, 1, 2, 2, 2], [1, 1, 0, 1, 2, 2], 4, 3)
    assert table.tolist() == [[0, 2, 0], [1, 0, 0], [0, 1, 2], [0, 0, 0]]


def test_a_cluster_that_is_mostly_of_a_taken_class_gets_another():
    """Two clusters are mostly class 0: the majority names both after it, the matching only one."""
    table = [[50, 10, 0], [40, 30, 5], [0, 5, 60]]
    assert by_majority(table).tolist() == [0, 0, 2]
    assert one_to_one(table).tolist() == [0, 1, 2]  # 50 + 30 + 60, not 40 + 10 + 60


def test_the_matching_is_the_best_of_all_permutations():
    for _ in range(20):
        table = RNG.integers(0, 100, (5, 5))
        best = max(sum(table[i, j] for i, j in enumerate(order)) for order in itertools.permutations(range(5)))
        named = one_to_one(table)
        assert sorted(named) == list(range(5))
        assert table[np.arange(5), named].sum() == best <= table.max(axis=1).sum()


def test_of_more_clusters_than_classes_some_have_no_class():
    assert one_to_one([[9, 0], [8, 0], [0, 7]]).tolist() == [0, -1, 1]
    assert by_majority([[9, 0], [8, 0], [0, 7]]).tolist() == [0, 0, 1]
    assert one_to_one([[9, 1, 8]]).tolist() == [0]


def test_each_label_needs_a_cluster():
    with pytest.raises(ShapeMismatch, match=r"^counts: expected a cluster for each label, \(n,\), got \(2,\), \(3,\)$"):
        counts([0, 1], [0, 1, 2], 2, 3)


def labelled(table):
    """Images in clusters 0, 1, 2, by the value of their pixel: as many of each cluster and class as in `table`."""
    pairs = [(cluster, y) for cluster, row in enumerate(table) for y, n in enumerate(row) for _ in range(n)]
    clusters, labels = np.array(pairs).T
    return Images("clusters", (100 * clusters).astype(np.uint8).reshape(-1, 1, 1, 1), labels, ("a", "b", "c"))


def cluster_of(x):
    return np.rint((127.5 * x[:, 0, 0, 0] + 127.5) / 100).astype(int)


def test_training_labels_name_the_clusters_and_test_labels_say_what_is_wrong():
    training = labelled([[9, 1, 0], [8, 5, 1], [0, 1, 7]])  # one to one a, b, c; by majority a, a, c
    test = labelled([[1, 4, 0], [0, 1, 2], [0, 0, 2]])  # of these 10 alone: errors of 0.4 and, by majority, of 0.2
    one, majority = cluster_errors(cluster_of, training, test, 3)
    assert (one.name, one.value, one.points) == ("error_one_to_one", pytest.approx(1 - (1 + 1 + 2) / 10), 10)
    assert (majority.name, majority.value) == ("error_majority", pytest.approx(1 - (1 + 0 + 2) / 10))
