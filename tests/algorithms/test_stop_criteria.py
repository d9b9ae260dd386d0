"""Stop criteria: when each turn ends, on which minibatches an update is made, and what an iteration leaves the next."""

import itertools

import numpy as np
import pytest

from tests.test_training import Scale, Source, normal, take
from tinygan import Tensor, optim, raw
from tinygan import functional as F
from tinygan.algorithms.stop_criteria import train_by_criteria
from tinygan.objectives import Objective
from tinygan.optim import Optimizer

C1, C2, MOST = 1.0, 2.0, 3


class Scripted(Objective):
    """Losses of given values, over and over, with derivative 1 in the weight that learns; notes what it was given.

    d, g: losses of the updates.   judged: D's loss when nobody learns, which is asked after an update of G.
    """

    def __init__(self, d, judged, g=(0.0,)):
        self.losses = {"D": itertools.cycle(d), "judge": itertools.cycle(judged), "G": itertools.cycle(g)}
        self.calls, self.iterations = [], 0

    def d_loss(self, D, G, x, z):
        return self.next_loss("D" if isinstance(D.weight, Tensor) else "judge", D.weight, (D, G, x, z))

    def g_loss(self, D, G, x, z):
        return self.next_loss("G", G.weight, (D, G, x, z))

    def next_loss(self, asked, weight, game):
        self.calls.append((asked, *game))
        return next(self.losses[asked]) + F.sum(weight - raw(weight))

    def after(self, D, G, x, z):
        self.calls.append(("after", D, G, x, z))
        later = Scripted((), ())
        later.losses, later.calls, later.iterations = self.losses, self.calls, self.iterations + 1
        return later


def game(objective, most=MOST, **settings):
    """Its steps, each of which takes 1 from a weight, its noise and its data."""
    noise, data = Source(normal(1, 1)), Source(normal(2, 1))
    optimizers = Optimizer(optim.sgd(1.0)), Optimizer(optim.sgd(1.0))
    limits = {"m": 5, "c1": C1, "c2": C2, "most": most}
    steps = train_by_criteria(Scale([50.0]), Scale([80.0]), objective, *optimizers, noise, data, **limits, **settings)
    return steps, noise, data


def players(steps, count):
    return "".join(step.player for step in take(steps, count))


@pytest.mark.parametrize("judged", [-9.0, 9.0])
@pytest.mark.parametrize(
    ("losses", "turn"),
    [([0.9], 1), ([C1], 1), ([1.1, 0.9], 2), ([9.0, 1.1, 0.9], 3), ([9.0], MOST)],
    ids=["low at once", "c1 at once", "low at the second", "low at the last", "never low"],
)
def test_ds_turn_ends_once_its_loss_is_c1_or_less(losses, turn, judged):
    steps, _, _ = game(Scripted(losses, [judged]))
    gs = 1 if judged >= C2 else MOST
    assert players(steps, 2 * (turn + gs)) == 2 * ("D" * turn + "G" * gs)


@pytest.mark.parametrize("g_loss", [-9.0, 9.0])  # that of G itself decides nothing
@pytest.mark.parametrize(
    ("judged", "turn"),
    [([2.1], 1), ([C2], 1), ([1.9, 2.1], 2), ([-9.0, 1.9, 2.1], 3), ([-9.0], MOST)],
    ids=["high at once", "c2 at once", "high at the second", "high at the last", "never high"],
)
def test_gs_turn_ends_once_ds_loss_is_c2_or_more(judged, turn, g_loss):
    steps, _, _ = game(Scripted([0.0], judged, [g_loss]))
    assert players(steps, 2 * (1 + turn)) == 2 * ("D" + "G" * turn)


@pytest.mark.parametrize("most", [1, 2, 7])
def test_neither_turn_is_longer_than_the_most(most):
    steps = take(game(Scripted([9.0], [-9.0]), most)[0], 4 * most)
    assert "".join(step.player for step in steps) == 2 * ("D" * most + "G" * most)
    assert [place for place, step in enumerate(steps, 1) if step.last] == [2 * most, 4 * most]


LONG = [9.0, 9.0, 0.0], [0.0, 9.0]  # D's and the judge's losses: DDDGG in every iteration


@pytest.mark.parametrize("start", [1, 8])
def test_the_last_step_of_an_iteration_is_gs_last(start):
    steps = take(game(Scripted(*LONG), start=start)[0], 10)
    assert [(step.iteration - start, step.player, step.last) for step in steps] == [
        (iteration, player, place == 4) for iteration in (0, 1) for place, player in enumerate("DDDGG")
    ]
    assert next(game(Scripted(*LONG))[0]).iteration == 1


def test_every_update_has_fresh_noise_and_every_update_of_d_fresh_examples():
    steps, noise, data = game(Scripted(*LONG))
    taken = take(steps, 10)
    assert (len(noise.drawn), len(data.drawn)) == (10, 6)
    assert all(step.z is z for step, z in zip(taken, noise.drawn, strict=True))
    examples = [data.drawn[place] for place in (0, 1, 2, 2, 2, 3, 4, 5, 5, 5)]  # G's turn has those that D saw last
    assert all(step.x is x for step, x in zip(taken, examples, strict=True))
    assert {drawn.shape for drawn in (*noise.drawn, *data.drawn)} == {(5, 1)}


def test_each_loss_is_given_the_newest_networks_and_the_minibatches_of_its_step():
    objective = Scripted(*LONG)
    taken = take(game(objective)[0], 10)
    calls = iter(objective.calls)
    d, g = 80.0, 50.0
    for step in taken:
        asked, D, G, x, z = next(calls)
        assert asked == step.player
        assert (raw(D.weight).item(), raw(G.weight).item()) == (d, g)
        assert (x is step.x, z is step.z) == (True, True)
        assert (isinstance(D.weight, Tensor), isinstance(G.weight, Tensor)) == (asked == "D", asked == "G")
        d, g = (d - 1, g) if asked == "D" else (d, g - 1)
        assert (raw(step.D.weight).item(), raw(step.G.weight).item()) == (d, g)
        if asked == "G":
            judge, D, G, x, z = next(calls)
            assert judge == "judge"
            assert (D.weight.item(), G.weight.item()) == (d, g)  # and frozen: arrays, not Tensors
            assert (x is step.x, z is step.z) == (True, True)
        if step.last:
            after, *networks, x, z = next(calls)
            assert after == "after"
            assert networks == [step.D, step.G]
            assert (x is step.x, z is step.z) == (True, True)
    assert next(calls, None) is None
    assert (d, g) == (74.0, 46.0)


def test_the_objective_changes_once_in_an_iteration():
    taken = take(game(Scripted(*LONG))[0], 15)
    assert [step.objective.iterations for step in taken] == [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]


def test_a_step_tells_the_loss_before_its_update():
    steps, _, _ = game(Scripted([9.0, 8.0, 0.5], [0.0, 9.0], [4.0, 3.0]))
    np.testing.assert_array_equal([float(step.loss) for step in take(steps, 5)], [9.0, 8.0, 0.5, 4.0, 3.0])
