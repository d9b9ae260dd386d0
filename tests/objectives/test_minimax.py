"""Both losses by the paper's formulas in probabilities, numbers worked by hand, and gradients in closed form."""

import math

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad
from tinygan.objectives import Minimax, NonSaturating

RNG = np.random.default_rng(0)
REAL, FAKE = 2 * RNG.standard_normal((2, 7, 1))
everyone = pytest.mark.parametrize("objective", [Minimax(), NonSaturating()], ids=lambda o: type(o).__name__)


def identity(x):
    return x


def d_loss(objective, real, fake):
    """The loss as a function of D's logits: D and G pass x and z through."""
    return objective.d_loss(identity, identity, real, fake)


def g_loss(objective, fake):
    return objective.g_loss(identity, identity, None, fake)


def probability(logits):
    return 1 / (1 + np.exp(-logits))


def value(real, fake):
    """V(D, G)."""
    return np.mean(np.log(probability(real))) + np.mean(np.log(1 - probability(fake)))


LAWS = [
    Law(
        "minimax",
        Minimax,
        lambda real, fake: -value(real, fake),
        lambda real, fake: np.mean(np.log(1 - probability(fake))),
    ),
    Law(
        "non-saturating",
        NonSaturating,
        lambda real, fake: -value(real, fake),
        lambda real, fake: -np.mean(np.log(probability(fake))),
    ),
]


def test_by_hand():
    """D(x) = 0.8 and 0.5, D(G(z)) = 0.2: logits log 4, 0 and -log 4."""
    real, fake = np.array([[math.log(4)], [0.0]]), np.array([[-math.log(4)]])
    # -(log 0.8 + log 0.5) / 2 - log 0.8 = (0.223144 + 0.693147) / 2 + 0.223144
    for objective in (Minimax(), NonSaturating()):
        assert float(d_loss(objective, real, fake)) == pytest.approx(0.681289, abs=1e-6)
    assert float(g_loss(Minimax(), fake)) == pytest.approx(-0.223144, abs=1e-6)  # log 0.8
    assert float(g_loss(NonSaturating(), fake)) == pytest.approx(1.609438, abs=1e-6)  # -log 0.2


def test_where_d_cannot_tell():
    """D = 1/2 everywhere: V = -log 4, the value of theorem 1."""
    zero = np.zeros((5, 1))
    for objective in (Minimax(), NonSaturating()):
        assert float(d_loss(objective, zero, zero)) == pytest.approx(math.log(4), rel=1e-15)
    assert float(g_loss(Minimax(), zero)) == pytest.approx(-math.log(2), rel=1e-15)
    assert float(g_loss(NonSaturating(), zero)) == pytest.approx(math.log(2), rel=1e-15)


@everyone
def test_the_gradient_of_ds_loss(objective):
    real, fake = Tensor(REAL), Tensor(FAKE)
    d_real, d_fake = grad(d_loss(objective, real, fake), [real, fake])
    assert np.all(d_real < 0)  # descent raises the logits of real examples
    assert np.all(d_fake > 0)  # and lowers those of generated ones
    np.testing.assert_allclose(d_real, -(1 - probability(REAL)) / 7, rtol=1e-12)
    np.testing.assert_allclose(d_fake, probability(FAKE) / 7, rtol=1e-12)


def test_the_gradients_of_gs_losses():
    """Both raise the logits of generated examples; the minimax one dies where D is sure, the other does not."""
    fake = Tensor(FAKE)
    minimax, non_saturating = (grad(g_loss(objective, fake), fake) for objective in (Minimax(), NonSaturating()))
    assert np.all(minimax < 0)
    assert np.all(non_saturating < 0)
    np.testing.assert_allclose(minimax, -probability(FAKE) / 7, rtol=1e-12)
    np.testing.assert_allclose(non_saturating, -(1 - probability(FAKE)) / 7, rtol=1e-12)
    sure = Tensor(np.array([[-12.0]]))  # D(G(z)) = 6e-6
    assert -1e-5 < grad(g_loss(Minimax(), sure), sure).item() < 0
    assert -1 < grad(g_loss(NonSaturating(), sure), sure).item() < -0.99


@everyone
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits(objective, dtype):
    """A wrong and sure D has a loss of 2e4 and a gradient that is not dead."""
    real, fake = Tensor(np.array([[-1e4], [1e4]], dtype)), Tensor(np.array([[1e4], [-1e4]], dtype))
    loss = d_loss(objective, real, fake)
    assert float(loss) == 10_000  # (1e4 + 0) / 2 + (1e4 + 0) / 2
    d_real, d_fake = grad(loss, [real, fake])
    assert d_real.ravel().tolist() == [-0.5, 0]
    assert d_fake.ravel().tolist() == [0.5, 0]
    loss = g_loss(objective, fake)
    gradient = grad(loss, fake)
    assert loss.dtype == gradient.dtype == dtype
    if type(objective) is Minimax:
        assert float(loss) == -5000
        assert gradient.ravel().tolist() == [-0.5, 0]
    else:
        assert float(loss) == 5000
        assert gradient.ravel().tolist() == [0, -0.5]


@everyone
def test_which_network_sees_what(objective):
    calls = []

    def network(name):
        def call(minibatch):
            calls.append(f"{name} of {minibatch if isinstance(minibatch, str) else 'samples'}")
            return np.zeros((4, 1))

        return call

    objective.d_loss(network("D"), network("G"), "x", "z")
    assert calls == ["G of z", "D of x", "D of samples"]
    calls.clear()
    objective.g_loss(network("D"), network("G"), "x", "z")
    assert calls == ["G of z", "D of samples"]  # the examples are no business of G's


def test_objectives_are_values():
    assert Minimax() == Minimax()
    assert Minimax() != NonSaturating()
    with pytest.raises(AttributeError):
        Minimax().weight = 1.0
