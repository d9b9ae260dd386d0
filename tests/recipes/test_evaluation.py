"""Samples, D's outputs, portraits and records draw no random number of training, and so change nothing of a run."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import metrics, nn
from tinygan.observers.history import History, read
from tinygan.recipes import Run
from tinygan.recipes.portrait import many_z, portrait_of
from tinygan.recipes.registry import RECIPES

POINTS = np.random.default_rng(0).uniform(-1.2, 1.2, (9, 2))


@dataclass(frozen=True)
class Dropped(RECIPES["gan-ring"]):
    """A recipe with dropout in both networks."""

    name: ClassVar[str] = "dropped"

    def networks(self, source: Any, rng: Any) -> Any:
        masks = rng.spawn(2)
        G = nn.Sequential(
            nn.Dense(self.latent, 8, rng), nn.Dropout(0.5, masks[0]), nn.BatchNorm(8), F.relu, nn.Dense(8, 2, rng)
        )
        return G, nn.Sequential(nn.Dense(2, 8, rng), F.relu, nn.Dropout(0.5, masks[1]), nn.Dense(8, 1, rng))


@dataclass(frozen=True)
class Noisy(Dropped):
    """A recipe whose G has dropout in samples, too."""

    name: ClassVar[str] = "noisy"

    def networks(self, source: Any, rng: Any) -> Any:
        G, D = super().networks(source, rng)
        G.layers[1] = nn.Dropout(0.5, G.layers[1].rng, in_samples=True)
        return G, D


@pytest.fixture(
    params=[(Dropped, 0.0), (Dropped, 0.9), (Noisy, 0.0), (Noisy, 0.9)],
    ids=["no average", "average", "noise", "noise and average"],
)
def started(request):
    """A function that makes a run of two iterations."""
    kind, average = request.param

    def made():
        run = Run(kind(m=8, iterations=6, average=average))
        for step in run.steps():
            if step.last and step.iteration == 2:
                break
        return run

    return made


def state_of(run):
    """The snapshot of a run as plain values, which can be compared."""
    arrays, values = run.snapshot()
    return {name: array.tolist() for name, array in arrays.items()}, values


@pytest.mark.parametrize(
    "look",
    [
        lambda run: run.sample(2),
        lambda run: run.judge(POINTS),
        lambda run: portrait_of(run, many_z(run)),
        lambda run: metrics.evaluate(run.source, run.sample(50)),
    ],
    ids=["sample", "judge", "portrait", "evaluate"],
)
def test_a_look_at_a_run_does_not_change_it(look, started):
    run, other = started(), started()
    before = state_of(run)
    look(run)
    assert state_of(run) == before
    for each in (run, other):
        list(each.steps())
    assert state_of(run) == state_of(other)


def test_a_seed_determines_samples_and_d_has_one_output_for_a_point(started):
    run = started()
    np.testing.assert_array_equal(run.sample(2, seed=0), run.sample(2, seed=0))
    np.testing.assert_array_equal(run.judge(POINTS), run.judge(POINTS))


def test_the_number_of_records_does_not_change_a_run(started, tmp_path):
    histories = []
    states = []
    for every in (1, 3, 7):
        run, history = started(), History(tmp_path / f"{every}.jsonl", every)
        for step in run.steps():
            history(step)
        histories.append({record["iteration"]: record for record in read(history.path)})
        states.append(state_of(run))
    assert states[0] == states[1] == states[2]
    often, rarely, never = histories
    assert [*rarely] == [3, 6]
    assert [often[i] for i in rarely] == [*rarely.values()]
    assert never == {}


def test_dropout_in_samples_is_noise_that_resuming_keeps(tmp_path):
    """Two samples of one z differ; those of a restored run, and what it becomes, are the same to the last bit."""

    def begun():
        run = Run(Noisy(m=8, iterations=6))
        for step in run.steps():
            if step.last and step.iteration == 2:
                break
        return run

    run = begun()
    G, z = run.generator(), np.repeat(run.statistics_z[:1], 8, axis=0)
    assert len(np.unique(G(z), axis=0)) > 1
    before = run.sample(3)
    run.save(tmp_path / "a.npz")
    list(run.steps())
    again, _ = Run.load(tmp_path / "a.npz", recipe=Noisy())
    np.testing.assert_array_equal(again.sample(3), before)
    list(again.steps())
    assert state_of(again) == state_of(run)
    np.testing.assert_array_equal(again.sample(3), run.sample(3))
    assert (run.sample(3) != before).any()
