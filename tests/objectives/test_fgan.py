"""f-GAN's two losses against the paper's tables, and the games that it contains."""

import math

import numpy as np
import pytest
from scipy.special import lambertw

from tests.objectives.law import Law
from tinygan import Tensor, grad
from tinygan.errors import SettingError
from tinygan.objectives import DIVERGENCES, FGAN, Minimax, NonSaturating


def identity(x):
    return x


def w_of_exp(y):
    return lambertw(np.exp(y)).real


PAPER = {  # output activation and conjugate, as the tables print them, growing with v
    "total-variation": (lambda v: np.tanh(v) / 2, lambda t: t),
    "kl": (lambda v: v, lambda t: np.exp(t - 1)),
    "reverse-kl": (lambda v: -np.exp(-v), lambda t: -1 - np.log(-t)),
    "pearson": (lambda v: v, lambda t: t**2 / 4 + t),
    "neyman": (lambda v: 1 - np.exp(-v), lambda t: 2 - 2 * np.sqrt(1 - t)),
    "squared-hellinger": (lambda v: 1 - np.exp(-v), lambda t: t / (1 - t)),
    "jeffrey": (lambda v: v, lambda t: w_of_exp(1 - t) + 1 / w_of_exp(1 - t) + t - 2),
    "js": (lambda v: np.log(2) - np.log(1 + np.exp(-v)), lambda t: -np.log(2 - np.exp(t))),
    "gan": (lambda v: -np.log(1 + np.exp(-v)), lambda t: -np.log(1 - np.exp(t))),
}


def law(name, heuristic=False):
    activation, conjugate = PAPER[name]

    def d(real, fake):
        return -(np.mean(activation(real)) - np.mean(conjugate(activation(fake))))

    def g(real, fake):
        return -np.mean(activation(fake)) if heuristic else -np.mean(conjugate(activation(fake)))

    # Pearson's f* falls below t = -2: there D has pushed further than any density ratio can ask.
    signs = (-1, 0, -1 if heuristic else 0) if name == "pearson" else (-1, 1, -1)
    title = f"f-GAN {name}" + ", heuristic" * heuristic
    return Law(title, lambda: FGAN(name, heuristic), d, g, signs=signs)


LAWS = [*map(law, PAPER), *(law(name, heuristic=True) for name in ("kl", "pearson", "gan"))]


def test_by_hand():
    """v(x) = log 2, v(G(z)) = 0 and log 3."""
    real, fake = np.array([[math.log(2)]]), np.array([[0.0], [math.log(3)]])
    expected = {
        "total-variation": (-0.3 + 0.2, -0.2),  # tanh is (4 - 1) / (4 + 1), 0 and (9 - 1) / (9 + 1)
        "kl": (-math.log(2) + 2 / math.e, -2 / math.e),  # exp(v - 1) is 1 / e and 3 / e
        "reverse-kl": (0.5 + math.log(3) / 2 - 1, 1 - math.log(3) / 2),  # g is -1/2, f* is v - 1
        "squared-hellinger": (-0.5 + 1, -1),  # g is 1 - 1/2, f* is exp(v) - 1: 0 and 2
        "gan": (-math.log(2 / 3) + math.log(8) / 2, -math.log(8) / 2),  # f* is log(1 + exp(v)): log 2 and log 4
    }
    for name, (d, g) in expected.items():
        assert float(FGAN(name).d_loss(identity, identity, real, fake)) == pytest.approx(d, rel=1e-14)
        assert float(FGAN(name).g_loss(identity, identity, None, fake)) == pytest.approx(g, rel=1e-14)


def test_gan_is_the_minimax_game_and_its_heuristic_the_loss_that_does_not_saturate():
    real, fake = np.linspace(-40, 40, 9)[:, None], np.linspace(-50, 30, 9)[:, None]
    for ours, theirs in ((FGAN(), Minimax()), (FGAN(heuristic=True), NonSaturating())):
        for loss in ("d_loss", "g_loss"):
            values = [float(getattr(o, loss)(identity, identity, real, fake)) for o in (ours, theirs)]
            assert values[0] == pytest.approx(values[1], rel=1e-15)


def test_js_is_gan_shifted_by_log_4():
    real, fake = np.linspace(-3, 3, 5)[:, None], np.linspace(-2, 4, 5)[:, None]
    js, gan = (float(FGAN(name).d_loss(identity, identity, real, fake)) for name in ("js", "gan"))
    assert gan - js == pytest.approx(math.log(4), rel=1e-14)


@pytest.mark.parametrize("name", ["kl", "jeffrey", "squared-hellinger"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_d_that_is_wrong_and_sure_is_told_so(name, dtype):
    """Where exp(v) would be infinite the gradient is large, finite and points down; and its square is finite."""
    fake = Tensor(np.array([[1e4]], dtype))
    slope = grad(FGAN(name).d_loss(identity, identity, np.zeros((1, 1), dtype), fake), fake).item()
    assert 1e12 < slope < math.sqrt(np.finfo(dtype).max)


def test_what_it_reads_estimates_the_slope_of_f_at_the_density_ratio():
    """For KL that is 1 + log(p / q): v itself; for reverse KL -q / p."""
    v = np.array([[0.5]])
    assert FGAN("kl").read(v).item() == 0.5
    assert FGAN("reverse-kl").read(v).item() == -math.exp(-0.5)
    assert FGAN().output == "score"


def test_a_divergence_may_be_given_itself():
    assert FGAN(DIVERGENCES["kl"]).row is FGAN("kl").row


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("reverse_kl", "No such divergence 'reverse_kl'. Did you mean 'reverse-kl'?"),
        ("nonsense", "No such divergence 'nonsense'. There are total-variation, kl, "),
    ],
)
def test_an_unknown_divergence(name, message):
    with pytest.raises(SettingError) as caught:
        FGAN(name)
    assert str(caught.value).startswith(message)
