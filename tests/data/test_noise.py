import numpy as np
import pytest
from scipy import stats

from tinygan.data import LabelledNoise, Normal, Stream, Truncated, Uniform, truncated
from tinygan.errors import SettingError, ShapeMismatch

PETS = ("cat", "dog", "cow")


@pytest.mark.parametrize("prior", [Normal(3), Truncated(3, 0.5), Uniform(3), Uniform(3, low=0.0, high=1.0)])
def test_sample_is_float32_of_the_asked_shape_and_repeats_with_the_seed(prior):
    z = prior.sample(5, np.random.default_rng(7))
    assert z.dtype == np.float32
    assert z.shape == (5, 3)
    np.testing.assert_array_equal(z, prior.sample(5, np.random.default_rng(7)))
    assert not np.array_equal(z, prior.sample(5, np.random.default_rng(8)))


def test_normal_has_mean_0_and_variance_1(rng):
    z = Normal(2).sample(40_000, rng).astype(np.float64)
    np.testing.assert_allclose(z.mean(0), 0, atol=5 / 200)  # five standard errors
    np.testing.assert_allclose(z.T @ z / len(z), np.eye(2), atol=5 * np.sqrt(2) / 200)


def test_uniform_fills_its_interval_evenly(rng):
    z = Uniform(1, low=2.0, high=5.0).sample(30_000, rng)
    counts, _ = np.histogram(z, bins=10, range=(2, 5))
    assert counts.sum() == 30_000
    assert np.sum((counts - 3000) ** 2 / 3000) < 30  # chi-square of 9 degrees: p = 0.0004


THRESHOLDS = [1e-30, 1e-6, 0.04, 0.5, 2.0, 5.0, 100.0, float("inf")]


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_truncated_has_scipys_law_at_every_threshold(threshold, rng):
    z = Truncated(2, threshold).sample(20_000, rng).astype(np.float64)
    assert np.abs(z).max() <= threshold
    law = stats.truncnorm(-threshold, threshold) if threshold > 1e-9 else stats.uniform(-threshold, 2 * threshold)
    for coordinate in z.T:
        assert stats.kstest(coordinate, law.cdf).pvalue > 0.001
    assert abs(np.corrcoef(z.T)[0, 1]) < 5 / np.sqrt(20_000)


def test_the_tails_of_truncated_noise_are_there(rng):
    z = np.abs(Truncated(1, 4.0).sample(1_000_000, rng))
    law = stats.truncnorm(-4, 4)
    for beyond in (3.0, 3.5, 3.9):
        expected = 2e6 * law.sf(beyond)
        assert abs((z > beyond).sum() - expected) < 4 * np.sqrt(expected)


class Ends:
    """A generator whose numbers are the smallest and the largest that there are."""

    def random(self, shape):
        return np.resize([0.0, 1 - 2.0**-53], shape)


@pytest.mark.parametrize("threshold", [1e-50, *THRESHOLDS])
def test_truncated_noise_is_finite_and_inside_at_the_ends_of_the_generator(threshold):
    low, high = Truncated(2, threshold).sample(1, Ends())[0].astype(np.float64)
    assert -threshold <= low == -high <= 0
    assert high == pytest.approx(min(threshold, 8.2924), abs=1e-45, rel=1e-5)


def test_a_smaller_threshold_moves_the_same_draws_towards_0():
    far, near = (Truncated(3, threshold).sample(50, np.random.default_rng(0)) for threshold in (2.0, 0.5))
    assert (np.argsort(far, axis=None) == np.argsort(near, axis=None)).all()
    assert (np.abs(near) < np.abs(far)).all()


@pytest.mark.parametrize(
    "prior", [Normal(1), Truncated(1, 0.5), Truncated(1, 2.0), Uniform(1), Uniform(1, low=-0.5, high=3.0)]
)
def test_density_on_the_line_integrates_to_1_and_takes_flat_points(prior):
    z = np.linspace(-10, 10, 400_001)
    p = prior.density(z)
    assert p.dtype == np.float64
    assert np.trapezoid(p, z) == pytest.approx(1, abs=1e-4)
    np.testing.assert_array_equal(p, prior.density(z[:, np.newaxis]))


def test_density_in_the_plane_is_the_product():
    z = np.array([[0.3, -0.9], [1.5, 0.0]])
    line = Normal(1)
    np.testing.assert_allclose(Normal(2).density(z), line.density(z[:, 0]) * line.density(z[:, 1]), rtol=1e-14)
    np.testing.assert_array_equal(Uniform(2).density(z), [0.25, 0])
    once = Truncated(1, 1.0)
    np.testing.assert_allclose(Truncated(2, 1.0).density(z), once.density(z[:, 0]) * once.density(z[:, 1]), rtol=1e-14)
    np.testing.assert_allclose(once.density([0.3, 1.5]), [stats.norm.pdf(0.3) / 0.6826894921370859, 0], rtol=1e-12)


