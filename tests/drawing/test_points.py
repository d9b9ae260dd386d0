"""Figure 1, the surface of D, and samples that are points: every part is there, named, and where it should be."""

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from tinygan.data import Gaussian, Overlapping, Ring, SwissRoll
from tinygan.data.points import Points
from tinygan.drawing.line import draw_line
from tinygan.drawing.plane import draw_plane
from tinygan.drawing.portrait import portrait
from tinygan.drawing.samples import labelled_plane, scattered
from tinygan.drawing.save import as_image
from tinygan.drawing.symbols import P_DATA, P_G, histogram
from tinygan.errors import ShapeMismatch
from tinygan.nn.minibatch import Labelled

RNG = np.random.default_rng(0)
LINE, PLANE = RNG.normal(4, 1, (300, 1)), RNG.normal(0, 1, (300, 2))


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def beside(figure):
    """The legend of a figure with labelled points."""
    return [text.get_text() for text in figure.legends[0].get_texts()]


def line(judge=None, output="probability", latent=1, source=None):
    ax = Figure().add_subplot()
    draw_line(ax, source or Gaussian(), LINE, judge, output, (RNG.normal(size=(64, latent)), LINE[:64]))
    return ax


def test_figure_1_shows_p_data_p_g_and_d_by_their_symbols():
    ax = line(lambda x: x[:, 0] / 10)
    p_data, p_g, d = ax.lines[:3]
    assert legend(ax) == [P_DATA, P_G, "D(x)"] == [each.get_label() for each in (p_data, p_g, d)]
    assert P_DATA == r"$p_\mathrm{data}$"
    np.testing.assert_allclose(p_data.get_ydata(), Gaussian().density(p_data.get_xdata()))
    np.testing.assert_allclose(d.get_ydata(), d.get_xdata() / 10)
    assert np.trapezoid(p_g.get_ydata(), p_g.get_xdata()) == pytest.approx(1, abs=0.05)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "p(x) and D(x)")


@pytest.mark.parametrize("source", [Gaussian(), Gaussian(std=0.02)])
def test_the_y_axis_of_figure_1_has_no_ticks_below_0(source):
    ax = line(source=source)
    ticks = ax.get_yticks()
    assert ax.get_ylim()[0] < 0
    assert len(ticks) > 2
    assert min(ticks) == 0
    ax.figure.draw_without_rendering()
    shown = [text for text in ax.get_yticklabels() if text.get_text()]
    assert len(shown) == len(ticks)


@pytest.mark.parametrize(("latent", "words"), [(1, ["x", "z"]), (2, [])])
def test_the_line_has_arrows_from_z_to_x_where_z_has_one_dimension(latent, words):
    ax = line(latent=latent)
    assert [text.get_text() for text in ax.texts if text.get_text()] == words
    assert (ax.get_ylim()[0] < 0) == bool(words)
    ends = [text.xy[0] for text in ax.texts if not text.get_text()]
    lower, upper = ax.get_xlim()
    assert all(lower <= end <= upper for end in ends)
    assert (len(ends) > 16) == bool(words)


def test_arrows_start_in_the_order_of_z_and_end_where_g_takes_it():
    ax = Figure().add_subplot()
    draw_line(ax, Gaussian(), LINE, arrows=(np.array([[1.0], [-1.0], [0.0]]), np.array([[5.0], [3.0], [4.0]])))
    arrows = [(text.xyann[0], text.xy[0]) for text in ax.texts if not text.get_text()]
    lower, upper = ax.get_xlim()
    assert arrows == [(lower, 3.0), (pytest.approx((lower + upper) / 2), 4.0), (upper, 5.0)]


@pytest.mark.parametrize(("output", "article"), [("score", "a"), ("energy", "an")])
def test_a_d_without_a_fixed_range_is_drawn_from_0_to_1_and_the_legend_says_so(output, article):
    ax = line(lambda x: 1000 * x[:, 0] - 7, output)
    assert legend(ax)[2] == f"D(x), {article} {output}, scaled to [0, 1]"
    assert (ax.lines[2].get_ydata().min(), ax.lines[2].get_ydata().max()) == (0, 1)
    constant = line(lambda x: np.full(len(x), 3.0), output)
    assert (constant.lines[2].get_ydata() == 0).all()


def test_without_a_judge_there_is_no_d():
    assert legend(line()) == [P_DATA, P_G]
    assert line().get_ylabel() == "p(x)"
    ax = Figure().add_subplot()
    draw_plane(ax, Ring(), PLANE)
    assert [each.split()[0] for each in legend(ax)] == ["G(z)", P_DATA]
    assert len(ax.figure.axes) == 1  # no bar of colours


RED, BLUE = "#b40426", "#3b4cc0"  # the ends of coolwarm


