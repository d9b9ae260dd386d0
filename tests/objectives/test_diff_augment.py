"""Each transformation by its formula, and who gets it: examples and samples, in the losses of both players."""

import json
from functools import partial

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.images import AsImages, flattening
from tests.objectives.law import Law
from tinygan import Tensor, check_grads, grad, nn
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch
from tinygan.objectives import R1, DiffAugment, Minimax, NonSaturating, Wasserstein
from tinygan.objectives.transformations import TRANSFORMATIONS


def softplus(x):
    return np.logaddexp(0, x)


def brighter(seed, real, fake):
    """Images of one pixel have no saturation and no contrast, and nowhere to go: only their brightness changes."""
    rng, shown = np.random.default_rng(seed), []
    for x in (real, fake):
        if x is not None:
            shown.append(x + rng.uniform(-0.5, 0.5, (len(x), 1)))
            rng.uniform(size=2 * len(x))
            rng.integers(0, 1, (2, len(x)))
    return shown


def shown(**settings):
    view = DiffAugment(rng=np.random.default_rng(0), **settings)
    return NonSaturating().shown(AsImages()).shown(view)


def d_loss(real, fake):
    real, fake = brighter(0, real, fake)
    return np.mean(softplus(-real)) + np.mean(softplus(fake))


LAWS = [
    Law("DiffAugment of pixels", partial(shown, cutout=False), d=d_loss, g=lambda real, fake: np.mean(
        softplus(-brighter(0, fake, None)[0])
    ), game=flattening),
    Law("DiffAugment", shown, signs=(0, 0, 0), game=flattening),
    Law("DiffAugment of examples only", partial(shown, real_only=True), signs=(0, 0, 0), game=flattening),
]  # fmt: skip

X = np.random.default_rng(1).standard_normal((40, 6, 9, 3))


def identity(x):
    return x


class Shown:
    """A D that gives the mean of each image, and keeps what it was shown."""

    def __init__(self):
        self.seen = []

    def __call__(self, x):
        self.seen.append(x)
        return F.reshape(F.mean(x, axis=(1, 2, 3)), shape=(-1, 1))


def test_color_is_brightness_then_saturation_then_contrast():
    """The formulas of the released code: x + u; (x - mean of channels) s + that; (x - mean of the image) c + that."""
    color = TRANSFORMATIONS["color"]
    shift, saturation, contrast = color.draw(np.random.default_rng(5), X.shape)
    assert shift.shape == saturation.shape == contrast.shape == (40, 1, 1, 1)
    found = color(X, np.random.default_rng(5))
    for n in range(40):
        image = X[n] + shift[n, 0, 0, 0]
        for i, j in np.ndindex(6, 9):
            grey = image[i, j].sum() / 3
            image[i, j] = (image[i, j] - grey) * saturation[n, 0, 0, 0] + grey
        level = image.sum() / image.size
        np.testing.assert_allclose(found[n], (image - level) * contrast[n, 0, 0, 0] + level, rtol=1e-10, atol=1e-13)


def test_colors_range_as_in_the_paper():
    numbers = TRANSFORMATIONS["color"].draw(np.random.default_rng(6), (20_000, 4, 4, 1))
    for drawn, low, high in zip(numbers, (-0.5, 0, 0.5), (0.5, 2, 1.5), strict=True):
        assert low <= drawn.min() < low + 0.01 * (high - low)
        assert high - 0.01 * (high - low) < drawn.max() <= high
        assert drawn.mean() == pytest.approx((low + high) / 2, abs=0.02)


def test_translations_are_uniform_up_to_an_eighth_of_a_side_and_zero_comes_in():
    rows, columns = TRANSFORMATIONS["translation"].draw(np.random.default_rng(7), (30_000, 28, 16, 1))
    for drawn, most in ((rows, 4), (columns, 2)):  # int(28 / 8 + 1/2), int(16 / 8 + 1/2)
        values, counts = np.unique(drawn, return_counts=True)
        assert list(values) == list(range(-most, most + 1))
        assert counts / len(drawn) == pytest.approx(1 / len(values), abs=0.01)
    ones = TRANSFORMATIONS["translation"](np.ones((500, 8, 8, 1)), np.random.default_rng(8))
    assert {int(image.sum()) for image in ones[..., 0]} == {64, 56, 49}  # moved by a pixel along no, one or both axes


def test_cutout_erases_half_the_sides_around_a_uniform_centre():
    x = np.ones((20_000, 8, 9, 2))
    gone = TRANSFORMATIONS["cutout"](x, np.random.default_rng(9)) == 0
    assert (gone[..., 0] == gone[..., 1]).all()
    rows, columns = gone[..., 0].any(axis=2), gone[..., 0].any(axis=1)
    assert (gone[..., 0] == rows[:, :, np.newaxis] & columns[:, np.newaxis]).all()
    # 4 rows around a row of 0 to 8, its start at -2 to 6; 5 columns around a column of 0 to 8, its start at -2 to 6
    for band, side, length, starts in ((rows, 8, 4, range(-2, 7)), (columns, 9, 5, range(-2, 7))):
        expected = [tuple(start <= i < start + length for i in range(side)) for start in starts]
        found = [tuple(row) for row in band.tolist()]
        assert set(found) == set(expected)
        for pattern in expected:
            assert found.count(pattern) / len(found) == pytest.approx(1 / len(expected), abs=0.01)


