"""Jensen-Shannon divergences worked by hand."""

import math

import numpy as np
import pytest

from tinygan.errors import ShapeMismatch
from tinygan.metrics import histogram_js, jensen_shannon


def test_by_hand():
    # m = (3/4, 1/4): (log(4/3) + (log(2/3) + log 2) / 2) / 2 = (log(4/3) + log(4/3) / 2) / 2
    assert jensen_shannon([1.0, 0.0], [0.5, 0.5]) == pytest.approx(0.75 * math.log(4 / 3), rel=1e-14)
    # m = (1/2, 1/2): each KL is 3/4 log(3/2) + 1/4 log(1/2)
    expected = 0.75 * math.log(1.5) - 0.25 * math.log(2)
    assert jensen_shannon([0.75, 0.25], [0.25, 0.75]) == pytest.approx(expected, rel=1e-14)


def test_its_bounds():
    assert jensen_shannon([0.2, 0.3, 0.5], [0.2, 0.3, 0.5]) == 0
    assert jensen_shannon([0.5, 0.5, 0, 0], [0, 0, 0.1, 0.9]) == pytest.approx(math.log(2), rel=1e-15)


def test_it_is_symmetric():
    p, q = np.random.default_rng(0).dirichlet(np.ones(6), 2)
    assert jensen_shannon(p, q) == pytest.approx(jensen_shannon(q, p), rel=1e-14)
    assert 0 < jensen_shannon(p, q) < math.log(2)


def test_it_takes_float32_and_computes_in_float64():
    p = np.array([0.75, 0.25], np.float32)
    assert jensen_shannon(p, p[::-1]) == jensen_shannon([0.75, 0.25], [0.25, 0.75])


def test_histograms_by_hand():
    # two bins over [0, 4]: (3/4, 1/4) against (1/4, 3/4)
    samples, others = [0.0, 0.5, 1.9, 4.0], [0.1, 2.0, 3.0, 3.5]
    assert histogram_js(samples, others, bins=2) == jensen_shannon([0.75, 0.25], [0.25, 0.75])
    assert histogram_js(np.array(samples)[:, None], np.array(others)[:, None], bins=2) == histogram_js(
        samples, others, 2
    )


def test_histograms_of_unequal_numbers_of_samples():
    assert histogram_js([0.0, 0.0, 1.0, 1.0], [0.0, 1.0], bins=2) == 0
    assert histogram_js([0.0] * 100, [1.0], bins=10) == pytest.approx(math.log(2), rel=1e-15)


def test_the_bins_span_both():
    assert histogram_js([0.0, 1.0], [5.0, 6.0]) == pytest.approx(math.log(2), rel=1e-15)


def test_it_tells_a_shift_from_chance():
    rng = np.random.default_rng(0)
    x, same, shifted = rng.standard_normal(10_000), rng.standard_normal(10_000), rng.standard_normal(10_000) + 0.5
    assert histogram_js(x, same) < 50 / (4 * 10_000) * 2  # what the docstring says chance leaves, twice
    assert histogram_js(x, shifted) > 0.02


def test_in_the_plane_by_hand():
    # the four quarters of [0, 2]^2: (2, 1, 0, 1) / 4 against (0, 1, 2, 1) / 4
    samples, others = [[0, 0], [0.9, 0.9], [0, 1.5], [2, 2]], [[1.1, 0], [2, 0.5], [0.2, 2], [1.5, 1.5]]
    assert histogram_js(samples, others, bins=2) == pytest.approx(
        jensen_shannon([0.5, 0.25, 0, 0.25], [0, 0.25, 0.5, 0.25]), rel=1e-14
    )


def test_in_the_plane_it_sees_more_than_the_axes():
    x = np.random.default_rng(0).uniform(size=(2000, 1))
    rising, falling = np.hstack([x, x]), np.hstack([x, 1 - x])
    assert histogram_js(rising[:, 1], falling[:, 1], bins=8) < 0.01
    assert histogram_js(rising, falling, bins=8, box=([0, 0], [1, 1])) == pytest.approx(math.log(2), rel=1e-14)


def test_a_constant_second_axis_changes_nothing():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(500), rng.standard_normal(300) + 1
    flat = [np.stack([values, np.full(len(values), 3.0)], axis=1) for values in (x, y)]
    assert histogram_js(*flat, bins=20) == pytest.approx(histogram_js(x, y, bins=20), rel=1e-14)


@pytest.mark.parametrize("d", [1, 2])
def test_it_is_symmetric_in_every_dimension_and_on_every_device(device, d):
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal((200, d)).astype(np.float32) for _ in range(2))
    there = histogram_js(device.asarray(x), device.asarray(y), 5)
    assert there == pytest.approx(histogram_js(y, x, 5), rel=1e-14)
    assert 0 < there < math.log(2)
    assert histogram_js(x, x[::-1], 5) == 0


def test_what_chance_leaves_in_the_plane():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(size=(2, 20_000, 2))
    assert histogram_js(x, y, bins=10) == pytest.approx(100 / (4 * 20_000), rel=0.4)  # all 100 bins hold some


def test_a_stray_point_hides_everything_unless_the_box_is_given():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((1000, 2)) * 0.01, rng.standard_normal((1000, 2))
    x[0] = 1e6
    assert histogram_js(x, y) < 0.01
    assert histogram_js(x, y, box=([-5, -5], [5, 5])) > 0.5


def test_a_point_outside_the_box_counts_in_the_nearest_bin():
    assert histogram_js([-9.0, 0.5, 2.5], [0.1, 0.5, 7.0], bins=3, box=([0], [3])) == 0
    assert histogram_js([9.0], [1.0], bins=2, box=([0], [3])) == pytest.approx(math.log(2), rel=1e-15)


@pytest.mark.parametrize(
    ("one", "other"), [((5, 3), (5, 3)), ((5, 2, 2), (5, 2)), ((5, 2), (5, 1)), ((0, 2), (5, 2)), ((), (5,))]
)
def test_what_is_no_set_of_points_is_refused(one, other):
    with pytest.raises(ShapeMismatch, match=r"^histogram_js: "):
        histogram_js(np.zeros(one), np.zeros(other))
