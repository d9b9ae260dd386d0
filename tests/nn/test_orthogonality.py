"""Orthogonal regularization by hand, and where it is least."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan.backend import namespace, to_host

RNG = np.random.default_rng(0)


def network():
    dense, conv, turned = nn.Dense(4, 5, RNG), nn.Conv2d(2, 3, 2, RNG), nn.ConvTranspose2d(3, 2, 2, RNG)
    return nn.Sequential(dense, conv, nn.BatchNorm(3), turned)


def test_pair_by_pair_of_columns(device):
    module = network()
    expected = 0.0
    for i in (0, 1, 3):
        W = raw(module[i].weight).astype(np.float64)
        if i == 3:  # (KH, KW, outputs, inputs)
            W = W.transpose(0, 1, 3, 2)
        W = W.reshape(-1, W.shape[-1])
        columns = W.shape[1]
        expected += sum((W[:, a] @ W[:, b]) ** 2 for a in range(columns) for b in range(columns) if a != b)
    moved = nn.map_leaves(module, lambda leaf: Tensor(device.asarray(raw(leaf))))
    got = nn.orthogonality(moved)
    assert got.shape == ()
    assert got.dtype == np.float32
    assert float(got) == pytest.approx(expected, rel=1e-5)
    bare = nn.orthogonality(nn.frozen(moved))
    assert namespace(bare) is device.module
    assert float(to_host(bare)) == float(got)


def test_it_is_0_for_orthogonal_columns_of_any_length():
    dense = nn.Dense(6, 4, RNG, initialize=nn.orthogonal())
    dense.weight = Tensor(dense.weight.data.astype(np.float64) * [1.0, 2.0, 3.0, 0.5])
    assert float(nn.orthogonality(dense)) == pytest.approx(0, abs=1e-10)
    assert abs(grad(nn.orthogonality(dense), dense.weight)).max() < 1e-5  # an initializer gives float32


def test_its_gradient_turns_columns_away_from_each_other():
    dense = nn.Dense(4, 3, RNG)
    for _ in range(300):
        dense.weight = Tensor(dense.weight.data - 0.05 * grad(nn.orthogonality(dense), dense.weight))
    assert float(nn.orthogonality(dense)) < 1e-6
    assert np.linalg.norm(dense.weight.data, axis=0).min() > 0.1  # and does not shrink them to 0


def test_a_module_without_weights_costs_nothing_and_state_does_not_count():
    assert nn.orthogonality(nn.BatchNorm(3)) == 0
    dense, reference = nn.Dense(2, 2, RNG), np.ones((4, 2), np.float32)
    assert float(nn.orthogonality(nn.frozen(nn.WithReference(dense, reference)))) == float(nn.orthogonality(dense))


def test_two_equal_filters_cost_something_in_every_kind_of_layer():
    for make in (nn.Conv2d, nn.ConvTranspose2d):
        layer = make(3, 2, 2, RNG)
        weight = raw(layer.weight).copy()
        outputs = (..., slice(1, 2)) if make is nn.Conv2d else (..., slice(1, 2), slice(None))
        first = (..., slice(0, 1)) if make is nn.Conv2d else (..., slice(0, 1), slice(None))
        weight[outputs] = weight[first]
        length = np.sum(weight[first] ** 2)
        assert float(nn.orthogonality(nn.updated(layer, {"weight": weight}))) == pytest.approx(2 * length**2, rel=1e-5)


def test_a_wide_matrix_is_pair_by_pair_too():
    W = RNG.standard_normal((3, 7))
    dense = nn.updated(nn.Dense(3, 7, RNG), {"weight": W})
    expected = sum((W[:, a] @ W[:, b]) ** 2 for a in range(7) for b in range(7) if a != b)
    assert float(nn.orthogonality(dense)) == pytest.approx(expected, rel=1e-12)
    weight = Tensor(W)
    slope = grad(nn.orthogonality(nn.updated(dense, {"weight": weight})), weight)
    np.testing.assert_allclose(slope, 4 * W @ (W.T @ W * (1 - np.eye(7))), rtol=1e-10)


def test_parts_with_a_name_are_left_out():
    class Conditional:
        def __init__(self):
            self.embedding, self.body = nn.Embedding(4, 3, RNG), nn.Sequential(nn.Dense(3, 2, RNG))

    module = Conditional()
    parts = {name: float(nn.orthogonality(getattr(module, name))) for name in ("embedding", "body")}
    assert min(parts.values()) > 0
    assert float(nn.orthogonality(module)) == pytest.approx(sum(parts.values()), rel=1e-6)
    assert float(nn.orthogonality(module, without=("embedding",))) == pytest.approx(parts["body"], rel=1e-6)
    assert float(nn.orthogonality(module, without=("embed",))) == pytest.approx(sum(parts.values()), rel=1e-6)
