"""The pictures that tinygan train leaves: names, formats, sizes, the film, and those of a resumed run."""

import json
import tomllib

import pytest
from PIL import Image

from tests.cli.conftest import left


def test_a_run_leaves_everything_that_it_promises(tinygan, tiny, tmp_path):
    result = tinygan(*tiny, "--iterations", 20, "--out", "a")
    assert result.code == 0
    assert result.err == ""
    found = {path.name for path in (tmp_path / "a").iterdir()}
    assert found == {
        "config.toml",
        "checkpoint.npz",
        "history.jsonl",
        "samples",
        "samples.png",
        "curves.png",
        "film.gif",
    }
    assert [path.name for path in sorted((tmp_path / "a/samples").iterdir())] == [
        "000000.png",
        "000010.png",
        "000020.png",
    ]
    records = [json.loads(line) for line in (tmp_path / "a/history.jsonl").read_text().splitlines()]
    assert [record["iteration"] for record in records] == [5, 10, 15, 20]
    assert set(records[0]) == {"iteration", "loss/D", "loss/G", "d_real", "d_fake"}
    assert all(0 < record["d_real"] < 1 for record in records)
    with Image.open(tmp_path / "a/film.gif") as film:
        assert film.n_frames == 3
    config = tomllib.loads((tmp_path / "a/config.toml").read_text())
    assert config["recipe"] == "gan-1d"
    assert config["settings"]["m"] == 16


def test_pictures_for_slides_come_beside_those_of_the_film(tinygan, tiny, tmp_path):
    result = tinygan(*tiny, "--iterations", 10, "--out", "a", "--format", "pdf", "--dpi", 200)
    assert (result.code, result.err) == (0, "")
    assert "Done: a/samples.pdf and film.gif" in result.out
    found = {path.name for path in (tmp_path / "a").iterdir()}
    assert {"samples.png", "samples.pdf", "curves.png", "curves.pdf", "film.gif"} <= found
    assert (tmp_path / "a/curves.pdf").read_bytes().startswith(b"%PDF")
    resumed = tinygan("train", "--resume", "a", "--iterations", 12, "--dpi", 200)
    assert (resumed.code, resumed.err) == (0, "")
    with Image.open(tmp_path / "a/samples.png") as picture, Image.open(tmp_path / "a/samples/000010.png") as frame:
        assert picture.width == 2 * frame.width


def test_pictures_of_another_format_leave_none_of_an_earlier_iteration_in_png(tinygan, tiny, tmp_path):
    for name, format in (("a", "svg"), ("whole", "png")):
        assert tinygan(*tiny, "--iterations", 10, "--out", name).code == 0
        assert tinygan("train", "--resume", name, "--iterations", 20, "--format", format).code == 0
    assert (tmp_path / "a/curves.svg").exists()
    assert left(tmp_path / "a") == left(tmp_path / "whole")


def test_records_and_pictures_after_the_last_checkpoint_are_made_again(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 20, "--out", "whole")
    tinygan(*tiny, "--iterations", 10, "--out", "broken")
    with (tmp_path / "broken/history.jsonl").open("a") as file:
        file.write(
            '{"iteration": 15, "loss/D": 0.0, "loss/G": 0.0, "d_real": 0.0, "d_fake": 0.0}\n{"iteration": 20, "loss'
        )
    (tmp_path / "broken/samples/000020.png").write_bytes(b"of a run that crashed")
    assert tinygan("train", "--resume", "--out", "broken", "--iterations", 20).code == 0
    assert left(tmp_path / "broken") == left(tmp_path / "whole")


def test_a_damaged_picture_costs_its_frame_of_the_film(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 20, "--out", "a")
    (tmp_path / "a/samples/000010.png").write_bytes(b"damaged")
    result = tinygan("train", "--resume", "a", "--iterations", 30)
    assert result.code == 0
    assert result.err.startswith("a/samples/000010.png is left out: it is no picture that can be read")
    with Image.open(tmp_path / "a/film.gif") as film:
        assert film.n_frames == 3


def test_other_files_among_the_pictures_are_left_alone(tinygan, tiny, tmp_path):
    tinygan(*tiny, "--iterations", 10, "--out", "a")
    (tmp_path / "a/samples/0abc.png").write_bytes(b"mine")
    assert tinygan("train", "--resume", "a", "--iterations", 20).code == 0
    assert (tmp_path / "a/samples/0abc.png").read_bytes() == b"mine"


def test_a_recipe_leaves_pictures_of_its_own(tinygan, tmp_path):
    small = ["--set=m=8", "--set=hidden=4", "--set=latent=3", "--set=sample_every=5"]
    assert tinygan("train", "vae", *small, "--iterations", 5, "--out", "a").code == 0
    result = tinygan("train", "--resume", "a", "--iterations", 10, "--format", "svg")
    assert (result.code, result.err) == (0, "")
    assert "Done: a/samples.svg, reconstructions.svg, units.svg and film.gif" in result.out
    whole = tinygan("train", "vae", *small, "--iterations", 10, "--out", "b")
    assert "Done: b/samples.png, reconstructions.png, units.png and film.gif" in whole.out
    for name in ("reconstructions.png", "units.png"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a/units.svg").exists()
    taken = tinygan("sample", "a", "--out", "a/units.png")
    assert taken.code != 0
    assert "a/units.png belongs to what is kept in that folder" in taken.err


@pytest.mark.usefixtures("sketched")
def test_a_run_ends_with_a_command_that_works_for_it(tinygan):
    """Points are translated too, but `translate` takes images."""
    result = tinygan("train", "discogan", "--batch-size", 8, "--iterations", 2, "--out", "a")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("film.gif. Measures of its translations:\n  tinygan evaluate a\n")
    assert tinygan("evaluate", "a", "--samples", 20).code == 0
    assert tinygan("sample", "a").err == "recipe 'discogan' translates examples; it makes no samples of noise\n"
