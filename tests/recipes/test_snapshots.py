"""What a checkpoint holds is held against the run before the run takes it up, and text is a path."""

import json
import re
import tracemalloc
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from tinygan import checkpoint, nn
from tinygan import functional as F
from tinygan.errors import Diverged, RunError, SettingError
from tinygan.objectives import Hinge, Term, View
from tinygan.objectives.memory import generator, remembered
from tinygan.recipes import RECIPES, Run, find
from tinygan.recipes.gan_1d import GAN1D

SMALL = {"m": 4, "iterations": 2}
TINY = find("gan-1d").changed({**SMALL, "g_hidden": 2, "d_hidden": 2, "k": 1, "average": 0.5})
BEGAN = find("began").changed({**SMALL, "data": "gaussian"})


def trained(recipe=TINY):
    run = Run(recipe)
    for _ in run.steps():
        pass
    return run


def contents(run):
    """The arrays and values of a checkpoint of the run, to be damaged."""
    arrays, values = run.snapshot()
    values = {"config": run.config(), "threads": 1, **values}
    return {name: np.array(array) for name, array in arrays.items()}, json.loads(json.dumps(values))


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_comes_back_with_every_array_and_value(name, tmp_path):
    recipe = find(name)
    small = {"width": 4} if hasattr(recipe, "width") else {"hidden": 8} if hasattr(recipe, "hidden") else {}
    data = {"data": "digits"} if recipe.data == "mnist" else {}
    run = trained(recipe.changed({**SMALL, **small, **data, "iterations": 1}))
    run.save(tmp_path / "checkpoint.npz")
    back, _ = Run.load(tmp_path)
    (arrays, values), (others, other_values) = run.snapshot(), back.snapshot()
    assert arrays.keys() == others.keys()
    for path, array in arrays.items():
        assert array.dtype == others[path].dtype
        np.testing.assert_array_equal(array, others[path])
    assert values == other_values


def test_text_is_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trained().save("checkpoint.npz")
    assert Run.load(".")[0].iteration == 2
    assert Run.load("")[0].iteration == 2


@dataclass(frozen=True)
class Own(GAN1D):
    """A user's recipe, a subclass of one of the package's without a name of its own."""

    weight: float = 0.5

    def objective(self, rng):
        return Hinge()


def test_a_run_of_a_users_recipe_is_loaded_with_that(tmp_path):
    run = trained(Own(**SMALL, g_hidden=2, weight=0.25))
    run.save(tmp_path)
    back, _ = Run.load(tmp_path, recipe=Own())
    assert (back.recipe, type(back.recipe), back.config()) == (run.recipe, Own, run.config())
    assert isinstance(back.objective, Hinge)
    for given, says in (
        ({}, r"a run of 'Own', none of tinygan's recipes; give it: Run.load\(folder, recipe=...\)$"),
        (
            {"recipe": find("gan-1d")},
            "a run of recipe 'Own', not of 'gan-1d'$",
        ),
    ):
        with pytest.raises(RunError, match=rf"^[^\n]*checkpoint\.npz: {says}"):
            Run.load(tmp_path, **given)
    with pytest.raises(SettingError, match="recipe is expected to be a Recipe"):
        Run.load(tmp_path, recipe=Own)


def test_two_recipes_of_one_name_are_one_line():
    class Namesake(GAN1D):
        name = "gan-1d"

    with pytest.raises(SettingError, match=r"^Run: Namesake has the name of another recipe, 'gan-1d'; [^\n]+$"):
        Run(Namesake())


@dataclass(frozen=True)
class History(View):
    """In D's turn, half of the samples are from a table of 50 earlier ones; Shrivastava et al. 2017, section 2.3."""

    old: Any = remembered(factory=dict)
    rng: Any = generator()

    def fake(self, x, turn):
        if turn.player != "D" or not self.old:
            return x
        half = len(x) // 2
        return F.concatenate([x[:half], self.old["x"][self.rng.integers(50, size=len(x) - half)]])

    def remember(self, turn):
        samples = np.resize(turn.frozen().fake, (50, 1))
        return replace(self, old={"x": samples, "mean": float(samples.mean())})


@dataclass(frozen=True)
class Countdown(Term):
    """A weight decay of D whose weight falls below 0."""

    n: int = remembered(1)

    def d(self, turn):
        return 1e-3 * self.n * sum(F.sum(leaf * leaf) for leaf in nn.parameters(turn.D).values())

    def remember(self, turn):
        return replace(self, n=self.n - 1)


