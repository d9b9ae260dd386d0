"""Residual blocks by hand, and what a network without normalization begins with."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.errors import SettingError
from tinygan.networks import biggan, metz, r3gan
from tinygan.networks.residual import Residual, bottleneck, down_block, scaled_he, up_block
from tinygan.nn import Labelled
from tinygan.nn.together import per_example


def rng(seed=0):
    return np.random.default_rng(seed)


X = rng(1).standard_normal((3, 4, 6, 4))


def double(network):
    return nn.map_leaves(nn.frozen(network), lambda leaf: leaf.astype(np.float64))


def conv(x, layer):
    """A convolution with padding by the sum over the offsets of its kernel."""
    weight = raw(layer.weight)
    k, n = len(weight) // 2, len(weight)
    wide = np.pad(x, ((0, 0), (k, k), (k, k), (0, 0)))
    rows, columns = x.shape[1:3]
    y = sum(wide[:, i : i + rows, j : j + columns] @ weight[i, j] for i in range(n) for j in range(n))
    return y if layer.bias is None else y + raw(layer.bias)


def relu(x):
    return np.maximum(x, 0)


def halved(x):
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).mean(axis=(2, 4))


def doubled(x):
    return x.repeat(2, axis=1).repeat(2, axis=2)


def test_the_output_is_the_sum_of_both_paths():
    np.testing.assert_array_equal(Residual(lambda x: 3 * x)(X), 4 * X)
    np.testing.assert_array_equal(Residual(lambda x: 3 * x, lambda x: 5 * x)(X), 3 * X + 5 * X)


def test_a_condition_goes_to_the_layers_that_take_one():
    plain = Residual(nn.Sequential(nn.Dense(3, 3, rng())))
    block = Residual(nn.Sequential(nn.ConditionalBatchNorm(3, 2, rng()), F.relu))
    assert (plain.conditional, block.conditional) == (False, True)
    x, y = rng().standard_normal((5, 3)), rng().standard_normal((5, 2))
    np.testing.assert_array_equal(raw(block(x, y)), raw(x + block.main(x, y)))


def test_the_block_of_g():
    block = double(up_block(4, 2, rng(), normalize=lambda n: nn.Sequential(), initialize=nn.he()))
    up, last = block.main.layers[2], block.main.layers[5]
    main = conv(relu(conv(doubled(relu(X)), up)), last)
    np.testing.assert_allclose(block(X), main + conv(doubled(X), block.shortcut.layers[0]), rtol=1e-10, atol=1e-10)


def test_the_norms_of_the_block_stand_before_its_relus():
    block = up_block(4, 2, rng(), normalize=nn.BatchNorm)
    kinds = [type(layer).__name__ if isinstance(layer, nn.Layer) else layer for layer in block.main]
    assert kinds == ["BatchNorm", F.relu, "UpConv2d", "BatchNorm", F.relu, "Conv2d"]
    assert [len(raw(block.main.layers[i].scale)) for i in (0, 3)] == [4, 2]


@pytest.mark.parametrize("first", [True, False])
def test_the_block_of_d(first):
    block = double(down_block(4, 2, rng(), first=first))
    *begin, one, _, two = block.main.layers
    assert len(begin) == (not first)
    main = halved(conv(relu(conv(X if first else relu(X), one)), two))
    np.testing.assert_allclose(block(X), main + conv(halved(X), block.shortcut.layers[1]), rtol=1e-10, atol=1e-10)


def test_a_block_of_one_size_has_the_identity_beside_it():
    block = double(down_block(4, 4, rng(), halve=False))
    one, two = block.main.layers[1], block.main.layers[3]
    assert block.shortcut is None
    np.testing.assert_allclose(block(X), X + conv(relu(conv(relu(X), one)), two), rtol=1e-10, atol=1e-10)


def test_a_bottleneck_begins_as_the_identity_and_is_scaled_for_the_depth():
    """Fixup: the last convolution is 0; the others are He's times 16^(-1/4) = 1/2 in a network of 16 blocks."""
    block, alone = (bottleneck(64, 64, blocks, rng()) for blocks in (16, 1))
    x = rng(1).standard_normal((2, 3, 3, 64), dtype=np.float32)
    np.testing.assert_array_equal(raw(nn.frozen(block)(x)), x)
    for i, fan in ((0, 64), (2, 9 * 64)):
        weight = raw(block.main.layers[i].weight)
        np.testing.assert_allclose(2 * weight, raw(alone.main.layers[i].weight), rtol=1e-6)
        assert np.var(weight) == pytest.approx(0.25 * 2 / (1.04 * fan), rel=0.05)
    assert raw(scaled_he(1.0)((3, 3), rng())).dtype == np.float32


def test_no_bottleneck_waits_for_ever():
    """The gradient of the last convolution is not 0 at its weight of 0."""
    from tinygan import grad

    block = bottleneck(4, 4, 2, rng())
    last = block.main.layers[4].weight
    assert np.any(grad(F.sum(block(X.astype(np.float32)) ** 2), last) != 0)


