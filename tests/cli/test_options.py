"""A recipe is the same whether its settings come from --set, from --config, from flags, or from its constructor."""

import pytest

from tinygan import configuration
from tinygan.cli.options import new_run
from tinygan.recipes import RECIPES

NOTHING = dict.fromkeys(
    ("recipe", "seed", "backend", "data_dir", "data", "iterations", "batch_size", "k", "config"), None
)


def described(**given):
    return new_run({**NOTHING, "assignments": (), **given}).recipe


@pytest.mark.parametrize("name", ["r1", "wgan-gp", "unrolled", "began"])
@pytest.mark.parametrize("data", ["ring", "digits"])
def test_every_way_to_give_settings_gives_the_same_recipe(name, data, tmp_path):
    recipe = RECIPES[name](data, m=24, g_learning_rate=4e-3)
    texts = (f"data={data}", "m=24", "g_learning_rate=4e-3")
    configuration.write(
        tmp_path / "c.toml", {"recipe": name, "settings": {"data": data, "m": 24, "g_learning_rate": 0.004}}
    )
    assert recipe == described(recipe=name, assignments=texts)
    assert recipe == described(config=str(tmp_path / "c.toml"))
    assert recipe == described(recipe=name, data=data, batch_size=24, assignments=texts[2:])
    assert recipe == described(config=str(tmp_path / "c.toml"), data=data)
    assert recipe.g_learning_rate == 4e-3  # the default on points, given, stays where the data are images
