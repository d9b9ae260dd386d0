"""tinygan sample --set: codes, classes and truncation, one value or a column for each, and every typo in one line."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from tinygan.recipes import Run, find


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """(the folder of folders of small runs of which nothing is trained, these runs by the names of their folders)."""
    place = tmp_path_factory.mktemp("runs")
    small = {"m": 4, "width": 2, "latent": 3, "average": 0}
    dense = {"g_dense": 4, "d_dense": 4, "q_dense": 4}
    recipes = {
        "info": find("infogan").changed({"data": "digits", **small, **dense}),
        "cgan": find("cgan").changed({"data": "digits", **small}),
        "ring": find("cgan").changed({"data": "ring", "hidden": 4, "average": 0}),
        "plain": find("gan-ring").changed({"hidden": 4, "average": 0}),
    }
    for name, recipe in recipes.items():
        Run(recipe).save(place / name)
    return place, {name: Run.load(place / name)[0] for name in recipes}


@pytest.fixture
def runs(saved, tinygan, tmp_path):
    """An InfoGAN, conditional GANs and a GAN on points, whose folders are the test's own."""
    place, loaded = saved
    shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    return loaded


def arrays(path="s.npz"):
    with np.load(path) as file:
        return dict(file)


def npz(tinygan, run, *assignments, more=()):
    given = [part for each in assignments for part in ("--set", each)]
    result = tinygan("sample", run, *given, *more, "--out", "s.npz")
    assert (result.code, result.err) == (0, "")
    return arrays()


def test_a_category_and_a_range_of_the_continuous_codes(tinygan, runs):
    found = npz(tinygan, "info", "category=3", "continuous=-2:2", more=("--seed", 5))
    assert found["images"].shape == (110, 28, 28, 1)  # 10 rows of 11 columns
    values = np.linspace(-2, 2, 11)
    np.testing.assert_allclose(found["continuous"], np.tile(values, 10), atol=1e-12)
    expected = runs["info"].sweep("continuous", tuple(values), 10, seed=5, codes={"category": 3})
    assert abs(found["images"].astype(int) - expected).max() <= 1
    assert found["category"].tolist() == [3] * 110


def test_the_category_of_every_sample_is_kept(tinygan, runs):
    found = npz(tinygan, "info", "continuous.0=-1,1", more=("--count", 24))
    assert found["category"].tolist() == np.repeat(np.arange(12) % 10, 2).tolist()  # in turn by row
    expected = runs["info"].sample(12, codes={"continuous.0": 1})
    assert abs(found["images"][1::2].astype(int) - expected).max() <= 1
    assert npz(tinygan, "info", "continuous.0=1", more=("--count", 12))["category"].tolist() == [*range(10), 0, 1]


