"""A recipe is the same whether its settings come from --set, from --config, from flags, or from its constructor."""

import numpy as np
import pytest

from tinygan import configuration
from tinygan.cli.options import new_run
from tinygan.recipes import RECIPES, Run

NOTHING = dict.fromkeys(
    ("recipe", "seed", "backend", "data_dir", "data", "iterations", "batch_size", "k", "labels", "config"), None
)


def new(**given):
    return new_run({**NOTHING, "assignments": (), **given})


def described(**given):
    return new(**given).recipe


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_the_trial_of_the_first_iteration_changes_nothing(name):
    small = {
        "batch_size": 8,
        "assignments": [f"{key}=4" for key in ("hidden", "width") if key in RECIPES[name].settings()],
    }
    data = "digits" if RECIPES[name].data == "mnist" else None  # whose files may not be here
    run = new(recipe=name, data=data, **small)
    untried = Run(run.recipe)
    for each in (run, untried):
        assert next(step.iteration for step in each.steps() if step.last) == 1
    for found, expected in zip(run.snapshot(), untried.snapshot(), strict=True):
        np.testing.assert_equal(found, expected)


@pytest.mark.parametrize("name", ["r1", "wgan-gp", "unrolled", "began"])
@pytest.mark.parametrize("data", ["ring", "digits"])
def test_every_way_to_give_settings_gives_the_same_recipe(name, data, tmp_path):
    recipe = RECIPES[name](data, m=24, g_learning_rate=4e-3, width=2)
    texts = (f"data={data}", "m=24", "g_learning_rate=4e-3", "width=2")
    configuration.write(
        tmp_path / "c.toml", {"recipe": name, "settings": {"data": data, "m": 24, "g_learning_rate": 0.004, "width": 2}}
    )
    assert recipe == described(recipe=name, assignments=texts)
    assert recipe == described(config=str(tmp_path / "c.toml"))
    assert recipe == described(recipe=name, data=data, batch_size=24, assignments=texts[2:])
    assert recipe == described(config=str(tmp_path / "c.toml"), data=data)
    assert recipe.g_learning_rate == 4e-3  # the default on points, given, stays where the data are images
