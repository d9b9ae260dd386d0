"""tinygan evaluate, on runs of a few iterations."""

import json

import numpy as np
import pytest

from tinygan import checkpoint
from tinygan.cli import evaluate as evaluate_command
from tinygan.metrics import classifier, evaluate, images
from tinygan.recipes import Run

pytestmark = pytest.mark.usefixtures("sketched")

SMALL = [f"--set={s}" for s in ("m=8", "width=4", "latent=8")]


@pytest.fixture
def evaluated(tinygan):
    """evaluated("a", ...): what `tinygan evaluate a ... --json` prints, as a dictionary."""

    def run(*args):
        result = tinygan("evaluate", *args, "--json")
        assert (result.code, result.err) == (0, "")
        assert result.out.count("\n") == 1
        return json.loads(result.out, parse_constant=pytest.fail)  # no Infinity, which is no JSON

    return run


def test_a_ring_has_every_measure(tinygan, evaluated, tmp_path):
    assert tinygan("train", "gan-ring", "--iterations", 2, "--out", "a").code == 0
    result = tinygan("evaluate", "a")
    assert result.code == 0
    assert all(len(line) <= 80 for line in result.out.splitlines())
    heading, titles, *rows, footing = result.out.splitlines()
    assert heading == "a: gan-ring on ring, iteration 2"
    assert titles.split() == ["measure", "samples", "data", "points"]
    firsts = ["modes", "samples", "reverse", "Jensen-Shannon", "Wasserstein-1", "sliced"]
    assert [row.split()[0] for row in rows] == firsts
    assert rows[0].split()[-4:] == ["8", "of", "8", "2,500"]
    assert [row.split()[-1] for row in rows[-2:]] == ["1,000", "2,500"]
    assert "fresh examples" in footing

    found = evaluated("a")
    assert [found[key] for key in ("run", "recipe", "data", "iteration", "samples", "seed")] == [
        "a", "gan-ring", "ring", 2, 2500, 0
    ]  # fmt: skip
    assert found["modes"] == 8
    run, _ = Run.load(tmp_path / "a", backend="numpy")
    measures = evaluate(run.source, run.sample(2500, 0), seed=0)
    assert list(found["measures"]) == [measure.name for measure in measures]
    for measure, row in zip(measures, rows, strict=True):
        kept = found["measures"][measure.name]
        assert kept == {"value": measure.value, "floor": measure.floor, "points": measure.points}
        floors = {"modes": f"{measure.floor} of 8", "high_quality": f"{measure.floor:.1%}"}
        assert f" {floors.get(measure.name, f'{measure.floor:.4f}')} " in row


def test_it_is_deterministic_in_its_seed(tinygan, tiny, evaluated):
    tinygan(*tiny, "--iterations", 2, "--out", "a")
    first = evaluated("a", "--samples", 50, "--seed", 1)
    assert evaluated("a", "--samples", 50, "--seed", 1) == first
    assert evaluated("a", "--samples", 50, "--seed", 2)["measures"] != first["measures"]
    assert first["measures"]["js"]["points"] == 50


def test_the_line_is_measured_whole(tinygan, tiny, evaluated):
    tinygan(*tiny, "--iterations", 2, "--out", "a")
    assert {m["points"] for m in evaluated("a")["measures"].values()} == {2500}


def test_a_density_without_centres_has_no_modes(tinygan, evaluated):
    tinygan("train", "gan-ring", "--data", "moons", "--iterations", 2, "--out", "a")
    assert list(evaluated("a", "--samples", 100)["measures"]) == ["js", "wasserstein1", "sliced_wasserstein"]


def test_an_infinite_divergence_is_null_and_is_shown(tinygan, evaluated):
    tinygan("train", "gan-ring", "--iterations", 2, "--out", "a")
    found = evaluated("a", "--samples", 3)["measures"]
    assert found["high_quality"]["value"] == 0
    assert found["reverse_kl"]["value"] is None
    row = next(row for row in tinygan("evaluate", "a", "--samples", 3).out.splitlines() if "reverse" in row)
    assert row.split()[-3] == "inf"


MEASURES = [
    "wasserstein1", "sliced_wasserstein", "sharpness", "frechet", "kernel_distance", "precision", "recall", "density",
    "coverage", "classifier_score", "nearest_training", "nearer", "duplicates", "support",
]  # fmt: skip


def test_images_are_measured_beside_true_images(tinygan, evaluated, monkeypatch):
    monkeypatch.setattr(images, "COMPARED", 400)  # of the 2,500 samples and the 2,000 test images
    assert tinygan("train", *SMALL, "--iterations", 2, "--out", "a").code == 0
    found = evaluated("a")
    assert found["samples"] == 2500
    measures = found["measures"]
    assert list(measures) == MEASURES
    assert [each["points"] for each in measures.values()] == [500, *13 * [400]]
    assert 10 < measures["wasserstein1"]["floor"] < 15  # two draws of MNIST's digits, 28 x 28 pixels in [-1, 1]
    assert measures["wasserstein1"]["value"] > measures["wasserstein1"]["floor"] + 1
    assert measures["frechet"]["value"] > 10 * measures["frechet"]["floor"]
    deciles = measures["nearest_training"]["deciles"]
    assert {name: len(each) for name, each in deciles.items()} == {"samples": 11, "data": 11}
    assert deciles["data"][5] == measures["nearest_training"]["floor"]
    result = tinygan("evaluate", "a", "--samples", 20)
    assert "Frechet (digits classifier)" in result.out
    assert "FID" not in result.out
    assert "data: training images in the samples' place" in result.out
    assert "Near: by features of the classifier" in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines())
    assert {each["points"] for each in evaluated("a", "--samples", 20)["measures"].values()} == {20}
    few = tinygan("evaluate", "a", "--samples", 19)
    assert "Frechet" not in few.out
    assert "features and nearness are measured from 20 images on" in few.out


