"""Curves show every loss and what D says, under a title, beside the values at which the game would rest."""

from math import nan

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from tinygan.drawing.curves import curves
from tinygan.drawing.symbols import P_DATA, P_G

EQUILIBRIUM = {"D": 1.25, "G": -0.5, "output": 0.45}
RECORDS = [{"iteration": i, "loss/D": 1.0, "loss/G": 2.0, "d_real": 0.6, "d_fake": 0.4} for i in (1, 2, 3)]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_curves_draw_both_losses_and_both_probabilities_under_a_title():
    figure = curves(RECORDS, "probability", "gan-1d on gaussian, seed 0", EQUILIBRIUM)
    losses, probabilities = figure.axes
    assert figure.get_suptitle() == "gan-1d on gaussian, seed 0"
    assert [line.get_ydata()[0] for line in losses.lines] == [1.0, 2.0, 1.25, -0.5]
    assert legend(losses) == [
        "D's loss",
        "G's loss",
        f"1.250: D's loss where {P_G} = {P_DATA}",
        f"-0.500: G's loss where {P_G} = {P_DATA}",
    ]
    assert [line.get_ydata()[0] for line in probabilities.lines] == [0.6, 0.4, 0.45]
    assert legend(probabilities) == ["D(x)", "D(G(z))", f"0.45: D where {P_G} = {P_DATA}"]
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss", "mean probability"]
    assert probabilities.get_xlabel() == "iteration"


@pytest.mark.parametrize("output", ["score", "energy", None])
def test_curves_without_a_known_equilibrium_have_no_lines_of_reference(output):
    records = [{**record, "d_real": 7.0, "d_fake": -4.0} for record in RECORDS]
    losses, outputs = curves(records, output).axes
    assert legend(losses) == ["D's loss", "G's loss"]
    assert [line.get_ydata()[0] for line in outputs.lines] == [7.0, -4.0]
    assert outputs.get_ylim()[1] > 7


def test_what_else_was_measured_has_a_panel_of_its_own():
    _, _, more = curves([*RECORDS, {**RECORDS[0], "iteration": 4, "k": 0.3}]).axes
    [line] = more.lines
    assert line.get_label() == "k"
    assert line.get_ydata()[-1] == 0.3
    assert more.get_ylabel() == "measured"


def test_one_player_has_a_loss_and_no_d():
    records = [{"iteration": i, "loss/G": 2.0 / i} for i in (1, 2)]
    [ax] = curves(records, None, "", {"D": 1.0}).axes
    assert legend(ax) == ["G's loss"]
    assert list(ax.lines[0].get_ydata()) == [2.0, 1.0]


def test_a_single_record_is_seen():
    [ax] = curves([{"iteration": 1, "loss/G": 2.0}]).axes
    figure = ax.figure
    ax.get_legend().remove()

    def green():
        figure.canvas.draw()
        red, other, blue = np.moveaxis(np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int), -1, 0)
        return ((other > red + 40) & (other > blue + 40)).sum()

    FigureCanvasAgg(figure)
    assert green() > 0
    ax.lines[0].remove()
    assert green() == 0


def test_a_line_stands_where_a_record_is_not_finite():
    figure = curves([*RECORDS, {**RECORDS[0], "iteration": 50, "loss/D": nan}], "probability")
    for ax in figure.axes:
        [line] = [line for line in ax.lines if line.get_label() == "not finite"]
        assert list(line.get_xdata()) == [50, 50]


def test_no_legend_lies_on_a_curve():
    figure = curves(RECORDS, "probability", "title", EQUILIBRIUM)
    figure.draw_without_rendering()
    for ax in figure.axes:
        assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1 - 1
        assert ax.get_legend().get_window_extent().y1 <= figure.bbox.y1


def test_a_measure_with_a_limit_has_a_dotted_line_of_its_colour():
    records = [{**record, "information": i, "limit/information": 2.5, "k": 0.3} for i, record in enumerate(RECORDS)]
    *_, measured = curves(records).axes
    assert legend(measured) == ["information", "2.5: the limit of information", "k"]
    information, limit, _ = measured.lines
    assert limit.get_ydata()[0] == 2.5
    assert limit.get_color() == information.get_color()
    assert [len(figure_axes.lines) for figure_axes in curves(records[:1]).axes] == [2, 2, 3]


def test_what_the_oracle_knows_has_a_logarithmic_panel_below_the_rest():
    known = {"oracle/jsd": 0.25, "oracle/gap": 0.125, "modes": 7, "limit/modes": 8}
    *_, measured, oracle = curves([{**record, **known} for record in RECORDS]).axes
    assert legend(measured) == ["modes", "8: the limit of modes"]
    assert legend(oracle) == [f"JS({P_DATA}, {P_G})", "gap: C(G) - V(D, G)"]
    assert oracle.get_yscale() == "log"
    assert measured.get_ylabel() == "measured"
    assert oracle.get_xlabel() == "iteration"