@pytest.mark.parametrize(
    ("output", "red", "blue"),
    [
        ("probability", "D(x) near 1: real to D", "D(x) near 0: fake to D"),
        ("score", "high score: real to D", "low score: fake to D"),
        ("energy", "low energy: real to D", "high energy: fake to D"),
    ],
)
def test_the_legend_of_the_plane_says_what_red_and_blue_mean(output, red, blue):
    ax = Figure().add_subplot()
    draw_plane(ax, Ring(), PLANE, lambda points: points[:, 0], output)
    assert legend(ax)[2:] == [red, blue]
    assert [to_hex(each.get_facecolor()) for each in ax.get_legend().legend_handles[2:]] == [RED, BLUE]
    surface = ax.collections[0]
    says_real = surface.cmap(surface.norm(1.0 if output != "energy" else -1.4))
    assert says_real[0] > says_real[2]  # red
    assert surface.get_clim() == ((0, 1) if output == "probability" else (pytest.approx(-1.4), pytest.approx(1.4)))


def test_the_plane_shows_what_d_says_of_each_point():
    ax = Figure().add_subplot()
    draw_plane(ax, Ring(), PLANE, lambda points: points[:, 0] + 10 * points[:, 1], "score")
    (left, bottom), (right, top) = Ring().box
    x, y = np.meshgrid(np.linspace(left, right, 160), np.linspace(bottom, top, 160))
    np.testing.assert_allclose(ax.collections[0].get_array().reshape(160, 160), x + 10 * y)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_1$", "$x_2$")


@pytest.mark.parametrize(("source", "marker"), [(Ring(), "o"), (SwissRoll(), "None")])
def test_the_legend_names_the_circles_of_the_modes(source, marker):
    ax = Figure().add_subplot()
    draw_plane(ax, source, PLANE)
    assert legend(ax)[1] == f"{P_DATA} at 10% and 50% of its peak"
    assert ax.get_legend().legend_handles[1].get_marker() == marker
    contours = ax.collections[0]
    assert list(contours.levels) == pytest.approx([each * source.density(grid_of(source)).max() for each in (0.1, 0.5)])


def grid_of(source):
    axes = [np.linspace(low, high, 160) for low, high in zip(*source.box, strict=True)]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize(("source", "samples", "axes"), [(Gaussian(), LINE, 1), (Ring(), PLANE, 2)])
def test_a_portrait_of_points_is_a_figure_under_its_title(source, samples, axes):
    figure = portrait(source, samples, lambda x: x[:, 0], "score", title="iteration 1,000")
    assert figure.get_suptitle() == "iteration 1,000"
    assert len(figure.axes) == axes  # with the bar of colours
    ax = figure.axes[0]
    figure.draw_without_rendering()
    box = figure.bbox
    for part in (ax.get_legend(), ax.title, figure._suptitle):
        extent = part.get_window_extent()
        assert box.x0 <= extent.x0 <= extent.x1 <= box.x1
        assert box.y0 <= extent.y0 <= extent.y1 <= box.y1


def test_a_portrait_of_labelled_points_has_their_colours():
    figure = portrait(Ring(), Labelled(PLANE, np.arange(300) % 2), names=["a", "b"], title="iteration 7")
    assert beside(figure) == ["data", "a", "b"]
    assert figure.get_suptitle() == "iteration 7"


def test_a_portrait_of_points_in_space_is_one_clear_line():
    source = Points("space", RNG.normal(size=(9, 3)).astype(np.float32))
    with pytest.raises(ShapeMismatch, match=r"^a portrait is drawn of images .* of space have shape \(3,\)$"):
        portrait(source, RNG.normal(size=(9, 3)))


def test_a_histogram_integrates_to_the_share_inside():
    centres, density = histogram(np.array([0.1, 0.2, 0.9, 5.0]), 0.0, 1.0, bins=10)
    assert centres[0] == pytest.approx(0.05)
    assert density.sum() * 0.1 == pytest.approx(0.75)


class Unknown:
    """Data of which nothing but the shape is known."""


@pytest.mark.parametrize(
    ("samples", "source", "names"),
    [
        (LINE, Gaussian(), [P_G, P_DATA]),
        (LINE, Unknown(), [P_G]),
        (np.zeros((5, 1)), Unknown(), [P_G]),  # all in one place
        (PLANE, Ring(), ["data", "G(z)"]),
        (PLANE, Unknown(), ["G(z)"]),
        (RNG.normal(size=(9, 3)), Unknown(), ["G(z)"]),
    ],
)
def test_samples_stand_beside_their_data_or_alone(samples, source, names):
    figure = scattered(samples, source, "a title with $ and _")
    figure.draw_without_rendering()
    assert legend(figure.axes[0]) == names
    assert figure.axes[0].get_xlabel()
    assert figure.get_suptitle() == "a title with $ and _"


def test_labelled_points_have_the_colours_and_names_of_their_labels():
    labels = np.arange(300) % 3
    figure = labelled_plane(Ring(), PLANE, labels, ["a", "b", "c", "d"], "iteration 7")
    assert beside(figure) == ["data", "a", "b", "c"]  # of d there is none
    data, *dots = figure.axes[0].collections
    for label, own in enumerate(dots):
        np.testing.assert_array_equal(own.get_offsets(), PLANE[labels == label])
    assert len({to_hex(each.get_facecolor()[0]) for each in (data, *dots)}) == 4