@dataclass(frozen=True)
class Remembering(GAN1D):
    """A recipe with a user's view and term, which have state."""

    def objective(self, rng):
        return (Hinge() + Countdown()).shown(History(rng=rng))


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("iterations", [0, 3])
def test_a_users_view_and_term_continue_to_the_last_bit(on_disk, iterations, tmp_path):
    recipe = Remembering(m=6, iterations=6, g_hidden=2, d_hidden=2, k=2)
    run = Run(recipe)
    while run.iteration < iterations:
        next(step for step in run.steps() if step.last)
    if on_disk:
        run.save(tmp_path)
        again, _ = Run.load(tmp_path, recipe=Remembering())
    else:
        again = Run(recipe, seed=1)
        again.restore(run.snapshot())
    assert again.objective.terms[0].n == 1 - iterations
    for each in (run, again):
        for _ in each.steps():
            pass
    (arrays, values), (others, other_values) = run.snapshot(), again.snapshot()
    assert values == other_values
    assert arrays.keys() == others.keys() > {"objective/view/old/x"}
    assert values["numbers"].keys() > {"objective/view/old/mean", "objective/terms/0/n"}
    for path, array in arrays.items():
        assert array.tobytes() == others[path].tobytes()


WEIGHT = "G/layers.0.weight"
DAMAGED_ARRAYS = {
    "another dtype": lambda arrays: arrays.update({WEIGHT: arrays[WEIGHT].astype(np.float16)}),
    "the other byte order": lambda arrays: arrays.update({WEIGHT: arrays[WEIGHT].astype(">f4")}),
    "another shape": lambda arrays: arrays.update({WEIGHT: arrays[WEIGHT].T}),
    "larger": lambda arrays: arrays.update({WEIGHT: np.zeros((1000, 1000), np.float32)}),
    "missing": lambda arrays: arrays.pop(WEIGHT),
    "more": lambda arrays: arrays.update({"G/layers.9.weight": arrays[WEIGHT]}),
    "more, of another kind": lambda arrays: arrays.update({"more": arrays[WEIGHT]}),
    "missing from an optimizer": lambda arrays: arrays.pop(f"g_optimizer/v/{WEIGHT[2:]}"),
    "another dtype in an optimizer": lambda arrays: arrays.update(
        {f"g_optimizer/v/{WEIGHT[2:]}": arrays[WEIGHT].astype(np.float64)}
    ),
    "a number of an optimizer as an array": lambda arrays: arrays.update({"g_optimizer/step": np.float32(2)}),
    "more of an objective": lambda arrays: arrays.update({"objective/k": np.float32(1)}),
}


@pytest.mark.parametrize("damage", DAMAGED_ARRAYS.values(), ids=DAMAGED_ARRAYS)
def test_arrays_of_another_run_are_one_line(damage, tmp_path):
    arrays, values = contents(trained())
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    assert Run.load(tmp_path)[0].iteration == 2
    damage(arrays)
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    with pytest.raises(RunError, match=r"^[^\n]*checkpoint\.npz[^\n]+$"):
        Run.load(tmp_path)
    fresh, before = Run(TINY), contents(Run(TINY))[0]
    with pytest.raises(RunError, match=r"^the checkpoint does not fit its recipe: [^\n]+$"):
        fresh.restore((arrays, values))
    for name, array in contents(fresh)[0].items():
        np.testing.assert_array_equal(array, before[name])


DAMAGED_VALUES = [
    ("config", 3),
    ("config", None),
    ("threads", float("inf")),
    ("threads", None),
    ("threads", "2"),
    ("iteration", -1),
    ("iteration", 2.5),
    ("iteration", None),
    ("noise", None),
    ("noise", {"generator": {"bit_generator": "PCG64", "state": {"state": 1e999, "inc": 1}}}),
    ("data", []),
    ("generators", {"G/layers.0.rng": {}}),
    ("numbers", None),
    ("numbers", {"g_optimizer/step": 2.5, "d_optimizer/step": 2}),
    ("numbers", {"g_optimizer/step": -1, "d_optimizer/step": 2}),
    ("numbers", {"g_optimizer/step": 2}),
    ("numbers", {"g_optimizer/step": 2, "d_optimizer/step": 2, "more": 1}),
    ("config.seed", -1),
    ("config.seed", "x"),
    ("config.seed", True),
    ("config.recipe", "gan-2d"),
    ("config.recipe", ["gan-1d"]),
    ("config.backend", "jax"),
    ("config.backend", None),
    ("config.data_dir", 3),
    ("config.settings", None),
    ("config.settings", {"g_hidden": "many"}),
    ("config.settings", {"more": 1}),
]


@pytest.mark.parametrize(("key", "value"), DAMAGED_VALUES)
def test_values_of_no_run_are_one_line(key, value, tmp_path):
    arrays, values = contents(trained())
    place, _, name = key.rpartition(".")
    (values[place] if place else values)[name] = value
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    with pytest.raises(RunError, match=r"^[^\n]*checkpoint\.npz[^\n]+$") as caught:
        Run.load(tmp_path)
    assert "argument must be" not in str(caught.value)  # Python's words for a file's fault


@pytest.mark.parametrize("key", ["config", "threads", "iteration", "noise", "data", "generators", "numbers"])
def test_values_that_are_missing_are_named(key, tmp_path):
    arrays, values = contents(trained())
    del values[key]
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    with pytest.raises(RunError, match=key):
        Run.load(tmp_path)


