"""A run as a checkpoint keeps it: its arrays and values by name, and the check of both before a run takes them up."""

from collections.abc import Callable, Iterator
from math import isfinite, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tinygan import nn
from tinygan.autograd import raw
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.registry import find

if TYPE_CHECKING:
    from tinygan.recipes.run import Run


class Layout(NamedTuple):
    """An array's shape and dtype."""

    shape: tuple[int, ...]
    dtype: Any

    @classmethod
    def of(cls, array: Any) -> "Layout":
        return cls(array.shape, np.dtype(array.dtype))

    def __str__(self) -> str:
        return f"{self.dtype} of shape {self.shape}"


def kept(run: "Run") -> tuple[dict[str, Any], dict[str, Any]]:
    """The run's arrays, and the values that say where it stands."""
    arrays = {f"{part}/{path}": raw(leaf) for part, path, leaf in _leaves(run)}
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
    return arrays, values


def generators(run: "Run") -> Iterator[tuple[str, np.random.Generator]]:
    """The random generators inside the networks, such as a dropout's, by path."""
    return nn.named_generators({"G": run.G, "D": run.D})


def _leaves(run: "Run") -> Iterator[tuple[str, str, Any]]:
    """(part, path, leaf) of both networks and of the average."""
    for part in ("G", "D", "average"):
        for path, leaf in nn.named_leaves(getattr(run, part)):
            yield part, path, leaf


def _state(run: "Run") -> Iterator[tuple[str, Any]]:
    """What the optimizers and the objective remember, by name."""
    states = {
        "g_optimizer": run.g_optimizer.named_state(),
        "d_optimizer": run.d_optimizer.named_state(),
        "objective": run.objective.state(),
    }
    for part, state in states.items():
        for name, value in state.items():
            yield f"{part}/{name}", value


def described(values: dict[str, Any]) -> tuple[Recipe, int, str, int]:
    """(recipe, seed, backend, threads) of a checkpoint's values; raises an error of any kind if they say none."""
    config, threads = values["config"], values["threads"]
    recipe = find(config["recipe"]).changed(config["settings"])
    for name, value, least in (("seed", config["seed"], 0), ("threads", threads, 1)):
        if type(value) is not int or value < least:
            raise ValueError(f"{name} is expected to be a whole number of at least {least}, got {value!r}")
    if config["backend"] not in ("numpy", "cupy"):
        raise ValueError(f"backend is expected to be numpy or cupy, got {config['backend']!r}")
    if not isinstance(config.get("data_dir"), str | None):
        raise ValueError(f"data_dir is expected to be a path, got {config['data_dir']!r}")
    return recipe, config["seed"], config["backend"], threads


def room(run: "Run") -> Callable[[str], int]:
    """The bytes of an array of the run, by its name in the checkpoint; it raises ValueError for a name of none."""
    layout = _layouts(run)

    def size(name: str) -> int:
        shape, dtype = layout(name)
        return prod(shape) * dtype.itemsize

    return size


def check(run: "Run", arrays: dict[str, Any], values: dict[str, Any]) -> None:
    """Raises ValueError if these are not the arrays and values of a run with the same recipe, by what can be seen."""
    layout = _layouts(run)
    for name, array in arrays.items():
        if Layout.of(array) != layout(name):
            raise ValueError(f"{name} is expected to be {layout(name)}, got {Layout.of(array)}")
    for part, path, _ in _leaves(run):
        if f"{part}/{path}" not in arrays:
            raise ValueError(f"it lacks {part}/{path}")
    for name in ("iteration", "noise", "data", "generators", "numbers"):
        kind = int if name == "iteration" else dict
        if type(values.get(name)) is not kind:
            raise ValueError(f"{name} is expected to be {_WORDS[kind]}, got {values.get(name)!r}")
    if values["iteration"] < 0:
        raise ValueError(f"iteration is expected to be at least 0, got {values['iteration']}")
    if found := values["generators"].keys() ^ {path for path, _ in generators(run)}:
        raise ValueError(f"one of the run and the checkpoint has no random generator {min(found)}")
    _check_numbers(run, values["numbers"])


def _check_numbers(run: "Run", numbers: dict[str, Any]) -> None:
    """`check` of what is remembered as plain numbers; each optimizer's are counted where it takes them up."""
    remembered = {f"objective/{name}": value for name, value in run.objective.state().items()}
    for name, value in numbers.items():
        if name not in remembered and not name.startswith(("g_optimizer/", "d_optimizer/")):
            raise ValueError(f"{name} is no part of a run of recipe {run.recipe.name!r}")
        expected = remembered.get(name, 0)  # an optimizer's are whole numbers
        if not hasattr(expected, "shape") and type(value) is not type(expected):
            raise ValueError(f"{name} is expected to be {_WORDS[type(expected)]}, got {value!r}")
        if isinstance(value, int | float) and not (isfinite(value) and value >= 0):
            raise ValueError(f"{name} is expected to be at least 0, got {value!r}")


_WORDS = {int: "a whole number", float: "a number", dict: "a table", type(None): "null"}


def _layouts(run: "Run") -> Callable[[str], Layout]:
    """The layout of an array of the run by its name in the checkpoint."""
    known = {f"{part}/{path}": Layout.of(raw(leaf)) for part, path, leaf in _leaves(run)}
    players = {"g_optimizer": (run.g_optimizer.rule, run.G), "d_optimizer": (run.d_optimizer.rule, run.D)}
    for part, (rule, module) in players.items():
        for path, leaf in nn.parameters(module).items():
            for name, value in rule.initial(leaf.data).items():
                if hasattr(value, "shape"):
                    known[f"{part}/{name}/{path}"] = Layout.of(value)
    number = Layout((), np.dtype(np.float32))

    def layout(name: str) -> Layout:
        if name not in known and not name.startswith("objective/"):
            raise ValueError(f"{name} is no part of a run of recipe {run.recipe.name!r}")
        # an objective remembers single numbers, or something for each parameter: objective/means/G/layers.0.weight
        parameter = name[max(name.rfind("/G/"), name.rfind("/D/")) + 1 :]
        return known.get(name) or known.get(parameter, number)

    return layout
