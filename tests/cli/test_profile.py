"""tinygan profile: a table that sums to the whole, a picture, and one line for a mistake."""

import itertools
import re

import pytest
from PIL import Image

from tinygan.cli.profile import lines
from tinygan.drawing.flame import tree
from tinygan.profile import profiled
from tinygan.recipes import Run, find

TINY = ("profile", "gan-1d", "--batch-size", 8)


def test_the_table_fits_in_80_columns_and_its_shares_sum_to_the_whole(tinygan):
    result = tinygan(*TINY, "--iterations", 4)
    assert result.code == 0
    assert result.err == ""
    *table, speed, products, _ = result.out.splitlines()
    assert all(len(line) <= 80 for line in (*table, speed, products))
    assert [line.split()[0] for line in table].count("affine") == 1
    shares = [float(share) for line in table for share in re.findall(r"([\d.]+)%(?=\s|$)", line)[:1]]
    assert sum(shares) == pytest.approx(100, abs=0.05 * len(shares) + 1e-6)
    assert re.fullmatch(r"[\d.]+ ms per iteration over 4 \([\d.]+ with the profiler off\)", speed)
    assert re.fullmatch(r"\d+% in matrix products at [\d.e+-]+ GFLOP/s", products)


def test_primitives_stand_by_share_with_their_calls_per_iteration(tinygan, monkeypatch):
    monkeypatch.setattr("tinygan.cli.profile.SMALL", 0.0)  # all of them, however slow the rest was this time
    result = tinygan(*TINY, "--k", 1, "--iterations", 4)
    rows = [re.split(r"\s{2,}", line.strip()) for line in result.out.splitlines()]
    primitives = [row for row in rows if len(row) > 1 and " + " in row[1]]
    shares = [float(row[5].rstrip("%")) for row in primitives]
    assert shares == sorted(shares, reverse=True)
    [softplus] = [row for row in primitives if row[0] == "softplus"]
    assert softplus[1] == "3 + 3"  # D on examples and on samples, and G's loss


def test_a_primitive_takes_what_runs_in_its_rules_and_nothing_is_counted_twice(monkeypatch):
    count = itertools.count()
    monkeypatch.setattr("tinygan.profile.spans.time.perf_counter", lambda: float(next(count)))
    run = Run(find("dcgan-quick").changed({"m": 4, "width": 4, "latent": 4, "g_dense": 8, "d_dense": 8}))
    with profiled() as profile:
        list(itertools.islice(run.steps(), 3))
    inside, outside = lines(tree(profile))
    assert sum(line.total for line in (*inside, *outside)) == profile.seconds
    named = {line.name: line for line in inside}
    rows = {(row.name, row.part): row for row in profile.rows()}
    assert named["conv2d"].seconds["backward"] == rows["conv2d", "backward"].total
    assert named["conv2d"].seconds["forward"] < rows["conv2d", "forward"].total  # conv_transpose2d's rules call it too
    assert not {"conv2d_weight", "standardize_gradient", "sqrt"} & named.keys()
    assert {line.name for line in outside[:-1]} == {"update rules", "moving average of G", "minibatches"}
    assert outside[-1].name == "between primitives"


def test_the_picture_is_named_after_the_recipe(tinygan, tmp_path):
    result = tinygan(*TINY, "--iterations", 1)
    assert "picture: profile-gan-1d.png" in result.out
    assert [path.name for path in tmp_path.iterdir()] == ["profile-gan-1d.png"]
    with Image.open(tmp_path / "profile-gan-1d.png") as picture:
        assert picture.width == 1560
        assert picture.height > 300
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}
        assert len(colours) > 20


def test_the_picture_goes_where_it_is_sent(tinygan, tmp_path):
    result = tinygan(*TINY, "--iterations", 1, "--out", "a/b.png")
    assert result.code == 0
    assert (tmp_path / "a/b.png").stat().st_size > 1000


def test_the_picture_comes_in_any_format(tinygan, tmp_path):
    assert "picture: profile-gan-1d.svg" in tinygan(*TINY, "--iterations", 1, "--format", "svg").out
    assert (tmp_path / "profile-gan-1d.svg").read_text().startswith("<?xml")
    assert tinygan(*TINY, "--iterations", 1, "--out", "a.pdf").code == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert tinygan(*TINY, "--iterations", 1, "--dpi", 60, "--out", "a.png").code == 0
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width == 780


def test_without_iterations_it_measures_as_many_as_fit(tinygan, monkeypatch):
    monkeypatch.setattr("tinygan.cli.profile.MOST", 6)
    assert "per iteration over 6 " in tinygan(*TINY).out
    monkeypatch.setattr("tinygan.cli.profile.TIMED", 0.0)
    monkeypatch.setattr("tinygan.cli.profile.UNTIMED", 0.0)
    assert "per iteration over 1 " in tinygan(*TINY).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gan1d"], "Did you mean 'gan-1d'?"),
        (["gan-1d", "--set", "g_hiden=3"], "Did you mean 'g_hidden'?"),
        (["gan-1d", "--set", "iterations=many"], "iterations is expected to be a whole number"),
        (["gan-1d", "--data", "rnig"], "Did you mean 'ring'?"),
        (["gan-1d", "--data", "rings"], "recipe 'gan-1d' is of one domain"),
        (["gan-1d", "--iterations", "0"], "--iterations"),
        (["gan-1d", "--itertions", "3"], "--iterations"),
        (["gan-1d", "--out", "a.gif"], "--out expects a .png, .svg or .pdf file, got 'a.gif'"),
        (["gan-1d", "--out", "a.png", "--format", "svg"], "--format svg expects --out to end in .svg, got 'a.png'"),
        (["gan-1d", "--format", "gif"], "'gif' is not one of"),
        (["gan-1d", "--dpi", "5"], "20<=x<=1200"),
        (["gan-1d", "--out", "."], "--out"),
        (["gan-1d", "--backend", "jax"], "numpy"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(arguments, words, tinygan, tmp_path):
    result = tinygan("profile", *arguments)
    assert result.code == 2
    assert words in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert "Traceback" not in result.err
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named_before_anything_is_measured(tinygan, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tinygan.cli.profile._play", None)  # to measure would be a TypeError
    out = tmp_path / "file" / "out.png"
    result = tinygan(*TINY, "--out", out)
    assert result.code == 1
    assert result.err.startswith(f"cannot write {out}: ")
    assert len(result.err.splitlines()) == 1
