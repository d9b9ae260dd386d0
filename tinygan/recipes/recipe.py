"""What a recipe is: a frozen dataclass whose fields are settings, and methods that turn them into parts of a run.

A recipe is data: `--set width=32` replaces a field, and a run's folder keeps them all. A new system is one subclass in
one file.
"""

import dataclasses
import difflib
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields
from math import isfinite
from typing import Any, ClassVar, Self

import numpy as np

from tinygan.data import Normal
from tinygan.errors import SettingError
from tinygan.objectives import Game, NonSaturating
from tinygan.optim import adam
from tinygan.training import Step, train

MOST = 10**9  # of any whole number: beyond it arrays have more elements than can be counted


def setting(default: Any = MISSING, words: str = "") -> Any:
    """A field of a recipe: its default, and what it means.

    A subclass that changes the default alone writes `m: int = 64`, and the words stay.
    """
    return field(default=default, metadata={"words": words})


@dataclass(frozen=True)
class Recipe:
    """The settings that every recipe has, in the letters of Algorithm 1 where it has one.

    Subclasses give defaults to those without, add their own, and cite the paper's section beside each number.
    """

    name: ClassVar[str]
    paper: ClassVar[str]
    optional: ClassVar[tuple[str, ...]] = ()  # whole numbers that may be 0, for "without"
    signed: ClassVar[tuple[str, ...]] = ()  # numbers that may be negative

    data: str = setting(words="data set; `tinygan data` lists them")
    iterations: int = setting(words="iterations of Algorithm 1")
    m: int = setting(words="examples, and noise samples, in a minibatch")
    g_learning_rate: float = setting(words="learning rate of G")
    d_learning_rate: float = setting(words="learning rate of D")
    k: int = setting(1, "updates of D for one of G")
    latent: int = setting(100, "dimensions of z")
    beta1: float = setting(0.5, "decay of Adam's mean of gradients")
    average: float = setting(0.0, "decay of the moving average of G that samples are drawn from; 0: G itself")
    record_every: int = setting(10, "iterations between lines of history")
    sample_every: int = setting(100, "iterations between pictures")

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if each.type is int and value < (least := 0 if each.name in self.optional else 1):
                raise SettingError(f"{each.name} is expected to be at least {least}, got {value}")
            if each.type is int and value > MOST:
                raise SettingError(f"{each.name} is expected to be at most {MOST:,}, got {value:.6g}")
            if each.type is float and not isfinite(value):
                raise SettingError(f"{each.name} is expected to be finite, got {value}")
            if each.type is float and each.name not in self.signed and value < 0:
                raise SettingError(f"{each.name} is expected to be at least 0, got {value}")
        if not 0 <= self.average < 1:
            raise SettingError(f"average is expected in [0, 1), got {self.average}")

    @classmethod
    def words(cls, name: str) -> str:
        """The meaning of a setting: that of the nearest class that gives one."""
        fields_of = (getattr(kind, "__dataclass_fields__", {}) for kind in cls.__mro__)
        said = (each[name].metadata.get("words", "") for each in fields_of if name in each)
        return next(filter(None, said), "")

    def prior(self) -> Any:
        """p_z: has sample(m, rng)."""
        return Normal(self.latent)

    def networks(self, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D) for examples of `shape`, on the host."""
        raise TypeError(f"recipe {self.name!r} has no networks")

    def objective(self, rng: np.random.Generator) -> Game:
        """What the players minimize.

        rng: a stream of its own, for an objective that draws random numbers.
        """
        return NonSaturating()

    def rules(self) -> tuple[Any, Any]:
        """The update rules of (G, D)."""
        return adam(self.g_learning_rate, self.beta1), adam(self.d_learning_rate, self.beta1)

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        """The steps of a run from iteration `start` on.

        game: G, D, objective, g_optimizer, d_optimizer, noise, data, as `train` takes them.
        """
        return train(*game, m=self.m, k=self.k, start=start)

    def changed(self, settings: dict[str, Any]) -> Self:
        """This recipe with some settings replaced; text is read as the field's type.

        Raises SettingError for a name that does not exist or a value that does not fit.
        """
        types: dict[str, Any] = {each.name: each.type for each in fields(self)}
        for key in settings:
            if key not in types:
                near = difflib.get_close_matches(key, types, 1)
                hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(types)}."
                raise SettingError(f"Recipe {self.name!r} has no setting {key!r}. {hint}")
        return dataclasses.replace(self, **{key: _read(key, types[key], value) for key, value in settings.items()})


def _read(key: str, kind: type, value: Any) -> Any:
    try:
        if kind is bool:
            return value if isinstance(value, bool) else _TRUTHS[value.lower()]
        if isinstance(value, bool):
            raise ValueError
        if kind is int and isinstance(value, str | float):
            number = float(value)
            if number != int(number):
                raise ValueError
            return int(number)
        return kind(value)
    except (ValueError, TypeError, OverflowError, KeyError, AttributeError):
        raise SettingError(f"{key} is expected to be {_ARTICLES.get(kind, kind.__name__)}, got {value!r}") from None


_ARTICLES = {int: "a whole number", float: "a number", str: "a word", bool: "true or false"}
_TRUTHS = {"true": True, "false": False}
