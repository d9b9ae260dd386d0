"""Figure 1 of Goodfellow et al. 2014: p_data, p_g and D over the line, and the map from z to G(z)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.drawing.symbols import COLOURS, OPTIMAL, P_DATA, P_G, Judge, histogram

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FLOOR, CEILING = -0.3, -0.05  # heights of the lines of z and of x below the curves, as shares of the height above
ARROWS = 32  # at most


def draw_line(
    ax: "Axes",
    source: Any,
    samples: Any,
    judge: Judge | None = None,
    output: str | None = "probability",
    arrows: tuple[Any, Any] | None = None,
    optimal: Judge | None = None,
) -> None:
    """Draws p_data dotted black, p_g green, D dashed blue and, below them, arrows from z to G(z).

    source: has a density on the line, and a box.   samples: of G, (n, 1).   output: the kind of D's output; other kinds
    than "probability" have no fixed range, and are scaled to [0, 1].   arrows: (z, G(z)), each (n, ...); drawn if z
    has one dimension.   optimal: the D that is optimal for this G, dotted blue.
    """
    lower, upper = float(source.box[0][0]), float(source.box[1][0])
    x = np.linspace(lower, upper, 400)
    p_data = source.density(x[:, None])
    top = 1.15 * max(p_data.max(), 1.0)
    ax.plot(x, p_data, ":", color=COLOURS["data"], label=P_DATA)
    ax.plot(*histogram(np.ravel(samples), lower, upper), "-", color=COLOURS["G"], label=P_G)
    name = "p(x)"
    if judge is not None:
        d, label = judge(x[:, None]), "D(x)"
        if output != "probability":
            d = (d - d.min()) / ((d.max() - d.min()) or 1)
            label = f"D(x), {'an' if output == 'energy' else 'a'} {output}, scaled to [0, 1]"
        ax.plot(x, d, "--", color=COLOURS["D"], label=label)
        name = "p(x) and D(x)"
    if optimal is not None:
        ax.plot(x, optimal(x[:, None]), ":", color=COLOURS["D"], label=f"{OPTIMAL}, the optimal D")
    bottom = 0.0
    if arrows is not None and np.shape(arrows[0])[1:] == (1,):
        _draw_arrows(ax, *arrows, lower, upper, top)
        bottom = -0.38 * top
    ax.set(xlim=(lower, upper), ylim=(bottom, top), xlabel="x", ylabel=name)
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= top])  # a density has no values below 0
    ax.legend(loc="upper right", framealpha=0.7)


def _draw_arrows(ax: "Axes", z: Any, end: Any, lower: float, upper: float, top: float) -> None:
    """Draws arrows from z, scaled to the width of the figure, to G(z), except those that end outside."""
    z, end = np.ravel(z), np.ravel(end)
    order = np.argsort(z)[:: max(1, len(z) // ARROWS)]
    z, end = z[order], end[order]
    start = lower + (z - z.min()) / (np.ptp(z) or 1.0) * (upper - lower)
    for a, b in zip(start, end, strict=True):
        if lower <= b <= upper:
            style = {"arrowstyle": "->", "color": "0.5", "lw": 0.6}
            ax.annotate("", (b, CEILING * top), (a, FLOOR * top), arrowprops=style)
    for name, height in (("x", CEILING), ("z", FLOOR)):
        ax.axhline(height * top, color="0.3", lw=0.8)
        ax.text(upper - 0.01 * (upper - lower), (height - 0.01) * top, name, va="top", ha="right")
