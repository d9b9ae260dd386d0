"""A network as a picture: its maps as boxes, as high as their sides, with skip connections as arcs."""

from collections.abc import Sequence
from math import log2
from typing import Any, NamedTuple

HEIGHT = 2.0  # inches of the largest side
LEAST = 5  # pixels of that side, so that the boxes of a network of points are flat
NARROW, BROAD = 0.09, 0.06  # inches of a box with one channel, and more for each doubling of the channels
LINE = 0.14  # inches between the names of two layers
COPIED = 0.35  # the opacity of channels that a skip connection has brought

Shape = tuple[int, ...]
Stage = tuple[str, Shape, int | None]
"""The name of a layer, the shape of its output for one example, and the index of the stage that it is joined with.

The index is None for most layers, and -1 for the input of the network.
"""

Row = tuple[str, str, Shape, Sequence[Stage]]
"""The title, the colour, the shape of the input for one example, and the stages of a network."""


class Map(NamedTuple):
    """A map that is drawn: its shape, the layers that lead to it from the map before, and the map joined with it."""

    shape: Shape
    layers: tuple[str, ...] = ()
    skip: int | None = None


def maps_of(shape: Shape, stages: Sequence[Stage]) -> list[Map]:
    """The maps of a network for an input of `shape`: wherever the shape changes or a skip connection begins or ends.

    What is to be joined with another map is drawn as a part of both together.

    >>> maps_of((2,), [("Dense", (8,), None), ("relu", (8,), None), ("Dense", (1,), None)])
    [Map(shape=(2,), layers=(), skip=None), Map(shape=(8,), layers=('Dense', 'relu'), skip=None),
     Map(shape=(1,), layers=('Dense',), skip=None)]
    """
    maps, at = [Map(shape)], {-1: 0}
    names: list[str] = []
    begins = {skip for _, _, skip in stages}
    for i, (name, shape, skip) in enumerate(stages):
        names.append(name)
        _, after, joined = stages[i + 1] if i + 1 < len(stages) else ("", (), None)
        changes = shape != after and joined is None and (shape != maps[-1].shape or not after)
        if changes or skip is not None or i in begins:
            at[i] = len(maps)
            maps.append(Map(shape, tuple(names), None if skip is None else at[skip]))
            names.clear()
    return maps


def network(rows: Sequence[Row]) -> Any:
    """A matplotlib figure with a row for each network.

    A box is as high as the side of its map; its width grows with the logarithm of the channels. The names of the layers
    stand between the maps. The pale part of a box has the channels that a skip connection brought.
    """
    from matplotlib.figure import Figure

    drawn = [(title, colour, maps_of(shape, stages)) for title, colour, shape, stages in rows]
    places = [_places(maps) for _, _, maps in drawn]
    width = 0.5 + max([*(place[-1] for place in places), *(0.09 * len(title) for title, _, _ in drawn)])
    tall = HEIGHT + 1.4
    figure = Figure(figsize=(width, tall * len(rows)))
    for i, ((title, colour, maps), place) in enumerate(zip(drawn, places, strict=True)):
        ax = figure.add_axes((0, 1 - (i + 1) / len(rows), 1, 1 / len(rows)))  # in inches, from the middle of the maps
        ax.set(xlim=(0, width), ylim=(-0.5 * HEIGHT - 0.5, 0.5 * HEIGHT + 0.9))
        ax.axis("off")
        ax.text(0.25, 0.5 * HEIGHT + 0.7, title, size=11, va="center")
        _draw(ax, maps, place, colour)
    return figure


def _places(maps: list[Map]) -> list[float]:
    """The left edge of each map in inches, and the right edge of the last."""
    x, places = 0.25, []
    for each in maps:
        x += max(LINE * len(each.layers) + 0.12, 0.3) if each.layers else 0.0
        places.append(x)
        x += _breadth(each)
    return [*places, x]


def _breadth(each: Map) -> float:
    return NARROW + BROAD * log2(each.shape[-1])


def _side(each: Map, largest: int) -> float:
    """The height of a box in inches: that of its map, or a line for a vector."""
    return max(HEIGHT * (each.shape[0] if len(each.shape) == 3 else 1) / largest, 0.05)


def _draw(ax: Any, maps: list[Map], places: list[float], colour: str) -> None:
    """Draws the boxes, the names of layers between them, the shapes below and the arcs above."""
    from matplotlib.patches import FancyArrowPatch, Rectangle

    largest = max([LEAST, *(each.shape[0] for each in maps if len(each.shape) == 3)])
    right = 0.0
    for i, each in enumerate(maps):
        left, breadth, height = places[i], _breadth(each), _side(each, largest)
        source = None if each.skip is None else maps[each.skip]
        pale = breadth * source.shape[-1] / each.shape[-1] if source and source.shape != each.shape else 0.0
        for start, wide, alpha in ((left, pale, COPIED), (left + pale, breadth - pale, 0.9)):
            ax.add_patch(Rectangle((start, -height / 2), wide, height, color=colour, alpha=alpha, lw=0))
        middle = left + breadth / 2
        sides = " x ".join(map(str, each.shape[:-1]))
        text = f"{sides}\n{each.shape[-1]}" if sides else f"{each.shape[-1]}"
        ax.text(middle, -HEIGHT / 2 - 0.1, text, size=6.5, ha="center", va="top")
        if i:
            ax.add_patch(
                FancyArrowPatch((right, 0), (left, 0), arrowstyle="-|>", mutation_scale=6, color="0.3", lw=0.8)
            )
            for j, name in enumerate(each.layers):
                x = (right + left) / 2 + LINE * (j - (len(each.layers) - 1) / 2)
                ax.text(x, -0.05, name, size=6, rotation=90, ha="center", va="top", color="0.3")
        if source is not None:
            start = places[each.skip or 0] + _breadth(source) / 2
            ends = (start, _side(source, largest) / 2 + 0.03), (middle, height / 2 + 0.03)
            bend = -min(0.4, 1.4 / (middle - start))  # at most 0.7 inches high
            style: dict[str, Any] = {"connectionstyle": f"arc3,rad={bend}", "arrowstyle": "-|>", "mutation_scale": 7}
            ax.add_patch(FancyArrowPatch(*ends, color="0.5", lw=1.0, **style))
        right = left + breadth
