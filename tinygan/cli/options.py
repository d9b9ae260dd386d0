"""The options that describe a new run on the command line, and the run that they describe."""

from collections.abc import Callable, Iterable
from math import isfinite
from pathlib import Path
from typing import Any

import click

from tinygan import configuration
from tinygan.backend import backend as find_backend
from tinygan.communicator import Communicator, alone
from tinygan.errors import SettingError, TinyganError
from tinygan.recipes import DEFAULT, Run, find


class Whole(click.IntRange):
    """A whole number in a range. Errors and --help call it an integer; click says "integer range"."""

    name = "integer"


SEEDS = Whole(0, 2**128 - 1)


class Place(click.Path):
    """The path of a file or a folder. The empty string, as from an unset shell variable, is an error."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if value == "":
            self.fail("a path is expected, got nothing", param, ctx)
        return super().convert(value, param, ctx)


class Positive(click.FloatRange):
    """A finite number above 0."""

    name = "number"

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        number = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"a finite number is expected, got {value}", param, ctx)
        return number


BACKENDS = click.Choice(["numpy", "cupy", "auto"])
OPTIONS = (
    click.argument("recipe", required=False),
    click.option("--data", help="Data set; `tinygan data` lists them."),
    click.option("--data-dir", type=click.Path(), help="Folder of the data set's files."),
    click.option("--backend", type=BACKENDS, help="Where to compute (default: numpy)."),
    click.option("--batch-size", type=Whole(1), help="m, the examples in a minibatch."),
    click.option("--k", type=Whole(1), help="Updates of D for one of G."),
    click.option("--labels", type=Whole(1), help="Labelled examples of each class, for sgan."),
    click.option("--seed", type=SEEDS, help="Of all randomness (default: 0)."),
    click.option("--config", type=Place(), help="TOML file with recipe, seed, ... and [settings], as runs keep it."),
    click.option(
        "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting of the recipe; repeatable."
    ),
)


def describes_a_run(command: Callable) -> Callable:
    """`command` with the argument and the options that `new_run` reads."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def new_run(given: dict[str, Any], ranks: Communicator = alone) -> Run:
    """The run that the command describes, after a trial of its first iteration.

    ranks: those that train it together.   Of --config, --set and the flags, the later ones override the earlier.
    """
    config = _read_config(Path(given["config"])) if given["config"] else {}
    config.pop("oracle", None)  # `observed`
    chosen: dict[str, Any] = {"recipe": DEFAULT, "seed": 0, "backend": "numpy", "data_dir": None, "settings": {}}
    for key, kind in {"recipe": str, "seed": int, "backend": str, "data_dir": str, "settings": dict}.items():
        value = config.pop(key, chosen[key])
        if value is not None and type(value) is not kind:
            raise SettingError(f"{given['config']}: {key} is expected to be {_KINDS[kind]}, got {value!r}")
        chosen[key] = value if given.get(key) is None else given[key]
    settings = {**config, **chosen["settings"], **assigned(given["assignments"]), **_flags(given)}
    recipe = find(chosen["recipe"]).changed(settings)
    if chosen["seed"] < 0:
        raise SettingError(f"seed is expected to be at least 0, got {chosen['seed']}")
    backend = find_backend(chosen["backend"])
    try:
        place = chosen["data_dir"]
        return Run(recipe, seed=chosen["seed"], backend=backend, data_dir=place, ranks=ranks).tried()
    except TinyganError:
        raise
    except ValueError as error:  # NumPy's, for an array with too many elements
        raise SettingError(f"recipe {recipe.name!r} cannot be built with such settings: {error}") from None


def observed(oracle: bool | None, config: str | Path | None) -> bool:
    """Whether a run has an oracle: as the flag says or, without a flag, the key `oracle` of a configuration file."""
    if oracle is not None or config is None:
        return bool(oracle)
    value = configuration.read(Path(config)).get("oracle", False)
    if type(value) is not bool:
        raise SettingError(f"{config}: oracle is expected to be true or false, got {value!r}")
    return value


_KINDS = {str: "a word", int: "a whole number", dict: "a table"}


def _flags(given: dict[str, Any]) -> dict[str, Any]:
    """The settings that have a flag of their own."""
    names = {"data": "data", "iterations": "iterations", "m": "batch_size", "k": "k", "labels": "labels"}
    return {key: given[name] for key, name in names.items() if given[name] is not None}


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = configuration.read(path)
    except FileNotFoundError:
        raise SettingError(f"no configuration file at {path}") from None
    if (kind := configuration.kind_of(config)) != "run":
        raise SettingError(f"{path} describes {configuration.with_article(kind)}, and no run; give that of a run")
    return config


def assigned(assignments: Iterable[str], where: str = "--set") -> dict[str, str]:
    """The assignments key=value as a dict.

    where: the option's name in an error.   Raises SettingError if one is no assignment, or if a key occurs twice.
    """
    settings = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not key:
            raise SettingError(f"{where} expects KEY=VALUE, got {assignment!r}")
        if key.strip() in settings:
            raise SettingError(f"{where} gives {key.strip()} twice")
        settings[key.strip()] = value.strip()
    return settings
