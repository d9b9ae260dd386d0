"""Panels of named curves side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DASHED = (0, (4, 2))


@dataclass(frozen=True)
class Panel:
    """Curves over one pair of axes.

    curves: x and y of each curve, by its name.   points: the same, drawn as dots.   levels: horizontal lines by name.
    bands: x, the lower and the upper end of a band around the curve of that name, in its colour.
    logarithmic: the axes with a logarithmic scale: "", "x", "y" or "xy".   colours: of some of the curves and points.
    """

    title: str
    curves: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    points: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)
    x: str = ""
    y: str = ""
    logarithmic: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    bands: Mapping[str, tuple[Any, Any, Any]] = field(default_factory=dict)

    def draw(self, ax: "Axes") -> None:
        """Draws the panel with its legend."""
        for name, (x, y) in self.curves.items():
            [line] = ax.plot(x, y, lw=1.4, label=name, color=self.colours.get(name))
            if name in self.bands:
                ax.fill_between(*self.bands[name], color=line.get_color(), alpha=0.2, lw=0)
        for name, (x, y) in self.points.items():
            ax.plot(x, y, "o", ms=4, label=name, color=self.colours.get(name))
        for name, level in self.levels.items():
            ax.axhline(level, lw=0.9, ls=DASHED, color="0.5")
            ax.annotate(name, (1, level), (-3, 2), ax.get_yaxis_transform(), "offset points", ha="right", size=8)
        for axis in self.logarithmic:
            ax.set(**{f"{axis}scale": "log"})
        ax.set(xlabel=self.x, ylabel=self.y)
        ax.set_title(self.title, size=10)
        if self.curves or self.points:
            ax.legend(fontsize=8, frameon=False)


class Drawable(Protocol):
    """A panel of any kind, such as a `Panel` or a `Field`."""

    def draw(self, ax: "Axes") -> None: ...


def panels(parts: Sequence[Drawable], title: str = "", most: int = 3) -> "Figure":
    """A figure of the panels, up to `most` in a row."""
    from matplotlib.figure import Figure

    columns = min(most, len(parts))
    rows = -(-len(parts) // columns)
    figure = Figure(figsize=(4.2 * columns, 3.5 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for part, ax in zip(parts, axes, strict=False):
        part.draw(ax)
    for ax in axes[len(parts) :]:
        ax.axis("off")
    figure.suptitle(title, size=11)
    return figure
