"""PatchGAN: the field of one score, seen in its gradient; one score for each patch; and fields that do not exist."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn
from tinygan.errors import SettingError
from tinygan.networks.layers import leaky_relu
from tinygan.networks.patch import FIELDS, patch_discriminator, receptive_field
from tinygan.nn.together import per_example
from tinygan.objectives import LeastSquares, NonSaturating


def rng(seed=0):
    return np.random.default_rng(seed)


def extent(field, side):
    """The rows and columns of the pixels that one score in the middle depends on, as (first, last) pairs."""
    D = patch_discriminator((side, side, 1), rng(), field=field, width=1, normalize=None, std=0.5)
    x = Tensor(rng(1).standard_normal((1, side, side, 1), dtype=np.float32))
    y = D(x)
    middle = y.shape[1] // 2
    touched = grad(y[0, middle, middle, 0], x)[0, :, :, 0] != 0
    return [(int(axis.min()), int(axis.max())) for axis in np.nonzero(touched)]


@pytest.mark.parametrize("field", [1, 10, 16, 22, 34, 70])
def test_a_score_depends_on_a_patch_of_the_stated_side(field):
    (top, bottom), (left, right) = extent(field, 3 * field + 16 - field % 4)
    assert (bottom - top + 1, right - left + 1) == (field, field)


def test_fields_are_those_of_the_paper_and_smaller_ones():
    assert [*FIELDS] == [1, 10, 16, 22, 34, 46, 70, 94, 142, 190, 286]
    assert all(receptive_field(layers) == field for field, layers in FIELDS.items())
    assert receptive_field([]) == 1
    assert receptive_field([(3, 1), (3, 1)]) == 5  # two 3 x 3 kernels see as far as one of 5 x 5


@pytest.mark.parametrize(("field", "scores"), [(1, 28), (10, 13), (16, 12), (22, 6), (34, 5), (46, 2), (70, 1)])
def test_the_scores_of_a_digit(field, scores):
    D = nn.frozen(patch_discriminator((28, 28, 2), rng(), field=field, width=2))
    assert D(np.zeros((3, 28, 28, 2), np.float32)).shape == (3, scores, scores, 1)


@pytest.mark.parametrize(
    ("field", "channels", "strides"),
    [
        (1, [4, 8, 1], [1, 1, 1]),
        (16, [4, 8, 1], [2, 1, 1]),
        (70, [4, 8, 16, 32, 1], [2, 2, 2, 1, 1]),
        (286, [4, 8, 16, 32, 32, 32, 1], [2, 2, 2, 2, 2, 1, 1]),
    ],
)
def test_the_layers_of_the_paper(field, channels, strides):
    """C64-C128-C256-C512 and a map to one number; no norm at C64; appendix 6.1.2."""
    D = patch_discriminator((96, 96, 6), rng(), field=field, width=4)
    convolutions = [layer for layer in D if isinstance(layer, nn.Conv2d)]
    assert [layer.weight.shape[3] for layer in convolutions] == channels
    assert [layer.stride for layer in convolutions] == strides
    kinds = ["Conv2d", "leaky_relu", *["Conv2d", "BatchNorm", "leaky_relu"] * (len(channels) - 2), "Conv2d"]
    assert [type(layer).__name__ if isinstance(layer, nn.Layer) else layer.func.__name__ for layer in D] == kinds
    assert all(layer.keywords == leaky_relu.keywords for layer in D if hasattr(layer, "keywords"))
    assert [layer.bias is not None for layer in convolutions] == [True, *[False] * (len(channels) - 2), True]


def test_a_score_of_one_patch_does_not_see_another():
    """A fully convolutional D: an image that is moved by the product of the strides has scores moved by one place."""
    D = nn.frozen(patch_discriminator((28, 28, 1), rng(), field=10, width=2, normalize=None, std=0.5))
    x = rng(1).standard_normal((1, 28, 28, 1), dtype=np.float32)
    moved = np.roll(x, (2, 2), axis=(1, 2))
    np.testing.assert_allclose(D(moved)[0, 3:-2, 3:-2], D(x)[0, 2:-3, 2:-3], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("objective", [NonSaturating(), LeastSquares()], ids=lambda objective: type(objective).__name__)
def test_the_loss_is_the_mean_over_patches_of_the_loss_of_each(objective):
    """Not the loss of their mean, which would let one bad patch hide behind good ones."""
    D = nn.frozen(patch_discriminator((12, 12, 2), rng(), field=10, width=2, std=0.5))
    x, fake = (rng(seed).standard_normal((2, 12, 12, 2)).astype(np.float32) for seed in (1, 2))
    real, made = D(x), D(fake)
    alone = [float(objective.d(real[i : i + 1, j, k], made[i : i + 1, j, k])) for i, j, k in np.ndindex(real.shape[:3])]
    assert float(objective.d_loss(D, lambda z: fake, x, None)) == pytest.approx(np.mean(alone), rel=1e-4)


def test_each_convolution_is_wrapped_and_each_example_alone():
    D = patch_discriminator((28, 28, 2), rng(), field=22, width=2, normalize=nn.InstanceNorm, wrap=nn.SpectralNorm)
    assert sum(isinstance(layer, nn.SpectralNorm) for layer in D) == 3
    assert per_example(D)


@pytest.mark.parametrize(("field", "nearest"), [(28, 22), (71, 70), (0, 1), (1000, 286)])
def test_a_field_that_no_network_has(field, nearest):
    words = rf"^no PatchGAN has a receptive field of {field}; the nearest is {nearest}. There are 1, 10, 16, 22"
    with pytest.raises(SettingError, match=words):
        patch_discriminator((28, 28, 2), rng(), field=field, width=2)


def test_images_that_are_too_small():
    words = r"^images of 8 x 28 are too small for a PatchGAN with a receptive field of 70; the largest that gives"
    with pytest.raises(SettingError, match=words + r" a score is 22$"):
        patch_discriminator((8, 28, 2), rng(), field=70, width=2)
    with pytest.raises(SettingError, match=r"^a PatchGAN judges images, not examples of shape \(2,\)"):
        patch_discriminator((2,), rng(), field=1, width=2)
