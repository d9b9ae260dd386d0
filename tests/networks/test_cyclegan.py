"""CycleGAN's generator: its layers, its borders, and the images that it takes."""

import numpy as np
import pytest

from tinygan import nn, raw
from tinygan.errors import SettingError
from tinygan.networks.cyclegan import residual_generator
from tinygan.nn.together import per_example


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (8, 12, 1)])
@pytest.mark.parametrize("blocks", [0, 2])
def test_images_of_any_sides_that_are_multiples_of_4(shape, blocks):
    G = nn.frozen(residual_generator(shape, 3, rng(), width=2, blocks=blocks))
    y = G(rng(1).standard_normal((2, *shape), dtype=np.float32))
    assert y.shape == (2, *shape[:2], 3)
    assert abs(y).max() < 1
    assert per_example(G)


def test_channels_and_sizes():
    """c7s1-64, d128, d256, R256, u128, u64, c7s1-3 of the appendix, at a sixteenth of the width."""
    net = residual_generator((28, 28, 1), 3, rng(), width=4, blocks=1)
    stages = nn.stages(net, np.zeros((1, 28, 28, 1), np.float32))
    found = [(stage.name, *stage.shapes[0][2:]) for stage in stages if "Conv" in stage.name or stage.name == "Residual"]
    assert found == [
        ("Conv2d", 28, 4),
        ("Conv2d", 14, 8),
        ("Conv2d", 7, 16),
        ("Conv2d", 7, 16),
        ("Conv2d", 7, 16),
        ("Residual", 7, 16),
        ("ConvTranspose2d", 14, 8),
        ("ConvTranspose2d", 28, 4),
        ("Conv2d", 28, 3),
    ]


def test_a_constant_image_has_no_frame():
    """Reflection keeps a constant image constant, up to the layers of stride 2. Zeros would change its border."""
    G = nn.frozen(residual_generator((16, 16, 1), 1, rng(), width=2, blocks=1, normalize=None, std=0.5))
    x = np.ones((1, 16, 16, 1), np.float32)
    first = G.layers[0]
    y = first(x)
    np.testing.assert_allclose(y, np.broadcast_to(y[:, :1, :1], y.shape), rtol=1e-5)
    framed = nn.replaced(first, reflect=False)(x)
    assert abs(framed - y).max() > 0.1
    assert all(
        layer.reflect for layer in [G.layers[-2], *(node for _, node in nn.walk.walk(G.layers) if is_same(node))]
    )


def is_same(node):
    """Whether a node is a convolution that keeps the size."""
    return isinstance(node, nn.Conv2d) and node.stride == 1


def test_a_block_adds_its_input_and_has_no_relu_after_the_sum():
    G = nn.frozen(residual_generator((8, 8, 1), 1, rng(), width=2, blocks=1))
    [block] = [layer for layer in G.layers if type(layer).__name__ == "Residual"]
    h = rng(1).standard_normal((1, 2, 2, 8), dtype=np.float32)
    np.testing.assert_allclose(block(h), h + block.main(h), rtol=1e-6)
    assert (block(h) < 0).any()


def test_norms_take_the_place_of_biases():
    assert raw(residual_generator((8, 8, 1), 1, rng(), width=2, blocks=1).layers[-2].bias).shape == (1,)
    for normalize, bias in ((nn.InstanceNorm, False), (None, True)):
        G = residual_generator((8, 8, 1), 1, rng(), width=2, blocks=1, normalize=normalize)
        convolutions = [node for _, node in nn.walk.walk(G) if isinstance(node, nn.Conv2d | nn.ConvTranspose2d)]
        assert {layer.bias is not None for layer in convolutions[:-1]} == {bias}


def test_instance_norm_has_scale_and_shift_and_needs_two_pixels():
    norm = nn.InstanceNorm(2)
    assert [*nn.parameters(norm)] == ["scale", "shift"]
    assert per_example(norm)
    with pytest.raises(ValueError, match="one number has no spread"):
        norm(np.ones((4, 1, 1, 2), np.float32))


def test_sides_that_do_not_fit():
    with pytest.raises(SettingError, match=r"sides are multiples of 4, not examples of shape \(30, 28, 1\)"):
        residual_generator((30, 28, 1), 1, rng(), width=2, blocks=1)
    with pytest.raises(SettingError, match=r"^images are expected to have sides of at least 8, not examples of shape"):
        residual_generator((4, 28, 1), 1, rng(), width=2, blocks=1)
