"""What is shared in a turn is computed once: the passes through G and D are counted, and a user's terms see them."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, objectives, optim, raw
from tinygan import functional as F
from tinygan.networks.heads import DQ
from tinygan.nn import Codes, Ensemble, Labelled, Pair
from tinygan.objectives import (
    DRAGAN,
    R1,
    R2,
    EnergyBased,
    FeatureMatching,
    GradientPenalty,
    Hinge,
    Information,
    InstanceNoise,
    LeastSquares,
    Loss,
    Minimax,
    NonSaturating,
    Objective,
    PullingAway,
    Relativistic,
    Term,
    Turn,
    Unrolled,
    View,
    Wasserstein,
    ZeroSum,
)

RNG = np.random.default_rng(0)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((6, 3))


class Counted(nn.Layer):
    """A network that counts its passes, and the examples in each."""

    per_example = True

    def __init__(self, network, passes):
        self.network, self.passes = network, passes

    def __call__(self, x):
        self.passes.append(nn.rows(x))
        return self.network(x)


def counted(game, player, D=None, x=X, z=Z):
    """The passes through D and through G in a turn of a player."""
    d_passes, g_passes = [], []
    D = Counted(D or nn.Sequential(nn.Dense(3, 4, RNG), F.tanh, nn.Dense(4, 1, RNG)), d_passes)
    G = Counted(nn.Dense(3, 3, RNG), g_passes)
    game.d_loss(D, nn.frozen(G), x, z) if player == "D" else game.g_loss(nn.frozen(D), G, x, z)
    return d_passes, g_passes


def autoencoder():
    return nn.Reconstruction(nn.Dense(3, 2, RNG), nn.Dense(2, 3, RNG))


@pytest.mark.parametrize(
    ("game", "player", "passes"),
    [
        (Minimax(), "D", [12]),
        (Minimax(), "G", [6]),
        (Relativistic(), "G", [6, 6]),
        (ZeroSum(Minimax()), "G", [6, 6]),
        (Wasserstein() + GradientPenalty(), "D", [12, 6]),
        (Wasserstein() + GradientPenalty(), "G", [6]),
        (Hinge() + R1() + R2() + DRAGAN(), "D", [12, 6]),
        (Minimax().shown(InstanceNoise(optim.constant(0.1))), "D", [12]),
        (Unrolled(Minimax(), 3, optim.sgd(0.1)), "G", [12, 12, 12, 6]),
    ],
)
def test_the_passes_through_d(game, player, passes):
    assert counted(game, player)[0] == passes


@pytest.mark.parametrize("game", [Minimax(), Wasserstein() + GradientPenalty() + R2(), Relativistic()])
def test_one_pass_through_g(game):
    for player in ("D", "G"):
        assert counted(game, player)[1] == [6]


def test_the_codes_come_with_the_energies():
    """The pulling-away term encodes nothing again."""
    game = EnergyBased(1.0) + PullingAway(0.1)
    for player, passes in (("D", [12]), ("G", [6])):
        assert counted(game, player, autoencoder())[0] == passes


def test_features_are_taken_from_one_pass_and_d_is_not_asked_for_a_score():
    passes = []
    D = nn.Sequential(Counted(nn.Dense(3, 4, RNG), passes), nn.Dense(4, 1, RNG))
    Objective(Minimax(), g=FeatureMatching(-1)).g_loss(nn.frozen(D), nn.Dense(3, 3, RNG), X, Z)
    assert passes == [12]


def test_features_added_to_gs_loss_take_one_pass_of_their_own():
    """It costs the first layers for G(z) a second time; the last layer has no pass for x."""
    first, last = [], []
    D = nn.Sequential(Counted(nn.Dense(3, 4, RNG), first), Counted(nn.Dense(4, 1, RNG), last))
    (NonSaturating() + FeatureMatching(-1)).g_loss(nn.frozen(D), nn.Dense(3, 3, RNG), X, Z)
    assert (first, last) == ([6, 12], [6])


def test_what_nobody_asks_for_is_not_computed():
    def never(x):
        raise AssertionError("asked")

    turn = Turn("G", never, never, X, Z)
    assert turn.shown_real is X
    assert Minimax().after(never, never, X, Z) == Minimax()
    assert (Minimax() + R1()).after(never, never, X, Z) == Minimax() + R1()


# Objectives of a user, as docs/design.md shows them.


class Trunk(nn.Layer):
    """D and Q with a trunk in common."""

    per_example = True

    def __init__(self, rng):
        self.trunk = nn.Dense(3, 5, rng)
        self.heads = [nn.Dense(5, n, rng) for n in (1, 4, 2)]

    def __call__(self, x):
        h = F.tanh(self.trunk(x))
        return DQ(*(head(h) for head in self.heads))


CODES = Codes(Z[:, :2], np.array([0, 1, 2, 3, 0, 1]), Z[:, 1:])


def infogan():
    class Joined:
        def __init__(self):
            self.dense = nn.Dense(8, 3, RNG)

        def __call__(self, z):
            return self.dense(F.concatenate([z.noise, nn.OneHot(4)(z.category), z.continuous], axis=1))

    return Joined(), Trunk(RNG)


def test_an_information_term_shares_the_pass_of_the_loss():
    G, D = infogan()
    passes = []
    D = Counted(D, passes)
    game = NonSaturating() + Information(0.5, 0.5)
    d_loss = game.d_loss(D, nn.frozen(G), X, CODES)
    g_loss = game.g_loss(nn.frozen(D), G, X, CODES)
    assert passes == [12, 6]
    assert np.any(grad(d_loss, nn.parameters(D))["network.heads.1.weight"])
    assert np.any(grad(g_loss, nn.parameters(G))["dense.weight"])
    plain = NonSaturating().g_loss(nn.frozen(D), G, X, CODES)
    found = nn.frozen(D)(nn.frozen(G)(CODES))
    expected = F.cross_entropy(found.category, CODES.category) + F.mean((found.continuous - CODES.continuous) ** 2)
    assert float(g_loss) - float(plain) == pytest.approx(0.5 * float(expected), rel=1e-5)
    measured = game.measures(Turn("", nn.frozen(D), nn.frozen(G), X, CODES))
    assert measured.keys() == {"d_real", "d_fake", "information", "limit/information", "code_error"}


def test_a_conditional_gan_is_a_gan_on_labelled_examples():
    """Each penalty differentiates by the images alone; the labels go along."""
    G = nn.KeepLabels(nn.Sequential(nn.JoinLabels(nn.OneHot(4)), nn.Dense(7, 3, RNG)))
    D = nn.Sequential(nn.JoinLabels(nn.Embedding(4, 2, RNG)), nn.Dense(5, 4, RNG), F.tanh, nn.Dense(4, 1, RNG))
    x, z = Labelled(X, CODES.category), Labelled(Z, CODES.category[::-1].copy())
    for game in (NonSaturating(), Wasserstein() + GradientPenalty(), Hinge() + R1() + R2() + DRAGAN()):
        gradient = grad(game.d_loss(D, nn.frozen(G), x, z), nn.parameters(D))
        assert all(np.isfinite(g).all() for g in gradient.values())
        assert np.any(gradient["layers.0.code.weight"])
        assert np.any(grad(game.g_loss(nn.frozen(D), G, x, z), nn.parameters(G))["network.layers.1.weight"])


@dataclass(frozen=True)
class Cycle(Term):
    """||G(G(z)) - z||_1 in both domains; Zhu et al. 2017, eq. (2)."""

    weight: float = 10.0

    def g(self, turn):
        there_and_back = turn.G(turn.fake)
        pairs = zip(there_and_back, turn.z, strict=True)
        return sum(self.weight * F.mean(F.abs(back - start)) for back, start in pairs)


class Both(nn.Layer):
    """Pair(F(b), G(a)) as one generator, and a discriminator for each domain as one D."""

    per_example = True

    def __init__(self, first, second, crossed):
        self.pair, self.crossed = Pair(first, second), crossed

    def __call__(self, x):
        a, b = (x.b, x.a) if self.crossed else (x.a, x.b)
        return Pair(self.pair.a(a), self.pair.b(b))


def test_two_domains_and_a_cycle():
    """A namedtuple of networks is a tree of networks; each domain has its own loss, and the losses are summed."""
    G = Both(nn.Dense(3, 3, RNG), nn.Dense(3, 3, RNG), True)
    D = Both(nn.Dense(3, 1, RNG), nn.Dense(3, 1, RNG), False)
    x, z = Pair(X, -X), Pair(Z, 2 * Z)
    game = LeastSquares() + Cycle(10.0)
    loss = game.d_loss(D, nn.frozen(G), x, z)
    fake = nn.frozen(G)(z)
    each = [
        LeastSquares().d_loss(d, lambda z: z, real, made)
        for d, real, made in ((D.pair.a, x.a, fake.a), (D.pair.b, x.b, fake.b))
    ]
    assert float(loss) == pytest.approx(sum(map(float, each)), rel=1e-6)
    assert nn.parameters(G).keys() == {f"pair.{i}.{leaf}" for i in "ab" for leaf in ("weight", "bias")}
    assert all(np.any(g) for g in grad(game.g_loss(nn.frozen(D), G, x, z), nn.parameters(G)).values())


@dataclass(frozen=True)
class Buffer(View):
    """In D's turn, the samples of the turn before; a view that remembers."""

    earlier: object = None

    def fake(self, x, turn):
        return x if self.earlier is None or turn.player != "D" else self.earlier

    def remember(self, turn):
        return Buffer(turn.frozen().fake)


