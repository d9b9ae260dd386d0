"""Pictures of samples that are points: beside the data, or coloured by label."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.drawing.symbols import COLOURS, P_DATA, P_G, histogram
from tinygan.errors import ShapeMismatch

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROWS = 20  # of a legend


def scattered(samples: Any, source: Any = None, title: str = "") -> "Figure":
    """A figure of samples of G: (n, 1) with p_data, or (n, 2) with as many examples.

    source: without one, or without a density, the samples are drawn alone.
    """
    figure, ax = _axes(title)
    known = hasattr(source, "density")
    if samples.shape[1] == 1:
        lower, upper = _limits(samples, source)
        ax.plot(*histogram(samples[:, 0], lower, upper), color=COLOURS["G"], label=P_G)
        if known:
            x = np.linspace(lower, upper, 400)
            ax.plot(x, source.density(x[:, None]), ":", color=COLOURS["data"], label=P_DATA)
        ax.set(xlim=(lower, upper), xlabel="x", ylabel="p(x)")
    else:
        if known:
            real = source.sample(len(samples), np.random.default_rng(0))
            ax.scatter(real[:, 0], real[:, 1], s=3, color="0.7", label="data")
        ax.scatter(samples[:, 0], samples[:, 1], s=3, color=COLOURS["G"], label="G(z)")
        _frame_plane(ax, source)
    ax.legend(loc="upper right")
    return figure


def labelled_plane(source: Any, points: Any, labels: Any, names: Sequence[str], title: str = "") -> "Figure":
    """A figure of points coloured by label, with a legend of the labels beside them; see `draw_labelled`."""
    figure, ax = _axes(title)
    draw_labelled(ax, source, points, labels, names)
    handles, texts = ax.get_legend_handles_labels()
    columns = -(-len(texts) // ROWS)
    figure.set_figwidth(figure.get_figwidth() + 1.1 * (columns - 1))
    figure.legend(handles, texts, loc="outside right center", markerscale=2, ncols=columns, fontsize=8)
    return figure


def draw_labelled(ax: "Axes", source: Any, points: Any, labels: Any, names: Sequence[str], size: float = 3) -> None:
    """Draws points (n, d) coloured by label, each label that occurs under its name; d is 1 or 2.

    source: gives the limits and, if its density is known, points of the data. On the line they are p_data and, of a
    mixture, the part of each label's mode, dotted.
    labels: (n,) whole numbers, indices of names.   size: the area of a point, in square points.
    Raises ShapeMismatch if points have more dimensions, or if there is not one label with a name for each.
    """
    points, labels = np.asarray(points), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] not in (1, 2):
        raise ShapeMismatch(f"draw_labelled: expected points (n, 1) or (n, 2), got {points.shape}")
    if labels.shape != points.shape[:1]:
        raise ShapeMismatch(f"draw_labelled: expected a label for each of {len(points)} points, got {labels.shape}")
    if len(labels) and not 0 <= labels.min() <= labels.max() < len(names):
        raise ShapeMismatch(
            f"draw_labelled: expected labels from 0 to {len(names) - 1}, which have names, "
            f"got {labels.min()} to {labels.max()}"
        )
    colours = _colours(len(names))
    shown = np.unique(labels)
    groups = [(names[label], colours[label], points[labels == label]) for label in shown]
    if points.shape[1] == 1:
        _draw_labelled_line(ax, source, points, groups)
        if hasattr(source, "density_by_mode") and len(source.centres) == len(names):  # labels are the modes
            _draw_modes(ax, source, points, shown, colours)
    else:
        _draw_labelled_plane(ax, source, points, groups, size)


def _colours(count: int) -> list[Any]:
    """A colour for each label, other than the data's grey."""
    from matplotlib import colormaps

    if count <= 9:
        return [colour for colour in colormaps["tab10"](range(10)) if np.ptp(colour[:3]) > 0]
    return list(colormaps["turbo"](np.linspace(0, 1, count)))


def _draw_labelled_line(ax: "Axes", source: Any, points: Any, groups: list[tuple[str, Any, Any]]) -> None:
    """Draws a histogram of each label's points, scaled by the label's share, so that they sum to p_g."""
    lower, upper = _limits(points, source)
    for name, colour, own in groups:
        centres, density = histogram(own[:, 0], lower, upper)
        ax.plot(centres, density * len(own) / len(points), color=colour, label=name)
    if hasattr(source, "density"):
        x = np.linspace(lower, upper, 400)
        ax.plot(x, source.density(x[:, None]), ":", color=COLOURS["data"], label=P_DATA)
    ax.set(xlim=(lower, upper), xlabel="x", ylabel="p(x)")


def _draw_modes(ax: "Axes", source: Any, points: Any, labels: Any, colours: list[Any]) -> None:
    """Draws the density of each label's mode, times its weight, dotted."""
    x = np.linspace(*_limits(points, source), 400)
    densities = source.density_by_mode(x[:, None])
    for label in labels:
        ax.plot(x, densities[:, label], ":", color=colours[label])


def _draw_labelled_plane(ax: "Axes", source: Any, points: Any, groups: list[tuple[str, Any, Any]], size: float) -> None:
    """Draws the points of each label in its colour, over points of the data in grey."""
    if hasattr(source, "density"):
        real = source.sample(len(points), np.random.default_rng(0))
        ax.scatter(real[:, 0], real[:, 1], s=size, color="0.8", label="data")
    for name, colour, own in groups:
        ax.scatter(own[:, 0], own[:, 1], s=size, color=colour, label=name)
    _frame_plane(ax, source)


def _axes(title: str) -> tuple["Figure", "Axes"]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 5), layout="compressed")  # "constrained" cuts off axes of equal aspect
    ax = figure.add_subplot()
    figure.suptitle(title, size=10, parse_math=False)
    return figure, ax


def _limits(samples: Any, source: Any) -> tuple[float, float]:
    """The limits of the line: those of the source's box or, without one, of the samples."""
    if hasattr(source, "box"):
        return float(source.box[0][0]), float(source.box[1][0])
    lower, upper = float(samples.min()), float(samples.max())
    return (lower, upper) if lower < upper else (lower - 0.5, upper + 0.5)


def _frame_plane(ax: "Axes", source: Any) -> None:
    if hasattr(source, "box"):
        (left, bottom), (right, top) = source.box
        ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