@pytest.mark.parametrize("count", [8, 9, 10, 25])
def test_no_label_has_the_grey_of_the_data(count):
    [ax] = labelled_plane(Ring(), PLANE, np.arange(300) % count, [f"mode {i}" for i in range(count)]).axes
    data, *dots = (to_rgb(each.get_facecolor()[0]) for each in ax.collections)
    assert max(data) - min(data) == 0
    assert len(set(dots)) == count
    assert all(max(colour) - min(colour) > 0.1 for colour in dots)


def test_one_label_keeps_its_colour_and_stands_alone_in_the_legend():
    names = list("abcdefgh")
    all_of_them = labelled_plane(Ring(), PLANE, np.arange(300) % 8, names).axes[0].collections
    figure = labelled_plane(Ring(), PLANE, np.full(300, 7), names)
    assert beside(figure) == ["data", "h"]
    colours = [to_hex(each.get_facecolor()[0]) for each in (all_of_them[8], figure.axes[0].collections[1])]
    assert colours[0] == colours[1]


@pytest.mark.parametrize("count", [8, 25, 60])
@pytest.mark.parametrize(("source", "points"), [(Gaussian(), LINE), (Ring(), PLANE)])
def test_nothing_of_labelled_points_is_cut_off(source, points, count):
    figure = labelled_plane(source, points, np.arange(300) % count, [f"({i}, -{i})" for i in range(count)], "title")
    figure.draw_without_rendering()
    ax, box, [names] = figure.axes[0], figure.bbox, figure.legends
    for part in (ax.get_tightbbox(), names.get_window_extent()):
        assert box.x0 <= part.x0 <= part.x1 <= box.x1
        assert box.y0 <= part.y0 <= part.y1 <= box.y1
    assert ax.get_tightbbox().x1 <= names.get_window_extent().x0
    assert ax.get_window_extent().width > 0.5 * 6 * figure.dpi


def test_many_labels_have_colours_of_their_own():
    names = [f"mode {i}" for i in range(25)]
    figure = labelled_plane(Ring(), PLANE, np.arange(300) % 25, names)
    assert beside(figure) == ["data", *names]
    [ax] = figure.axes
    assert len({to_hex(dots.get_facecolor()[0]) for dots in ax.collections}) == 26


def test_labelled_points_of_the_line_share_p_g():
    labels = (LINE[:, 0] > 4).astype(np.int64)
    figure = labelled_plane(Gaussian(), LINE, labels, ["low", "high", "never"])
    assert beside(figure) == ["low", "high", P_DATA]
    low, high = figure.axes[0].lines[:2]
    together = low.get_ydata() + high.get_ydata()
    np.testing.assert_allclose(together, histogram(LINE[:, 0], *(float(side[0]) for side in Gaussian().box))[1])


def test_the_modes_of_a_mixture_stand_dotted_beside_the_points_made_for_them():
    source = Overlapping()
    x, y = source.sample_labelled(3000, np.random.default_rng(0))
    [ax] = labelled_plane(source, x[y != 1], y[y != 1], source.classes).axes
    low, high, whole, *modes = ax.lines
    assert [each.get_color() for each in modes] == [low.get_color(), high.get_color()]
    for mode, label in zip(modes, (0, 2), strict=True):
        x, p = mode.get_data()
        bell = np.exp(-(((x - source.means[label]) / source.stds[label]) ** 2) / 2)
        np.testing.assert_allclose(p, bell / (3 * source.stds[label] * np.sqrt(2 * np.pi)), rtol=1e-9)
        assert mode.get_linestyle() == ":"
    missing = source.density_by_mode(x)[:, 1]
    np.testing.assert_allclose(whole.get_ydata() - sum(mode.get_ydata() for mode in modes), missing, atol=1e-12)


@pytest.mark.parametrize(
    ("points", "labels", "words"),
    [
        (PLANE, np.zeros(5, int), r"a label for each of 300 points, got \(5,\)"),
        (PLANE, np.full(300, 2), "labels from 0 to 1, which have names, got 2 to 2"),
        (PLANE, np.full(300, -1), "got -1 to -1"),
        (np.zeros((300, 3)), np.zeros(300, int), r"points \(n, 1\) or \(n, 2\), got \(300, 3\)"),
    ],
)
def test_labels_that_do_not_fit_are_one_clear_line(points, labels, words):
    with pytest.raises(ShapeMismatch, match=rf"^draw_labelled: expected [^\n]*{words}$"):
        labelled_plane(Ring(), points, labels, ["a", "b"])


def test_beside_d_star_the_legends_are_whole():
    source, judge = Ring(), lambda x: x[:, 0]
    samples = source.sample(50, np.random.default_rng(0))
    figure = portrait(source, samples, judge, title="iteration 100", optimal=judge)
    pixels = np.asarray(as_image(figure).convert("L"))
    assert pixels[-1].min() == 255
    assert pixels[-20:].min() < 128
