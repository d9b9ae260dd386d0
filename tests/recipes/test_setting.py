"""Settings: fields that carry their own facts, and recipes that are the same however their settings were given."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from typing import ClassVar

import numpy as np
import pytest

from tinygan.data import IMAGES
from tinygan.errors import SettingError
from tinygan.recipes import RECIPES, Run, find
from tinygan.recipes.contender import Contender
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting, unused


@dataclass(frozen=True)
class Postponed(Contender):
    """A recipe in a file with `from __future__ import annotations`: its annotations are text."""

    name: ClassVar[str] = "postponed"
    paper: ClassVar[str] = "none of 2024"

    m: int = 64
    g_hidden: int = setting(64, images=32)
    d_hidden: int = setting(64, "units of D", most=100)
    weight: float = setting(0.2, "weight of the penalty", images=10.0, least=-1)
    kind: str = setting("a", "kind of it", among=("a", "b"))
    sure: bool = setting(True, "whether it is")
    pack: int = unused(1)


def test_postponed_annotations_change_nothing():
    types = {name: each.type for name, each in Postponed.settings().items()}
    assert {name: types[name] for name in ("data", "m", "weight", "kind", "sure")} == {
        "data": str, "m": int, "weight": float, "kind": str, "sure": bool
    }  # fmt: skip
    recipe = Postponed().changed({"m": "8", "weight": "3", "sure": "false", "kind": "b"})
    assert (recipe.m, recipe.weight, recipe.sure, recipe.kind) == (8, 3.0, False, "b")
    assert [type(value) for value in (recipe.m, recipe.weight)] == [int, float]
    for wrong, words in (({"m": 0}, "at least 1"), ({"m": 1.5}, "whole number"), ({"weight": -2.0}, "at least -1")):
        with pytest.raises(SettingError, match=words):
            Postponed(**wrong)
    run = Run(Postponed(iterations=1, decay=0))
    assert [step.player for step in run.steps()] == ["D", "G"]


def test_a_subclass_keeps_the_facts_that_it_does_not_give():
    parent, child = Contender.settings(), Postponed.settings()
    assert (child["m"].default, child["m"].images, child["m"].words) == (64, 64, parent["m"].words)
    assert (child["g_hidden"].default, child["g_hidden"].images) == (64, 32)
    assert child["g_hidden"].words == parent["g_hidden"].words
    assert (child["d_hidden"].words, child["d_hidden"].images) == ("units of D", 64)
    assert child["decay"] == parent["decay"]
    assert (parent["decay"].default, parent["decay"].images) == (6000, 0)
    assert (child["pack"].words, child["pack"].unused) == ("does nothing in this recipe", True)
    assert (parent["m"].default, parent["g_hidden"].images) == (100, 128)


CONTENDERS = [name for name, kind in RECIPES.items() if issubclass(kind, Contender)]


@pytest.mark.parametrize("data", ["ring", "digits", "folder", IMAGES])
@pytest.mark.parametrize("name", CONTENDERS)
def test_the_constructor_and_changed_give_the_same_recipe(name, data):
    kind = RECIPES[name]
    recipe = kind(data=data)
    assert recipe == kind().changed({"data": data}) == kind(data) == kind(m=7).changed({"data": data, "m": recipe.m})
    images = data != "ring"
    for each in kind.settings().values():
        if each.name != "data":
            assert getattr(recipe, each.name) == (each.images if images else each.default)
    back = kind().changed({"data": data}).changed({"data": "grid"})
    assert back == kind(data="grid")


@dataclass(frozen=True)
class Short(Contender):
    """A recipe for images with one default, and a subclass of it that gives none."""

    data: str = "digits"
    iterations: int = 50


@dataclass(frozen=True)
class Shorter(Short):
    m: int = setting(8, images=4)


def test_a_default_in_a_subclass_is_that_of_all_data():
    assert (Short().iterations, Short("ring", decay=0).iterations) == (50, 50)
    assert (Shorter().iterations, Shorter().m, Shorter("ring").m) == (50, 4, 8)
    assert Short().m == 32  # Contender's, for images


def test_what_is_given_stays_also_where_it_is_the_default():
    assert find("r1").changed({"data": "digits"}).weight == 10.0
    for recipe in (
        find("r1").changed({"weight": 0.2}).changed({"data": "digits"}),
        find("r1").changed({"data": "digits"}).changed({"weight": 0.2}),
        find("r1").changed({"data": "digits", "weight": "0.2"}),
        RECIPES["r1"]("digits", weight=0.2),
    ):
        assert (recipe.weight, recipe.m) == (0.2, 32)
        assert recipe.given == {"data", "weight"}


def test_replace_gives_every_setting_and_changed_those_that_are_named():
    recipe = find("r1")
    replaced, changed = dataclasses.replace(recipe, data="digits"), recipe.changed({"data": "digits"})
    assert (replaced.weight, changed.weight) == (0.2, 10.0)
    assert (replaced.given, changed.given) == (recipe.settings().keys(), {"data"})


@pytest.mark.parametrize("name", CONTENDERS)
def test_all_settings_together_are_the_recipe(name):
    """As a checkpoint keeps them, or config.toml."""
    for recipe in (find(name), find(name).changed({"data": "digits", "m": 7})):
        kept = json.loads(json.dumps(dataclasses.asdict(recipe)))
        assert find(name).changed(kept) == recipe
        elsewhere = find(name).changed({**kept, "data": "cifar10"})
        assert elsewhere == dataclasses.replace(recipe, data="cifar10")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda recipe: pickle.loads(pickle.dumps(recipe))])
def test_a_copy_knows_what_was_given(copied):
    recipe = find("r1").changed({"m": 7})
    other = copied(recipe)
    assert other == recipe
    assert other.changed({"data": "digits"}) == recipe.changed({"data": "digits"})


def test_a_name_that_does_not_exist_is_one_line_from_both():
    for make in (lambda given: Postponed(**given), lambda given: Postponed().changed(given)):
        with pytest.raises(SettingError) as error:
            make({"wieght": 1})
        assert str(error.value) == "Recipe 'postponed' has no setting 'wieght'. Did you mean 'weight'?"


def test_a_recipe_without_a_name_is_called_by_its_class():
    assert (Methods.name, Bare.name, Postponed.name) == ("Methods", "Bare", "postponed")
    for make in (lambda: Methods(wieght=1), lambda: Recipe(wieght=1)):
        with pytest.raises(SettingError, match=r"^Recipe '(Methods|Recipe)' has no setting 'wieght'. "):
            make()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"m": "many"}, "m is expected to be a whole number, got 'many'"),
        ({"m": 10**400}, "m is expected to be a whole number, got "),
        ({"m": 10**9 + 1}, "m is expected to be at most 1,000,000,000, got 1e+09"),
        ({"m": np.float32(8.5)}, "m is expected to be a whole number, got np.float32(8.5)"),
        ({"m": Decimal("8.5")}, "m is expected to be a whole number, got Decimal('8.5')"),
        ({"m": np.bool_(True)}, "m is expected to be a whole number, got np.True_"),
        ({"weight": np.bool_(True)}, "weight is expected to be a number, got np.True_"),
        ({"data": 3}, "data is expected to be a word, got 3"),
        ({"kind": "c"}, "kind is expected to be a or b, got 'c'"),
        ({"sure": 1}, "sure is expected to be true or false, got 1"),
        ({"weight": True}, "weight is expected to be a number, got True"),
        ({"weight": inf}, "weight is expected to be finite, got inf"),
        ({"d_hidden": 101}, "d_hidden is expected to be at most 100, got 101"),
        ({"beta1": 1.0}, "beta1 is expected to be below 1, got 1.0"),
        ({"pack": 2}, "pack does nothing in postponed; leave it out"),
    ],
)
def test_a_value_that_does_not_fit_is_one_line_from_both(given, words):
    for make in (lambda given: Postponed(**given), lambda given: Postponed().changed(given)):
        with pytest.raises(SettingError) as error:
            make(given)
        assert str(error.value).startswith(words)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("eight", [8, 8.0, "8", "8.0", "8e0", np.int8(8), np.float32(8), Decimal(8), Decimal("8.0")])
def test_a_whole_number_of_any_type_is_an_int(eight):
    found = Postponed(m=eight).m
    assert (found, type(found)) == (8, int)


def test_a_setting_of_another_type_is_said():
    @dataclass(frozen=True)
    class Listed(Recipe):
        """A recipe with a list."""

        name: ClassVar[str] = "listed"
        sizes: tuple = setting((1, 2), "sizes")

    with pytest.raises(SettingError, match=r"^Listed: sizes is expected to be of type bool, int, float or str, got"):
        Listed()


def test_annotations_that_are_no_settings_are_not_read():
    from typing import ClassVar as Alias  # unknown in the module, where the annotation is looked up

    @dataclass(frozen=True)
    class Typed(Contender):
        """A recipe with a class variable whose type is known to a type checker alone."""

        trials: ClassVar[dict[str, Unknown]] = {}  # noqa: F821

    assert Typed().trials == {}

    @dataclass(frozen=True)
    class Aliased(Contender):
        """A recipe whose class variable is one for a type checker alone."""

        kind: Alias[str] = "x"

    with pytest.raises(SettingError, match=r"^Aliased: kind is expected to be of type [^\n]*, got Alias\[str\]$"):
        Aliased()


class Bare(Contender):
    """A default in a class that is no dataclass."""

    m: int = 7


class More(Contender):
    """A setting in a class that is no dataclass."""

    margin: float = 0.5


@dataclass(frozen=True)
class Untyped(Contender):
    """A default without a type."""

    m = 7


@pytest.mark.parametrize(("kind", "field"), [(Bare, "m"), (More, "margin"), (Untyped, "m")])
def test_a_default_that_is_no_field_is_one_line(kind, field):
    for make in (kind, kind.settings, lambda: kind(m=3)):
        with pytest.raises(SettingError) as error:
            make()
        assert str(error.value) == (
            f"{kind.__name__}: {field} is no field; give its type, as in `m: int = 64`, "
            "and write @dataclass(frozen=True) above the class"
        )


class Methods(Contender):
    """A class with methods alone needs no decorator."""

    def generator(self, source, rng):
        return super().generator(source, rng)


def test_a_class_with_methods_alone_is_a_recipe():
    assert Methods(m=3) == Methods().changed({"m": 3})
