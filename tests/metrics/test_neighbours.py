"""Nearest neighbours: by hand, plain loops across blocks, copies at 0, and the measures that are made of them."""

import numpy as np
import pytest

from tinygan.errors import ShapeMismatch
from tinygan.metrics import density_coverage, memorization, neighbours, precision_recall
from tinygan.metrics.birthday import duplicate_distance, duplicates, support
from tinygan.metrics.neighbours import nearest, radii


def points(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of 7 rows, so that a few points need several."""
    monkeypatch.setattr(neighbours, "BLOCK", 7)


def between(x, y):
    return np.array([[np.sqrt(((a - b) ** 2).sum()) for b in y] for a in x])


def test_the_radius_reaches_the_kth_nearest_of_the_others():
    line = np.array([[0.0], [1.0], [3.0], [7.0]])
    np.testing.assert_array_equal(radii(line, 1), [1, 1, 2, 4])
    np.testing.assert_array_equal(radii(line, 2), [3, 2, 3, 6])
    np.testing.assert_array_equal(radii(line[[0, 0, 2]], 1), [0, 0, 3])  # an equal point is another point


@pytest.mark.usefixtures("small_blocks")
def test_radii_are_those_of_plain_loops():
    x = points(23, 4)
    for k in (1, 5):
        expected = [sorted(row)[k] for row in between(x, x)]  # row[0] is the point itself
        np.testing.assert_allclose(radii(x, k), expected, rtol=1e-12)
    with pytest.raises(ShapeMismatch, match="more than k = 23 points"):
        radii(x, 23)


@pytest.mark.usefixtures("small_blocks")
def test_the_nearest_are_those_of_plain_loops():
    x, y = points(23, 4), points(30, 4, seed=1)
    indices, distances = nearest(x, y)
    np.testing.assert_array_equal(indices, between(x, y).argmin(axis=1))
    np.testing.assert_allclose(distances, between(x, y).min(axis=1), rtol=1e-12)


@pytest.mark.usefixtures("small_blocks")
def test_a_copy_is_at_exactly_0(device):
    x = (1000 + points(20, 5, 5, 1)).astype(np.float32)
    order = np.random.default_rng(0).permutation(20)
    indices, distances = nearest(device.asarray(x), device.asarray(x[order]))
    np.testing.assert_array_equal(order[indices], np.arange(20))
    assert (distances == 0).all()


def test_points_of_another_shape_are_refused():
    with pytest.raises(ShapeMismatch, match="nearest: expected two sets"):
        nearest(np.zeros((3, 2)), np.zeros((3, 4)))
    with pytest.raises(ShapeMismatch, match="nearest: expected two sets"):
        nearest(np.zeros((3, 2)), np.zeros((0, 2)))


def test_precision_and_recall_by_hand():
    """k = 1. The examples' balls cover [-1, 2] and [4, 8]; the samples' [0.5, 2.5] and [8, 12] about 1, 2, 9, 11."""
    examples = np.array([[0.0], [1.0], [5.0], [7.0]])  # radii 1, 1, 2, 2: up to 9
    samples = np.array([[1.0], [2.0], [9.0], [11.0]])  # radii 1, 1, 2, 2
    found = precision_recall(samples, examples, k=1)
    assert found.precision == 3 / 4  # 1 inside; 2 and 9 on the edge; 11 in no ball
    assert found.recall == 3 / 4  # 0 and 7 on the edge, 1 inside; 5 in none


@pytest.mark.usefixtures("small_blocks")
def test_precision_and_recall_are_those_of_the_papers_sums():
    x, y = points(30, 3), 1.3 * points(40, 3, seed=1) + 0.5

    def share(some, others, k):
        reach = [sorted(row)[k] for row in between(others, others)]
        return np.mean([any(d <= r for d, r in zip(row, reach, strict=True)) for row in between(some, others)])

    for k in (1, 3):
        assert precision_recall(x, y, k) == (share(x, y, k), share(y, x, k))


def test_a_collapse_has_precision_without_recall_and_noise_the_reverse():
    examples = points(500, 2)
    collapsed, scattered = 0.01 * points(500, 2, seed=1), 10 * points(500, 2, seed=2)
    one, other = precision_recall(collapsed, examples), precision_recall(scattered, examples)
    assert one.precision == 1
    assert one.recall < 0.05
    assert other.precision < 0.2
    assert other.recall > 0.9


def test_density_and_coverage_by_hand():
    """k = 2. The examples 0, 1, 3, 7 have radii 3, 2, 3, 6: open balls (-3, 3), (-1, 3), (0, 6), (1, 13)."""
    examples = np.array([[0.0], [1.0], [3.0], [7.0]])
    found = density_coverage(np.array([[2.0], [6.0], [20.0]]), examples, k=2)
    assert found.density == (4 + 1 + 0) / (2 * 3)  # 6 is on the edge of the third ball, so outside
    assert found.coverage == 1
    assert density_coverage(np.array([[6.0], [20.0]]), examples, k=2).coverage == 1 / 4


@pytest.mark.usefixtures("small_blocks")
def test_density_and_coverage_are_those_of_the_papers_sums():
    x, y, k = points(30, 3), points(40, 3, seed=1) + 0.5, 5
    reach = np.array([sorted(row)[k] for row in between(y, y)])
    inside = between(x, y) < reach
    found = density_coverage(x, y)
    assert found.density == pytest.approx(inside.sum() / (k * 30), rel=1e-12)
    assert found.coverage == inside.any(axis=0).sum() / 40


def test_equal_distributions_have_density_1_and_coverage_near_1_less_a_half_to_the_k():
    found = [density_coverage(points(1000, 8, seed=2 * i), points(1000, 8, seed=2 * i + 1), k=5) for i in range(4)]
    assert np.mean([each.density for each in found]) == pytest.approx(1, abs=0.03)
    assert np.mean([each.coverage for each in found]) == pytest.approx(1 - 2**-5, abs=0.01)


def test_memorization_by_hand():
    training = np.array([[0.0, 0.0], [3.0, 4.0]])
    found = memorization(np.array([[0.0, 1.0], [3.0, 4.0]]), training, np.array([[0.0, 5.0], [1.0, 0.0], [3.0, 2.0]]))
    np.testing.assert_array_equal(found.samples, [1, 0])
    np.testing.assert_allclose(found.held_out, [np.sqrt(10), 1, 2], rtol=1e-15)
    assert [each.tolist() for each in found.neighbours] == [[0, 1], [1, 0, 1]]
    assert found.nearer == (2.5 + 3) / 6  # 1 against sqrt(10), 1 (a tie), 2; 0 against all


def test_copies_are_nearer_than_unseen_examples_and_true_samples_are_not():
    training, held_out, fresh = (points(400, 5, seed=seed) for seed in range(3))
    assert memorization(training[:100], training, held_out).nearer == 1
    assert memorization(training[:100] + 0.01, training, held_out).nearer > 0.95
    assert memorization(fresh, training, held_out).nearer == pytest.approx(0.5, abs=0.06)  # +- 3 deviations of 0.02
    assert memorization(3 * fresh, training, held_out).nearer < 0.1


def test_birthdays_by_hand():
    x = np.array([[0.0], [0.0], [0.0], [1.0], [3.0], [7.0]])
    assert [duplicates(x, distance) for distance in (0, 0.9, 1, 2, 100)] == [3, 3, 6, 7, 15]
    assert [duplicate_distance(x, pairs) for pairs in (1, 3, 4, 7, 15)] == [0, 0, 1, 2, 7]
    assert support(6, 3) == 5
    assert support(6, 0) == np.inf
    with pytest.raises(ShapeMismatch, match="expected at least 16 pairs, got 6 examples"):
        duplicate_distance(x, 16)


@pytest.mark.usefixtures("small_blocks")
def test_pairs_are_those_of_plain_loops():
    x = points(40, 2)
    distances = between(x, x)
    pairs = sorted(distances[i, j] for i in range(40) for j in range(i))
    assert duplicate_distance(x) == pytest.approx(pairs[9], rel=1e-12)
    assert duplicate_distance(x, 500) == pytest.approx(pairs[499], rel=1e-12)
    assert duplicates(x, (pairs[99] + pairs[100]) / 2) == 100


def test_a_generator_of_few_images_is_found_out():
    """s draws from N images have s (s - 1) / 2 N equal pairs in expectation, here 62.4 +- 7.9."""
    rng, images = np.random.default_rng(0), points(2000, 9)
    samples = images[rng.integers(0, 2000, 500)]
    close = duplicate_distance(points(500, 9, seed=5))
    assert duplicates(samples, 1e-9) == pytest.approx(62.4, abs=24)
    assert support(500, duplicates(samples, close)) == pytest.approx(2000, rel=0.4)
    assert support(500, duplicates(points(500, 9, seed=7), close)) > 5000


def test_half_the_batches_of_118_times_the_root_have_a_duplicate():
    rng = np.random.default_rng(1)
    batches = [rng.integers(0, 400, (24, 1)) for _ in range(600)]  # 1.18 * 400^1/2 = 23.6
    assert np.mean([duplicates(batch, 0) > 0 for batch in batches]) == pytest.approx(0.5, abs=0.06)
