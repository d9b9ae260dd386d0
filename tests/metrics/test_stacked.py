"""Modes of stacked digits, and KL from even shares, by hand and by what is known of samples of a perfect generator."""

import numpy as np
import pytest

from tinygan.data import Images, Stacked, as_uint8, load
from tinygan.errors import ShapeMismatch
from tinygan.metrics import evaluate
from tinygan.metrics.stacked import Coverage, mode_coverage, modes_of, stacked_measures

LEVELS = np.arange(10, dtype=np.uint8) * 25  # a digit is a grey image of one level


def by_level(images):
    """A classifier that is always right."""
    return np.rint(np.asarray(images).mean(axis=(1, 2, 3)) / 25).astype(np.int64)


def flat(triples):
    """Images (n, 4, 4, 3) whose channels have the levels of the digits (n, 3)."""
    return np.broadcast_to(LEVELS[np.asarray(triples)][:, None, None, :], (len(triples), 4, 4, 3)).copy()


def test_by_hand():
    found = mode_coverage([3, 3, 3, 5], total=4 + 2)
    assert found[:2] == (2, 6)
    assert found.kl == pytest.approx(3 / 4 * np.log(3 / 4 * 6) + 1 / 4 * np.log(1 / 4 * 6), rel=1e-13)
    assert mode_coverage(np.repeat(np.arange(8), 5), 8) == Coverage(8, 8, pytest.approx(0, abs=1e-15))


@pytest.mark.parametrize("modes", [[], [[1, 2]]])
def test_without_samples_there_is_no_share(modes):
    with pytest.raises(ShapeMismatch, match=r"^mode_coverage: expected the modes of samples \(n,\)"):
        mode_coverage(modes, 10)


def test_the_floors_of_the_literature():
    """KL of 26,000 samples of true digits is .024, .004 of it because MNIST is uneven; of 2,600 it is .218."""
    rng = np.random.default_rng(0)
    many, few = (mode_coverage(rng.integers(1000, size=n), 1000) for n in (26_000, 2_600))
    theory = 1 - np.exp(-2.6)
    assert many.captured == 1000
    assert many.kl == pytest.approx(0.0195, abs=0.003)  # (K - 1) / 2 n
    assert few.captured == pytest.approx(1000 * theory, abs=30)
    assert few.kl == pytest.approx(0.218, abs=0.02)


def test_channels_are_the_digits_of_the_mode_first_to_last():
    assert modes_of(flat([[1, 2, 3], [0, 0, 9], [9, 0, 0]]), by_level, 10).tolist() == [123, 9, 900]


def test_true_stacks_as_bytes_are_the_bytes_of_their_digits():
    source = load("stacked-digits")
    x = as_uint8(source.examples([7, 8]))
    np.testing.assert_array_equal(x[1, :, :, 2], source.digits.images[source.triples[8, 2], :, :, 0])


def test_the_measures_of_a_generator_that_lost_half_a_channel():
    source = Stacked(
        "stack",
        Images("levels", np.ascontiguousarray(np.tile(LEVELS[:, None, None, None], (1, 4, 4, 1))), np.arange(10)),
    )
    lost = np.random.default_rng(1).integers((5, 10, 10), size=(20_000, 3))
    modes, kl = stacked_measures(source, flat(lost), classifier=by_level)
    assert (modes.value, modes.floor, modes.total, modes.shown(modes.value)) == (500, 1000, 1000, "500 of 1000")
    assert kl.value == pytest.approx(np.log(2) + 499 / 40_000, abs=0.003)
    assert kl.floor == pytest.approx(999 / 40_000, abs=0.003)


def test_evaluate_has_them_for_stacked_digits():
    source = load("stacked-digits")
    x = np.rint(127.5 * (source.examples(np.arange(300)) + 1)).astype(np.uint8)
    found = {measure.name: measure for measure in evaluate(source, x)}
    assert found["stacked_modes"].total == 1000
    assert 240 <= found["stacked_modes"].value <= 280  # of 300 draws, 259 are expected to differ
    assert found["stacked_kl"].value == pytest.approx(found["stacked_kl"].floor, abs=0.1)
    assert found["wasserstein1"].points == 300
