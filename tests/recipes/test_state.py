"""What a run is, in memory: a snapshot from which it goes on bit for bit; and runs whose minibatches are trees."""

import copy
import itertools
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.recipes.test_run import TINY, finished, same, weights
from tinygan import nn
from tinygan.data import LabelledNoise, Normal
from tinygan.errors import Diverged, RunError, SettingError
from tinygan.nn.minibatch import Labelled
from tinygan.recipes import RECIPES, Run, find
from tinygan.recipes.recipe import Recipe

SMALL = {
    "m": 8,
    "iterations": 30,
    "hidden": 8,
    "g_hidden": 6,
    "d_hidden": 8,
    "width": 2,
    "g_dense": 8,
    "d_dense": 8,
    "blocks": 1,
}


def five(run):
    """Five iterations more: each loss, and the weights at the end."""
    iterations = 0
    losses = []
    for step in run.steps():
        losses.append(float(step.loss))
        iterations += step.last
        if iterations == 5:
            break
    return losses, {part: weights(getattr(run, part)) for part in ("G", "D", "average")}


def equal(one, other):
    return one[0] == other[0] and all(same(one[1][part], other[1][part]) for part in one[1])


@pytest.mark.parametrize(
    ("name", "taken_at"), [*((name, 3) for name in RECIPES), ("began", 0), ("historical-averaging", 0), ("ae", 0)]
)
def test_from_a_snapshot_a_run_goes_on_bit_for_bit(name, taken_at):
    small = {key: value for key, value in SMALL.items() if key in find(name).settings()}
    data = {"data": "digits"} if find(name).data == "mnist" else {}
    recipe = find(name).changed({**small, **data, "average": 0.9})
    run = finished(Run(recipe, seed=1), taken_at) if taken_at else Run(recipe, seed=1)
    snapshot = run.snapshot()
    first = five(run)
    assert (run.iteration, len(set(first[0])) > 1) == (taken_at + 5, True)
    run.restore(snapshot)
    assert run.iteration == taken_at
    assert equal(five(run), first)
    anew = Run(recipe, seed=1)
    anew.restore(snapshot)  # what came after it has not changed it
    assert equal(five(anew), first)


def test_a_snapshot_is_not_disturbed_by_what_follows():
    run = finished(Run(TINY), 2)
    arrays, _ = run.snapshot()
    before = {name: array.copy() for name, array in arrays.items()}
    finished(run)
    assert len(arrays) > 20
    assert all((arrays[name] == before[name]).all() for name in arrays)


def test_a_snapshot_shares_what_never_changes():
    """Of a run as it goes on, it costs the memory of the optimizers alone."""
    run = finished(Run(TINY), 2)
    arrays, _ = run.snapshot()
    for path, leaf in nn.named_leaves(run.G):
        assert np.shares_memory(arrays[f"G/{path}"], leaf.data)


def test_a_snapshot_stays_on_its_device():
    run = finished(Run(TINY, backend=strict_backend()), 2)
    snapshot = run.snapshot()
    assert {type(array) for array in snapshot.arrays.values()} == {type(run.shown_z)}
    first = five(run)
    run.restore(snapshot)
    assert equal(five(run), first)


@pytest.mark.parametrize("steps", [1, 2])
def test_no_snapshot_is_taken_amid_an_iteration(steps):
    run = Run(TINY)
    list(itertools.islice(run.steps(), steps))
    with pytest.raises(RunError, match=r"^the run is inside iteration 1; "):
        run.snapshot()


def test_a_snapshot_of_another_run_is_one_line():
    snapshot = Run(TINY.changed({"g_hidden": 7})).snapshot()
    with pytest.raises(RunError, match=r"^the checkpoint does not fit its recipe: [^\n]+$"):
        Run(TINY).restore(snapshot)


def state_of(run):
    """The snapshot of a run as plain values, which can be compared."""
    arrays, values = run.snapshot()
    return {name: array.tolist() for name, array in arrays.items()}, copy.deepcopy(values)


def test_a_refused_snapshot_of_other_data_changes_nothing():
    examples = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    run = Run("gan-ring", data=examples)
    other = finished(Run("gan-ring", data=examples + 1), 2)
    before = state_of(run)
    with pytest.raises(RunError, match="the saved state is that of 20 examples"):
        run.restore(other.snapshot())
    assert state_of(run) == before


@dataclass(frozen=True)
class Dropped(RECIPES["gan-ring"]):
    """A recipe whose D has a random generator."""

    name: ClassVar[str] = "dropped"
    paper: ClassVar[str] = "none of 2024"

    def networks(self, source: Any, rng: Any) -> Any:
        D = nn.Sequential(nn.Dropout(0.5, np.random.default_rng(0)), nn.Dense(2, 1, rng))
        return nn.Dense(self.latent, 2, rng), D


