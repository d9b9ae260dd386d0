"""tinygan evaluate --truncation-curve, and the measures of stacked digits on the command line."""

import pytest
from PIL import Image

pytestmark = pytest.mark.usefixtures("sketched")


@pytest.fixture
def conditional(tinygan):
    settings = [f"--set={s}" for s in ("m=4", "width=2", "latent=6", "embedding=4")]
    assert tinygan("train", "biggan-mini", *settings, "--iterations", 2, "--out", "a").code == 0


def test_it_draws_the_curve_and_says_where(conditional, tinygan):
    result = tinygan("evaluate", "a", "--samples", 40, "--truncation-curve", "curve.png")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("truncation curve: curve.png\n")
    with Image.open("curve.png") as picture:
        assert picture.size[0] > 800


def test_a_curve_that_cannot_be_is_one_line_before_anything_is_measured(conditional, tinygan):
    assert tinygan("train", "gan-ring", "--iterations", 1, "--out", "ring").code == 0
    assert tinygan("train", "ae", "--iterations", 1, "--set=m=4", "--out", "ae").code == 0
    for run, path, words in (
        ("a", "curve.jpg", "--truncation-curve expects a .png, .svg or .pdf file, got 'curve.jpg'"),
        ("ring", "c.png", "needs images with labels; ring has none"),
        ("ae", "c.png", "truncation is for normal noise, got Uniform"),
    ):
        result = tinygan("evaluate", run, "--truncation-curve", path)
        assert result.code != 0
        assert words in result.err
        assert result.err.count("\n") == 1
        assert result.out == ""


def test_stacked_digits_have_modes_beside_their_floor(tinygan, tmp_path):
    small = [f"--set={s}" for s in ("m=4", "width=2", "latent=3")]
    assert tinygan("train", "r3gan", "--data", "stacked-digits", *small, "--iterations", 2, "--out", "a").code == 0
    result = tinygan("evaluate", "a", "--samples", 300)
    assert " of 1000 " in result.out
    assert "KL from even modes" in result.out
    assert "new stacks of training digits" in result.out
    for option in ("--neighbours", "--truncation-curve"):
        refused = tinygan("evaluate", "a", option, "x.png")
        assert refused.code != 0
        assert refused.err.startswith(option)
        assert "stacked-digits" in refused.err
    assert tinygan("sample", "a", "--count", 5).code == 0


def test_a_comparison_on_stacked_digits_has_columns_for_modes(tinygan):
    small = [f"--set={s}" for s in ("m=4", "width=2", "latent=3")]
    result = tinygan(
        *("compare", "r3gan", "non-saturating:pack=2", "unrolled:small=true,steps=1", "--data", "stacked-digits"),
        *(*small, "--iterations", 2, "--seeds", 1, "--samples", 50, "--processes", 0, "--out", "c"),
    )
    assert result.code == 0, result.err
    assert "modes/1000" in result.out
    assert "KL" in result.out


def test_the_parts_of_biggan_are_compared_by_their_settings(tinygan):
    small = [f"--set={s}" for s in ("m=4", "width=2", "latent=6")]
    result = tinygan(
        *("compare", "biggan-mini", "biggan-mini:attention=false,projection=false", *small, "--iterations", 2),
        *("--seeds", 1, "--samples", 50, "--processes", 0, "--out", "c"),
    )
    assert result.code == 0, result.err
    assert "class acc. %" in result.out
    assert "Frechet" in result.out
    wrong = tinygan("compare", "biggan-mini:atention=false", "--seeds", 1, "--out", "d")
    assert "Did you mean 'attention'?" in wrong.err
