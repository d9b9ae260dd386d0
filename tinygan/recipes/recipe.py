"""The base class of recipes: frozen dataclasses whose fields are settings, with methods that make the parts of a run.

`--set width=32` replaces a field, and a run's folder keeps all fields. A new system is a subclass in a file of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from tinygan.data import Normal, has_images
from tinygan.errors import SettingError, did_you_mean
from tinygan.metrics import Measure
from tinygan.objectives import Game, NonSaturating
from tinygan.optim import adam, linear
from tinygan.recipes.setting import Setting, setting, settings_of
from tinygan.training import Step, train


@dataclass(frozen=True)
class Recipe:
    """The settings that all recipes have, in the letters of Algorithm 1.

    A subclass gives defaults to the settings without one, adds its own, and cites the paper's section beside each
    number. A setting that is not given has its default, which can be another for images; a given one never changes.
    A subclass without a `name` has that of its class: names are not inherited, for a saved run is found by its name.
    Raises SettingError if a name does not exist, or if a value, or the text of one, does not fit its setting.
    """

    name: ClassVar[str] = "Recipe"
    paper: ClassVar[str]
    translates: ClassVar[bool] = False  # whether its examples are of two domains, `Pair(a, b)`

    data: str = setting(words="data set; `tinygan data` lists them")
    iterations: int = setting(words="iterations of Algorithm 1")
    m: int = setting(words="examples, and noise samples, in a minibatch")
    g_learning_rate: float = setting(words="learning rate of G")
    d_learning_rate: float = setting(words="learning rate of D")
    k: int = setting(1, "updates of D for one of G")
    latent: int = setting(100, "dimensions of z")
    beta1: float = setting(0.5, "decay of Adam's mean of gradients", below=1)
    decay: int = setting(0, "iterations in which the learning rates fall to 0; 0: they stay", least=0)
    average: float = setting(0.0, "decay of the moving average of G that samples are drawn from; 0: G itself", below=1)
    record_every: int = setting(10, "iterations between lines of history")
    sample_every: int = setting(100, "iterations between pictures")
    data_size: int = setting(0, "examples used, spread evenly over the data; 0: all", least=0)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" not in vars(cls):
            cls.name = cls.__name__

    def __new__(cls, *values: Any, **named: Any) -> Self:
        """A recipe that remembers which settings were given, by position or by name."""
        names = cls.settings()
        for name in [name for name in named if name not in names]:
            raise SettingError(f"Recipe {cls.name!r} has no setting {name!r}. {did_you_mean(name, names)}")
        recipe = object.__new__(cls)
        vars(recipe)["_given"] = frozenset(list(names)[: len(values)]) | named.keys()
        return recipe

    def __post_init__(self) -> None:
        for each in self.settings().values():  # `data` first
            value, given = getattr(self, each.name), each.name in self.given
            if not given and has_images(self.data):
                value = each.images
            object.__setattr__(self, each.name, each.read(value))
            if given and each.unused and getattr(self, each.name) not in (each.default, each.images):
                raise SettingError(f"{each.name} does nothing in {self.name}; leave it out")
        if self.decay and self.decay < self.iterations:
            raise SettingError(
                f"decay is expected to be 0 or at least iterations, {self.iterations}, got {self.decay}: "
                f"after that many the learning rates are 0; decay={self.iterations} fits"
            )

    @property
    def given(self) -> frozenset[str]:
        """The names of the settings that were given; other data do not change these."""
        return vars(self)["_given"]

    @classmethod
    def settings(cls) -> dict[str, Setting]:
        """All settings by name, with their facts."""
        kind: Any = cls
        return settings_of(kind)

    def changed(self, settings: dict[str, Any]) -> Self:
        """This recipe with other values of some settings: the constructor's, called with all that were ever given.

        Settings that were never given have the defaults for the new data. `dataclasses.replace` differs: it gives every
        setting, so all others keep their values.
        """
        return type(self)(**{**{name: getattr(self, name) for name in self.given}, **settings})

    def examples(self, source: Any) -> Any:
        """The source of x; a conditional recipe returns source.labelled()."""
        return source

    def prior(self, source: Any) -> Any:
        """The prior p_z of the noise, which has a method sample(m, rng)."""
        return Normal(self.latent)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D) for the examples of a source, on the host; D is None in a game of one player."""
        raise TypeError(f"recipe {self.name!r} has no networks")

    def objective(self, rng: np.random.Generator) -> Game:
        """The objective of the players; by default the non-saturating loss.

        rng: for objectives that draw random numbers.
        """
        return NonSaturating()

    def measures(self, run: Any, samples: int = 2500, seed: int = 0) -> list[Measure]:
        """Measures of a run that only its system has, such as the test error of a classifier in D; by default none.

        samples: how many to draw, where it draws any.   seed: of the noise and of the examples.
        """
        return []

    def columns(self, run: Any) -> dict[str, Any]:
        """The columns of a run's picture by title, if samples alone show too little; by default none.

        A translation, for example, stands between its input and the truth. Each is an array of images or of points.
        """
        return {}

    def recorded(self, run: Any, iteration: int) -> dict[str, float]:
        """Numbers for the history's record of an iteration, beside the objective's measures; by default none."""
        return {}

    def pictures(self, run: Any) -> dict[str, Any]:
        """Pictures of a run that only its system has, by name, such as reconstructions; by default none.

        `tinygan train` writes each beside samples.png at the end of a run.
        """
        return {}

    def rule(self, learning_rate: Any) -> Any:
        """The update rule of either player.   learning_rate: a number, or a schedule."""
        return adam(learning_rate, self.beta1)

    def rules(self) -> tuple[Any, Any]:
        """The update rules of (G, D); None if there is no D. D has k updates in an iteration."""
        g_rate: Any = self.g_learning_rate
        d_rate: Any = self.d_learning_rate
        if self.decay:
            g_rate, d_rate = linear(g_rate, 0.0, self.decay), linear(d_rate, 0.0, self.decay * self.k)
        return self.rule(g_rate), self.rule(d_rate)

    def averages(self) -> tuple[float, float]:
        """The decays of the moving averages of (G, D); 0: no average. D's has no bias towards its first parameters."""
        return self.average, 0.0

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        """The steps of a run from iteration `start` on; by default Algorithm 1.

        game: G, D, objective, g_optimizer, d_optimizer, noise, data, as `train` takes them.
        """
        return train(*game, m=self.m, k=self.k, start=start)