def test_density_refuses_points_of_another_dimension():
    with pytest.raises(ShapeMismatch, match=r"expected points of shape \(n, 2\), got \(4, 3\)"):
        Normal(2).density(np.zeros((4, 3)))
    with pytest.raises(ShapeMismatch):
        Uniform(2).density(np.zeros(2))


def test_impossible_priors_are_refused(refused):
    with refused("size=0"):
        Normal(0)
    with refused("threshold > 0, got 0.0"):
        Truncated(2, 0.0)
    with refused("got nan"):
        Truncated(2, float("nan"))
    with refused("size=0"):
        Truncated(0, 1.0)
    with refused("size=-1"):
        Uniform(-1)
    with refused("low=1.0", "high=1.0"):
        Uniform(2, low=1.0, high=1.0)


def test_labelled_noise_is_the_priors_noise_with_a_uniform_class(rng):
    prior = LabelledNoise(Normal(4), PETS)
    noise, y = prior.sample(30_000, np.random.default_rng(0))
    np.testing.assert_array_equal(noise, Normal(4).sample(30_000, np.random.default_rng(0)))
    assert (y.dtype, y.shape) == (np.int64, (30_000,))
    assert np.sum((np.bincount(y, minlength=3) - 10_000) ** 2 / 10_000) < 14  # chi-square of 2 degrees: p = 0.0009
    assert abs(np.corrcoef(noise[:, 0], y)[0, 1]) < 5 / np.sqrt(30_000)


def test_labelled_noise_goes_on_with_the_same_classes_alone(refused):
    state = Stream(LabelledNoise(Normal(2), PETS), np.random.default_rng(0)).state()
    with refused("cat", "continue with the same"):
        Stream(LabelledNoise(Normal(2), PETS[:2]), np.random.default_rng(0)).restore(state)


def test_noise_for_given_labels():
    prior = LabelledNoise(Uniform(2), PETS)
    z = prior.given([2, 0, 2], np.random.default_rng(0))
    np.testing.assert_array_equal(z.x, Uniform(2).sample(3, np.random.default_rng(0)))
    assert (z.y.tolist(), z.y.dtype) == ([2, 0, 2], np.int64)
    for labels in ([3, 0], [0, -1], [[0], [1]], 1):
        with pytest.raises(SettingError, match="from 0 to 2"):
            prior.given(labels, np.random.default_rng(0))


def test_classes_come_in_turn_or_one_alone():
    prior = LabelledNoise(Normal(1), PETS)
    assert prior.labels(7).tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert prior.labels(2, "dog").tolist() == prior.labels(2, 1).tolist() == [1, 1]
    with pytest.raises(SettingError, match="no class 'ant', perhaps 'cat'; choose one of cat, dog, cow"):
        prior.labels(2, "ant")


def test_shown_is_every_noise_with_every_class():
    z = LabelledNoise(Normal(2), PETS).every_class(2, np.random.default_rng(0))
    first, second = Normal(2).sample(2, np.random.default_rng(0))
    np.testing.assert_array_equal(z.x, [first, first, first, second, second, second])
    assert z.y.tolist() == [0, 1, 2, 0, 1, 2]
    for m, rows in ((8, 2), (2, 1)):
        y = LabelledNoise(Normal(2), PETS).shown(m, np.random.default_rng(0)).y
        assert y.tolist() == rows * [0, 1, 2]


def test_normal_noise_can_be_truncated_beside_a_class_too():
    assert truncated(Normal(2), 0.5) == Truncated(2, 0.5)
    assert truncated(LabelledNoise(Normal(2), PETS), 0.5) == LabelledNoise(Truncated(2, 0.5), PETS)
    for prior in (Uniform(2), LabelledNoise(Uniform(2), PETS)):
        with pytest.raises(SettingError, match="truncation is for normal noise, got Uniform"):
            truncated(prior, 0.5)


def test_labelled_noise_without_classes_is_refused(refused):
    with refused("names of the classes"):
        LabelledNoise(Normal(2), ())


def test_the_logarithm_of_a_uniform_density_in_the_plane():
    prior = Uniform(2, 0, 3)
    assert prior.log_density([[1.0, 2.0], [1.0, 4.0]]).tolist() == [-2 * np.log(3), -np.inf]