@pytest.mark.parametrize("value", [None, "x", 0, {"bit_generator": "PCG64"}])
def test_what_an_objective_remembers_is_of_its_kind(value):
    arrays, values = contents(Run(BEGAN))
    Run(BEGAN).restore((arrays, values))
    values["numbers"]["objective/k"] = value
    with pytest.raises(RunError, match="objective/k is expected to be a number"):
        Run(BEGAN).restore((arrays, values))


def test_networks_that_no_machine_can_hold_are_the_files_fault(tmp_path, monkeypatch):
    trained().save(tmp_path / "checkpoint.npz")

    def too_large(*_):
        raise MemoryError

    monkeypatch.setattr(type(TINY), "networks", too_large)
    with pytest.raises(RunError, match=r"checkpoint\.npz: its networks are too large for this machine"):
        Run.load(tmp_path)


@pytest.mark.parametrize("part", ["g_optimizer", "d_optimizer"])
def test_an_optimizer_that_has_stepped_does_not_start_afresh(part, tmp_path):
    arrays, values = contents(trained())
    arrays = {name: array for name, array in arrays.items() if not name.startswith(part)}
    values["numbers"] = {name: value for name, value in values["numbers"].items() if not name.startswith(part)}
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    with pytest.raises(RunError, match=rf"checkpoint\.npz: .* it lacks {part}/"):
        Run.load(tmp_path)


@pytest.mark.parametrize("missing", [["m"], ["iterations", "g_learning_rate"]])
def test_settings_that_are_missing_are_not_those_of_today(missing, tmp_path):
    arrays, values = contents(trained())
    for name in missing:
        del values["config"]["settings"][name]
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    with pytest.raises(RunError, match=rf"checkpoint\.npz: a run of another .* lack {min(missing)}; train it again$"):
        Run.load(tmp_path)


@pytest.mark.parametrize("settings", [{"g_hidden": 20_000}, {"latent": 10**9}, {"d_hidden": 10**5, "average": 0}])
def test_settings_of_networks_that_the_file_does_not_hold_take_no_memory(settings, tmp_path):
    arrays, values = contents(trained())
    values["config"]["settings"].update(settings)
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    tracemalloc.start()
    try:
        with pytest.raises(RunError, match=r"checkpoint\.npz: its settings describe larger networks than it holds$"):
            Run.load(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


def test_what_an_optimizer_or_an_objective_remembers_is_there_whole():
    """Also where an objective remembers something of each parameter."""
    recipe = find("historical-averaging").changed({**SMALL, "data": "ring", "width": 4})
    arrays, values = contents(trained(recipe))
    names = [name for name in arrays if name.startswith(("objective/means/", "d_optimizer/"))]
    assert len(names) > 10
    for name in names:
        without = {key: array for key, array in arrays.items() if key != name}
        with pytest.raises(RunError, match=f"it lacks {re.escape(name)}$"):
            Run(recipe).restore((without, values))
    Run(recipe).restore((arrays, values))


def test_members_that_do_not_belong_are_refused_before_one_is_read(tmp_path, monkeypatch):
    arrays, values = contents(trained())
    arrays.update({f"objective/{i}": np.float32(1) for i in range(100)})
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    monkeypatch.setattr(checkpoint, "_array", only_values(checkpoint._array))
    with pytest.raises(RunError, match=r"objective/0 is no part of a run"):
        Run.load(tmp_path)


def test_a_change_that_does_not_fit_is_named_beside_the_checkpoint(tmp_path):
    trained().save(tmp_path / "checkpoint.npz")
    with pytest.raises(RunError, match=r"checkpoint\.npz.*; perhaps g_hidden=7 does not fit it$"):
        Run.load(tmp_path, {"g_hidden": 7})


def test_nothing_is_read_that_is_larger_than_the_runs_arrays(tmp_path, monkeypatch):
    arrays, values = contents(trained())
    arrays["G/layers.0.bias"] = np.zeros(10**6, np.float32)
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    monkeypatch.setattr(checkpoint, "_array", only_values(checkpoint._array))
    with pytest.raises(
        RunError, match=r"G/layers\.0\.bias has 4,000,128 bytes according to the header, which is too many"
    ):
        Run.load(tmp_path)


def only_values(array):
    """`checkpoint._array` that is asked for the values alone."""
    return lambda name, content: array(name, content) if name == "values.json" else pytest.fail(f"{name} was read")


def test_a_run_that_has_diverged_says_when_and_not_in_which_array(tmp_path):
    run = trained()
    run.d_optimizer.parts[0].state["v"][0] = np.inf
    with pytest.raises(Diverged, match=r"no longer finite at iteration 2: the run has diverged; try a lower") as caught:
        run.save(tmp_path / "checkpoint.npz")
    assert "d_optimizer" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_samples_that_are_not_finite_are_one_line_without_warnings():
    run = Run(find("gan-ring"))
    for _, weight in nn.named_leaves(run.generator()):
        weight[...] = 1e30
    with pytest.raises(Diverged, match=r"^\d of 9 samples are not finite: the run has diverged$"):
        run.sample(9)
