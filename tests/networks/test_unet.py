"""The U-Net: what is joined where, sizes and channels, its noise, and a bottleneck that sees the whole image."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.networks.layers import leaky_relu
from tinygan.networks.unet import Joined, unet


def rng(seed=0):
    return np.random.default_rng(seed)


def image(m=2, side=28, channels=1):
    return rng(1).standard_normal((m, side, side, channels), dtype=np.float32)


def maps(network, x):
    """(name, side, channels, skip) of each stage."""
    return [(stage.name, stage.shapes[0][1], stage.shapes[0][3], stage.skip) for stage in nn.stages(network, x)]


def test_a_level_joins_its_input_with_what_comes_back():
    x = image(channels=2)
    np.testing.assert_array_equal(Joined(F.tanh)(x), np.concatenate([x, np.tanh(x)], axis=-1))


def test_it_goes_down_and_comes_up_through_the_same_sizes():
    """28, 14, 7 and one pixel; the maps of the way down are joined with those of their own size on the way up."""
    found = maps(unet((28, 28, 1), 3, rng(), width=4, dropout=0.0), image())
    assert [stage for stage in found if "Conv" in stage[0] or stage[0] == "Joined"] == [
        ("Conv2d", 14, 4, None),
        ("Conv2d", 7, 8, None),
        ("Conv2d", 1, 16, None),
        ("ConvTranspose2d", 7, 8, None),
        ("Joined", 7, 16, 3),  # with the map of 7 x 7 after its norm
        ("ConvTranspose2d", 14, 4, None),
        ("Joined", 14, 8, 0),  # with the first map
        ("ConvTranspose2d", 28, 3, None),
    ]
    assert found[3] == ("BatchNorm", 7, 8, None)


def test_by_hand():
    """The network written out, with its own layers: each join takes the map before the encoder's activation."""
    net = nn.frozen(unet((8, 8, 1), 2, rng(), width=3, dropout=0.0))
    first, joined, _, last, _ = net.layers
    _, down, norm, inner, _, up, up_norm = joined.inner.layers
    _, bottom, _, bottom_up, bottom_norm = inner.inner.layers
    x = image(3, 8)
    one = first(x)
    two = norm(down(leaky_relu(one)))
    three = bottom(leaky_relu(two))
    back = bottom_norm(bottom_up(F.relu(three)))
    back = up_norm(up(F.relu(F.concatenate([two, back], axis=-1))))
    out = np.tanh(last(F.relu(F.concatenate([one, back], axis=-1))))
    assert three.shape == (3, 1, 1, 12)
    np.testing.assert_array_equal(net(x), out)


@pytest.mark.parametrize(
    ("shape", "sides", "channels"),
    [
        ((32, 32, 3), [16, 8, 4, 2, 1], [2, 4, 8, 16, 16]),
        ((12, 20, 1), [6, 3, 1], [2, 4, 8]),
        ((36, 36, 1), [18, 9], [2, 4]),  # 9 x 9 is no kernel
        ((4, 8, 2), [2, 1, 1], [2, 4, 8]),
    ],
)
def test_sides_are_halved_to_the_pixel(shape, sides, channels):
    net = nn.frozen(unet(shape, 1, rng(), width=2))
    x = rng(1).standard_normal((2, *shape), dtype=np.float32)
    down = [stage for stage in maps(net, x) if stage[0] == "Conv2d"]
    assert [(side, width) for _, side, width, _ in down] == list(zip(sides, channels, strict=True))
    y = net(x)
    assert y.shape == (2, *shape[:2], 1)
    assert abs(y).max() < 1


def test_every_output_depends_on_every_pixel_through_the_bottleneck():
    """Without skips, too, since the innermost map is one pixel; with two levels it is not, and corners do not meet."""
    for levels, meets in ((None, True), (2, False)):
        net = unet((28, 28, 1), 1, rng(), width=8, levels=levels, skips=False, normalize=None, dropout=0.0, std=0.1)
        x = Tensor(image(1))
        assert bool(np.any(grad(net(x)[0, 0, 0, 0], x)[0, -1, -1] != 0)) == meets


def test_without_skips_nothing_is_joined():
    net = unet((28, 28, 1), 1, rng(), width=4, skips=False)
    assert not any(isinstance(node, Joined) for _, node in nn.walk.walk(net))
    assert all(stage[3] is None for stage in maps(net, image()))
    assert raw(net.layers[-2].weight).shape == (4, 4, 1, 4)  # half as many inputs as with skips


def test_norms_stand_everywhere_but_at_the_first_the_innermost_and_the_last_map():
    found = maps(unet((32, 32, 1), 1, rng(), width=2, dropout=0.0, normalize=nn.InstanceNorm), image(side=32))
    names = [name for name, *_ in found]
    normed = [names[i + 1] == "InstanceNorm" for i, name in enumerate(names) if "Conv" in name]
    assert normed == [False, True, True, True, False, True, True, True, True, False]
    assert "BatchNorm" not in " ".join(names)
    assert nn.count(unet((8, 8, 1), 1, rng(), width=1, normalize=None)) > 0


def test_a_bias_stands_where_no_norm_does():
    net = unet((28, 28, 1), 1, rng(), width=2)
    convolutions = [node for _, node in nn.walk.walk(net) if isinstance(node, nn.Conv2d | nn.ConvTranspose2d)]
    assert [layer.bias is not None for layer in convolutions] == [True, False, True, False, False, True]


@pytest.mark.parametrize(("shape", "dropped"), [((28, 28, 1), [7, 14]), ((64, 64, 1), [2, 4, 8]), ((4, 4, 1), [2])])
def test_dropout_is_in_the_innermost_blocks_of_the_decoder(shape, dropped):
    net = unet(shape, 1, rng(), width=1)
    assert [side for name, side, *_ in maps(net, image(2, shape[0])) if name == "Dropout"] == dropped
    assert len(dict(nn.named_generators(net))) == len(dropped)  # each has its own


def test_it_has_noise_in_samples():
    net = nn.frozen(unet((8, 8, 1), 1, rng(), width=4, std=0.5))
    x = image(2, 8)
    G = nn.evaluated(net)
    assert (G(x) != G(x)).any()
    np.testing.assert_array_equal(nn.evaluated(net)(x), nn.evaluated(net)(x))


@pytest.mark.parametrize("shape", [(2,), (28, 30, 1), (27, 28, 1), (2, 2, 1)])
def test_sides_that_cannot_be_halved_twice(shape):
    with pytest.raises(SettingError, match=r"^a U-Net makes images whose sides can be halved twice, not examples of"):
        unet(shape, 1, rng(), width=2)


@pytest.mark.parametrize("levels", [0, 1, 4])
def test_levels_that_there_are_not(levels):
    with pytest.raises(SettingError, match=rf"^a U-Net for images of \(28, 28, 1\) has 2 to 3 levels, got {levels}$"):
        unet((28, 28, 1), 1, rng(), width=2, levels=levels)
