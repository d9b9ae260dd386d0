"""Energies against the paper's two formulas, and the pulling-away term by hand."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad, nn
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives import EnergyBased, PullingAway
from tinygan.objectives.energy import pulling_away_term

RNG = np.random.default_rng(0)
ROWS = np.array([[1.0, 0.0], [3.0, 4.0], [0.0, -2.0]])


def autoencoder(rng):
    """A generator from 2 to 3 numbers, and an autoencoder of 3 through 2."""
    G = nn.Sequential(nn.Dense(2, 4, rng), F.tanh, nn.Dense(4, 3, rng))
    D = nn.Reconstruction(
        nn.Sequential(nn.Dense(3, 4, rng), F.tanh, nn.Dense(4, 2, rng)),
        nn.Sequential(nn.Dense(2, 4, rng), F.tanh, nn.Dense(4, 3, rng)),
    )
    return G, D


LAWS = [
    Law(
        "energy-based",
        lambda: EnergyBased(margin=1.5),
        d=lambda real, fake: np.mean(real) + np.mean(np.maximum(0, 1.5 - fake)),
        g=lambda real, fake: np.mean(fake),
        signs=(1, -1, 1),
        game=autoencoder,
    ),
    Law(
        "energy-based, pulling away",
        lambda: EnergyBased(margin=1.5) + PullingAway(0.1),
        d=lambda real, fake: np.mean(real) + np.mean(np.maximum(0, 1.5 - fake)),
        signs=(1, -1, 0),
        game=autoencoder,
    ),
]


def identity(x):
    return x


class Energies:
    """A D whose energies are the first number of each example, and whose codes are the rest."""

    def __call__(self, x):
        return nn.Heads(x[:, :1], x[:, 1:])


def test_by_hand():
    """Energies 1 and 3 of examples, 0.5 and 9 of samples, margin 4: 2 + (3.5 + 0) / 2 = 3.75, and 4.75 for G."""
    real, fake = np.array([[1.0], [3.0]]), np.array([[0.5], [9.0]])
    assert float(EnergyBased(4.0).d_loss(identity, identity, real, fake)) == 3.75
    assert float(EnergyBased(4.0).g_loss(identity, identity, None, fake)) == 4.75


def test_a_sample_beyond_the_margin_is_let_be():
    real, fake = Tensor(np.array([[1.0], [3.0]])), Tensor(np.array([[0.5], [9.0]]))
    d_real, d_fake = grad(EnergyBased(4.0).d_loss(identity, identity, real, fake), [real, fake])
    assert d_real.ravel().tolist() == [0.5, 0.5]
    assert d_fake.ravel().tolist() == [-0.5, 0]
    assert grad(EnergyBased(4.0).g_loss(identity, identity, None, fake), fake).ravel().tolist() == [0.5, 0.5]


def test_the_means_are_over_each_minibatch_of_its_own():
    loss = EnergyBased(4.0).d_loss(identity, identity, np.array([[1.0]]), np.array([[0.5], [9.0], [1.0]]))
    assert float(loss) == pytest.approx(1 + (3.5 + 3) / 3, rel=1e-15)


def test_g_pays_for_codes_that_point_the_same_way():
    """Energies 2 and 4, codes (3, 4) and (0, 1) of cosine 0.8: 3 + 10 * 0.64."""
    fake = np.array([[2.0, 3.0, 4.0], [4.0, 0.0, 1.0]])
    assert float((EnergyBased(9.0) + PullingAway(10.0)).g_loss(Energies(), identity, None, fake)) == pytest.approx(
        9.4, rel=1e-15
    )
    assert float(EnergyBased(9.0).g_loss(Energies(), identity, None, fake)) == 3
    d_loss = float(EnergyBased(9.0).d_loss(Energies(), identity, fake, fake))
    assert float((EnergyBased(9.0) + PullingAway(10.0)).d_loss(Energies(), identity, fake, fake)) == d_loss  # only G


def test_three_rows_by_hand(device):
    """(1, 0), (3, 4), (0, -2): cosines 3 / 5, 0 and -4 / 5 of the pairs; 2 (0.36 + 0.64) / (3 * 2)."""
    got = pulling_away_term(device.asarray(ROWS))
    assert got.shape == ()
    assert float(to_host(got)) == pytest.approx(1 / 3, rel=1e-15)


def test_orthogonal_rows_and_equal_rows():
    assert float(pulling_away_term(np.diag([1.0, 2.0, 3.0, 4.0]))) == 0
    equal = np.repeat(RNG.standard_normal((1, 3)), 5, axis=0)
    assert float(pulling_away_term(equal)) == pytest.approx(1, rel=1e-14)
    assert float(pulling_away_term(equal * [[1.0], [-1.0], [2.0], [-3.0], [1.0]])) == pytest.approx(1, rel=1e-14)


def test_pair_by_pair():
    """The cosine is squared, the diagonal is out, and the lengths are those of rows."""
    S = RNG.standard_normal((6, 2, 2))
    rows = S.reshape(6, 4)
    total = 0.0
    for i in range(6):
        for j in range(6):
            if i != j:
                total += (rows[i] @ rows[j] / (np.sqrt(rows[i] @ rows[i]) * np.sqrt(rows[j] @ rows[j]))) ** 2
    assert float(pulling_away_term(S)) == pytest.approx(total / 30, rel=1e-13)


def test_lengths_do_not_matter():
    S = RNG.standard_normal((6, 3))
    scaled = S * RNG.uniform(0.1, 10, (6, 1))
    assert float(pulling_away_term(scaled)) == pytest.approx(float(pulling_away_term(S)), rel=1e-13)
    rows = Tensor(S)  # so the gradient of each row is at right angles to it
    np.testing.assert_allclose(np.sum(grad(pulling_away_term(rows), rows) * S, axis=1), 0, atol=1e-15)


def test_its_gradient_turns_rows_away_from_each_other():
    S = RNG.standard_normal((3, 3))
    for _ in range(200):
        rows = Tensor(S)
        S = S - grad(pulling_away_term(rows), rows)
    assert float(pulling_away_term(S)) < 1e-8


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_row_of_zeros_has_no_direction(dtype):
    rows = Tensor(np.array([[0, 0], [3, 4], [0, -2]], dtype))
    term = pulling_away_term(rows)
    assert float(term) == pytest.approx(0.64 / 3, rel=1e-6)
    gradient = grad(term, rows)
    assert term.dtype == gradient.dtype == dtype
    assert np.all(np.isfinite(gradient))
    assert gradient[0].tolist() == [0, 0]


def test_what_it_refuses():
    with pytest.raises(ShapeMismatch, match=r"^pulling_away_term: expected at least 2 rows, got 1$"):
        pulling_away_term(np.ones((1, 3)))
    with pytest.raises(
        SettingError, match=r"^PullingAway needs a D that returns a code with its score, .*, not Sequential$"
    ):
        (EnergyBased(1.0) + PullingAway(0.1)).g_loss(nn.Sequential(), identity, None, np.ones((2, 1)))
    with pytest.raises(SettingError, match=r"^margin is expected to be at least 0, got -1$"):
        EnergyBased(-1)
    with pytest.raises(SettingError, match=r"^weight is expected to be at least 0, got nan$"):
        PullingAway(float("nan"))


def test_it_says_energy():
    assert EnergyBased(1.0).output == "energy"
    np.testing.assert_array_equal(EnergyBased(1.0).read(Energies()(ROWS)), ROWS[:, :1])
