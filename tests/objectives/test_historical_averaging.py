"""The distance from the past by hand, whose it is, and a memory that goes on through iterations and checkpoints."""

import itertools

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, checkpoint, grad, nn, optim
from tinygan.backend import namespace, to_host
from tinygan.errors import ShapeMismatch
from tinygan.objectives import HistoricalAveraging, InstanceNoise, NonSaturating, Wasserstein
from tinygan.optim import Optimizer
from tinygan.training import train

LAWS = [
    Law(  # by outputs alone, with no past, it is the base
        "historical averaging",
        lambda: Wasserstein() + HistoricalAveraging(weight=0.1),
        d=lambda real, fake: np.mean(fake) - np.mean(real),
        g=lambda real, fake: -np.mean(fake),
    )
]


class Scale:
    """The linear network of one parameter."""

    def __init__(self, weight, device=np):
        self.weight = Tensor(device.asarray(np.array([weight])))

    def __call__(self, x):
        return x * self.weight


X, Z = np.array([[1.0], [3.0]]), np.array([[2.0], [4.0]])


def remembering(pasts, device=np, weight=0.5):
    """An objective that has seen these (d, g), one after another."""
    objective = Wasserstein() + HistoricalAveraging(weight)
    for d, g in pasts:
        objective = objective.after(Scale(d, device), Scale(g, device), None, None)
    return objective


def test_by_hand(device):
    """d was 1, 2 and 6, on average 3; g was 0, 0 and 3, on average 1. Now d = 5 and g = -1, and the weight is 0.5.

    The critic's loss is 5 (-1) 3 - 5 * 2 = -25, and 0.5 (5 - 3)**2 = 2; its derivative -3 - 2 = -5, and 2 * 0.5 * 2.
    G's is -5 (-1) 3 = 15, and 0.5 (-1 - 1)**2 = 2; its derivative -5 * 3 = -15, and 2 * 0.5 * (-2).
    """
    objective = remembering([(1.0, 0.0), (2.0, 0.0), (6.0, 3.0)], device)
    D, G = Scale(5.0, device), Scale(-1.0, device)
    x, z = device.asarray(X), device.asarray(Z)
    d_loss = objective.d_loss(D, nn.frozen(G), x, z)
    assert float(d_loss) == pytest.approx(-23, rel=1e-14)
    assert float(to_host(grad(d_loss, D.weight))[0]) == pytest.approx(-3, rel=1e-14)
    g_loss = objective.g_loss(nn.frozen(D), G, x, z)
    assert float(g_loss) == pytest.approx(17, rel=1e-14)
    assert float(to_host(grad(g_loss, G.weight))[0]) == pytest.approx(-17, rel=1e-14)
    assert objective.terms[0].t == 3
    assert objective.terms[0].means.keys() == {"D/weight", "G/weight"}
    assert all(namespace(mean) is namespace(x) for mean in objective.terms[0].means.values())


def test_only_the_player_whose_turn_it_is_counts():
    objective = remembering([(1.0, 0.0)])
    base = Wasserstein()
    D, G = Scale(5.0), Scale(-1.0)
    assert float(objective.d_loss(nn.frozen(D), G, X, Z)) == float(base.d_loss(D, G, X, Z))
    assert float(objective.g_loss(D, nn.frozen(G), X, Z)) == float(base.g_loss(D, G, X, Z))


def test_before_any_past_it_is_the_base():
    D, G = Scale(5.0), Scale(-1.0)
    assert float(remembering([]).d_loss(D, G, X, Z)) == float(Wasserstein().d_loss(D, G, X, Z))
    assert float(remembering([]).g_loss(D, G, X, Z)) == float(Wasserstein().g_loss(D, G, X, Z))


def network(rng, *sizes):
    layers = [nn.Dense(a, b, rng) for a, b in itertools.pairwise(sizes)]
    return nn.map_leaves(nn.Sequential(*layers), lambda leaf: Tensor(rng.standard_normal(leaf.shape)))


