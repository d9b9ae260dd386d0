"""What an objective remembers: through a file, shared generators, and what cannot be kept."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from tinygan import nn, optim
from tinygan.errors import SettingError
from tinygan.objectives import (
    DRAGAN,
    GradientPenalty,
    HistoricalAveraging,
    InstanceNoise,
    LeastSquares,
    Minimax,
    NonSaturating,
    Objective,
    Term,
    Turn,
    Unrolled,
    View,
)
from tinygan.objectives.memory import remembered

RNG = np.random.default_rng(0)
X, Z = RNG.standard_normal((2, 6, 3))


def identity(x):
    return x[:, :1]


def test_parts_that_share_a_generator_share_it_again():
    def made(seed):
        rng = np.random.default_rng(seed)
        game = Minimax() + GradientPenalty(1.0, rng) + DRAGAN(1.0, 0.5, rng)
        return game.shown(InstanceNoise(optim.constant(0.1), rng=rng))

    D = nn.map_leaves(nn.Dense(3, 1, RNG), lambda leaf: leaf)
    game = made(5)
    game.d_loss(D, lambda z: z, X, Z)
    again = made(9).restored(json.loads(json.dumps(game.state())))
    assert again.terms[0].rng is again.terms[1].rng is again.view.rng
    for _ in range(3):
        assert float(game.d_loss(D, lambda z: z, X, Z)) == float(again.d_loss(D, lambda z: z, X, Z))


@dataclass(frozen=True)
class Past(View):
    """A view that keeps what it is given, and the sum of its numbers."""

    samples: object = remembered(None)
    total: float = remembered(0.0)

    def remember(self, turn):
        return Past(turn.frozen().fake, -1.0)


def test_arrays_and_negative_numbers_are_remembered():
    game = Minimax().shown(Past()).after(identity, lambda z: z, X, Z)
    state = game.state()
    assert state.keys() == {"view/samples", "view/total"}
    again = Minimax().shown(Past()).restored(state)
    assert again.view.samples is Z
    assert again.view.total == -1


@pytest.mark.parametrize("samples", [nn.Labelled(X, X), "text", {"x": X}], ids=["tree", "text", "not declared"])
def test_what_cannot_be_kept_is_said(samples):
    game = Minimax().shown(Past(samples=samples))
    with pytest.raises(SettingError, match=r"^Past: samples is expected to be a number, an array or a dictionary"):
        game.state()


@dataclass(frozen=True)
class Table(Term):
    """A term with a table."""

    old: dict = remembered(factory=dict)


def test_a_table_has_its_own_names_and_one_by_parameter_those_of_the_parameters():
    weight = {"D/weight": X}
    game = Unrolled(Minimax() + Table() + HistoricalAveraging(0.1), 1, optim.sgd(0.1))
    assert game.state(weight) == {"objective/terms/1/t": 0, "objective/terms/1/means/D/weight": X}
    assert game.tables() == ["objective/terms/0/old"]
    kept = Minimax() + Table({"x/y": X, "n": -1})
    assert kept.state(weight) == {"terms/0/old/x/y": X, "terms/0/old/n": -1}
    assert (Minimax() + Table()).restored(kept.state()).terms[0].old == {"x/y": X, "n": -1}


@pytest.mark.parametrize("old", [{1: X}, {"x": nn.Labelled(X, X)}, {"x": {"y": X}}], ids=["number", "tree", "table"])
def test_what_a_table_cannot_keep_is_said(old):
    with pytest.raises(SettingError, match=r"^Table: old(/x)? is expected to be a number, an array or a dictionary"):
        (Minimax() + Table(old)).state()


@pytest.mark.parametrize("part", [HistoricalAveraging(0.1), InstanceNoise(optim.constant(0.1))], ids=type)
def test_a_counter_is_not_negative(part):
    state = {name: -1 if type(value) is int else value for name, value in part.state().items()}
    with pytest.raises(SettingError, match=r"^(t|iteration) is expected to be at least 0, got -1$"):
        part.restored(state)


@pytest.mark.parametrize("rng", [np.random.RandomState(0), np.random, np.random.Generator(np.random.MT19937()), None])
def test_other_sources_of_random_numbers_cannot_be_kept(rng):
    with pytest.raises(SettingError, match=r"^GradientPenalty: rng is expected to be numpy.random.default_rng\(seed\)"):
        GradientPenalty(1.0, rng)


@pytest.mark.parametrize("terms", [[GradientPenalty()], (GradientPenalty(),), GradientPenalty()])
def test_terms_may_be_given_in_any_way(terms):
    game = Objective(Minimax(), terms)
    assert game == Minimax() + GradientPenalty()
    assert list(game.state()) == ["terms/0/rng"]


def test_each_view_and_the_replacement_of_gs_loss_are_measured():
    @dataclass(frozen=True)
    class Measured(Term):
        def measures(self, turn):
            return {"matched": 7.0}

    noise = [InstanceNoise(optim.constant(std)) for std in (0.5, 0.1)]
    game = Objective(Minimax(), g=Measured()).shown(noise[0]).shown(noise[1])
    measured = game.measures(Turn("", identity, lambda z: z, X, Z))
    assert [measured[name] for name in ("matched", "noise", "noise_2")] == [7.0, 0.5, 0.1]


def test_the_memory_of_parameters_is_not_printed():
    game = (Minimax() + HistoricalAveraging(0.1)).after(nn.Dense(3, 1, RNG), nn.Dense(3, 3, RNG), X, Z)
    assert repr(game) == "Minimax() + HistoricalAveraging(weight=0.1, t=1)"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: NonSaturating("a"), "real is expected to be a number"),
        (lambda: NonSaturating(0), r"real is expected in \(0, 1\]"),
        (lambda: LeastSquares(float("nan")), "a is expected to be finite, got nan"),
        (lambda: LeastSquares(float("-inf")), "a is expected to be finite, got -inf"),
        (lambda: InstanceNoise(optim.constant(-1.0)), "InstanceNoise: expected a schedule"),
        (lambda: Minimax().shown(InstanceNoise(optim.constant(0.1))).shown(3), "Objective: expected a view"),
    ],
)
def test_settings_that_do_not_fit(make, words):
    with pytest.raises(SettingError, match=f"^{words}"):
        make()


def test_any_number_is_a_target_of_least_squares():
    assert LeastSquares(-1.0, 1.0, 0.0).a == -1
