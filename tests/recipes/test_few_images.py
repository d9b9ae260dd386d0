"""Recipes on few examples: which ones, and that augmented runs resume exactly and are not disturbed by a look."""

import json

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.recipes.test_run import finished, same, weights
from tinygan import checkpoint
from tinygan.data import load
from tinygan.errors import RunError, SettingError
from tinygan.nn import Labelled
from tinygan.objectives import ADA, DiffAugment
from tinygan.observers.history import History
from tinygan.recipes import Run, find

SMALL = {"m": 8, "iterations": 7, "width": 2, "g_dense": 8, "d_dense": 8, "latent": 3, "data_size": 20}
RECIPES = {
    "diffaugment": find("diffaugment").changed(SMALL),
    "diffaugment:real_only": find("diffaugment").changed({**SMALL, "real_only": True}),
    "ada": find("ada").changed({**SMALL, "ramp": 64, "target": -1.0, "interval": 2}),
}
everyone = pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)


@everyone
@pytest.mark.parametrize("stop", [2, 3])
def test_it_resumes_to_the_last_bit(recipe, stop, tmp_path):
    whole, broken = Run(recipe, seed=1), Run(recipe, seed=1)
    finished(whole)
    finished(broken, stop).save(tmp_path / "checkpoint.npz")
    resumed = Run(recipe, seed=1)
    resumed.restore(checkpoint.load(tmp_path / "checkpoint.npz"))
    finished(resumed)
    for part in ("G", "D", "average"):
        assert same(weights(getattr(whole, part)), weights(getattr(resumed, part)))
    again, _ = Run.load(tmp_path)
    finished(again)
    assert same(weights(whole.G), weights(again.G))
    assert again.objective.view == whole.objective.view


@everyone
def test_a_look_does_not_change_the_run(recipe, tmp_path):
    seen, unseen = Run(recipe, seed=2), Run(recipe, seed=2)
    history = History(tmp_path / "history.jsonl", 1)
    for step in seen.steps():
        history(step)
        seen.sample(3)
        seen.judge(seen.source.examples([0, 1]))
    finished(unseen)
    assert same(weights(seen.G), weights(unseen.G))


@everyone
def test_on_a_device_it_waits_for_nothing_and_has_the_numbers_of_the_host(recipe):
    here, there = Run(recipe, seed=3), Run(recipe, seed=3, backend=strict_backend())
    finished(here)
    with without_waiting():
        finished(there)
    for path, weight in weights(here.G).items():
        np.testing.assert_allclose(weights(there.G)[path], weight, rtol=1e-3, atol=1e-5)


def test_the_history_of_ada_has_p_and_r_t(tmp_path):
    run, path = Run(RECIPES["ada"], seed=0), tmp_path / "history.jsonl"
    history = History(path, 1)
    for step in run.steps():
        history(step)
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert "r_t" not in records[0]
    assert [record["p"] for record in records] == [0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75]  # 8 * 2 / 64 each 2 iterations
    assert all(-1 <= record["r_t"] <= 1 for record in records[1:])
    assert float(run.objective.view.p) == 0.75


def test_the_settings_reach_the_view():
    view = Run(find("diffaugment").changed({"color": False, "real_only": True})).objective.view
    assert isinstance(view, DiffAugment)
    assert (view.color, view.translation, view.cutout, view.real_only) == (False, True, True, True)
    view = Run(find("ada").changed({"target": 0.5, "ramp": 1000, "interval": 8})).objective.view
    assert isinstance(view, ADA)
    assert (view.target, view.ramp, view.interval) == (0.5, 1000, 8)


def test_augmentation_needs_images():
    with pytest.raises(SettingError, match="images"):
        Run(find("diffaugment").changed({"data": "ring"})).tried()


def test_data_size_takes_examples_spread_over_the_data():
    digits = load("digits")
    run = Run(find("dcgan-quick").changed({"data_size": 500}))
    np.testing.assert_array_equal(run.source.images, digits.images[::20])
    np.testing.assert_array_equal(run.source.labels, digits.labels[::20])
    assert run.source.classes == digits.classes
    assert len(run.source.held_out()) == 2000
    drawn = np.concatenate([run.data(50) for _ in range(10)])  # an epoch
    assert len(np.unique(drawn.reshape(500, -1), axis=0)) == 500
    assert len(Run(find("dcgan-quick")).source) == 10_000


def test_a_conditional_recipe_gets_the_labels_of_the_few():
    digits = load("digits")
    run = Run(find("cgan").changed({"data": "digits", "data_size": 100}))
    x, y = run.source.examples(np.arange(100))
    np.testing.assert_array_equal(y, digits.labels[::100])
    np.testing.assert_array_equal(x, digits.examples(np.arange(0, 10_000, 100)))
    assert isinstance(run.data(4), Labelled)
    assert run.classes == digits.classes


def test_a_run_on_few_examples_goes_on_with_no_others(tmp_path):
    finished(Run(RECIPES["ada"]), 2).save(tmp_path / "checkpoint.npz")
    with pytest.raises(RunError, match="fingerprint"):
        Run.load(tmp_path, {"data_size": 21})
    run, _ = Run.load(tmp_path, with_data=False)
    assert run.sample(2).shape == (2, 28, 28, 1)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data_size": 10_001}, "digits has 10,000 examples, got 10,001; ask for fewer"),
        ({"data_size": -1}, "data_size is expected to be at least 0, got -1"),
    ],
)
def test_too_many_or_too_few(settings, words):
    with pytest.raises(SettingError, match=f"^{words}$"):
        Run(find("dcgan-quick").changed(settings))


def test_a_density_has_no_few_examples():
    with pytest.raises(SettingError, match=r"^ring: these examples are drawn without end"):
        Run(find("gan-ring").changed({"data_size": 100}))