def test_over_all_parameters_of_a_network():
    rng = np.random.default_rng(0)
    pasts = [(network(rng, 3, 4, 1), network(rng, 2, 3)) for _ in range(4)]
    objective = NonSaturating() + HistoricalAveraging(0.3)
    for D, G in pasts:
        objective = objective.after(D, G, None, None)
    D, G = network(rng, 3, 4, 1), network(rng, 2, 3)
    x, z = rng.standard_normal((5, 3)), rng.standard_normal((6, 2))
    for i, (player, loss) in enumerate([(D, "d_loss"), (G, "g_loss")]):
        game = (D, nn.frozen(G)) if i == 0 else (nn.frozen(D), G)
        added = float(getattr(objective, loss)(*game, x, z)) - float(getattr(NonSaturating(), loss)(*game, x, z))
        expected = 0.0
        for path, leaf in nn.parameters(player).items():
            mean = np.mean([nn.parameters(past[i])[path].data for past in pasts], axis=0)
            expected += 0.3 * np.sum((leaf.data - mean) ** 2)
        assert added == pytest.approx(expected, rel=1e-11)


def played(objective, count, device=np, dtype=np.float64, start=(5.0, -1.0)):
    rng = np.random.default_rng(1)

    def normal(m):
        return device.asarray(rng.standard_normal((m, 1)).astype(dtype))

    D, G = (nn.map_leaves(Scale(w), lambda leaf: Tensor(device.asarray(leaf.data.astype(dtype)))) for w in start)
    steps = train(G, D, objective, *(Optimizer(optim.sgd(0.1)) for _ in "GD"), normal, normal, m=4)
    return list(itertools.islice(steps, 2 * count))


def test_the_past_is_that_after_each_iteration():
    steps = played(Wasserstein() + HistoricalAveraging(0.1), 4)[1::2]
    for t, step in enumerate(steps, 1):
        assert step.objective.terms[0].t == t
        for player in "DG":
            mean = np.mean([getattr(past, player).weight.data for past in steps[:t]])
            assert step.objective.terms[0].means[f"{player}/weight"].item() == pytest.approx(mean, rel=1e-13)


def test_what_was_remembered_is_not_written_to():
    objective = remembering([(1.0, 0.0), (3.0, 2.0)])
    objective.after(Scale(9.0), Scale(9.0), None, None)
    assert {path: mean.item() for path, mean in objective.terms[0].means.items()} == {"D/weight": 2, "G/weight": 1}


@pytest.mark.parametrize("count", [0, 3])
def test_a_run_continues_from_a_checkpoint(count, tmp_path):
    objective = (Wasserstein() + HistoricalAveraging(0.1)).shown(InstanceNoise(optim.constant(0.0)))
    for step in played(objective, count):
        objective = step.objective
    state = objective.state()
    arrays = {path: value for path, value in state.items() if hasattr(value, "shape")}
    assert arrays.keys() == ({"terms/0/means/D/weight", "terms/0/means/G/weight"} if count else set())
    values = {path: value for path, value in state.items() if path not in arrays}
    checkpoint.save(tmp_path / "c.npz", arrays, values)
    arrays, values = checkpoint.load(tmp_path / "c.npz")
    again = (
        (Wasserstein() + HistoricalAveraging(0.1))
        .shown(InstanceNoise(optim.constant(0.0)))
        .restored({**arrays, **values})
    )
    assert (again.terms[0].t, again.view.iteration) == (count, count)
    losses = [[float(step.loss) for step in played(o, 3, start=(2.0, 2.0))] for o in (again, objective)]
    assert losses[0] == losses[1]


def test_it_never_waits_and_stays_float32():
    with without_waiting():
        last = played(Wasserstein() + HistoricalAveraging(0.1), 3, strict_backend(), np.float32)[-1]
    assert {mean.dtype for mean in last.objective.terms[0].means.values()} == {np.dtype(np.float32)}
    assert last.loss.dtype == np.float32


def test_a_network_without_a_past():
    wrapped = nn.Sequential(Scale(1.0))
    with pytest.raises(ShapeMismatch, match=r"^HistoricalAveraging: D/layers.0.weight has no mean; .*$"):
        remembering([(1.0, 0.0)]).d_loss(wrapped, Scale(1.0), X, Z)
