"""How the label enters a G and a D: which layers take it, what comes out, and that it counts."""

import numpy as np
import pytest

from tinygan import nn
from tinygan.autograd import raw
from tinygan.networks import conditional, dcgan
from tinygan.networks.heads import Classified, ScoreAndCategory
from tinygan.networks.perceptrons import perceptron
from tinygan.nn import Labelled
from tinygan.nn.minibatch import leaves
from tinygan.nn.together import per_example

RNG = np.random.default_rng(0)
K, CODE = 3, 5
Y = np.array([0, 2, 1, 1])
POINTS = Labelled(RNG.standard_normal((4, 2)).astype(np.float32), Y)


def rng():
    return np.random.default_rng(1)


def generator(way, images=False):
    def make(more, normalize):
        if images:
            norms = {"normalize": normalize} if normalize else {}
            return dcgan.generator(2 + more, (8, 8, 1), rng(), width=2, **norms)
        return perceptron((2 + more, 6, 2), rng(), normalize=normalize)

    return conditional.generator(way, K, make, rng(), embedding=CODE)


def discriminator(way, images=False):
    def make(more, last):
        if images:
            return dcgan.discriminator((8, 8, 1 + more), 1, rng(), width=2, dense=6, last=last)
        return perceptron((2 + more, 6, 1), rng(), last=last)

    if way == "classified":
        return conditional.classifying(K, make, rng())
    return conditional.discriminator(way, K, make, rng(), embedding=CODE)


@pytest.mark.parametrize("way", conditional.G_LABELS)
@pytest.mark.parametrize("images", [False, True], ids=["points", "images"])
def test_g_makes_an_example_of_the_label_that_it_keeps(way, images):
    G = generator(way, images)
    z = Labelled(RNG.standard_normal((4, 2)).astype(np.float32), Y)
    x = G(z)
    assert x.y is Y
    assert x.x.shape == (4, *((8, 8, 1) if images else (2,)))
    other = G(Labelled(z.x, (Y + 1) % K))
    assert (raw(x.x) != raw(other.x)).reshape(4, -1).any(axis=1).all()


@pytest.mark.parametrize(("way", "inputs"), [("joined", 2 + K), ("embedded", 2 + CODE), ("batch-norm", 2)])
def test_what_enters_g_beside_the_noise(way, inputs):
    network = generator(way).network
    [first] = [layer for layer in network_of(network) if isinstance(layer, nn.Dense)][:1]
    assert first.weight.shape == (inputs, 6)


def network_of(network):
    return network.network if isinstance(network, nn.PassLabels) else network


@pytest.mark.parametrize("images", [False, True], ids=["points", "images"])
def test_with_batch_norm_every_norm_of_g_has_a_scale_for_each_class(images):
    kinds = [type(layer) for layer in generator("batch-norm", images).network.network]
    assert nn.BatchNorm not in kinds
    assert kinds.count(nn.ConditionalBatchNorm) == (3 if images else 1)
    [norm, *_] = [n for n in generator("batch-norm", images).network.network if isinstance(n, nn.ConditionalBatchNorm)]
    assert norm.scale.weight.shape[0] == K


@pytest.mark.parametrize("way", [*conditional.D_LABELS, "classified"])
@pytest.mark.parametrize("images", [False, True], ids=["points", "images"])
def test_d_gives_a_score_that_depends_on_the_label_unless_it_classifies(way, images):
    D = discriminator(way, images)
    x = RNG.standard_normal((4, *((8, 8, 1) if images else (2,)))).astype(np.float32)
    output, other = D(Labelled(x, Y)), D(Labelled(x, (Y + 1) % K))
    if way == "classified":
        assert isinstance(output, Classified)
        assert (output.score.shape, output.category.shape) == ((4, 1), (4, K))
        for a, b in zip(output, other, strict=True):
            np.testing.assert_array_equal(raw(a), raw(b))
        assert per_example(D) is not images  # the DCGAN has batch norms
        return
    assert output.shape == (4, 1)
    assert (raw(output) != raw(other)).all()


@pytest.mark.parametrize(("way", "inputs"), [("joined", 2 + K), ("embedded", 2 + CODE), ("projected", 2)])
def test_what_enters_d_beside_the_example(way, inputs):
    D = discriminator(way)
    [first, *_] = [layer for layer in network_of(D) if isinstance(layer, nn.Dense)]
    assert first.weight.shape == (inputs, 6)
    last = list(network_of(D))[-1]
    assert isinstance(last, nn.Projection if way == "projected" else nn.Dense)


def test_a_class_that_is_embedded_has_a_code_that_learns():
    for network in (generator("embedded").network, discriminator("embedded")):
        assert nn.parameters(network)["layers.0.code.weight"].shape == (K, CODE)
    for network in (generator("joined").network, discriminator("joined")):
        assert "layers.0.code.weight" not in nn.parameters(network)


def test_score_and_category_have_the_same_features():
    layer, h = ScoreAndCategory(6, K, rng()), RNG.standard_normal((4, 6)).astype(np.float32)
    output = layer(h)
    np.testing.assert_array_equal(raw(output.score), raw(layer.score(h)))
    np.testing.assert_array_equal(raw(output.category), raw(layer.category(h)))


def test_both_minibatches_are_judged_in_one_pass():
    D = discriminator("classified")
    first, second = nn.together(D, POINTS, Labelled(2 * POINTS.x, POINTS.y))
    for joint, alone in zip(leaves(second), leaves(D(Labelled(2 * POINTS.x, POINTS.y))), strict=True):
        np.testing.assert_allclose(raw(joint), raw(alone), rtol=1e-6)
    assert isinstance(first, Classified)


def test_a_last_layer_takes_the_place_of_the_dense_one():
    for network in (
        perceptron((2, 6, 1), rng(), last=lambda features: nn.Dense(features, 7, rng())),
        dcgan.discriminator((8, 8, 1), 1, rng(), width=2, dense=6, last=lambda features: nn.Dense(features, 7, rng())),
    ):
        assert list(network)[-1].weight.shape == (6, 7)


def test_g_and_d_have_codes_of_their_own():
    G, D = generator("embedded"), discriminator("embedded")
    tables = [raw(leaf) for net in (G, D) for _, leaf in nn.named_leaves(net) if leaf.shape == (K, CODE)]
    assert len(tables) == 2
    assert not np.shares_memory(*tables)
