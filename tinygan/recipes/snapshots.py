"""Snapshots of a run as named arrays and values, and the check of one before a run is restored from it."""

from collections.abc import Callable, Iterator, Set
from dataclasses import fields
from math import isfinite, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tinygan import nn
from tinygan.autograd import raw
from tinygan.errors import RunError
from tinygan.optim import Optimizer, assigned
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.registry import RECIPES, find

if TYPE_CHECKING:
    from tinygan.recipes.state import State

STATISTICS = "statistics/"  # prefix of those that came with G
NETWORKS = ("G", "D", "average", "d_average")  # attributes of a run


class Snapshot(NamedTuple):
    """The state of a run: all that a run with the same configuration and data needs to continue from there.

    arrays: by name, such as 'G/layers.0.weight'.   values: plain JSON values.
    """

    arrays: dict[str, Any]
    values: dict[str, Any]


class Layout(NamedTuple):
    """An array's shape and dtype."""

    shape: tuple[int, ...]
    dtype: Any

    @classmethod
    def of(cls, array: Any) -> "Layout":
        return cls(array.shape, np.dtype(array.dtype))

    def __str__(self) -> str:
        return f"{self.dtype} of shape {self.shape}"


def snapshot(run: "State") -> Snapshot:
    """The snapshot of a run. Later steps of the run do not change it."""
    arrays = {f"{part}/{path}": raw(leaf) for part, path, leaf in _leaves(run)}
    arrays |= {f"{STATISTICS}{path}": array for path, array in run.statistics.items()}
    numbers: dict[str, Any] = {}
    for name, value in _state(run):
        (arrays if hasattr(value, "shape") else numbers)[name] = value
    values = {
        "iteration": run.iteration,
        "noise": run.noise.state(),
        "data": run.data.state(),
        "generators": {path: rng.bit_generator.state for path, rng in generators(run)},
        "numbers": numbers,
    }
    return Snapshot(arrays, values)