def test_a_view_may_remember_samples():
    seen = []

    def D(x):
        seen.append(x)
        return x[:, :1]

    game = Minimax().shown(Buffer())
    game = game.after(D, lambda z: z, X, Z)
    game.d_loss(D, lambda z: 2 * z, X, Z)
    game.g_loss(D, lambda z: 2 * z, X, Z)
    assert [s is e for s, e in zip(seen[:2], (X, Z), strict=True)] == [True, True]
    np.testing.assert_array_equal(seen[2], 2 * Z)


def test_an_ensemble_of_packs():
    D = nn.Packed(Ensemble(nn.Dense(6, 1, RNG), nn.Dense(6, 1, RNG)), 2)
    loss = (Wasserstein() + GradientPenalty()).d_loss(D, lambda z: z, X, Z)
    assert isinstance(loss, Tensor)
    assert [s.shape for s in D(X)] == [(3, 1), (3, 1)]


@dataclass(frozen=True)
class Critic(Loss):
    """The critic's loss in a user's own words."""

    def d(self, real, fake):
        return F.mean(fake) - F.mean(real)

    def g(self, fake, real):
        return -F.mean(fake)


@dataclass(frozen=True)
class Slope(Term):
    """WGAN-GP's penalty in a user's own words."""

    rng: object
    weight: float = 10.0

    def d(self, turn):
        t = self.rng.random((nn.rows(turn.x), 1))
        x = Tensor(t * raw(turn.x) + (1 - t) * raw(turn.fake))
        slope = grad(F.sum(turn.D(x)), x, create_graph=True)
        return self.weight * F.mean((F.sqrt(F.sum(slope * slope, axis=1)) - 1) ** 2)


