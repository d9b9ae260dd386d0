"""Spectral normalization against the singular value decomposition, at the start and while the weights change."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tinygan import Tensor, checkpoint, grad, nn, optim, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import SettingError
from tinygan.nn.together import per_example


def rng():
    return np.random.default_rng(0)


def dense(device=None):
    return moved(nn.Dense(6, 4, rng()), device)


def moved(module, device):
    """`module` on a device, with its Tensors and its state as they are."""

    def move(leaf):
        array = np.asarray(raw(leaf)) if device is None else device.asarray(raw(leaf))
        return Tensor(array) if isinstance(leaf, Tensor) else array

    return nn.map_leaves(module, move)


def matrix(layer):
    """W of the paper by hand: the output channels by all else."""
    weight = to_host(raw(layer.weight)).astype(np.float64)
    axis = -2 if isinstance(layer, nn.ConvTranspose2d) else -1
    return np.moveaxis(weight, axis, 0).reshape(weight.shape[axis], -1)


def sigma(layer):
    return np.linalg.svd(matrix(layer), compute_uv=False)[0]


X = np.random.default_rng(1).standard_normal((5, 6)).astype(np.float32)
LAYERS = [
    (nn.Dense(6, 4, rng()), (5, 6)),
    (nn.Dense(6, 1, rng()), (5, 6)),
    (nn.Conv2d(3, 4, (2, 3), rng(), stride=(2, 1), padding=1), (2, 5, 4, 3)),
    (nn.ConvTranspose2d(4, 3, (2, 4), rng(), stride=2, padding=(0, 1)), (2, 3, 3, 4)),
]
each = pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=["Dense", "Dense to 1", "Conv2d", "ConvTranspose2d"])


@each
def test_the_iteration_converges_to_the_singular_vectors(layer, shape, device):
    normalized = nn.SpectralNorm(moved(layer, device), iterations=300)
    u, v = to_host(normalized.u), to_host(normalized.v)
    assert namespace(normalized.u) is namespace(normalized.v) is device.module
    left, values, right = np.linalg.svd(matrix(layer), full_matrices=False)
    np.testing.assert_allclose([np.linalg.norm(u), np.linalg.norm(v)], 1, rtol=1e-6)
    assert abs(u @ left[:, 0]) == pytest.approx(1, abs=1e-4)
    if not isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):  # their inputs are in another order than numpy's here
        assert abs(v @ right[0]) == pytest.approx(1, abs=1e-4)
    assert np.linalg.norm(matrix(layer).T @ u) == pytest.approx(values[0], rel=1e-5)


@each
def test_the_layer_with_weight_over_sigma(layer, shape, device):
    x = np.random.default_rng(2).standard_normal(shape).astype(np.float32)
    layer = nn.updated(layer, {"bias": np.arange(layer.bias.size, dtype=np.float32)})
    expected = raw(nn.updated(layer, {"weight": (raw(layer.weight) / sigma(layer)).astype(np.float32)})(x))
    normalized = nn.SpectralNorm(moved(layer, device), iterations=300)
    got = to_host(raw(normalized(device.asarray(x))))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-5)
    bare = nn.frozen(normalized)(device.asarray(x))
    assert type(bare) is type(device.asarray(x))
    np.testing.assert_array_equal(to_host(bare), got)


def test_twenty_iterations_come_near():
    for seed in range(5):
        layer = nn.Conv2d(16, 32, 4, np.random.default_rng(seed))
        normalized = nn.SpectralNorm(layer)
        found = np.linalg.norm(matrix(layer).T @ normalized.u)
        assert 0.95 * sigma(layer) < found <= sigma(layer) * (1 + 1e-6)


def test_a_dense_layer_stretches_no_vector():
    layer = nn.frozen(nn.SpectralNorm(nn.Dense(6, 4, rng(), bias=False), iterations=300))
    x, y = np.random.default_rng(3).standard_normal((2, 2000, 6))
    stretch = np.linalg.norm(layer(x) - layer(y), axis=1) / np.linalg.norm(x - y, axis=1)
    assert stretch.max() <= 1 + 1e-5
    along_v = layer(layer.v[None])
    assert np.linalg.norm(along_v) == pytest.approx(1, abs=1e-5)  # and one vector keeps its length


def test_the_gradient_is_that_of_the_true_singular_value():
    """As du and dv drop out at the singular vectors: against differences of the SVD itself."""
    layer = nn.map_leaves(dense(), lambda leaf: Tensor(raw(leaf).astype(np.float64)))
    seed = np.random.default_rng(4).standard_normal((5, 4))
    normalized = nn.SpectralNorm(layer, iterations=500)
    got = grad(normalized(X), normalized.layer.weight, seed=seed)
    weight, step = raw(layer.weight), 1e-6
    for i in np.ndindex(weight.shape):
        ends = []
        for sign in (1, -1):
            W = weight.copy()
            W[i] += sign * step
            ends.append(((X @ W / np.linalg.svd(W)[1][0]) * seed).sum())
        assert got[i] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-7)


# Following the weights.


def critic(device=None):
    numbers = rng()
    conv, dense = nn.Conv2d(1, 4, 3, numbers), nn.Dense(16, 1, numbers)
    return moved(nn.Sequential(nn.SpectralNorm(conv), F.tanh, nn.Reshape(16), nn.SpectralNorm(dense)), device)


IMAGES = np.random.default_rng(5).standard_normal((8, 4, 4, 1)).astype(np.float32)


def trained(net, optimizer, x, steps):
    for _ in range(steps):
        net = optimizer.descend(net, F.mean(net(x) * F.sum(x, axis=(1, 2))))
    return net


def test_the_vectors_follow_the_weights_during_training(device):
    net = trained(critic(device), optim.Optimizer(optim.adam(0.02)), device.asarray(IMAGES), 60)
    for i, outputs in ((0, 4), (3, 1)):
        layer = net[i]
        assert layer.u.shape == (outputs,)
        assert layer.u.dtype == np.float32
        start = critic()[i]
        assert abs(matrix(layer.layer) - matrix(start.layer)).max() > 0.2  # the weights did move
        now = np.linalg.norm(matrix(layer.layer).T @ to_host(layer.u))
        assert now == pytest.approx(sigma(layer.layer), rel=1e-3)
    stale = np.linalg.norm(matrix(net[0].layer).T @ critic()[0].u)
    assert stale < 0.98 * sigma(net[0].layer)  # the vectors of the start would not do


def test_the_module_that_was_given_stays_as_it_was():
    net = critic()
    before = {path: raw(leaf).copy() for path, leaf in nn.named_leaves(net)}
    trained(net, optim.Optimizer(optim.adam(0.1)), IMAGES, 3)
    for path, leaf in nn.named_leaves(net):
        np.testing.assert_array_equal(raw(leaf), before[path])


def test_one_update_is_one_iteration():
    net = nn.SpectralNorm(dense(), iterations=1)
    gradients = {path: np.ones(leaf.shape, np.float32) for path, leaf in nn.parameters(net).items()}
    new = optim.Optimizer(optim.sgd(0.1)).apply(net, gradients)
    W = matrix(new.layer)
    v = W.T @ net.u / np.linalg.norm(W.T @ net.u)
    u = W @ v / np.linalg.norm(W @ v)
    np.testing.assert_allclose(new.v, v, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(new.u, u, rtol=1e-5, atol=1e-6)


def test_following_makes_nobody_wait():
    device = strict_backend()
    net, optimizer, x = critic(device), optim.Optimizer(optim.adam(0.1)), device.asarray(IMAGES)
    with without_waiting():
        trained(net, optimizer, x, 2)


def test_a_module_with_nothing_to_follow_is_itself():
    net = nn.Sequential(nn.Dense(2, 3, rng()), F.tanh, nn.BatchNorm(3))
    assert nn.refreshed(net) is net
    optimizer = optim.Optimizer(optim.sgd(0.1))
    optimizer.descend(net, F.mean(net(X[:, :2])))
    assert not optimizer.refreshes


def test_a_run_that_was_restored_follows_on(tmp_path):
    net, optimizer = critic(), optim.Optimizer(optim.adam(0.05))
    net = trained(net, optimizer, IMAGES, 5)
    arrays = {path: raw(leaf) for path, leaf in nn.named_leaves(net)}
    assert {"layers.0.u", "layers.0.v", "layers.3.u"} <= arrays.keys()
    state = optimizer.named_state()
    steps = {name: state.pop(name) for name in [*state] if name.startswith("step/")}
    named = {f"optimizer/{name}": array for name, array in state.items()}
    checkpoint.save(tmp_path / "c.npz", {**arrays, **named}, steps)
    saved, values = checkpoint.load(tmp_path / "c.npz")
    other, restored = nn.updated(critic(), {path: saved[path] for path in arrays}), optim.Optimizer(optim.adam(0.05))
    restored.restore(other, {**values, **{name: saved[f"optimizer/{name}"] for name in state}})
    for (path, a), (_, b) in zip(
        nn.named_leaves(trained(net, optimizer, IMAGES, 4)),
        nn.named_leaves(trained(other, restored, IMAGES, 4)),
        strict=True,
    ):
        np.testing.assert_array_equal(raw(a), raw(b), err_msg=path)


def test_the_average_of_networks_has_vectors_of_its_own():
    first = nn.frozen(nn.SpectralNorm(dense()))
    second = nn.SpectralNorm(nn.Dense(6, 4, np.random.default_rng(9)))
    average = first
    for _ in range(50):
        average = nn.averaged(average, second, 0.9)
    np.testing.assert_allclose([np.linalg.norm(average.u), np.linalg.norm(average.v)], 1, rtol=1e-6)
    assert np.linalg.norm(matrix(average.layer).T @ average.u) == pytest.approx(sigma(average.layer), rel=1e-3)


# As a part of a tree.


def test_only_the_layers_own_leaves_are_learned():
    normalized = nn.SpectralNorm(dense())
    assert list(nn.parameters(normalized)) == ["layer.weight", "layer.bias"]
    assert [path for path, _ in nn.named_leaves(normalized)] == ["layer.weight", "layer.bias", "u", "v"]


def test_every_kernel_of_a_network_by_one_pass_over_its_tree():
    attention = nn.map_nodes(
        nn.SelfAttention(8, rng()), lambda _, node: nn.SpectralNorm(node) if isinstance(node, nn.Conv2d) else node
    )
    assert type(attention.g) is nn.SpectralNorm
    np.testing.assert_array_equal(attention(IMAGES.repeat(8, axis=-1)).data, IMAGES.repeat(8, axis=-1))
    assert type(nn.refreshed(attention).g) is nn.SpectralNorm


def test_it_treats_each_example_by_itself_if_its_layer_does():
    assert per_example(nn.SpectralNorm(dense()))
    assert not per_example(nn.SpectralNorm(nn.MinibatchDiscrimination(4, 2, 3, rng())))


def test_at_least_one_iteration():
    with pytest.raises(SettingError, match="iterations is expected to be at least 1, got 0"):
        nn.SpectralNorm(dense(), iterations=0)


def test_summary_names_the_layer():
    net = nn.Sequential(nn.SpectralNorm(nn.Dense(2, 3, rng())), F.tanh)
    assert nn.summary(net).splitlines() == [
        "layer                output  parameters",
        "SpectralNorm(Dense)  (1, 3)           9",
        "tanh                 (1, 3)           0",
        "total                                 9",
    ]
