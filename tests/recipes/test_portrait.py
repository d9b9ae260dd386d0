"""A portrait of a run, alone and in the row of a comparison: D's outputs, arrows, or the colours of classes."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tinygan.comparison.picture import _draw_samples
from tinygan.data import Ring
from tinygan.drawing.portrait import SAMPLES, portrait
from tinygan.recipes import Run, find
from tinygan.recipes.portrait import many_z, portrait_of


def in_a_row(run):
    ax = Figure().add_subplot()
    _draw_samples(ax, run)
    return ax


def alone(run):
    return portrait(**portrait_of(run, many_z(run)), title="now").axes[0]


@pytest.mark.parametrize("drawn", [in_a_row, alone])
def test_points_of_a_conditional_g_have_the_colours_of_their_classes(drawn):
    data, *dots = drawn(Run(find("cgan").changed({"data": "ring"}))).collections
    assert [data.get_label(), *(each.get_label() for each in dots)] == ["data", *Ring().classes]
    assert len({to_hex(each.get_facecolor()[0]) for each in dots}) == 8
    assert sum(len(each.get_offsets()) for each in dots) == SAMPLES


def test_the_legend_in_a_row_names_the_classes():
    ax = in_a_row(Run(find("cgan").changed({"data": "ring"})))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["data", *Ring().classes]


@pytest.mark.parametrize("drawn", [in_a_row, alone])
def test_the_line_has_d_and_arrows_from_z(drawn):
    run = Run("gan-1d")
    ax = drawn(run)
    x, d = ax.lines[2].get_data()
    np.testing.assert_allclose(d, run.judge(x[:, None]))
    assert {"x", "z"} <= {text.get_text() for text in ax.texts}


def test_images_are_those_of_the_noise_that_was_asked_for():
    run = Run(find("ae").changed({"hidden": 4, "latent": 3}))
    found = portrait_of(run, run.shown_z)
    assert (found["judge"], found["output"], found["names"]) == (None, None, ())
    np.testing.assert_array_equal(found["samples"], found["arrows"][1])


def test_translations_in_a_row_say_which_column_is_which():
    small = {"data_size": 20, "width": 2, "blocks": 0, "field": 10}
    images = in_a_row(Run(find("cyclegan").changed(small)))
    assert [text.get_text() for text in images.texts] == ["a, G(a), F(G(a)), truth"]
    assert in_a_row(Run(find("discogan").changed({"hidden": 4}))).get_xlabel() == "G(a)"
