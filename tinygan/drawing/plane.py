"""D as a surface over the plane, with p_data and samples of G on it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.drawing.symbols import COLOURS, P_DATA, Judge, sides

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDE = 160  # points of the surface along each axis
LEVELS = (0.1, 0.5)  # contours of p_data, as shares of its peak
POINTS = 1500  # samples, at most


def draw_plane(
    ax: "Axes",
    source: Any,
    samples: Any,
    judge: Judge | None = None,
    output: str | None = "probability",
    size: float = 3,
    letters: float = 8,
    name: str = "D(x)",
) -> None:
    """Draws D from blue (fake) to red (real), p_data's contours in black, samples of G in green, and a legend below.

    source: has a density on the plane, and a box.   samples: (n, 2).   size: the area of a sample, in square points.
    letters: the size of those in the legend, in points.   name: of the outputs, if they are another D's. A place
    where they are nan stays white.
    """
    (left, bottom), (right, top) = source.box
    xs, ys = np.linspace(left, right, SIDE), np.linspace(bottom, top, SIDE)
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    p = source.density(points).reshape(SIDE, SIDE)
    meanings = []
    if judge is not None:
        meanings = _draw_surface(ax, xs, ys, judge(points).reshape(SIDE, SIDE), output or "score", name)
    ax.contour(xs, ys, p, levels=p.max() * np.array(LEVELS), colors=COLOURS["data"], linewidths=0.7)
    samples = samples[:POINTS]
    dots = ax.scatter(samples[:, 0], samples[:, 1], s=size, color=COLOURS["G"], label="G(z)")
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    handles = [dots, _contours(hasattr(source, "centres")), *meanings]
    place: Any = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.11), "ncols": 2}
    ax.legend(handles=handles, fontsize=letters, frameon=False, **place)


def _draw_surface(ax: "Axes", xs: Any, ys: Any, d: Any, output: str, name: str) -> list[Any]:
    """Draws D's outputs (SIDE, SIDE) in colours, and returns the legend entries for red and blue."""
    from matplotlib.patches import Patch

    colours = "coolwarm_r" if output == "energy" else "coolwarm"  # real examples have a low energy
    lowest, highest = (0, 1) if output == "probability" else (None, None)
    surface = ax.pcolormesh(xs, ys, d, cmap=colours, vmin=lowest, vmax=highest, shading="auto", alpha=0.6)
    surface.set_rasterized(True)  # one image in an .svg or a .pdf instead of 25,600 shapes
    ax.figure.colorbar(surface, ax=ax, label=name if output == "probability" else f"{name}, {output}")
    ends = (0.0, 1.0) if output == "energy" else (1.0, 0.0)
    return [
        Patch(color=surface.cmap(end), alpha=0.6, label=meaning)
        for end, meaning in zip(ends, sides(output, name), strict=True)
    ]


def _contours(closed: bool) -> Any:
    """The legend entry for the contours, for which matplotlib makes none: a circle if they are closed, else a line."""
    from matplotlib.lines import Line2D

    low, high = (f"{level:.0%}" for level in LEVELS)
    style: Any = {"ls": "none", "marker": "o", "mfc": "none", "mew": 0.7} if closed else {"lw": 0.7}
    return Line2D([], [], color=COLOURS["data"], label=f"{P_DATA} at {low} and {high} of its peak", **style)