@pytest.mark.parametrize(
    ("assignment", "name", "values"),
    [
        ("category=0:9", "category", range(10)),
        ("category=7:5", "category", (7, 6, 5)),
        ("category=1,4", "category", (1, 4)),
        ("continuous.1=-1:1:3", "continuous.1", (-1, 0, 1)),
        ("continuous.0=0.5,-0.25,2", "continuous.0", (0.5, -0.25, 2)),
        ("continuous = -2:2:2", "continuous", (-2, 2)),
    ],
)
def test_ranges_and_lists(assignment, name, values, tinygan, runs):
    found = npz(tinygan, "info", assignment, more=("--count", 4))
    rows = -(-4 // len(values))  # whole rows
    assert len(found["images"]) == rows * len(values)
    np.testing.assert_allclose(found[name], np.tile(values, rows), atol=1e-12)
    expected = runs["info"].sweep(name, tuple(values), rows)
    assert abs(found["images"].astype(int) - expected).max() <= 1


def test_values_for_all_samples(tinygan, runs):
    found = npz(tinygan, "info", "category=3", "continuous.0=0.5", more=("--count", 5))
    assert found.keys() == {"images", "category"}
    assert found["category"].tolist() == [3] * 5
    codes = {"category": 3, "continuous.0": 0.5}
    np.testing.assert_array_equal(found["images"], runs["info"].sample(5, codes=codes))


def test_a_class_and_a_truncation_are_those_of_the_options(tinygan, runs):
    by_set = npz(tinygan, "ring", "class=45°", "truncation=0.5", more=("--count", 6))
    by_options = npz(tinygan, "ring", more=("--class", "45°", "--truncation", 0.5, "--count", 6))
    np.testing.assert_array_equal(by_set["points"], by_options["points"])
    assert by_set["labels"].tolist() == by_options["labels"].tolist() == [1] * 6


def test_columns_of_classes_and_of_truncation(tinygan, runs):
    found = npz(tinygan, "ring", "class=45°,90°,7", "truncation=0.5", more=("--count", 6))
    assert found["labels"].tolist() == [1, 2, 7] * 2
    assert npz(tinygan, "ring", "class=1:3")["labels"].tolist() == [1, 2, 3] * 10
    found = npz(tinygan, "plain", "truncation=0.1,1", more=("--count", 6))
    assert found["truncation"].tolist() == [0.1, 1] * 3
    np.testing.assert_allclose(found["points"][1::2], runs["plain"].sample(3, truncation=1.0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("run", "assignments", "more", "columns", "rows"),
    [
        ("info", (), (), 10, 7),  # the categories
        ("info", ("continuous.0=1",), (), 10, 7),
        ("info", ("category=3",), (), 8, 8),  # a square of samples
        ("info", ("continuous.1=-2:2",), (), 11, 10),
        ("info", ("continuous.1=-2:2:5",), ("--count", 30), 5, 6),
        ("cgan", ("truncation=0.2:2:12",), (), 12, 10),
        ("cgan", ("class=1,2,3",), ("--count", 6), 3, 2),
        ("cgan", (), (), 10, 7),
    ],
)
def test_pictures_have_a_column_for_each_value(run, assignments, more, columns, rows, tinygan, runs):
    given = [f"--set={each}" for each in assignments]
    result = tinygan("sample", run, *given, *more, "--out", "s.png")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"{64 if columns == 8 else rows * columns} samples of (28, 28, 1)")
    with Image.open("s.png") as picture:
        wide, high = picture.size
    assert (high - 60) / wide < rows / columns < high / wide * 1.02


def test_pictures_of_points_have_a_colour_for_each_value(tinygan, runs):
    for run, assignment in (("plain", "truncation=0.1:1:3"), ("ring", "truncation=0.5"), ("ring", "class=0:2")):
        assert tinygan("sample", run, "--set", assignment, "--out", "s.png").code == 0


@pytest.mark.parametrize(
    ("run", "given", "message"),
    [
        ("info", ["categroy=3"], "--set: recipe 'infogan' has no 'categroy' to set. Did you mean 'category'?"),
        (
            "info",
            ["continuous.2=1"],
            "--set: recipe 'infogan' has no 'continuous.2' to set. Did you mean 'continuous.1'?",
        ),
        ("plain", ["category=3"], "--set: recipe 'gan-ring' has no 'category' to set. There is only truncation."),
        ("info", ["class=3"], "--set: recipe 'infogan' has no 'class' to set. "),
        ("info", ["category=10"], "category is expected to be from 0 to 9, got 10"),
        ("info", ["category=0:12"], "category is expected to be from 0 to 9, got 10"),
        (
            "info",
            ["category=0:9:4:4"],
            "--set: a range is first:last or first:last:columns with 2 to 100 columns, got ",
        ),
        ("info", ["continuous=-2:2:1"], "--set: a range is first:last or first:last:columns with 2 to 100 columns, "),
        ("info", ["continuous=-2:2:2.5"], "--set: a range is first:last or first:last:columns with 2 to 100 columns, "),
        ("info", ["continuous=-2:two"], "--set: continuous expects a number, a list a,b,c or a range first:last, got "),
        ("info", ["continuous="], "--set: continuous expects a number, a list a,b,c or a range first:last, got ''"),
        ("info", ["continuous=nan"], "--set: continuous expects a number, "),
        ("info", ["continuous=1,"], "--set: continuous expects a number, "),
        ("info", ["category"], "--set expects KEY=VALUE, got 'category'"),
        ("info", ["category=1", "category=2"], "--set gives category twice"),
        ("info", ["category=0:9", "continuous=-2:2"], "--set: only one of category and continuous can have several "),
        ("info", ["truncation=0.5"], "truncation is for normal noise, got Uniform"),
        ("plain", ["truncation=0"], "--set: truncation is expected to be above 0, got '0'"),
        ("plain", ["truncation=-1:1"], "--set: truncation is expected to be above 0, got '-1:1'"),
        ("ring", ["class=north"], "no class 'north'"),
        ("ring", ["class=45°,north"], "no class 'north'"),
    ],
)
@pytest.mark.parametrize("out", ["s.png", "s.npz"])
def test_what_cannot_be_set_is_one_line(run, given, message, out, tinygan, runs, tmp_path):
    result = tinygan("sample", run, *[f"--set={each}" for each in given], "--out", out)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(message)
    assert result.err.count("\n") == 1
    assert not (tmp_path / out).exists()


@pytest.mark.parametrize(("option", "value"), [("class", "1"), ("truncation", "0.5")])
def test_one_of_an_option_and_a_set_is_left_out(option, value, tinygan, runs):
    result = tinygan("sample", "ring", f"--{option}", value, "--set", f"{option}={value}")
    assert (result.code, result.err) == (
        2,
        f"--set {option} and --{option} are the same; leave out one of them\n",
    )


def test_a_run_of_infogan_leaves_curves_a_film_and_measures(tinygan, tmp_path):
    small = ("m=8", "width=2", "latent=3", "g_dense=4", "d_dense=4", "q_dense=4", "record_every=1", "sample_every=1")
    given = [f"--set={each}" for each in small]
    result = tinygan("train", "infogan", "--data", "digits", *given, "--iterations", 2, "--out", "a")
    assert (result.code, result.err) == (0, "")
    records = [json.loads(line) for line in (tmp_path / "a/history.jsonl").read_text().splitlines()]
    assert list(records[0])[3:] == ["d_real", "d_fake", "information", "limit/information", "code_error"]
    assert records[0]["information"] <= records[0]["limit/information"] == pytest.approx(2.302585)
    assert (tmp_path / "a/curves.png").exists()
    assert (tmp_path / "a/film.gif").exists()
    printed = json.loads(tinygan("evaluate", "a", "--samples", 20, "--json").out)
    assert {"information", "error_one_to_one", "error_majority"} < printed["measures"].keys()
    assert printed["measures"]["error_one_to_one"]["floor"] is None
    table = tinygan("evaluate", "a", "--samples", 20).out
    assert "error of the category, one to one" in " ".join(table.split())
