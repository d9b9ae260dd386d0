"""Recipes, one file for each system: networks, objective, update rules, and the paper's numbers with their sections."""

from tinygan.recipes.measures import measures_of
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.registry import DEFAULT, RECIPES, find
from tinygan.recipes.run import Run

__all__ = ["DEFAULT", "RECIPES", "Recipe", "Run", "find", "measures_of"]
