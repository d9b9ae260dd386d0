"""The cycle and the identity mapping against the papers' formulas, and which passes of G learn from them."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tests.objectives.two_domains import examples, game, given
from tinygan import Tensor, grad, nn
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Pair
from tinygan.objectives import Cycle, IdentityMapping, LeastSquares, NonSaturating, Turn

SHAPES = {"signs": (0, 0, 0), "game": game, "x": examples, "noise": given}
LAWS = [
    Law("cycle and identity", lambda: LeastSquares() + Cycle(0.7) + IdentityMapping(0.3), **SHAPES),
    Law("squared cycle of one way", lambda: NonSaturating() + Cycle(0.7, "one", 2), **SHAPES),
]

RNG = np.random.default_rng(0)
Z = Pair(RNG.standard_normal((5, 3)), RNG.standard_normal((4, 3)))  # unpaired, so their numbers may differ
EQUAL = Pair(*RNG.standard_normal((2, 5, 3)))
TO_A, TO_B = RNG.standard_normal((2, 3, 3))


def two_ways(to_a=TO_A, to_b=TO_B):
    """A linear G of each direction."""
    return lambda pair: Pair(pair.b @ to_a, pair.a @ to_b)


def turn(G, z=Z):
    return Turn("G", None, G, None, z)


class Times:
    """Multiplication by a number that is learned."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return x * self.factor


def mean(numbers):
    return sum(numbers.ravel().tolist()) / numbers.size


@pytest.mark.parametrize("power", [1, 2])
def test_there_and_back_is_compared_with_where_it_began(power):
    """Zhu et al. 2017, eq. (2): E|F(G(a)) - a| + E|G(F(b)) - b|."""
    for z in (EQUAL, Z):
        of_a, of_b = mean(abs(z.a @ TO_B @ TO_A - z.a) ** power), mean(abs(z.b @ TO_A @ TO_B - z.b) ** power)
        assert float(Cycle(3.0, power=power).g(turn(two_ways(), z))) == pytest.approx(3 * (of_a + of_b), rel=1e-12)
        assert float(Cycle(3.0, "one", power).g(turn(two_ways(), z))) == pytest.approx(3 * of_a, rel=1e-12)


def test_an_example_of_the_target_stays():
    """Section 5.2: E|G(b) - b| + E|F(a) - a|."""
    expected = mean(abs(EQUAL.b @ TO_B - EQUAL.b)) + mean(abs(EQUAL.a @ TO_A - EQUAL.a))
    assert float(IdentityMapping(2.0).g(turn(two_ways(), EQUAL))) == pytest.approx(2 * expected, rel=1e-12)


def test_both_passes_of_a_cycle_learn():
    """With F(b) = c b and G(a) = w a the cycle of a is |c w a - a|, whose slopes are c a and w a times a sign."""
    w, c, a = Tensor(np.array(3.0)), Tensor(np.array(0.5)), np.array([[2.0], [4.0]])
    G = nn.TwoWay(Times(c), Times(w))
    loss = Cycle(10.0, "one").g(turn(G, Pair(a, a)))
    assert float(loss) == 10 * 1.5  # 1.5 a - a
    assert [float(slope) for slope in grad(loss, [w, c])] == [10 * 0.5 * 3, 10 * 3 * 3]


@pytest.mark.parametrize("ways", ["both", "one"])
def test_one_way_leaves_the_other_cycle_alone(ways):
    """The cycle of b moves a loss of both ways, and none of one."""
    moved = Z._replace(b=Z.b + 1)
    before, after = (float(Cycle(ways=ways).g(turn(two_ways(), z))) for z in (Z, moved))
    assert (before == after) == (ways == "one")


def test_ds_loss_has_neither_term():
    G, D = game(RNG)
    plain, whole = LeastSquares(), LeastSquares() + Cycle() + IdentityMapping()
    x, z = examples(RNG.standard_normal((4, 3))), given(RNG.standard_normal((4, 2)))
    assert float(whole.d_loss(D, nn.frozen(G), x, z)) == float(plain.d_loss(D, nn.frozen(G), x, z))
    cycle, identity = Cycle().g(turn(G, z)), IdentityMapping().g(turn(G, z))
    expected = float(plain.g_loss(nn.frozen(D), G, x, z) + cycle + identity)
    assert float(whole.g_loss(nn.frozen(D), G, x, z)) == pytest.approx(expected, rel=1e-6)


def test_g_of_z_is_computed_once():
    calls = []

    def G(pair):
        calls.append(pair)
        return two_ways()(pair)

    (LeastSquares() + Cycle() + IdentityMapping()).g_loss(lambda x: x.a[:, :1], G, None, EQUAL)
    assert len(calls) == 3
    assert calls[0] is EQUAL
    assert calls[1].a is not EQUAL.b
    assert calls[2].a is EQUAL.b  # the swapped pair


def test_the_history_has_the_error_of_each_cycle():
    for cycle in (Cycle(), Cycle(3.0, "one", 2)):
        found = cycle.measures(turn(two_ways()))
        assert found.keys() == {"cycle_a", "cycle_b"}
        assert found["cycle_a"] == pytest.approx(mean(abs(Z.a @ TO_B @ TO_A - Z.a)), rel=1e-12)
        assert found["cycle_b"] == pytest.approx(mean(abs(Z.b @ TO_A @ TO_B - Z.b)), rel=1e-12)


def test_a_true_map_has_no_error():
    G = two_ways(np.linalg.inv(TO_B), TO_B)
    assert float(Cycle().g(turn(G))) == pytest.approx(0, abs=1e-12)
    assert float(IdentityMapping().g(turn(lambda pair: Pair(pair.b, pair.a), EQUAL))) == 0


@pytest.mark.parametrize("term", [Cycle, IdentityMapping])
def test_a_negative_weight_is_one_line(term):
    with pytest.raises(SettingError, match=r"^weight is expected to be at least 0, got -1$"):
        term(-1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Cycle(ways="none"), SettingError, "Cycle: ways is expected to be both or one, got 'none'"),
        (lambda: Cycle(power=3), SettingError, "Cycle: power is expected to be 1 or 2, got 3"),
        (lambda: Cycle().g(turn(lambda z: z, Z.a)), SettingError, r"Cycle needs .* nn.Pair\(a, b\), got ndarray"),
        (lambda: IdentityMapping().g(turn(lambda z: z, Z.a)), SettingError, "IdentityMapping needs examples of two"),
        (
            lambda: IdentityMapping().g(turn(two_ways())),
            ShapeMismatch,
            r"IdentityMapping: a and b are expected to have one shape, got \(5, 3\) and \(4, 3\)",
        ),
        (
            lambda: Cycle().g(turn(lambda pair: Pair(pair.b[:, :2], pair.a))),
            ShapeMismatch,
            r"Cycle: G is expected to give the shapes of z, \(5, 3\), \(4, 3\), but gives \(5, 2\), \(4, 2\)",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(call, error, words):
    with pytest.raises(error, match=f"^{words}[^\n]*$"):
        call()
