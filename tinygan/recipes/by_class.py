"""The base class of recipes whose G makes examples of a class that is asked for."""

from dataclasses import dataclass
from typing import Any

from tinygan.data import LabelledNoise, Normal
from tinygan.errors import SettingError
from tinygan.recipes.recipe import Recipe


@dataclass(frozen=True)
class ByClass(Recipe):
    """Examples are `Labelled(x, y)`, and noise is normal with a uniform class."""

    def examples(self, source: Any) -> Any:
        """The source with its labels. Raises SettingError if all examples are of one class."""
        labelled = source.labelled()
        if len(labelled.classes) < 2:
            raise SettingError(f"{source.name}: {self.name} needs at least 2 classes, got 1; choose digits, say")
        return labelled

    def prior(self, source: Any) -> Any:
        """Normal noise with a uniform class."""
        return LabelledNoise(Normal(self.latent), source.classes)
