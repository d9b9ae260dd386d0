"""The losses by hand, and the controller: every number of it over a run, and that it finds the balance."""

import itertools
import json

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tests.objectives.test_energy import autoencoder
from tinygan import Tensor, grad, nn, optim
from tinygan.backend import to_host
from tinygan.errors import SettingError
from tinygan.objectives import BoundaryEquilibrium
from tinygan.optim import Optimizer
from tinygan.training import train

LAWS = [
    Law(
        "boundary equilibrium",
        lambda: BoundaryEquilibrium(k=0.3),
        d=lambda real, fake: np.mean(real) - 0.3 * np.mean(fake),
        g=lambda real, fake: np.mean(fake),
        signs=(1, -1, 1),
        game=autoencoder,
    ),
    Law(
        "boundary equilibrium at its beginning",
        BoundaryEquilibrium,
        d=lambda real, fake: np.mean(real),  # k is 0: D only learns to reconstruct
        g=lambda real, fake: np.mean(fake),
        signs=(1, 0, 1),
        game=autoencoder,
    ),
]


def identity(x):
    return x


def column(*numbers):
    return np.array([[number] for number in numbers])


def test_the_losses_by_hand():
    """L = 1 and 3 of examples, 2, 4 and 6 of samples, k = 0.25: 2 - 0.25 * 4 for D, 4 for G."""
    objective = BoundaryEquilibrium(k=0.25)
    assert float(objective.d_loss(identity, identity, column(1.0, 3.0), column(2.0, 4.0, 6.0))) == 1
    assert float(objective.g_loss(identity, identity, None, column(2.0, 4.0, 6.0))) == 4


def test_the_paper_begins_at_0():
    objective = BoundaryEquilibrium()
    assert (objective.gamma, objective.lambda_k, objective.k) == (0.5, 0.001, 0)
    assert objective.convergence is None
    assert objective.output == "energy"


@pytest.mark.parametrize(
    ("k", "fake", "k_after", "convergence"),
    [
        (0.5, 3.0, 0.7, 9.0),  # 4 - 3 = 1: up by 0.2
        (0.5, 5.0, 0.3, 9.0),  # 4 - 5 = -1: down by 0.2
        (0.9, 3.0, 1.0, 9.0),  # clipped at 1
        (0.1, 5.0, 0.0, 9.0),  # clipped at 0
        (0.5, 4.0, 0.5, 8.0),  # in balance
    ],
)
def test_the_controller_by_hand(k, fake, k_after, convergence, device):
    """lambda_k = 0.2, gamma = 0.5, L(x) = 8: k moves by 0.2 (4 - L(G(z))), and M = 8 + |4 - L(G(z))|."""
    x = device.asarray(column(7.0, 9.0))
    samples = device.asarray(column(fake - 1, fake + 1))
    objective = BoundaryEquilibrium(lambda_k=0.2, k=k).after(identity, identity, x, samples)
    assert (float(objective.k), float(objective.convergence)) == pytest.approx((k_after, convergence))


def small_game(dtype=np.float64):
    rng = np.random.default_rng(0)
    return [nn.map_leaves(net, lambda leaf: Tensor(leaf.data.astype(dtype))) for net in autoencoder(rng)]


def played(objective, count, device=None, dtype=np.float64, networks=None):
    """`count` iterations of a small game, its examples around (2, 2, 2)."""
    rng = np.random.default_rng(1)
    asarray = device.asarray if device else np.asarray

    def noise(m):
        return asarray(rng.standard_normal((m, 2)).astype(dtype))

    def data(m):
        return asarray((2 + 0.5 * rng.standard_normal((m, 3))).astype(dtype))

    G, D = (nn.map_leaves(net, lambda leaf: Tensor(asarray(leaf.data))) for net in networks or small_game(dtype))
    steps = train(G, D, objective, *(Optimizer(optim.adam(0.01)) for _ in "GD"), noise, data, m=8)
    return list(itertools.islice(steps, 2 * count))


def test_a_run_written_out():
    """k of every iteration from the formula, by both networks after their updates."""
    k = 0.2
    objective = BoundaryEquilibrium(gamma=0.7, lambda_k=0.05, k=k)
    steps = played(objective, 5)
    for d_step, g_step in zip(steps[::2], steps[1::2], strict=True):
        assert float(d_step.objective.k) == pytest.approx(k, rel=1e-14)
        D = nn.frozen(d_step.D)
        real, fake = np.mean(D(g_step.x).score), np.mean(D(nn.frozen(g_step.G)(g_step.z)).score)
        k = min(max(k + 0.05 * (0.7 * real - fake), 0), 1)
        assert float(g_step.objective.k) == pytest.approx(k, rel=1e-12)
        assert float(g_step.objective.convergence) == pytest.approx(real + abs(0.7 * real - fake), rel=1e-12)
    assert abs(k - 0.2) > 0.01  # it has moved


def test_the_controller_finds_the_balance():
    """L(x) = 2 stays, and D raises L(G(z)) in proportion to k: k settles where gamma L(x) = L(G(z))."""
    objective, x = BoundaryEquilibrium(gamma=0.5, lambda_k=0.1), column(2.0)
    for _ in range(500):
        objective = objective.after(identity, identity, x, column(4.0 * float(objective.k)))
    assert float(objective.k) == pytest.approx(0.25, abs=1e-9)
    assert float(objective.convergence) == pytest.approx(2, abs=1e-8)


def test_k_is_no_variable_of_ds():
    real, fake = Tensor(column(1.0)), Tensor(column(2.0))
    d_real, d_fake = grad(BoundaryEquilibrium(k=0.3).d_loss(identity, identity, real, fake), [real, fake])
    assert (d_real.item(), d_fake.item()) == (1, -0.3)


def test_it_never_waits_and_stays_float32():
    with without_waiting():
        last = played(BoundaryEquilibrium(), 3, strict_backend(), np.float32)[-1].objective
    assert last.k.dtype == last.convergence.dtype == np.float32
    assert last.k.shape == ()


@pytest.mark.parametrize("count", [0, 3])
def test_a_run_continues_from_its_state(count):
    objective = BoundaryEquilibrium(lambda_k=0.1)
    for step in played(objective, count):
        objective = step.objective
    state = objective.state()
    assert state.keys() == {"k", "convergence"}
    text = json.dumps({name: value for name, value in state.items() if not hasattr(value, "shape")})
    arrays = {name: np.array(value) for name, value in state.items() if hasattr(value, "shape")}
    again = BoundaryEquilibrium(lambda_k=0.1).restored({**json.loads(text), **arrays})
    assert (again.k, again.convergence) == (objective.k, objective.convergence)
    assert [float(s.loss) for s in played(again, 3)] == [float(s.loss) for s in played(objective, 3)]
    if count:
        assert [float(s.loss) for s in played(again, 3)] != [float(s.loss) for s in played(BoundaryEquilibrium(), 3)]


def test_it_needs_a_ratio():
    with pytest.raises(SettingError, match=r"^gamma is expected in \[0, 1\], got 1.5$"):
        BoundaryEquilibrium(gamma=1.5)


def test_what_it_reads_is_the_energy(device):
    D = nn.Reconstruction(lambda x: x[:, :1], lambda code: code, power=1)
    np.testing.assert_array_equal(to_host(BoundaryEquilibrium().read(D(device.asarray(column(1.0))))), [[0.0]])
