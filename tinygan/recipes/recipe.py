"""What a recipe is: a frozen dataclass whose fields are settings, and methods that turn them into parts of a run.

A recipe is data: `--set width=32` replaces a field, and a run's folder keeps them all. A new system is one subclass in
one file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from tinygan.data import IMAGES, Normal, catalogue
from tinygan.errors import SettingError, did_you_mean
from tinygan.objectives import Game, NonSaturating
from tinygan.optim import adam
from tinygan.recipes.setting import Setting, setting, settings_of
from tinygan.training import Step, train


@dataclass(frozen=True)
class Recipe:
    """The settings that every recipe has, in the letters of Algorithm 1 where it has one.

    Subclasses give defaults to those without, add their own, and cite the paper's section beside each number.
    A setting that is not given has its default, which may be another where the data are images; what is given stays.
    Raises SettingError for a name that does not exist, and for a value, or the text of one, that does not fit.
    """

    name: ClassVar[str]
    paper: ClassVar[str]

    data: str = setting(words="data set; `tinygan data` lists them")
    iterations: int = setting(words="iterations of Algorithm 1")
    m: int = setting(words="examples, and noise samples, in a minibatch")
    g_learning_rate: float = setting(words="learning rate of G")
    d_learning_rate: float = setting(words="learning rate of D")
    k: int = setting(1, "updates of D for one of G")
    latent: int = setting(100, "dimensions of z")
    beta1: float = setting(0.5, "decay of Adam's mean of gradients", below=1)
    average: float = setting(0.0, "decay of the moving average of G that samples are drawn from; 0: G itself", below=1)
    record_every: int = setting(10, "iterations between lines of history")
    sample_every: int = setting(100, "iterations between pictures")

    def __new__(cls, *values: Any, **named: Any) -> Self:
        """A recipe that knows which of its settings were given, by place or by name."""
        names = cls.settings()
        for name in [name for name in named if name not in names]:
            raise SettingError(f"Recipe {cls.name!r} has no setting {name!r}. {did_you_mean(name, names)}")
        recipe = object.__new__(cls)
        vars(recipe)["_given"] = frozenset(list(names)[: len(values)]) | named.keys()
        return recipe

    def __post_init__(self) -> None:
        for each in self.settings().values():  # `data` first
            value, given = getattr(self, each.name), each.name in self.given
            if not given and _has_images(self.data):
                value = each.images
            object.__setattr__(self, each.name, each.read(value))
            if given and each.unused and getattr(self, each.name) not in (each.default, each.images):
                raise SettingError(f"{each.name} does nothing in {self.name}; leave it out")

    @property
    def given(self) -> frozenset[str]:
        """The names of the settings that were given: they stay whatever the data are."""
        return vars(self)["_given"]

    @classmethod
    def settings(cls) -> dict[str, Setting]:
        """Every setting by name, with its meaning and its defaults."""
        kind: Any = cls
        return settings_of(kind)

    def changed(self, settings: dict[str, Any]) -> Self:
        """This recipe with some settings given anew, as if all that were ever given had been given at once."""
        return type(self)(**{**{name: getattr(self, name) for name in self.given}, **settings})

    def examples(self, source: Any) -> Any:
        """The source of x: that of the data, or for a conditional recipe source.labelled()."""
        return source

    def prior(self, source: Any) -> Any:
        """p_z: has sample(m, rng)."""
        return Normal(self.latent)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D) for the examples of a source, on the host; D is None where G plays alone."""
        raise TypeError(f"recipe {self.name!r} has no networks")

    def objective(self, rng: np.random.Generator) -> Game:
        """What the players minimize.

        rng: a stream of its own, for an objective that draws random numbers.
        """
        return NonSaturating()

    def rules(self) -> tuple[Any, Any]:
        """The update rules of (G, D); None for a D that is none."""
        return adam(self.g_learning_rate, self.beta1), adam(self.d_learning_rate, self.beta1)

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        """The steps of a run from iteration `start` on.

        game: G, D, objective, g_optimizer, d_optimizer, noise, data, as `train` takes them.
        """
        return train(*game, m=self.m, k=self.k, start=start)


def _has_images(data: str) -> bool:
    """Whether the data set called `data` has images."""
    return data == IMAGES or any(
        entry.name == data and (entry.shape is None or len(entry.shape) == 3) for entry in catalogue()
    )
