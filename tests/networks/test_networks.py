"""The networks of the recipes: their shapes, their sizes, and what stands between their layers."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.errors import SettingError
from tinygan.networks import autoencoders, coders, dcgan
from tinygan.networks.layers import NORMS, leaky_relu
from tinygan.networks.perceptrons import maxout, perceptron, with_kinks


def rng(seed=0):
    return np.random.default_rng(seed)


def kinds(net):
    return [type(layer).__name__ if isinstance(layer, nn.layer.Layer) else layer for layer in net.layers]


def test_a_perceptron_has_a_relu_between_its_layers():
    net = nn.frozen(perceptron((2, 5, 4, 3), rng()))
    assert kinds(net) == ["Dense", F.relu, "Dense", F.relu, "Dense"]
    assert net(np.ones((7, 2), np.float32)).shape == (7, 3)


def test_a_norm_stands_before_each_relu_and_takes_the_place_of_the_bias():
    net = perceptron((2, 5, 3), rng(), normalize=NORMS["layer"])
    assert kinds(net) == ["Dense", "LayerNorm", F.relu, "Dense"]
    assert net.layers[0].bias is None
    assert net.layers[3].bias is not None


def test_every_layer_with_weights_is_wrapped():
    assert kinds(perceptron((2, 5, 3), rng(), wrap=nn.SpectralNorm)) == ["SpectralNorm", F.relu, "SpectralNorm"]
    D = dcgan.discriminator((8, 8, 1), 1, rng(), width=2, normalize=None, wrap=nn.SpectralNorm)
    assert kinds(D).count("SpectralNorm") == 4


@pytest.mark.parametrize("layer", [nn.Dense(2, 50, rng()), nn.Maxout(2, 50, 1, rng())], ids=["dense", "maxout"])
def test_units_bend_at_points_that_are_spread(layer):
    spread = raw(with_kinks(layer, 3.0, rng(1)).bias).reshape(-1) / np.linalg.norm(
        raw(layer.weight).reshape(2, -1), axis=0
    )
    assert np.std(spread) == pytest.approx(3.0, rel=0.3)  # the distance of each line from the origin
    assert abs(np.mean(spread)) < 1.5
    assert (raw(layer.bias) == 0).all()  # that of the layer itself stays


def test_maxout_has_its_pieces():
    net = nn.frozen(maxout((2, 5, 4, 1), 3, rng(), spread=1.0))
    assert kinds(net) == ["Maxout", "Maxout", "Dense"]
    assert net(np.ones((7, 2), np.float32)).shape == (7, 1)


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (8, 12, 1)])
def test_dcgan_makes_and_judges_images_of_any_side_that_is_a_multiple_of_4(shape):
    G = nn.frozen(dcgan.generator(5, shape, rng(), width=2))
    D = nn.frozen(dcgan.discriminator(shape, 3, rng(), width=2))
    x = G(rng(1).standard_normal((4, 5), dtype=np.float32))
    assert (x.shape, D(x).shape) == ((4, *shape), (4, 3))
    assert abs(x).max() <= 1
    assert kinds(D).count(leaky_relu) == 3


@pytest.mark.parametrize("shape", [(2,), (28, 30, 1), (27, 28, 1)])
def test_dcgan_makes_nothing_else(shape):
    with pytest.raises(SettingError, match=r"sides are multiples of 4, not examples of shape"):
        dcgan.generator(5, shape, rng(), width=2)
    with pytest.raises(SettingError, match=r"sides are multiples of 4, not examples of shape"):
        dcgan.discriminator(shape, 1, rng(), width=2)


def test_leaky_relu_has_the_slope_of_the_paper():
    np.testing.assert_allclose(leaky_relu(np.array([-1.0, 2.0])), [-0.2, 2.0])


def made(kind, outputs):
    facts = {"code": 3, "outputs": outputs, "activation": "relu", "initialize": nn.he()}
    if kind == "dense":
        return coders.dense((8, 4, 1), rng(), hidden=(8, 6), **facts)
    return coders.convolutional((8, 4, 1), rng(), width=2, hidden=8, **facts)


@pytest.mark.parametrize("kind", ["dense", "convolutional"])
def test_an_autoencoder_decodes_what_it_encodes(kind):
    G = nn.frozen(autoencoders.autoencoder(made(kind, 3)))
    x = rng(1).uniform(-1, 1, (4, 8, 4, 1)).astype(np.float32)
    code = G.encode(x)
    assert (code.shape, G(code).shape) == ((4, 3), (4, 8, 4, 1))
    assert abs(code).max() < 1
    assert abs(G(code)).max() < 1
    assert (G.code(x) == code).all()
    assert " at 0x" not in repr(G)


@pytest.mark.parametrize("kind", ["dense", "convolutional"])
@pytest.mark.parametrize("likelihood", autoencoders.LIKELIHOODS)
def test_a_variational_autoencoder_has_a_distribution_at_both_ends(kind, likelihood):
    G = nn.frozen(autoencoders.variational(made(kind, 6), likelihood))
    x = rng(1).uniform(-1, 1, (4, 8, 4, 1)).astype(np.float32)
    q = G.encode(x)
    assert (q.mean.shape, q.log_variance.shape) == ((4, 3), (4, 3))
    assert (G.code(x) == q.mean).all()
    p = G.decode(q.mean)
    assert type(p) is {"bernoulli": nn.Bernoulli, "gaussian": nn.Gaussian}[likelihood]
    assert p.log_density(x).shape == (4,)
    assert (G(q.mean) == p.mean).all()
    assert abs(p.mean).max() < 1
    np.testing.assert_allclose(G.encode(x[:1]).mean, q.mean[:1], rtol=1e-5)  # of an example by itself


def test_decoders_of_perceptrons_have_the_hidden_layers_in_the_other_order():
    facts = {"code": 3, "outputs": 6, "activation": "tanh", "initialize": nn.glorot()}
    made_of = coders.dense((8, 4, 1), rng(), hidden=(8, 6), **facts)
    sizes = [[layer.weight.shape for layer in part if isinstance(layer, nn.Dense)] for part in made_of]
    assert sizes == [[(32, 8), (8, 6), (6, 6)], [(3, 6), (6, 8), (8, 32)]]
    assert [layer for layer in made_of.encoder if layer is F.tanh] == [F.tanh] * 2


@pytest.mark.parametrize("shape", [(2,), (8, 8, 1)])
@pytest.mark.parametrize("power", [1, 2])
def test_the_energy_of_an_example_is_its_distance_from_its_reconstruction(shape, power):
    D = nn.frozen(autoencoders.energy(shape, rng(), hidden=6, width=2, spread=1.0, code=3, power=power))
    x = rng(1).uniform(-1, 1, (4, *shape)).astype(np.float32)
    away = abs(D.decoder(D.encoder(x)) - x).reshape(4, -1)
    given = D(x)
    np.testing.assert_allclose(getattr(given, "score", given), (away**power).mean(axis=1, keepdims=True), rtol=1e-5)