def test_sums_over_pixels():
    np.testing.assert_allclose(nn.SumPool()(X), X.sum(axis=(1, 2)))


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (8, 12, 1)])
def test_r3gan_begins_with_outputs_of_ordinary_size(shape):
    """The variance of D(x) and of G(z) does not grow with the number of blocks: each begins as the identity."""
    x = rng(2).standard_normal((16, *shape), dtype=np.float32)
    z = rng(3).standard_normal((16, 8), dtype=np.float32)
    for blocks in (1, 8):
        D = nn.frozen(r3gan.discriminator(shape, rng(), width=8, blocks=blocks, dense=16))
        G = nn.frozen(r3gan.generator(8, shape, rng(), width=8, blocks=blocks, dense=16))
        assert (D(x).shape, G(z).shape) == ((16, 1), (16, *shape))
        assert 0.1 < np.std(D(x)) < 10
        assert 0.05 < np.std(G(z)) < 0.9  # of tanh
        assert per_example(D)
        assert per_example(G)


def test_r3gan_has_no_normalization():
    for network in (
        r3gan.generator(8, (8, 8, 1), rng(), width=4, blocks=2, dense=8),
        r3gan.discriminator((8, 8, 1), rng(), width=4, blocks=2, dense=8),
    ):
        assert not any("Norm" in type(node).__name__ for _, node in nn.walk.walk(network))


def labelled(m, latent=7, classes=3):
    return Labelled(rng(1).standard_normal((m, latent), dtype=np.float32), np.arange(m) % classes)


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3)])
@pytest.mark.parametrize("part", ["", "conditional", "chunks", "shared", "attention"])
def test_biggan_makes_images_without_any_of_its_parts(shape, part):
    off = {part: False} if part else {}
    G = nn.frozen(biggan.generator(7, 3, shape, rng(), width=4, embedding=5, initialize=nn.orthogonal(), **off))
    D = nn.frozen(biggan.discriminator(3, shape, rng(), width=4, **(off if part == "attention" else {})))
    x = G(labelled(6))
    assert x.x.shape == (6, *shape)
    assert abs(x.x).max() <= 1
    assert D(x).shape == (6, 1)
    assert per_example(D)


def test_each_block_has_its_part_of_the_noise():
    """7 numbers: 3 for the first layer and 2 for each block. With constant statistics a block sees its own alone."""
    G = nn.frozen(biggan.generator(7, 3, (8, 8, 1), rng(), width=4, embedding=5, attention=False, initialize=nn.he()))
    network = G.network
    assert network.sizes == (3, 2, 2)
    assert raw(network.first.layers[0].weight).shape[0] == 3
    seen = []
    network.blocks = [lambda h, y, block=block: (seen.append(y), block(h, y))[1] for block in network.blocks]
    z, y = labelled(6)
    network(Labelled(z, y))
    code = network.code(y)
    for condition, part in zip(seen, (z[:, 3:5], z[:, 5:7]), strict=True):
        np.testing.assert_array_equal(condition, np.concatenate([code, part], axis=1))


def test_without_chunks_all_noise_enters_at_the_front_and_the_condition_is_the_class():
    network = biggan.generator(7, 3, (8, 8, 1), rng(), width=4, embedding=5, chunks=False).network
    assert network.sizes == (7, 0, 0)
    block = network.blocks[1]
    assert raw(block.layers[0].main.layers[0].scale.weight).shape == (5, 8)


def test_the_noise_has_a_number_for_each_chunk():
    with pytest.raises(SettingError, match=r"^latent is expected to be at least 3, a number for each chunk, got 2$"):
        biggan.generator(2, 3, (8, 8, 1), rng(), width=4, embedding=5)


def test_all_but_the_shared_embedding_is_spectrally_normalized():
    G = biggan.generator(7, 3, (8, 8, 1), rng(), width=4, embedding=5, wrap=nn.SpectralNorm)
    bare = [path for path, leaf in nn.named_leaves(G) if path.endswith("weight") and "layer.weight" not in path]
    assert bare == ["network.code.weight"]
    D = biggan.discriminator(3, (8, 8, 1), rng(), width=4, wrap=nn.SpectralNorm)
    assert all("layer.weight" in path for path, leaf in nn.named_leaves(D) if path.endswith("weight"))


@pytest.mark.parametrize("projection", [True, False])
def test_d_looks_at_the_label_either_way(projection):
    D = nn.frozen(biggan.discriminator(3, (8, 8, 1), rng(), width=4, projection=projection))
    x = rng(2).standard_normal((3, 8, 8, 1), dtype=np.float32)
    one, other = D(Labelled(x, np.array([0, 1, 2]))), D(Labelled(x, np.array([1, 1, 2])))
    assert one[0] != other[0]
    np.testing.assert_allclose(one[1:], other[1:], rtol=1e-6)


@pytest.mark.parametrize(("shape", "least"), [((28, 28, 3), 4), ((32, 32, 1), 4), ((9, 12, 1), 2)])
def test_the_small_networks_of_metz(shape, least):
    G, D = (nn.frozen(network) for network in (metz.generator(5, shape, rng()), metz.discriminator(shape, rng())))
    x = G(rng(1).standard_normal((4, 5), dtype=np.float32))
    assert (x.shape, D(x).shape) == ((4, *shape), (4, 1))
    assert [layer.weight.shape[3] for layer in D.layers if isinstance(layer, nn.Conv2d)] == [2, 4, 8]
    assert [layer.weight.shape[2] for layer in G.layers if isinstance(layer, nn.ConvTranspose2d)] == [32, 16, 8]
    assert G.layers[1].shape[0] == least
    assert [layer.keywords for layer in D.layers if hasattr(layer, "keywords")] == 3 * [{"slope": 0.3}]
