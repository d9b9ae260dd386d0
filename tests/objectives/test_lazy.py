"""A lazy term counts in the first of every n iterations, n times; R1 and R2 together need one pass through D."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tests.objectives.test_r1 import log_loss
from tinygan import Tensor, grad, nn, optim
from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.objectives import R1, R2, Hinge, InstanceNoise, Lazy, NonSaturating, Relativistic, Wasserstein


def g_loss(real, fake):
    return np.mean(np.log1p(np.exp(-fake)))


LAWS = [
    Law(
        "R1 and R2",
        lambda: NonSaturating() + R1(3.0) + R2(5.0),
        d=lambda real, fake: log_loss(real, fake) + 3 / 2 + 5 / 2,  # where D is the identity its slope is 1
        g=g_loss,
    ),
    Law(
        "lazy R1 in its iteration",
        lambda: NonSaturating() + Lazy(R1(3.0), 8),
        d=lambda real, fake: log_loss(real, fake) + 8 * 3 / 2,
        g=g_loss,
    ),
    Law(
        "lazy R1 in another iteration",
        lambda: NonSaturating() + Lazy(R1(3.0), 8, t=5),
        d=log_loss,
        g=g_loss,
    ),
    Law("R3GAN", lambda: Relativistic() + R1(3.0) + R2(3.0), signs=(0, 0, -1)),
]

RNG = np.random.default_rng(0)
X, Z = RNG.standard_normal((5, 3)), RNG.standard_normal((5, 3))


def identity(x):
    return x


class Counting(nn.Layer):
    """A perceptron that counts the examples that it was given."""

    per_example = True

    def __init__(self):
        rng = np.random.default_rng(0)
        self.layers = nn.map_leaves(
            nn.Sequential(nn.Dense(3, 4, rng), F.tanh, nn.Dense(4, 1, rng)), lambda leaf: leaf.data.astype(np.float64)
        )
        self.layers = nn.traced(self.layers)
        self.seen = []

    def __call__(self, x):
        self.seen.append(len(x))
        return self.layers(x)


def by_hand(D, x):
    """The mean of ||grad D(x)||^2 of a perceptron with tanh, by the chain rule."""
    first, _, last = D.layers
    bent = np.tanh(x @ first.weight.data + first.bias.data)
    slopes = ((1 - bent**2) * last.weight.data.ravel()) @ first.weight.data.T
    return np.mean(np.sum(slopes**2, axis=1))


def test_both_penalties_and_the_loss_take_one_pass():
    D = Counting()
    both = Wasserstein() + R1(3.0) + R2(5.0)
    loss = both.d_loss(D, identity, X, Z)
    assert D.seen == [10]
    expected = Wasserstein().d_loss(D, identity, X, Z) + 3 / 2 * by_hand(D, X) + 5 / 2 * by_hand(D, Z)
    assert float(loss) == pytest.approx(float(expected), rel=1e-13)


def test_one_penalty_takes_a_pass_of_its_own():
    """In one pass with D(G(z)) the second backward pass would go through the samples too."""
    D = Counting()
    (Wasserstein() + R1(3.0)).d_loss(D, identity, X, Z)
    assert D.seen == [10, 5]


def test_the_gradients_are_those_of_separate_passes():
    D = Counting()
    leaves = nn.parameters(D)
    together = grad((Wasserstein() + R1(3.0) + R2(5.0)).d_loss(D, identity, X, Z), leaves)
    alone = [(Wasserstein() + term).d_loss(D, identity, X, Z) for term in (R1(3.0), R2(5.0))]
    separate = grad(alone[0] + alone[1] - Wasserstein().d_loss(D, identity, X, Z), leaves)
    for path in leaves:
        np.testing.assert_allclose(together[path], separate[path], rtol=1e-10, atol=1e-14)


def test_what_a_view_shows_is_what_is_differentiated():
    """R1 and R2 of a squared score are of the noisy inputs, 4 mean ||x + noise||^2."""
    noise = InstanceNoise(optim.constant(0.5), rng=np.random.default_rng(0))
    loss = (
        (Wasserstein() + R1(2.0) + R2(2.0))
        .shown(noise)
        .d_loss(lambda x: F.sum(x * x, axis=1, keepdims=True), identity, X, Z)
    )
    rng = np.random.default_rng(0)
    real, fake = (a + 0.5 * rng.standard_normal(a.shape) for a in (X, Z))
    expected = sum(sign * np.sum(a**2) / 5 + 4 * np.sum(a**2) / 5 for sign, a in ((-1, real), (1, fake)))
    assert float(loss) == pytest.approx(expected, rel=1e-12)


def test_an_ensemble_has_its_slopes_added():
    D = nn.Ensemble(lambda x: 2.0 * x, lambda x: 3.0 * x)
    x = X[:, :1]
    loss = (Hinge() + R1(2.0) + R2(4.0)).d_loss(D, identity, Tensor(x), Tensor(x))
    assert float(loss - Hinge().d_loss(D, identity, x, x)) == pytest.approx((4 + 9) + 2 * (4 + 9), rel=1e-12)


def test_it_counts_in_every_third_iteration_three_times():
    objective, added = Wasserstein() + Lazy(R1(2.0), 3), []
    for _ in range(7):
        added.append(
            float(objective.d_loss(identity, identity, X[:, :1], Z[:, :1]) - np.mean(Z[:, :1]) + np.mean(X[:, :1]))
        )
        objective = objective.after(identity, identity, X, Z)
    np.testing.assert_allclose(added, [3, 0, 0, 3, 0, 0, 3], atol=1e-14)


def test_a_lazy_term_that_is_left_out_costs_no_pass():
    D = Counting()
    objective = Wasserstein() + Lazy(R1(1.0), 4) + Lazy(R2(1.0), 4)
    for expected in ([10], [10], [10], [10], [10]):
        D.seen.clear()
        objective.d_loss(D, identity, X, Z)
        assert D.seen == expected
        objective = objective.after(D, identity, X, Z)


def test_the_place_in_the_cycle_is_kept():
    objective = (Wasserstein() + Lazy(R1(1.0), 4)).after(identity, identity, X, Z)
    assert objective.state() == {"terms/0/t": 1}
    again = (Wasserstein() + Lazy(R1(1.0), 4)).restored(objective.state())
    assert not again.terms[0].active


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Lazy(Hinge(), 8), r"^Lazy: expected a term such as R1\(10.0\), got Hinge\(\)$"),
        (lambda: Lazy(R1(), 0), "^every is expected to be at least 1, got 0$"),
        (lambda: Lazy(R1(), 2.5), "^every is expected to be a whole number, got 2.5$"),
    ],
)
def test_what_is_no_lazy_term_is_one_line(make, words):
    with pytest.raises(SettingError, match=words):
        make()


def test_a_lazy_penalty_that_vanishes_does_so_too():
    assert (Wasserstein() + Lazy(R1(), 2)).at_equilibrium() == Wasserstein().at_equilibrium()
