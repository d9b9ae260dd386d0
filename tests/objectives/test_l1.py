"""pix2pix's L1 term against the formulas of Isola et al. 2017, by hand and on a small game; the L1 distance alone."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, grad, nn
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.minibatch import Labelled, Pair
from tinygan.objectives import L1, AbsoluteError, InstanceNoise, NonSaturating, Turn
from tinygan.optim import constant


def game(rng):
    """G makes two numbers b of two numbers a; D judges all four."""
    U = nn.Sequential(nn.Dense(2, 3, rng), F.tanh, nn.Dense(3, 2, rng))
    return nn.KeepInput(U), nn.Sequential(nn.JoinPair(), nn.Dense(4, 2, rng), F.tanh, nn.Dense(2, 1, rng))


def noise(rows):
    return Pair(rows, 3 * rows + 1)


def examples(rows):
    return Pair(rows[:, :2], rows[:, 1:])


LAWS = [Law("pix2pix", lambda: NonSaturating() + L1(2.0), signs=(0, 0, 0), game=game, noise=noise, x=examples)]

A, B = np.array([[1.0, -2.0], [0.0, 4.0]]), np.array([[2.0, 0.0], [0.0, 4.5]])


def plus_one(a):
    return a + 1


def of_b(pair):
    return pair.b[:, :1]


def turn(device=None, a=A, b=B, G=None):
    place = device.asarray if device else np.asarray
    z = Pair(place(a), place(b))
    return Turn("G", of_b, G or nn.KeepInput(plus_one), z, z)


def test_by_hand(device):
    """|1 + 1 - 2|, |-2 + 1 - 0|, |0 + 1 - 0|, |4 + 1 - 4.5|: 0, 1, 1 and 1/2, whose mean is 5/8."""
    assert float(to_host(L1(8.0).g(turn(device)))) == 5.0
    assert float(to_host(L1(8.0).measures(turn(device))["l1"])) == 0.625
    other = turn(device, a=B, b=A).z
    assert float(to_host(AbsoluteError().loss(nn.KeepInput(plus_one), turn(device).z, other))) == 0.625


def test_equations_3_and_4_in_probabilities():
    """G* = arg min max E[log D(a, b)] + E[log(1 - D(a, G(a)))] + lambda E[||b - G(a)||_1], G non-saturating (3.3)."""
    rng = np.random.default_rng(0)
    G, D = map(nn.frozen, game(rng))
    x, z = (form(rng.standard_normal((4, n))) for form, n in ((examples, 3), (noise, 2)))
    objective = NonSaturating() + L1(100.0)
    made = G.network(z.a)

    def probability(a, b):
        return 1 / (1 + np.exp(-D(Pair(a, b))))

    d = -np.mean(np.log(probability(*x))) - np.mean(np.log(1 - probability(z.a, made)))
    g = -np.mean(np.log(probability(z.a, made))) + 100 * np.mean(np.abs(z.b - made))
    assert float(objective.d_loss(D, G, x, z)) == pytest.approx(d, rel=1e-6)
    assert float(objective.g_loss(D, G, x, z)) == pytest.approx(g, rel=1e-6)


def test_d_has_no_term_and_a_weight_of_0_is_the_gan_alone():
    rng = np.random.default_rng(0)
    G, D = map(nn.frozen, game(rng))
    x, z = (form(rng.standard_normal((4, n))) for form, n in ((examples, 3), (noise, 2)))
    alone, both, none = NonSaturating(), NonSaturating() + L1(100.0), NonSaturating() + L1(0.0)
    assert float(both.d_loss(D, G, x, z)) == float(alone.d_loss(D, G, x, z))
    assert float(none.g_loss(D, G, x, z)) == float(alone.g_loss(D, G, x, z))
    assert both.at_equilibrium() == {}  # G(a) is no b where several fit


def test_each_number_has_the_same_slope():
    """weight * sign(G(a) - b) over the count of numbers, so the size of an image does not change the weight; 0 at 0."""
    made = Tensor(A + 1)
    slope = grad(L1(8.0).g(turn(G=lambda z: Pair(z.a, made))), made)
    np.testing.assert_array_equal(slope, 8 / 4 * np.array([[0, -1], [1, 1]]))
    wide = turn(a=np.tile(A, 3), b=np.tile(B, 3))
    assert float(L1(8.0).g(wide)) == 5.0


def test_it_is_least_at_the_median():
    """Of b = 0, 0, 1 the best G(a) is 0, where the mean of squares has 1/3; so L1 blurs less (section 3.1)."""
    z = Pair(np.zeros((3, 1)), np.array([[0.0], [0.0], [1.0]]))
    losses = {b: float(AbsoluteError().loss(lambda x, b=b: Pair(x.a, x.a + b), z, None)) for b in (0.0, 1 / 3, 1.0)}
    assert min(losses, key=losses.get) == 0.0


def test_a_view_changes_what_is_translated_and_not_the_truth():
    """With noise G(a + noise) is held to the b without: here G is the identity, and b is a."""
    pair = Pair(np.zeros((200, 50)), np.zeros((200, 50)))
    objective = AbsoluteError().shown(InstanceNoise(constant(0.5), rng=np.random.default_rng(0)))
    found = float(objective.loss(nn.KeepInput(lambda a: a), pair, None))
    assert found == pytest.approx(0.5 * np.sqrt(2 / np.pi), rel=0.03)  # E|noise|


def test_it_never_waits():
    device = strict_backend()
    single = Pair(*(device.asarray(part.astype(np.float32)) for part in (A, B)))
    with without_waiting():
        weight = Tensor(device.asarray(np.float32([[1.0, 2.0]])))
        G = nn.KeepInput(lambda a: a * weight)
        both = grad((NonSaturating() + L1()).g_loss(of_b, G, single, single), weight)
        alone = grad(AbsoluteError().loss(G, single, None), weight)
    assert both.dtype == alone.dtype == np.float32


@pytest.mark.parametrize("z", [A, Labelled(A, np.array([0, 1]))], ids=["points", "labelled"])
def test_it_needs_pairs(z):
    with pytest.raises(SettingError, match=r"needs examples Pair\(a, b\) and a G that gives such pairs"):
        L1().g(Turn("G", None, lambda z: z, z, z))


def test_the_shapes_have_to_agree():
    with pytest.raises(ShapeMismatch, match=r"of the shape of b, \(2, 2\), got \(2, 1\)"):
        L1().g(turn(G=lambda z: Pair(z.a, z.a[:, :1])))