def test_a_refused_snapshot_with_a_damaged_generator_changes_nothing():
    run = Run(Dropped(iterations=5))
    arrays, values = finished(Run(Dropped(iterations=5)), 2).snapshot()
    [path] = values["generators"]
    before = state_of(run)
    with pytest.raises(RunError, match=r"^the checkpoint does not fit its recipe: [^\n]+$"):
        run.restore((arrays, {**values, "generators": {path: {"bit_generator": "PCG64"}}}))
    assert state_of(run) == before


@pytest.mark.parametrize("disturbed", ["restored", "gone on"])
def test_steps_of_before_do_not_go_on_after_a_restore(disturbed):
    run = Run(TINY)
    snapshot = run.snapshot()
    steps = run.steps()
    for step in steps:
        if step.last:
            break
    if disturbed == "restored":
        run.restore(snapshot)
    else:
        next(run.steps())
    state = weights(run.G), weights(run.D), run.noise.state()
    with pytest.raises(RunError, match=r"call steps\(\) again$"):
        next(steps)
    assert same(weights(run.G), state[0])
    assert same(weights(run.D), state[1])
    assert run.noise.state() == state[2]


class Conditional(nn.layer.Layer):
    """G that adds to its label what a network makes of the noise; D that sees the points alone."""

    def __init__(self, net):
        self.net = net

    def __call__(self, z):
        y = np.asarray(z.y, np.float32)[:, None] if isinstance(z.y, np.ndarray) else z.y.astype(np.float32)[:, None]
        return Labelled(self.net(z.x) + 10 * y, z.y)


@dataclass(frozen=True)
class Classes(Recipe):
    """A conditional recipe, as far as its samples go."""

    name: ClassVar[str] = "classes"
    paper: ClassVar[str] = "none of 2024"

    data: str = "gaussian"
    iterations: int = 1
    m: int = 4
    g_learning_rate: float = 1e-3
    d_learning_rate: float = 1e-3
    latent: int = 2

    def prior(self, source: Any) -> Any:
        return LabelledNoise(Normal(self.latent), ("a", "b", "c"))

    def networks(self, source: Any, rng: Any) -> Any:
        return Conditional(nn.Dense(self.latent, source.shape[0], rng)), nn.Dense(source.shape[0], 1, rng)


@pytest.mark.parametrize("backend", ["numpy", "strict"])
def test_samples_of_a_conditional_run_have_their_labels(backend):
    run = Run(Classes(), backend=strict_backend() if backend == "strict" else backend)
    assert type(run.shown_z) is Labelled
    assert {type(leaf) for leaf in run.shown_z} == {type(run.backend.asarray(np.zeros(1)))}
    samples = run.sample(700, seed=2)
    assert type(samples) is Labelled
    assert (samples.x.shape, samples.x.dtype, samples.y.dtype.kind) == ((700, 1), np.float32, "i")
    assert {type(leaf) for leaf in samples} == {np.ndarray}
    np.testing.assert_array_equal(samples.y, np.arange(700) % 3)
    for label in range(3):
        assert abs(np.median(samples.x[samples.y == label]) - 10 * label) < 2
    few = run.sample(5, seed=2)
    np.testing.assert_array_equal(few.x, samples.x[:5])


def test_samples_can_be_of_one_class():
    run = Run(Classes())
    for label in (2, "c", "2"):
        assert run.sample(20, label=label).y.tolist() == [2] * 20
    assert abs(run.sample(20, label="c", truncation=1e-9).x - 20).max() < 1e-6
    with pytest.raises(SettingError, match="choose one of a, b, c"):
        run.sample(3, label="d")
    with pytest.raises(SettingError, match=r"recipe 'gan-1d' has no classes; leave out the class 'c'$"):
        Run(find("gan-1d")).sample(3, label="c")


def test_conditional_samples_that_are_not_finite_are_said():
    run = Run(Classes())
    for _, weight in nn.named_leaves(run.G):
        weight.data[...] = np.nan
    with pytest.raises(Diverged, match=r"^7 of 7 samples are not finite"):
        run.sample(7)


@pytest.mark.parametrize(
    ("recipe", "data"), [("dcgan-quick", "edges-digits"), ("cgan", "inverted-digits"), ("r1", "rings")]
)
def test_pairs_are_for_recipes_that_translate(recipe, data):
    with pytest.raises(SettingError, match=rf"^recipe '{recipe}' is of one domain, and {data} has pairs of two"):
        Run(find(recipe).changed({"data": data}))
