"""Recipes are data: found by name, changed by setting, and every one builds networks that fit its data."""

import dataclasses

import numpy as np
import pytest

from tests.backends.strict import backend, without_waiting
from tinygan import nn
from tinygan.autograd import raw
from tinygan.data import Absent, load
from tinygan.errors import SettingError
from tinygan.nn.minibatch import leaves
from tinygan.recipes import DEFAULT, RECIPES, Run, find

NO_FILES = {"mnist": "digits"}  # what stands for a data set that needs files


@pytest.mark.parametrize("name", RECIPES)
def test_networks_fit_their_data(name):
    recipe = find(name)
    source = recipe.examples(load(NO_FILES.get(recipe.data, recipe.data)))
    G, D = recipe.networks(source, np.random.default_rng(0))
    given = nn.frozen(G)(recipe.prior(source).sample(3, np.random.default_rng(1)))
    x = leaves(given)[0]
    assert x.shape == (3, *source.shape)
    assert x.dtype == np.float32
    if D is not None:
        output = raw(recipe.objective(np.random.default_rng(0)).read(nn.frozen(D)(given)))
        assert (output.shape[0], output.shape[-1]) == (3, 1)  # patches between them
    assert all(leaf.dtype == np.float32 for net in (G, D) for _, leaf in nn.named_leaves(net))


@pytest.mark.parametrize("name", [name for name in RECIPES if name != "stop-criteria"])
def test_an_iteration_waits_for_no_gpu(name):
    """But that of stop-criteria, whose number of steps depends on the losses."""
    recipe = find(name)
    small = {"m": 4, "width": 4, "hidden": 8, "data": NO_FILES.get(recipe.data, recipe.data)}
    steps = Run(
        recipe.changed({key: small[key] for key in small.keys() & recipe.settings()}), backend=backend()
    ).steps()
    with without_waiting():
        while not next(steps).last:
            pass


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (32, 32, 1), (28, 36, 4)])
def test_dcgan_takes_any_channels_and_sides_that_are_multiples_of_4(shape):
    G, D = find("dcgan").changed({"width": 4}).networks(Absent("images", shape), np.random.default_rng(0))
    x = raw(nn.frozen(G)(np.zeros((2, 64), np.float32)))
    assert x.shape == (2, *shape)
    assert raw(nn.frozen(D)(x)).shape == (2, 1)


def test_dcgan_has_the_papers_parts():
    recipe = find("dcgan")
    G, D = recipe.networks(load("digits"), np.random.default_rng(0))
    normalized = [
        type(net.layers[i - 1])
        for net in (G, D)
        for i, layer in enumerate(net.layers)
        if isinstance(layer, nn.BatchNorm)
    ]
    assert normalized == [
        nn.Dense,
        nn.Reshape,
        nn.ConvTranspose2d,
        nn.Conv2d,
        nn.Dense,
    ]  # not G's output, nor D's input
    weights = np.concatenate([raw(leaf).ravel() for path, leaf in nn.named_leaves(G) if path.endswith("weight")])
    assert abs(weights.std() - 0.02) < 1e-4


@pytest.mark.parametrize(
    ("name", "data"), [("dcgan", "ring"), ("gan-1d", "digits"), ("gan-ring", "digits"), ("ae", "ring")]
)
def test_a_recipe_says_what_data_it_cannot_make(name, data):
    with pytest.raises(SettingError, match="not examples of shape"):
        find(name).networks(load(data), np.random.default_rng(0))


def test_settings_are_read_as_their_type():
    changed = find("gan").changed({"hidden": "64", "g_learning_rate": "1e-3", "data": "ring", "iterations": 1e3})
    assert (changed.hidden, changed.g_learning_rate, changed.data, changed.iterations) == (64, 1e-3, "ring", 1000)
    assert find("gan").hidden != 64  # the recipe itself stays


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hiden": 3}, "Did you mean 'hidden'?"),
        ({"qqq": 3}, "There are data, iterations, m, "),
        ({"hidden": "x"}, "hidden is expected to be a whole number, got 'x'"),
        ({"hidden": 1.5}, "whole number"),
        ({"hidden": True}, "whole number"),
        ({"hidden": -1}, "at least 1"),
        ({"g_learning_rate": "fast"}, "a number"),
        ({"g_learning_rate": float("nan")}, "g_learning_rate"),
        ({"g_learning_rate": -1.0}, "at least 0"),
        ({"average": 1.0}, "average"),
    ],
)
def test_a_setting_that_does_not_fit_is_one_line(settings, words):
    with pytest.raises(SettingError) as error:
        find("gan").changed(settings)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_recipe_suggests_one():
    with pytest.raises(SettingError, match="Did you mean 'dcgan'"):
        find("dcgann")
    with pytest.raises(SettingError, match="There are"):
        find("qqq")


@pytest.mark.parametrize("name", RECIPES)
def test_every_setting_has_words(name):
    for setting in find(name).settings().values():
        assert len(setting.words) > 5, setting.name


@pytest.mark.parametrize("value", ["1e19", 2**63, 10**9 + 1, "9" * 400])
@pytest.mark.parametrize("name", ["m", "iterations", "latent", "k", "hidden"])
def test_a_whole_number_beyond_reason_is_one_line(name, value):
    with pytest.raises(SettingError, match=rf"^{name} is expected [^\n]*$"):
        find("gan").changed({name: value})


def test_every_recipe_names_its_paper_and_explains_itself():
    assert DEFAULT in RECIPES
    for name, kind in RECIPES.items():
        assert kind.name == name
        assert any(digit.isdigit() for digit in kind.paper)
        assert len(kind.__doc__) > 80
        assert dataclasses.is_dataclass(kind)


def test_the_words_of_a_game_of_one_player_are_its_own():
    words = {name: each.words for name, each in find("ae").settings().items()}
    assert "Algorithm 1" not in words["iterations"]
    assert "noise" not in words["m"]