def made_of(run: "State", arrays: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """New networks, optimizers and objective with the arrays and numbers of a snapshot, by attribute of the run."""
    named = {**arrays, **values["numbers"]}

    def part(name: str) -> dict[str, Any]:
        return {key.removeprefix(f"{name}/"): value for key, value in named.items() if key.startswith(f"{name}/")}

    made: dict[str, Any] = {name: run.placed(nn.updated(getattr(run, name), part(name))) for name in NETWORKS}
    for name, _, module, optimizer in _optimizers(run):
        made[name] = Optimizer(optimizer.rule)
        made[name].restore(module, part(name))
    made["statistics"] = {path: run.placed(array) for path, array in part("statistics").items()}
    made["objective"] = run.objective.restored(
        {path: run.placed(value) if hasattr(value, "shape") else value for path, value in part("objective").items()}
    )
    return made


def generators(run: "State") -> Iterator[tuple[str, np.random.Generator]]:
    """(path, generator) of the random generators inside the networks, such as a dropout's."""
    return nn.named_generators({"G": run.G, "D": run.D})


def _leaves(run: "State") -> Iterator[tuple[str, str, Any]]:
    """(part, path, leaf) of both networks and of their averages."""
    for part in NETWORKS:
        for path, leaf in nn.named_leaves(getattr(run, part)):
            yield part, path, leaf


def _state(run: "State") -> Iterator[tuple[str, Any]]:
    """(name, value) of the state of the optimizers and of the objective."""
    for part, _, _, optimizer in _optimizers(run):
        for name, value in optimizer.named_state().items():
            yield f"{part}/{name}", value.copy() if hasattr(value, "shape") else value  # the next step overwrites it
    for name, value in run.objective.state().items():
        yield f"objective/{name}", value


def _optimizers(run: "State") -> list[tuple[str, str, Any, Optimizer]]:
    """(name, player, module, optimizer) of each player."""
    found = ("g_optimizer", "G", run.G, run.g_optimizer), ("d_optimizer", "D", run.D, run.d_optimizer)
    return [(part, player, module, optimizer) for part, player, module, optimizer in found if optimizer]


def described(values: dict[str, Any], recipe: Recipe | None = None) -> tuple[Recipe, int, str, int]:
    """(recipe, seed, backend, threads) of a checkpoint's values.

    recipe: that of the run, with any settings, if it is none of the package's.
    Raises RunError if it is another recipe's run, or an error of any type if the values are damaged.
    """
    config, threads = values["config"], values["threads"]
    name = config["recipe"]
    if recipe is None and name not in RECIPES:
        raise RunError(f"a run of {name!r}, none of tinygan's recipes; give it: Run.load(folder, recipe=...)")
    if recipe is not None and recipe.name != name:
        raise RunError(f"a run of recipe {name!r}, not of {recipe.name!r}")
    recipe = (recipe or find(name)).changed(config["settings"])
    if missing := {each.name for each in fields(recipe)} - config["settings"].keys():
        raise RunError(f"a run of another version of tinygan, whose settings lack {min(missing)}; train it again")
    for name, value, least in (
        ("seed", config["seed"], 0),
        ("threads", threads, 1),
        ("iteration", values["iteration"], 0),
    ):
        if type(value) is not int or value < least:
            raise ValueError(f"{name} is expected to be a whole number of at least {least}, got {value!r}")
    if config["backend"] not in ("numpy", "cupy"):
        raise ValueError(f"backend is expected to be numpy or cupy, got {config['backend']!r}")
    if not isinstance(config.get("data_dir"), str | None):
        raise ValueError(f"data_dir is expected to be a path, got {config['data_dir']!r}")
    return recipe, config["seed"], config["backend"], threads


class Bounded(np.random.Generator):
    """A generator for initial weights that raises RunError, before it takes memory, if asked for more than `most`."""

    def __init__(self, most: float):
        super().__init__(np.random.PCG64(0))
        self.most = most

    def standard_normal(self, size: Any = None, *others: Any, **options: Any) -> Any:
        return super().standard_normal(self._counted(size), *others, **options)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return super().uniform(low, high, self._counted(size))

    def spawn(self, n_children: int) -> Any:
        """Unbounded generators, such as those of layers with noise, which draw no weights."""
        return [np.random.Generator(bits) for bits in self.bit_generator.spawn(n_children)]

    def _counted(self, size: Any) -> Any:
        self.most -= prod(np.atleast_1d(1 if size is None else size).tolist())
        if self.most < 0:
            raise RunError("its settings describe larger networks than it holds")
        return size


def room(run: "State", iteration: int, most: int) -> Callable[[str], int]:
    """A function from an array's name in the checkpoint to its bytes, which raises ValueError for an unknown name.

    most: the bytes of an array whose shape is not known, one of an objective that has no state at first.
    """
    expected, tables = _contents(run, iteration)

    def size(name: str) -> int:
        _expect_names(run, {name}, {name} & expected.keys(), tables)
        layout = _layout(name, expected.get(name))
        return prod(layout.shape) * layout.dtype.itemsize if layout else most

    return size


def check(run: "State", arrays: dict[str, Any], values: dict[str, Any]) -> None:
    """Raises ValueError if a name, a shape, a type or a range is not that of a run with the same recipe.

    The state of a generator that does not fit raises NumPy's error.
    """
    for name in ("iteration", "noise", "data", "generators", "numbers"):
        kind = int if name == "iteration" else dict
        if type(values.get(name)) is not kind:
            raise ValueError(f"{name} is expected to be {_WORDS[kind]}, got {values.get(name)!r}")
    if values["iteration"] < 0:
        raise ValueError(f"iteration is expected to be at least 0, got {values['iteration']}")
    if found := values["generators"].keys() ^ {path for path, _ in generators(run)}:
        raise ValueError(f"one of the run and the checkpoint has no random generator {min(found)}")
    for path, rng in generators(run):
        type(rng.bit_generator)().state = values["generators"][path]  # a trial, which raises an error of any type
    expected, tables = _contents(run, values["iteration"])
    _expect_names(run, arrays.keys() | values["numbers"].keys(), expected.keys(), tables)
    for name, array in arrays.items():
        layout = _layout(name, expected.get(name)) or Layout.of(array)
        if Layout.of(array) != layout:
            raise ValueError(f"{name} is expected to be {layout}, got {Layout.of(array)}")
    given = {name.removeprefix(STATISTICS) for name in arrays if name.startswith(STATISTICS)}
    if given and (differ := given ^ nn.statistics_of(run.G).keys()):
        raise ValueError(f"one of G and its statistics has no {min(differ)}")
    for name, value in values["numbers"].items():
        _check_number(name, value, expected.get(name))


def _expect_names(run: "State", found: Set[str], expected: Set[str], tables: tuple[str, ...]) -> None:
    """Raises ValueError if an expected name is missing, or if another one is in none of the tables."""
    if missing := expected - found:
        raise ValueError(f"it lacks {min(missing)}")
    if unknown := {name for name in found - expected if not name.startswith(tables)}:
        raise ValueError(f"{min(unknown)} is no part of a run of recipe {run.recipe.name!r}")


def _check_number(name: str, value: Any, expected: Any) -> None:
    """Raises ValueError if a plain number has another type or range than expected."""
    if type(value) is not type(expected) and not (expected is None and isinstance(value, int | float)):
        raise ValueError(f"{name} is expected to be {_WORDS.get(type(expected), expected)}, got {value!r}")
    if isinstance(value, int) and value < 0 and not name.startswith("objective/"):  # an objective checks its own
        raise ValueError(f"{name} is expected to be at least 0, got {value!r}")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{name} is expected to be finite, got {value!r}")


_WORDS = {int: "a whole number", float: "a number", dict: "a table", type(None): "null"}
_NUMBER = Layout((), np.dtype(np.float32))


def _layout(name: str, expected: Any) -> Layout | None:
    """The expected layout of an array; None if any is, because an objective has no state at first.

    A number of an objective may be an array of one number, as on a device.
    """
    if isinstance(expected, int | dict):
        raise ValueError(f"{name} is expected to be {_WORDS[type(expected)]}, got an array")
    return expected if isinstance(expected, Layout) else _NUMBER if expected is not None else None


def _contents(run: "State", iteration: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The contents of a checkpoint at this iteration, by name: the layout of an array, or a number of the same type.

    The second result has the prefixes of tables that may contain any names: the objective's, and statistics.
    Before the first iteration the optimizers have no state, and the objective has none of the networks.
    """
    expected: dict[str, Any] = {f"{part}/{path}": Layout.of(raw(leaf)) for part, path, leaf in _leaves(run)}
    parameters: dict[str, Any] = {}
    for part, player, module, optimizer in _optimizers(run) if iteration else ():
        leaves = nn.parameters(module)
        rules = assigned(optimizer.rule, leaves)
        for path, leaf in leaves.items():
            parameters[f"{player}/{path}"] = leaf.data
            for name, value in rules[path].initial(leaf.data).items():
                expected[f"{part}/{name}/{path}"] = Layout.of(value) if hasattr(value, "shape") else value
    fresh = run.recipe.objective(np.random.default_rng(0))  # the run's own may have changed since
    for name, value in fresh.state(parameters).items():
        expected[f"objective/{name}"] = Layout.of(value) if hasattr(value, "shape") else value
    return expected, (STATISTICS, *(f"objective/{table}/" for table in fresh.tables()))
