"""Every recipe by name."""

import difflib

from tinygan.errors import SettingError
from tinygan.recipes.dcgan import DCGAN, QuickDCGAN
from tinygan.recipes.gan import GAN
from tinygan.recipes.gan_1d import GAN1D
from tinygan.recipes.gan_ring import GANRing
from tinygan.recipes.recipe import Recipe

RECIPES: dict[str, type[Recipe]] = {recipe.name: recipe for recipe in (QuickDCGAN, DCGAN, GAN, GAN1D, GANRing)}
DEFAULT = QuickDCGAN.name


def find(name: str) -> Recipe:
    """The recipe called `name`, with its own settings; raises SettingError with a suggestion if there is none.

    >>> find("dcgan").k
    1
    """
    if name not in RECIPES:
        near = difflib.get_close_matches(name, RECIPES, 1)
        raise SettingError(
            f"No such recipe {name!r}. "
            + (f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(RECIPES)}.")
        )
    return RECIPES[name]()  # type: ignore[call-arg]