def test_examples_and_samples_get_transformations_of_their_own_in_the_losses_of_both_players():
    D, fake = Shown(), X + 1
    objective = Wasserstein().shown(DiffAugment(rng=np.random.default_rng(2)))
    objective.d_loss(D, identity, X, fake)
    objective.g_loss(D, identity, X, fake)
    expected = DiffAugment(rng=np.random.default_rng(2))
    for seen, x in zip(D.seen, (X, fake, fake), strict=True):
        np.testing.assert_array_equal(seen, expected.real(x, None))
        assert np.all(np.any(seen != x, axis=(1, 2, 3)))
    assert not np.array_equal(D.seen[1], D.seen[2])


def test_only_the_chosen_transformations_are_made_in_order():
    view = DiffAugment(color=False, rng=np.random.default_rng(3))
    rng = np.random.default_rng(3)
    expected = TRANSFORMATIONS["cutout"](TRANSFORMATIONS["translation"](X, rng), rng)
    np.testing.assert_array_equal(view.real(X, None), expected)
    assert DiffAugment(color=False, translation=False, cutout=False).fake(X, None) is X


def test_real_only_leaves_samples_as_they_are():
    view = DiffAugment(real_only=True, rng=np.random.default_rng(3))
    assert view.fake(X, None) is X
    assert np.all(np.any(view.real(X, None) != X, axis=(1, 2, 3)))


def test_the_gradient_of_gs_loss_passes_through_t():
    """D's mean of an image: dL_G / dG(z) is -T', that of the linear part of T, and 0 where the square is cut."""
    view, fake = DiffAugment(color=False, rng=np.random.default_rng(4)), Tensor(X)
    gradient = grad(Wasserstein().shown(view).g_loss(Shown(), identity, X, fake), fake)
    rng = np.random.default_rng(4)
    rows, columns = TRANSFORMATIONS["translation"].draw(rng, X.shape)
    kept = TRANSFORMATIONS["cutout"](np.ones_like(X), rng)
    np.testing.assert_allclose(gradient, -F.translate(kept, -rows, -columns) / X.size, rtol=1e-12)
    assert (gradient == 0).any()


def test_r1_differentiates_by_ds_input_to_second_order():
    W = np.random.default_rng(5).standard_normal((54, 1))

    def loss(x, w):
        def D(images):
            return F.tanh(F.matmul(F.reshape(images, shape=(len(images), 54)), w))

        view = DiffAugment(rng=np.random.default_rng(6))
        return (NonSaturating() + R1(2.0)).shown(view).d_loss(D, identity, x, raw_fake)

    raw_fake = X[:2, ..., :1]
    check_grads(loss, X[2:4, ..., :1], W)


def test_labels_stay_and_other_leaves_are_refused():
    x = nn.Labelled(X, np.arange(40))
    found = DiffAugment(rng=np.random.default_rng(0)).real(x, None)
    assert found.y is x.y
    np.testing.assert_array_equal(found.x, DiffAugment(rng=np.random.default_rng(0)).real(X, None))
    with pytest.raises(ShapeMismatch, match=r"^DiffAugment: images \(m, H, W, C\) are expected, got \(5, 3\)"):
        DiffAugment().real(np.zeros((5, 3)), None)


def test_its_generator_goes_on_where_it_was_saved():
    def made(seed):
        return Minimax().shown(DiffAugment(rng=np.random.default_rng(seed)))

    objective, D = made(1), Shown()
    objective.d_loss(D, identity, X, X)
    again = made(2).restored(json.loads(json.dumps(objective.state())))
    losses = [float(each.d_loss(D, identity, X, X)) for each in (objective, again)]
    assert losses[0] == losses[1]
    assert losses[0] != float(made(2).d_loss(D, identity, X, X))


def test_on_every_device_without_waiting(device):
    objective = Wasserstein().shown(DiffAugment(rng=np.random.default_rng(0)))
    here = Wasserstein().shown(DiffAugment(rng=np.random.default_rng(0))).d_loss(Shown(), identity, X, X)
    there = objective.d_loss(Shown(), identity, device.asarray(X), device.asarray(X))
    assert float(to_host(there)) == pytest.approx(float(here), rel=1e-12)
    with without_waiting():
        strict = strict_backend()
        real, fake = (Tensor(strict.asarray(X.astype(np.float32))) for _ in range(2))
        loss = objective.d_loss(Shown(), identity, real, fake)
        assert loss.dtype == grad(loss, fake).dtype == np.float32
