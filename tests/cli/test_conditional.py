"""tinygan sample and evaluate, on runs of a conditional G."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from tinygan import nn
from tinygan.autograd import Tensor
from tinygan.data import LabelledNoise, Normal, Ring, load
from tinygan.nn.minibatch import Labelled
from tinygan.recipes import Run
from tinygan.recipes.gan_ring import GANRing
from tinygan.recipes.registry import RECIPES


class Prototypes:
    """G gives the prototype of the class that it is asked for, with a little of its noise in the corner."""

    def __init__(self, prototypes):
        self.prototypes = Tensor(prototypes.astype(np.float32))  # (K, ...)

    def __call__(self, z):
        return Labelled(self.prototypes[z.y] + 1e-4 * z.x[:, :1].reshape(-1, *[1] * (self.prototypes.ndim - 1)), z.y)


@dataclass(frozen=True)
class RingOfPrototypes(GANRing):
    name = "prototypes"

    def prior(self, *source):
        return LabelledNoise(Normal(self.latent), load(self.data).classes)

    def networks(self, *source_and_rng):
        if self.data == "ring":
            return Prototypes(Ring().centres), nn.Dense(2, 1, source_and_rng[-1])
        digits = load(self.data)
        means = [digits.examples(np.flatnonzero(digits.labels == label)).mean(axis=0) for label in range(10)]
        return Prototypes(np.stack(means)), nn.Dense(2, 1, source_and_rng[-1])


@pytest.fixture
def made(tinygan, tmp_path, monkeypatch):
    """made("ring"): the folder of a run on these data, of which nothing is trained."""
    monkeypatch.setitem(RECIPES, "prototypes", RingOfPrototypes)

    def make(data):
        Run(RingOfPrototypes(data=data, average=0.0)).save(tmp_path / "a")
        return "a"

    return make


def arrays(path="s.npz"):
    with np.load(path) as file:
        return dict(file)


def test_classes_come_in_turn_and_their_labels_with_them(tinygan, made):
    assert tinygan("sample", made("ring"), "--count", 1003, "--out", "s.npz").code == 0
    found = arrays()
    assert found.keys() == {"points", "labels"}
    assert found["points"].shape == (1003, 2)
    assert found["labels"].dtype == np.int64
    np.testing.assert_array_equal(found["labels"], np.arange(1003) % 8)
    np.testing.assert_allclose(found["points"], Ring().centres[found["labels"]], atol=1e-3)


@pytest.mark.parametrize("wanted", ["45°", "1"])
def test_one_class_by_name_or_number_without_the_data(wanted, tinygan, made):
    assert tinygan("sample", made("ring"), "--class", wanted, "--count", 5, "--out", "s.npz").code == 0
    assert arrays()["labels"].tolist() == [1] * 5
    np.testing.assert_allclose(arrays()["points"], np.tile(Ring().centres[1], (5, 1)), atol=1e-3)


def test_samples_of_a_class_have_the_noise_of_the_seed(tinygan, made):
    run, _ = Run.load(made("ring"))
    one, other = run.sample(7, seed=3, label=1), run.sample(7, seed=3, label=2)
    np.testing.assert_allclose(one.x - Ring().centres[1], other.x - Ring().centres[2], atol=1e-6)
    assert not np.allclose(run.sample(7, seed=4, label=1).x, one.x, atol=1e-9)
    near = run.sample(7, seed=3, label=1, truncation=0.01)
    assert abs(near.x - Ring().centres[1]).max() < 2e-6
    np.testing.assert_array_equal(run.sample(9, seed=3).x[:7], run.sample(7, seed=3).x)


@pytest.mark.parametrize("wanted", ["8", "-1", "north", ""])
def test_a_class_that_does_not_exist_is_one_line_that_names_all(wanted, tinygan, made):
    result = tinygan("sample", made("ring"), f"--class={wanted}")
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "0°, 45°" in result.err
    assert "315°" in result.err


def test_a_recipe_without_classes_says_so(tinygan, tiny):
    tinygan(*tiny, "--iterations", 2, "--out", "a")
    result = tinygan("sample", "a", "--class", "7")
    assert (result.code, result.err) == (2, "recipe 'gan-1d' has no classes; leave out the class '7'\n")


def test_images_in_turn_have_a_column_for_each_class(tinygan, made, tmp_path):
    assert tinygan("sample", made("digits"), "--count", 30).code == 0
    with Image.open(tmp_path / "a/sampled.png") as picture:
        wide, high = picture.size
    assert wide > 2 * high  # 10 columns, 3 rows, names and a title
    assert tinygan("sample", "a", "--class", "7", "--count", 4, "--out", "s.npz").code == 0
    found = arrays()
    assert (found["images"].dtype, found["images"].shape) == (np.uint8, (4, 28, 28, 1))
    assert found["labels"].tolist() == [7] * 4


def test_a_run_of_cgan_leaves_curves_a_film_and_samples_of_each_class(tinygan, tmp_path):
    small = [f"--set={each}" for each in ("m=8", "width=2", "latent=3", "record_every=1", "sample_every=1")]
    result = tinygan("train", "cgan", *small, "--iterations", 3, "--out", "a")
    assert (result.code, result.err) == (0, "")
    assert "on digits: 10,000 images of 28 x 28 x 1 in 10 classes" in " ".join(result.out.split())
    records = [json.loads(line) for line in (tmp_path / "a/history.jsonl").read_text().splitlines()]
    assert [record["iteration"] for record in records] == [1, 2, 3]
    assert records[0].keys() == {"iteration", "loss/D", "loss/G", "d_real", "d_fake"}
    assert (tmp_path / "a/curves.png").exists()
    with Image.open(tmp_path / "a/film.gif") as film, Image.open(tmp_path / "a/samples.png") as last:
        assert film.n_frames == 4
        assert film.size == last.size
    assert tinygan("sample", "a", "--class", "7", "--count", 3, "--out", "s.npz").code == 0
    assert arrays()["labels"].tolist() == [7] * 3
    assert tinygan("sample", "a", "--class", "seven").err.startswith("no class 'seven'; choose one of 0, 1, 2,")


def test_data_without_labels_are_one_line(tinygan, tmp_path):
    result = tinygan("train", "cgan", "--data", "moons", "--out", "a")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("moons: these examples have no labels; choose data with classes, such as digits or")
    assert result.err.count("\n") == 1
    assert not (tmp_path / "a").exists()


def test_a_single_class_is_one_line(tinygan, tmp_path):
    result = tinygan("train", "cgan", "--data", "gaussian", "--out", "a")
    assert (result.code, result.out) == (2, "")
    assert result.err == "gaussian: cgan needs at least 2 classes, got 1; choose digits, say\n"
    assert not (tmp_path / "a").exists()


def test_folders_are_classes(tinygan, tmp_path):
    for name, byte in (("cats", 0), ("dogs", 200)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(4):
            Image.new("L", (8, 8), byte + i).save(tmp_path / "photos" / name / f"{i}.png")
    small = [f"--set={each}" for each in ("m=4", "width=2", "latent=3")]
    given = ("--data", "folder", "--data-dir", "photos", *small)
    assert tinygan("train", "cgan", *given, "--iterations", 2, "--out", "a").code == 0
    assert tinygan("sample", "a", "--class", "dogs", "--count", 3, "--out", "s.npz").code == 0
    assert arrays()["labels"].tolist() == [1] * 3
    result = tinygan("sample", "a", "--class", "cat")
    assert result.err == "no class 'cat', perhaps 'cats'; choose one of cats, dogs, or its number from 0 to 1\n"


def test_points_are_evaluated_by_class(tinygan, made):
    result = tinygan("evaluate", made("ring"), "--samples", 80)
    assert (result.code, result.err) == (0, "")
    rows = [line.split() for line in result.out.splitlines()]
    accuracy = next(i for i, row in enumerate(rows) if row[:2] == ["class", "accuracy"])
    assert rows[accuracy][-3:] == ["100.0%", "100.0%", "80"]
    assert [row[0] for row in rows[accuracy + 1 : accuracy + 9]] == list(Ring().classes)
    assert rows[accuracy + 1][1::2] == ["100.0%", "10"]
    found = json.loads(tinygan("evaluate", "a", "--samples", 80, "--json").out)["measures"]
    assert list(found) == [
        "modes", "high_quality", "reverse_kl", "js", "wasserstein1", "sliced_wasserstein", "class_accuracy", "own_mode"
    ]  # fmt: skip
    assert found["own_mode"]["value"] == 1
    assert list(found["own_mode"]["classes"]) == list(Ring().classes)
    assert found["own_mode"]["classes"]["45°"].keys() == {"value", "floor", "points"}
    assert "classes" not in found["modes"]


def test_a_class_without_examples_has_a_dash_and_null(tinygan, made):
    result = tinygan("evaluate", made("ring"), "--samples", 3)
    assert result.code == 0
    assert "nan" not in result.out
    found = json.loads(tinygan("evaluate", "a", "--samples", 3, "--json").out)["measures"]["class_accuracy"]["classes"]
    empty = [name for name, each in found.items() if each["floor"] is None]
    assert empty
    rows = [line.split() for line in result.out.splitlines()]
    for name in empty:
        assert [name, "100.0%", "-", "1"] in rows


def test_images_are_evaluated_by_class_beside_the_classifiers_own_accuracy(tinygan, made):
    result = tinygan("evaluate", made("digits"), "--samples", 20, "--json")
    assert (result.code, result.err) == (0, "")
    printed = json.loads(result.out)
    found = printed["measures"]
    assert list(found)[:4] == ["wasserstein1", "sliced_wasserstein", "sharpness", "frechet"]
    accuracy = found["class_accuracy"]
    assert printed["classifier"] == {"accuracy": accuracy["floor"], "test_images": len(load("digits").held_out())}
    assert 0.99 < accuracy["floor"] < 1
    assert accuracy["value"] > 0.5
    assert list(accuracy["classes"]) == list("0123456789")
    assert {each["points"] for each in accuracy["classes"].values()} == {2}


@pytest.mark.usefixtures("sketched")
@pytest.mark.parametrize("recipe", ["acgan", "projection", "cgan"])
def test_points_on_the_line_have_the_spread_of_each_class(recipe, tinygan, tmp_path):
    small = [f"--set={each}" for each in ("m=8", "hidden=4", "record_every=1", "sample_every=1")]
    result = tinygan("train", recipe, "--data", "overlapping", *small, "--iterations", 2, "--out", "a")
    assert (result.code, result.err) == (0, "")
    printed = json.loads(tinygan("evaluate", "a", "--samples", 6000, "--json").out)["measures"]
    for name in ("class_std", "class_wasserstein1"):
        assert list(printed[name]["classes"]) == ["mean 0", "mean 3", "mean 6"]
    floors = [each["floor"] for each in printed["class_std"]["classes"].values()]
    assert floors == pytest.approx([1, 2, 3], rel=0.06)
    assert "standard deviation within a class" in tinygan("evaluate", "a", "--samples", 90).out
    assert tinygan("sample", "a", "--count", 90).code == 0
    assert (tmp_path / "a/sampled.png").exists()
    assert tinygan("sample", "a", "--class", "mean 6", "--count", 3, "--out", "s.npz").code == 0
    assert arrays()["labels"].tolist() == [2] * 3
