"""Pairs of images: joined for one D, translated with their input, both ways, and each judged by its own D."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Pair
from tinygan.nn.together import per_example
from tinygan.objectives import LeastSquares

RNG = np.random.default_rng(0)
LAYERS = [nn.JoinPair(), nn.TakeB(), nn.KeepInput(F.tanh), nn.TwoWay(F.tanh, F.relu), nn.EachDomain(F.tanh, F.relu)]


def images(*channels, m=2):
    return Pair(*(RNG.standard_normal((m, 4, 3, c)).astype(np.float32) for c in channels))


def pixelwise(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 1, RNG)


def test_a_pair_is_joined_along_channels(device):
    a, b = images(1, 3)
    joined = nn.JoinPair()(Pair(device.asarray(a), device.asarray(b)))
    assert namespace(joined) is device.module
    assert joined.shape == (2, 4, 3, 4)
    np.testing.assert_array_equal(to_host(joined)[..., :1], a)
    np.testing.assert_array_equal(to_host(joined)[..., 1:], b)
    np.testing.assert_array_equal(nn.JoinPair()(Pair(np.array([[1.0]]), np.array([[2.0, 3.0]]))), [[1, 2, 3]])


def test_d_on_a_joined_pair_has_a_gradient_in_both_images():
    D = nn.Sequential(nn.JoinPair(), pixelwise(2, 1))
    a, b = map(Tensor, images(1, 1))
    for gradient, weight in zip(grad(F.sum(D(Pair(a, b))), [a, b]), raw(D[1].weight)[0, 0, :, 0], strict=True):
        np.testing.assert_allclose(gradient, np.full((2, 4, 3, 1), weight), rtol=1e-6)


def test_b_alone():
    a, b = images(1, 3)
    assert nn.TakeB()(Pair(a, b)) is b


def test_the_input_is_kept_beside_its_translation():
    U, pair = pixelwise(1, 2), images(1, 2)
    made = nn.KeepInput(U)(pair)
    assert type(made) is Pair
    assert made.a is pair.a
    np.testing.assert_array_equal(raw(made.b), raw(U(pair.a)))


def test_two_ways_change_places():
    to_a, to_b, (a, b) = pixelwise(3, 1), pixelwise(1, 3), images(1, 3)
    G = nn.TwoWay(to_a, to_b)
    made = G(Pair(a, b))
    np.testing.assert_array_equal(raw(made.a), raw(to_a(b)))
    np.testing.assert_array_equal(raw(made.b), raw(to_b(a)))
    assert [leaf.shape for leaf in made] == [a.shape, b.shape]


def test_twice_both_ways_is_the_cycle():
    G = nn.TwoWay(lambda b: b / 2, lambda a: 2 * a + 1)
    a, b = images(1, 1)
    cycle = G(G(Pair(a, b)))
    np.testing.assert_allclose(cycle.a, (2 * a + 1) / 2, rtol=1e-6)
    np.testing.assert_allclose(cycle.b, 2 * (b / 2) + 1, rtol=1e-6)


def test_each_domain_has_its_own_scores_and_its_own_loss():
    of_a, of_b, real, fake = pixelwise(1, 1), pixelwise(1, 1), images(1, 1), images(1, 1)
    D = nn.frozen(nn.EachDomain(of_a, of_b))
    found = D(real)
    np.testing.assert_array_equal(found.a, raw(of_a(real.a)))
    np.testing.assert_array_equal(found.b, raw(of_b(real.b)))
    loss = LeastSquares()
    apart = [
        float(loss.d_loss(nn.frozen(d), lambda z: z, x, z)) for d, x, z in zip((of_a, of_b), real, fake, strict=True)
    ]
    assert float(loss.d_loss(D, lambda z: z, real, fake)) == pytest.approx(sum(apart), rel=1e-6)


@pytest.mark.parametrize(
    "network",
    [
        nn.Sequential(nn.JoinPair(), nn.Conv2d(3, 2, 2, RNG), F.tanh),
        nn.KeepInput(nn.Sequential(nn.Conv2d(1, 2, 2, RNG), nn.InstanceNorm(2))),
        nn.TwoWay(pixelwise(2, 1), pixelwise(1, 2)),
        nn.EachDomain(pixelwise(1, 1), pixelwise(2, 1)),
    ],
    ids=["JoinPair", "KeepInput", "TwoWay", "EachDomain"],
)
def test_several_minibatches_pass_together(network):
    network, parts = nn.frozen(network), [images(1, 2, m=m) for m in (3, 1, 2)]
    assert per_example(network)
    for found, part in zip(nn.together(network, *parts), parts, strict=True):
        nn.each(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6), found, network(part))
    assert not per_example(nn.TwoWay(F.tanh, nn.BatchNorm(1)))


def test_they_are_evaluated_frozen_and_updated():
    drop = nn.Dropout(0.5, np.random.default_rng(0))
    G = nn.TwoWay(nn.Sequential(pixelwise(1, 1), drop), pixelwise(1, 1))
    assert sorted(nn.parameters(G)) == [
        "to_a.layers.0.bias",
        "to_a.layers.0.weight",
        "to_b.bias",
        "to_b.weight",
    ]
    assert nn.evaluated(G).to_a.layers[1].rng is None
    assert nn.evaluated(G).to_b is G.to_b
    assert not any(isinstance(leaf, Tensor) for leaf in nn.frozen(G)(images(1, 1)))
    assert [path for path, _ in nn.named_generators(G)] == ["to_a.layers.1.rng"]


def test_one_network_for_both_domains_stays_one():
    layer = pixelwise(1, 1)
    D = nn.updated(nn.EachDomain(layer, layer), {"of_a.bias": np.ones(1, np.float32)})
    assert D.of_a is D.of_b is not layer


def test_a_summary_has_the_lines_of_each_part():
    G = nn.TwoWay(nn.Sequential(pixelwise(2, 1), F.tanh), pixelwise(1, 2))
    assert nn.summary(G, images(1, 2)).splitlines() == [
        "layer   output                      parameters",
        "Conv2d  (2, 4, 3, 1)                         3",
        "tanh    (2, 4, 3, 1)                         0",
        "Conv2d  (2, 4, 3, 2)                         4",
        "TwoWay  (2, 4, 3, 1), (2, 4, 3, 2)           0",
        "total                                        7",
    ]
    assert [line.split()[0] for line in repr(G).splitlines()[1:]] == ["Conv2d", "tanh", "Conv2d", "TwoWay", "total"]
    assert "KeepInput  (2, 4, 3, 1), (2, 4, 3, 2)" in nn.summary(nn.KeepInput(pixelwise(1, 2)), images(1, 2))
    assert "EachDomain  (2, 4, 3, 1), (2, 4, 3, 1)" in nn.summary(nn.EachDomain(F.tanh, pixelwise(2, 1)), images(1, 2))


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_a_pair_is_expected(layer):
    with pytest.raises(SettingError, match=rf"^{type(layer).__name__}: expected Pair\(a, b\), got ndarray$"):
        layer(np.ones((2, 2)))


def test_images_of_different_sizes_are_not_joined():
    with pytest.raises(ShapeMismatch, match=r"^JoinPair: expected images a and b of one size, got \(2, 4, 4, 1\) and"):
        nn.JoinPair()(Pair(np.ones((2, 4, 4, 1)), np.ones((2, 4, 5, 1))))


@pytest.mark.parametrize(
    "kind", [nn.KeepInput, lambda part: nn.TwoWay(F.tanh, part), lambda part: nn.EachDomain(part, 1)]
)
def test_parts_are_layers(kind):
    with pytest.raises(SettingError, match=r"^\w+: expected a layer or a function, got NoneType$"):
        kind(None)