def test_neighbours_are_drawn_beside_the_measures(tinygan, tmp_path):
    from PIL import Image

    tinygan("train", *SMALL, "--iterations", 2, "--out", "a")
    result = tinygan("evaluate", "a", "--samples", 30, "--neighbours", "n.png")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-1] == "nearest training images: n.png"
    with Image.open(tmp_path / "n.png") as picture:
        assert picture.width > picture.height > 500
    first = (tmp_path / "n.png").read_bytes()
    assert tinygan("evaluate", "a", "--samples", 30, "--neighbours", "n.png", "--json").out.count("\n") == 1
    assert (tmp_path / "n.png").read_bytes() == first


def test_what_does_not_suit_the_run_is_one_line_before_anything_is_measured(tinygan, tmp_path):
    tinygan("train", *SMALL, "--iterations", 2, "--out", "a")
    tinygan("train", "gan-ring", "--iterations", 2, "--out", "ring")
    for arguments, says in (
        (("a", "--gan-train"), "--gan-train needs images and a conditional G, such as that of cgan on digits"),
        (("ring", "--neighbours", "n.png"), "--neighbours draws images, but the examples of ring are points"),
        (("a", "--neighbours", "n.jpg"), "--neighbours expects a .png, .svg or .pdf file, got 'n.jpg'"),
        (
            ("a", "--neighbours", "a/samples.png"),
            "a/samples.png belongs to what is kept in that folder; choose another",
        ),
    ):
        result = tinygan("evaluate", *arguments)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        assert result.err.startswith(says)
    assert not (tmp_path / "n.png").exists()


def test_gan_train_is_measured_when_it_is_asked_for(tinygan, evaluated, monkeypatch):
    monkeypatch.setattr(classifier, "ITERATIONS", 100)
    monkeypatch.setattr(evaluate_command, "MOST_TRAINED", 500)
    tinygan("train", "cgan", *SMALL, "--iterations", 2, "--out", "a")
    found = evaluated("a", "--samples", 20, "--gan-train")["measures"]["gan_train"]
    assert found["points"] == 500
    assert found["value"] < 0.5 < 0.75 < found["floor"]
    monkeypatch.setattr(classifier, "ITERATIONS", 1)
    assert "GAN-train: as many training images" in tinygan("evaluate", "a", "--samples", 20, "--gan-train").out


def test_moved_files_are_found_with_data_dir(tinygan, evaluated, tmp_path):
    from PIL import Image

    rng = np.random.default_rng(0)
    for split, count in (("train", 12), ("test", 5)):
        (tmp_path / "faces" / split).mkdir(parents=True)
        for i in range(count):
            Image.fromarray(rng.integers(0, 256, (28, 28), np.uint8)).save(tmp_path / "faces" / split / f"{i}.png")
    made = tinygan("train", *SMALL, "--data", "folder", "--data-dir", "faces", "--iterations", 2, "--out", "a")
    assert made.code == 0, made.err
    (tmp_path / "faces").rename(tmp_path / "moved")
    refused = tinygan("evaluate", "a")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert evaluated("a", "--data-dir", "moved")["measures"]["wasserstein1"]["points"] == 5


def test_it_reads_and_writes_nothing_in_the_run(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 2, "--out", "a")
    before = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    assert tinygan("evaluate", "a").code == 0
    assert {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("count", [0, 100_001, "many"])
def test_a_number_of_samples_out_of_range_is_one_line(count, tinygan):
    result = tinygan("evaluate", "a", "--samples", count)
    assert result.code == 2
    assert "--samples" in result.err
    assert result.err.count("\n") == 1


def test_no_run_or_a_damaged_one_is_one_line(tinygan, tiny, tmp_path):
    result = tinygan("evaluate", "nowhere")
    assert (result.code, result.err) == (1, "no checkpoint at nowhere/checkpoint.npz\n")
    tinygan(*tiny, "--iterations", 2, "--out", "a")
    content = (tmp_path / "a/checkpoint.npz").read_bytes()
    (tmp_path / "a/checkpoint.npz").write_bytes(content[: len(content) // 2])
    result = tinygan("evaluate", "a")
    assert result.code == 1
    assert "damaged" in result.err
    assert result.err.count("\n") == 1


def test_a_run_that_has_diverged_is_one_line(tinygan, tmp_path):
    tinygan("train", "gan-ring", "--iterations", 2, "--out", "a")
    path = tmp_path / "a/checkpoint.npz"
    arrays, values = checkpoint.load(path)
    grown = {
        name: array * np.float32(1e30) if name.startswith(("G/", "average/")) else array
        for name, array in arrays.items()
    }
    checkpoint.save(path, grown, values)
    result = tinygan("evaluate", "a")
    assert result.code == 1
    assert "not finite" in result.err
    assert result.err.count("\n") == 1
