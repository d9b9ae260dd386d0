"""A row shows a run in three panels, and rows stand under each other without one being lost."""

import pytest
from PIL import Image

from tinygan.drawing.rows import HEIGHT, WIDTH, row, stack

EQUILIBRIUM = {"D": 1.25, "G": -0.5, "output": 0.45}
RECORDS = [{"iteration": i, "loss/D": 1.0, "loss/G": 2.0, "d_real": 0.6, "d_fake": 0.4} for i in (1, 2, 3)]


def drawn(ax):
    ax.plot([1, 2], label="drawn")


def words(figure):
    return [text.get_text() for text in figure.texts]


def test_the_measures_of_samples_stand_over_the_samples():
    figure = row(
        "wgan-gp",
        drawn,
        RECORDS,
        "probability",
        10,
        equilibrium=EQUILIBRIUM,
        measured="modes 8, W1 0.050",
        note="41.0 s",
    )
    samples, losses, outputs = figure.axes
    assert samples.get_title() == "modes 8, W1 0.050"
    assert words(figure) == ["wgan-gp", "41.0 s"]
    assert len(losses.lines) == 4
    assert len(outputs.lines) == 3
    assert losses.get_xlim() == outputs.get_xlim() == (0, 10)
    assert tuple(figure.get_size_inches()) == (WIDTH, HEIGHT)


def test_a_row_that_stands_alone_has_a_heading_above_all_panels():
    figure = row("wgan-gp", drawn, RECORDS, "probability", 10, measured="modes 8", title="ring, seed 0")
    title, *captions = words(figure)[:4]
    assert title == "ring, seed 0"
    assert captions == ["samples", "losses, by iteration", "mean output of D on x and on G(z), by iteration"]
    figure.draw_without_rendering()
    top = max(ax.get_tightbbox().y1 for ax in figure.axes)
    assert all(text.get_window_extent().y0 >= top for text in figure.texts[:4])


def test_nothing_of_a_row_reaches_into_the_next_panel_or_beyond_its_edge():
    figure = row(
        "gan",
        drawn,
        RECORDS,
        "probability",
        10,
        equilibrium=EQUILIBRIUM,
        measured="modes 8, high quality 100.0%, W1 0.050",
    )
    figure.draw_without_rendering()
    boxes = [ax.get_tightbbox() for ax in figure.axes]
    assert boxes[0].x1 < boxes[1].x0
    assert boxes[1].x1 < boxes[2].x0
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1


OF_ONE_WAY = "modes 25, high quality 100.0%, W1 0.073, class accuracy 100.0%"
OF_TWO_WAYS = (
    "L1 b 0.681, sharp b 0.386, class b 15.0%, L1 a 0.805, sharp a 0.443, class a 20.0%, cycle b 0.670, cycle a 0.7"
)


@pytest.mark.parametrize("measured", [OF_ONE_WAY, OF_TWO_WAYS])
def test_many_measures_stand_in_two_lines_below_the_name(measured):
    figure = row("cgan", drawn, RECORDS, "probability", 10, measured=measured)
    figure.draw_without_rendering()
    samples, losses, _ = figure.axes
    name, title, curves = (each.get_window_extent() for each in (figure.texts[0], samples.title, losses.get_legend()))
    assert " ".join(samples.get_title().split()) == measured
    assert title.y1 <= name.y0
    assert 0 < title.x0 < title.x1 < curves.x0


def test_a_run_that_diverged_says_so_in_place_of_samples():
    samples, *_ = row("wild", None, RECORDS, "score", 10, measured="", note="loss/D is nan").axes
    assert [text.get_text() for text in samples.texts] == ["diverged"]
    assert not samples.axison


@pytest.mark.parametrize(
    ("records", "shown"), [([], [False, False]), ([{"iteration": 1, "loss/G": 2.0}], [True, False])]
)
def test_a_panel_without_a_curve_is_left_white(records, shown):
    _, *panels = row("vae", drawn, records, None, 10).axes
    assert [ax.axison for ax in panels] == shown


@pytest.mark.parametrize(("count", "columns"), [(0, 1), (1, 1), (2, 1), (6, 1), (20, 2), (45, 3)])
def test_many_rows_stand_in_columns_and_none_is_lost(count, columns):
    w, h = stack([], "").width, round(HEIGHT * 120)
    picture = stack([Image.new("RGB", (w, h), (i, 1, 2)) for i in range(count)], "title")
    assert picture.width == columns * w
    colours = {colour for _, colour in picture.getcolors(10**6) if colour[1:] == (1, 2)}
    assert colours == {(i, 1, 2) for i in range(count)}
