"""A vector field in the plane, with orbits and curves on top and the equilibrium marked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDE = 11  # points of the grid along each axis, at which the field is asked for
HEAD = 1.4  # half the width of an arrow, in points

Vectors = Callable[[NDArray], NDArray]


@dataclass(frozen=True)
class Field:
    """Streamlines of `vectors` over the square [-reach, reach]^2 about the equilibrium 0, a panel of `panels`.

    vectors: from points (n, 2) to vectors (n, 2).
    orbits: points (m, 2) by name, drawn with a dot for each step and a ring at the first.   curves: drawn as lines.
    x, y: names of the axes.
    """

    title: str
    vectors: Vectors
    orbits: Mapping[str, NDArray] = field(default_factory=dict)
    curves: Mapping[str, NDArray] = field(default_factory=dict)
    reach: float = 1.5
    x: str = r"$\theta$, of G"
    y: str = r"$\psi$, of D"

    def draw(self, ax: "Axes") -> None:
        """Draws the panel with its legend below."""
        from matplotlib.collections import LineCollection, PolyCollection
        from matplotlib.transforms import IdentityTransform

        lines, tips, directions = streams(self.vectors, self.reach)
        across = directions[:, ::-1] * (-1, 1)  # turned by 90 degrees
        heads = np.stack([0 * directions, across - 2 * directions, -across - 2 * directions], axis=1) * HEAD
        style: Any = {"color": "0.75", "linewidth": 0.6, "zorder": 2}
        ax.add_collection(LineCollection(lines, **style))
        style |= {"sizes": (1,), "transform": IdentityTransform(), "offsets": tips, "offset_transform": ax.transData}
        ax.add_collection(PolyCollection(list(heads), **style))
        for i, (name, path) in enumerate(self.orbits.items()):
            self._path(ax, name, path, f"C{i}", marker=".", ms=3.5, lw=0.7)
        for i, (name, path) in enumerate(self.curves.items(), len(self.orbits)):
            self._path(ax, name, path, f"C{i}", lw=1.4)
        ax.plot(0, 0, "+", color="black", ms=9, mew=1.6, ls="none", label="equilibrium", zorder=4)
        limits = (-self.reach, self.reach)
        ax.set(xlim=limits, ylim=limits, aspect="equal", xlabel=self.x, ylabel=self.y)
        ax.set_title(self.title, size=10)
        place: Any = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.17), "ncols": 2}
        ax.legend(fontsize=8, frameon=False, **place)

    def _path(self, ax: "Axes", name: str, path: NDArray, colour: str, **style: Any) -> None:
        """Draws a path, and a ring where it begins."""
        ax.plot(path[:, 0], path[:, 1], color=colour, label=name, **style)
        ax.plot(*path[0], "o", mfc="white", mec=colour, ms=5, zorder=3)


@lru_cache(
    maxsize=8
)  # finding the lines takes most of the time of a picture, and an animation draws them in each frame
def streams(vectors: Vectors, reach: float) -> tuple[list[NDArray], NDArray, NDArray]:
    """The streamlines of `vectors` over the square, each (n, 2), and of an arrow on each the tip and the direction.

    Remembered for the same function, so a function must return the same vectors each time.
    """
    from matplotlib.figure import Figure

    axis = np.linspace(-reach, reach, SIDE)
    points = np.stack(np.meshgrid(axis, axis), axis=-1)  # (SIDE, SIDE, 2), rows along y
    u, v = np.moveaxis(vectors(points.reshape(-1, 2)).reshape(points.shape), -1, 0)
    ax: Any = Figure().add_subplot()
    found = ax.streamplot(axis, axis, u, v, density=0.9)
    tails, tips = np.moveaxis(np.array([arrow._posA_posB for arrow in ax.patches]), 1, 0)
    along = tips - tails
    return found.lines.get_segments(), tips, along / np.linalg.norm(along, axis=1, keepdims=True)
