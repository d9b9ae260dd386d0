"""The base class of recipes that translate: x and z are examples of two domains, `Pair(a, b)`."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting, unused


@dataclass(frozen=True)
class Translator(Recipe):
    """A G that is given examples in the place of noise."""

    translates: ClassVar[bool] = True

    reverse: bool = setting(False, "whether a and b change places")
    latent: int = unused(1)

    def turned(self, source: Any) -> Any:
        """The source, with its domains in each other's place if `reverse`."""
        return source.reversed() if self.reverse else source

    def prior(self, source: Any) -> Any:
        """The examples themselves: those that are translated."""
        return source
