"""Virtual batch norm: the paper's statistics, and no example that depends on its neighbours."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.together import per_example

RNG = np.random.default_rng(0)
POINTS, IMAGES = RNG.standard_normal((4, 3)) + 2, RNG.standard_normal((4, 3, 2, 3)) * 2 + 1


def layer(device=None, epsilon=1e-5):
    made = nn.VirtualBatchNorm(3, epsilon=epsilon)
    numbers, move = np.random.default_rng(1), np.asarray if device is None else device.asarray
    return nn.map_leaves(made, lambda leaf: Tensor(move(numbers.standard_normal(leaf.shape))))


def by_the_paper(reference, x, scale, shift, epsilon):
    """Each example by the mean and the mean of squares of r + 1 examples."""
    r, axes, inner = len(reference), tuple(range(x.ndim - 1)), tuple(range(x.ndim - 2))
    mean, square = reference.mean(axis=axes), (reference**2).mean(axis=axes)
    out = []
    for example in x:
        mean_i = (r * mean + example.mean(axis=inner)) / (r + 1)
        square_i = (r * square + (example**2).mean(axis=inner)) / (r + 1)
        out.append((example - mean_i) / np.sqrt(square_i - mean_i**2 + epsilon) * scale + shift)
    return np.array(out)


@pytest.mark.parametrize("reference", [POINTS, IMAGES], ids=["points", "images"])
def test_the_papers_statistics(reference, device):
    x = np.random.default_rng(2).standard_normal((5, *reference.shape[1:])) * 3 - 1
    plain = layer(epsilon=0.01)
    expected = by_the_paper(reference, x, raw(plain.scale), raw(plain.shift), 0.01)
    whole = nn.WithReference(layer(device, epsilon=0.01), device.asarray(reference))
    np.testing.assert_allclose(to_host(raw(whole(device.asarray(x)))), expected, rtol=1e-12, atol=1e-12)


def test_two_points_by_hand():
    """The reference 0 and 2 with the example 4: mean 2, mean of squares 20 / 3, variance 8 / 3."""
    whole = nn.WithReference(nn.VirtualBatchNorm(1, epsilon=0.0), np.array([[0.0], [2.0]]))
    assert float(raw(whole(np.array([[4.0]])))[0, 0]) == pytest.approx(2 / np.sqrt(8 / 3))


def test_the_reference_is_normalized_by_its_own_statistics():
    made = nn.WithReference(layer(), IMAGES).module
    x = np.concatenate([IMAGES, IMAGES + 7])
    np.testing.assert_array_equal(
        made(x)[:4].data, F.batch_norm(IMAGES, raw(made.scale), raw(made.shift), made.epsilon)
    )


def test_a_large_mean_leaves_the_variance_exact_in_float32():
    """The difference of two squares of 1000 would have no digit left."""
    reference = (np.random.default_rng(0).standard_normal((64, 1)) + 1000).astype(np.float32)
    whole = nn.WithReference(nn.VirtualBatchNorm(1), reference)
    got = raw(whole(reference[:5] + 1))
    assert got.dtype == np.float32
    exact = by_the_paper(reference.astype(np.float64), reference[:5].astype(np.float64) + 1, 1.0, 0.0, 1e-5)
    np.testing.assert_allclose(got, exact, rtol=1e-3, atol=1e-3)


def network(norm=nn.VirtualBatchNorm):
    rng = np.random.default_rng(3)
    return nn.Sequential(
        nn.Dense(2, 12, rng),
        nn.Reshape(2, 2, 3),
        norm(3),
        F.relu,
        nn.Sequential(nn.Conv2d(3, 4, 2, rng), norm(4)),
        nn.Reshape(4),
        nn.Dense(4, 1, rng),
    )


Z = np.random.default_rng(4).standard_normal((8, 2)).astype(np.float32)


def test_no_example_depends_on_its_neighbours():
    G = nn.frozen(nn.WithReference(network(), Z))
    z = np.random.default_rng(5).standard_normal((6, 2)).astype(np.float32)
    whole = G(z)
    assert whole.shape == (6, 1)
    for i in range(6):
        np.testing.assert_allclose(G(z[i : i + 1])[0], whole[i], rtol=1e-5, atol=1e-6)
    by_minibatch = nn.frozen(nn.WithReference(network(nn.BatchNorm), Z))
    assert abs(by_minibatch(z[:1])[0] - by_minibatch(z)[0]).max() > 1e-2  # which batch norm cannot do


def test_gradients_flow_through_the_references_statistics():
    """The scale of the layer below changes both alike, so that its gradient is 0 in all, but for epsilon."""
    rng = np.random.default_rng(6)
    x, reference = rng.standard_normal((5, 3)), rng.standard_normal((9, 3))
    scale = Tensor(np.ones(3))
    normalized = nn.WithReference(nn.Sequential(lambda x: x * scale, layer(epsilon=1e-12)), reference)(x)
    gradient = grad(normalized, scale, seed=rng.standard_normal((5, 3)))
    np.testing.assert_allclose(gradient, 0, atol=1e-9)


def test_one_pass_for_several_minibatches_only_behind_the_reference():
    D = nn.WithReference(network(), Z)
    assert per_example(D)
    assert not per_example(D.module)  # its first examples are taken for the reference
    assert not per_example(nn.WithReference(network(nn.BatchNorm), Z))
    assert not per_example(nn.WithReference(nn.Sequential(nn.VirtualBatchNorm(2), nn.BatchNorm(2)), Z))
    x, y = np.random.default_rng(7).standard_normal((2, 3, 2)).astype(np.float32)
    for got, alone in zip(nn.together(D, x, y), (D(x), D(y)), strict=True):
        np.testing.assert_allclose(got.data, alone.data, rtol=1e-5, atol=1e-6)


def test_the_reference_is_state():
    D = nn.WithReference(network(), Z)
    assert dict(nn.named_leaves(D))["reference"] is Z
    assert "reference" not in nn.parameters(D)
    assert list(nn.parameters(D))[0] == "module.layers.0.weight"  # noqa: RUF015
    new = nn.updated(D, {"reference": Z + 1})
    assert not np.array_equal(new(Z).data, D(Z).data)


def test_labelled_examples_have_a_labelled_reference():
    """r is the number of its examples; each class is normalized as by a reference of arrays."""
    rng = np.random.default_rng(3)
    inner = nn.Sequential(nn.JoinLabels(nn.OneHot(4)), nn.Dense(6, 3, rng), nn.VirtualBatchNorm(3))
    x, y = rng.standard_normal((12, 2)).astype(np.float32), np.arange(12) % 4
    D = nn.WithReference(inner, nn.Labelled(x[:7], y[:7]))
    joined = nn.JoinLabels(nn.OneHot(4))(nn.Labelled(x, y))
    expected = nn.WithReference(inner[1:], joined[:7])(joined[7:])
    np.testing.assert_array_equal(D(nn.Labelled(x[7:], y[7:])).data, expected.data)
    assert {path: leaf.shape for path, leaf in nn.named_leaves(D) if path.startswith("reference")} == {
        "reference.x": (7, 2),
        "reference.y": (7,),
    }
    G = nn.WithReference(nn.KeepLabels(inner), nn.Labelled(x[:7], y[:7]))
    made = G(nn.Labelled(x[7:], y[7:]))
    np.testing.assert_array_equal(made.x.data, expected.data)
    np.testing.assert_array_equal(made.y, y[7:])
    with pytest.raises(ShapeMismatch, match=r"minibatches of one form are expected, got Labelled"):
        D(x)


def test_the_network_that_was_given_stays_as_it_was():
    given = network()
    nn.WithReference(given, Z)
    again = nn.WithReference(nn.WithReference(given, Z).module, Z[:5])
    assert given[2].reference is None
    assert again.module[2].reference == again.module[4][1].reference == 5
    assert again.module[2].scale is given[2].scale


def test_misuse_is_refused():
    with pytest.raises(SettingError, match=r"no reference minibatch; wrap the network in nn\.WithReference"):
        network()(Z)
    with pytest.raises(SettingError, match="one reference is enough"):
        nn.WithReference(nn.Sequential(nn.WithReference(network(), Z)), Z)


def test_summary_shows_the_reference_come_and_go():
    rng = np.random.default_rng(0)
    D = nn.WithReference(nn.Sequential(nn.Dense(2, 3, rng), nn.VirtualBatchNorm(3)), Z)
    assert nn.summary(D).splitlines() == [
        "layer              output  parameters",
        "with_reference     (9, 2)           0",
        "Dense              (9, 3)           9",
        "VirtualBatchNorm   (9, 3)           6",
        "without_reference  (1, 3)           0",
        "total                              15",
    ]
