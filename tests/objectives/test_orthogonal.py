"""What orthogonal regularization adds to G's loss, by hand, and what it leaves alone."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad, nn
from tinygan.backend import to_host
from tinygan.objectives import NonSaturating, OrthogonalRegularization, Turn, Wasserstein

LAWS = [
    Law(  # by outputs alone, of networks without weights, it is the base
        "orthogonal regularization",
        lambda: NonSaturating() + OrthogonalRegularization(),
        d=lambda real, fake: np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake))),
        g=lambda real, fake: np.mean(np.log1p(np.exp(-fake))),
    )
]

WEIGHT = np.array([[3.0, 1.0], [0.0, 2.0]])
X, Z = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [0.0, 2.0]])


def generator(device=np, dtype=np.float64):
    layer = nn.Dense(2, 2, np.random.default_rng(0))
    return nn.updated(
        layer, {"weight": device.asarray(WEIGHT.astype(dtype)), "bias": device.asarray(np.array([5, 6], dtype))}
    )


def total(x):
    return x.sum(axis=1, keepdims=True)


def test_by_hand(device):
    """The product of W's columns (3, 0) and (1, 2) is 3, and W^T W holds it twice: 2 * 9 = 18, times 0.5.

    Its derivative in W is 4 W (W^T W * (1 - I)) = 4 W ((0, 3), (3, 0)) = ((12, 36), (24, 0)), times 0.5.
    """
    G, z = generator(device), device.asarray(Z)
    objective = Wasserstein() + OrthogonalRegularization(weight=0.5)
    loss, base = objective.g_loss(total, G, None, z), Wasserstein().g_loss(total, G, None, z)
    assert float(loss) - float(base) == pytest.approx(9, rel=1e-13)
    (ours, theirs), (bias, plain) = (
        [to_host(grad(one, [leaf])[0]) for one in (loss, base)] for leaf in (G.weight, G.bias)
    )
    np.testing.assert_allclose(ours - theirs, [[6, 18], [12, 0]], rtol=1e-13)
    np.testing.assert_array_equal(bias, plain)  # a bias is no weight


def test_the_papers_weight():
    assert OrthogonalRegularization().weight == 1e-4


def test_d_has_none_of_it():
    G, D = generator(), nn.Dense(2, 1, np.random.default_rng(0))
    objective = Wasserstein() + OrthogonalRegularization(weight=10.0)
    assert float(objective.d_loss(D, nn.frozen(G), X, Z)) == float(Wasserstein().d_loss(D, nn.frozen(G), X, Z))
    loss = objective.g_loss(D, G, X, Z)
    base = Wasserstein().g_loss(D, G, X, Z)
    np.testing.assert_array_equal(grad(loss, D.weight), grad(base, D.weight))


def test_convolutions_count_with_their_last_axis_as_columns():
    rng = np.random.default_rng(0)
    conv = nn.updated(nn.Conv2d(2, 3, 2, rng), {"weight": rng.standard_normal((2, 2, 2, 3))})
    W = conv.weight.data.reshape(8, 3)
    expected = sum((W[:, a] @ W[:, b]) ** 2 for a in range(3) for b in range(3) if a != b)
    z = np.zeros((1, 2, 2, 2))
    loss = (Wasserstein() + OrthogonalRegularization(weight=1.0)).g_loss(lambda x: 0 * x[..., :1], conv, None, z)
    assert float(loss) == pytest.approx(expected, rel=1e-12)


def test_it_never_waits_and_stays_float32():
    device = strict_backend()
    G, z = generator(device, np.float32), device.asarray(Z.astype(np.float32))
    with without_waiting():
        loss = (Wasserstein() + OrthogonalRegularization()).g_loss(total, G, None, z)
        assert isinstance(loss, Tensor)
        assert loss.dtype == grad(loss, G.weight).dtype == np.float32


def test_the_authors_code_pulls_half_as_hard_for_its_beta():
    """It adds beta * 2 (W W^T * (1 - I)) W to the gradient, where output channels are rows of W."""
    G, beta = generator(), 1e-4
    W = WEIGHT.T
    added = (2 * beta * (W @ W.T * (1 - np.eye(2))) @ W).T
    term = OrthogonalRegularization(weight=beta / 2)
    ours = grad(term.g(Turn("G", None, G, None, Z)), G.weight)
    np.testing.assert_allclose(ours, added, rtol=1e-12)


def test_the_shared_embedding_is_left_out():
    G = nn.Sequential(
        nn.JoinLabels(nn.Embedding(3, 2, np.random.default_rng(0))), nn.Dense(4, 2, np.random.default_rng(1))
    )
    turn = Turn("G", None, G, None, None)
    assert float(OrthogonalRegularization(1.0, without=("code",)).g(turn)) == pytest.approx(
        float(nn.orthogonality(G.layers[1])), rel=1e-6
    )
    assert float(OrthogonalRegularization(1.0).g(turn)) > float(nn.orthogonality(G.layers[1]))
