"""The commands on a run of the semi-supervised GAN, whose minibatches are trees and whose D has many logits."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SMALL = [f"--set={s}" for s in ("m=10", "width=8", "latent=4", "labels=1", "record_every=1", "sample_every=1")]
DIGITS = ("--data", "digits", *SMALL)


@pytest.fixture(params=["sgan", "sgan-conv"])
def trained(request, tinygan, sketched):
    """The folder of a run of two iterations."""
    result = tinygan("train", request.param, *DIGITS, "--iterations", 2, "--out", "a")
    assert (result.code, result.err) == (0, "")
    assert "10,000 images of 28 x 28 x 1 in 10 classes, 1 of each with a label" in " ".join(result.out.split())
    return "a"


def test_a_run_leaves_a_history_curves_and_pictures_and_is_resumed(trained, tinygan, tmp_path):
    assert tinygan("train", "--resume", trained, "--iterations", 3).code == 0
    records = [json.loads(line) for line in (tmp_path / "a/history.jsonl").read_text().splitlines()]
    assert [record["iteration"] for record in records] == [1, 2, 3]
    assert records[0].keys() == {"iteration", "loss/D", "loss/G", "d_real", "d_fake", "train_error"}
    with Image.open(tmp_path / "a/film.gif") as film:
        assert film.n_frames == 4
    assert (tmp_path / "a/curves.png").exists()


def test_samples_are_images(trained, tinygan):
    assert tinygan("sample", trained, "--count", 5, "--out", "s.npz").code == 0
    with np.load("s.npz") as file:
        assert (file["images"].dtype, file["images"].shape) == (np.uint8, (5, 28, 28, 1))
    result = tinygan("sample", trained, "--class", "7")
    assert (result.code, result.err.count("\n")) == (2, 1)


def test_evaluate_prints_the_test_error(trained, tinygan):
    result = tinygan("evaluate", trained, "--samples", 20)
    assert (result.code, result.err) == (0, "")
    lines = [line.strip() for line in result.out.splitlines() if "test error" in line]
    assert [line.split("  ")[0] for line in lines] == ["test error of D's average", "test error of D"]
    assert all(line.endswith("2,000") for line in lines)
    found = json.loads(tinygan("evaluate", trained, "--samples", 20, "--json").out)["measures"]["test_error"]
    assert 0.3 < found["value"] < 1
    assert found["floor"] is None
    assert len(found["classes"]) == 10


@pytest.mark.usefixtures("sketched")
def test_the_history_has_the_curve_of_the_test_error(tinygan, tmp_path):
    given = ("train", "sgan", *DIGITS, "--set=test_every=3")
    assert tinygan(*given, "--iterations", 7, "--out", "a").code == 0
    records = [json.loads(line) for line in Path("a/history.jsonl").read_text().splitlines()]
    assert [record["iteration"] for record in records if "test_error" in record] == [3, 6]
    assert tinygan("train", "--resume", "a", "--iterations", 9).code == 0
    assert tinygan(*given, "--iterations", 9, "--out", "b").code == 0
    assert Path("a/history.jsonl").read_bytes() == Path("b/history.jsonl").read_bytes()
    last = json.loads(Path("b/history.jsonl").read_text().splitlines()[-1])
    found = json.loads(tinygan("evaluate", "b", "--samples", 20, "--json").out)["measures"]
    assert {name: found[name]["value"] for name in ("test_error", "last_test_error")} == {
        name: last[name] for name in ("test_error", "last_test_error")
    }


def test_a_comparison_with_the_supervised_network_alone(tinygan, monkeypatch, tmp_path):
    given = (*DIGITS, "--iterations", 2, "--seeds", 2, "--samples", 20, "--processes", 0)
    result = tinygan("compare", "sgan", "sgan:weight=0", *given, "--out", "c")
    assert (result.code, result.err) == (0, "")
    assert re.search(r"^sgan, seed 0: .*, test error \d\d\.\d%, last test error \d\d\.\d%,", result.out, re.M)
    titles, one, two, floor = (line.split() for line in result.out.splitlines()[6:10])
    assert titles == ["recipe", "W1", "Frechet", *("test", "error", "%"), *("last", "test", "error", "%")]
    assert (one[0], two[0], floor[:2]) == ("sgan", "sgan:weight=0", ["true", "examples"])
    assert len(floor) == 4  # a test error has no floor
    with (tmp_path / "c/seeds.csv").open() as file:
        assert all(0.3 < float(line["test_error"]) < 1 for line in csv.DictReader(file))
    again = tinygan("compare", "--resume", "c")
    assert (again.code, again.err) == (0, "")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("labels=2000", "2000 labelled examples of each class are expected, but class '5' has 925; choose fewer"),
        ("labels=0", "labels is expected to be at least 1, got 0"),
        ("lables=5", "Did you mean 'labels'?"),
        ("weight=-1", "weight is expected to be at least 0, got -1.0"),
        ("d_average=1", "d_average is expected to be below 1, got 1.0"),
    ],
)
def test_a_mistake_is_one_line(setting, words, tinygan):
    result = tinygan("train", "sgan", "--data", "digits", "--set", setting, "--out", "a")
    assert result.code in (1, 2)
    assert result.err.count("\n") == 1
    assert words in result.err