def test_a_users_own_wgan_gp_is_the_packages():
    D = nn.map_leaves(nn.Dense(3, 1, RNG), lambda leaf: Tensor(leaf.data.astype(np.float64)))
    theirs = Critic() + Slope(np.random.default_rng(5))
    ours = Wasserstein() + GradientPenalty(rng=np.random.default_rng(5))
    for player in ("d_loss", "g_loss"):
        losses = [float(getattr(game, player)(D, lambda z: z, X, Z)) for game in (theirs, ours)]
        assert losses[0] == pytest.approx(losses[1], rel=1e-12)


def test_the_objectives_of_the_design_page_are_those_tested_here():
    """The page's code is run, and gives the losses of the classes above."""
    page = (Path(__file__).parents[2] / "docs/design.md").read_text()
    blocks = re.findall(r"```python\n(@dataclass.*?)```", page, flags=re.DOTALL)
    assert len(blocks) == 2
    names = {**vars(objectives), "F": F, "nn": nn, "np": np, "dataclass": dataclass, "Tensor": Tensor, "grad": grad}
    names |= {"raw": raw, "NonSaturating": NonSaturating}
    for block in blocks:
        assert len(block.strip().splitlines()) <= 25
        exec(block, names)
        game = names["objective"]
        if block is blocks[0]:
            D, G, x, z = nn.Dense(3, 1, RNG), (lambda z: z), X.astype(np.float32), Z.astype(np.float32)
            expected = Wasserstein() + GradientPenalty(rng=np.random.default_rng(0))
        else:
            G, D = infogan()
            x, z, expected = X, CODES, NonSaturating() + Information(0.5, 0.5)
        for player in ("d_loss", "g_loss"):
            losses = [float(getattr(each, player)(D, G, x, z)) for each in (game, expected)]
            assert losses[0] == pytest.approx(losses[1], rel=1e-4)
