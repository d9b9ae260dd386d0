"""A picture of G at one moment: a grid of images, or p_data, p_g and D where the density is known."""

from collections.abc import Sequence
from typing import Any

from tinygan.drawing.grid import class_grid, grid
from tinygan.drawing.line import draw_line
from tinygan.drawing.plane import draw_plane
from tinygan.drawing.samples import labelled_plane
from tinygan.drawing.symbols import OPTIMAL, Judge
from tinygan.errors import ShapeMismatch

SAMPLES = 4000  # enough for a good estimate of p_g


def portrait(
    source: Any,
    samples: Any,
    judge: Judge | None = None,
    output: str | None = "probability",
    *,
    names: Sequence[str] = (),
    arrows: tuple[Any, Any] | None = None,
    optimal: Judge | None = None,
    title: str = "",
    dpi: int = 100,
) -> Any:
    """A picture of samples of G against `source`: a PIL image of images side by side, a figure of points.

    samples: images (n, H, W, C), or points (n, d); `Labelled(x, y)` of a conditional G or one with codes, with images
    row by row, every class or category in turn.   judge, output: D's outputs as a function of points without labels,
    and their kind.   names: of the classes or categories.   arrows: (z, G(z)), for points on the line without labels.
    optimal: the outputs of the D that is optimal for this G, beside D's; points alone.
    dpi: dots an inch, of a picture of images.
    Raises ShapeMismatch if the examples are neither images nor points in one or two dimensions.
    """
    if len(source.shape) == 3:
        return class_grid(samples[0], names, title=title, dpi=dpi) if names else grid(samples, title=title, dpi=dpi)
    if source.shape not in ((1,), (2,)):
        raise ShapeMismatch(
            f"a portrait is drawn of images (H, W, C), or of points in 1 or 2 dimensions; the examples of "
            f"{source.name} have shape {source.shape}"
        )
    if names:
        x, y = samples
        return labelled_plane(source, x, y, names, title)
    from matplotlib.figure import Figure

    if source.shape == (1,):
        figure = Figure(figsize=(6, 4), layout="constrained")
        draw_line(figure.add_subplot(), source, samples, judge, output, arrows, optimal)
    else:
        judges = {"D(x)": judge} if optimal is None else {"D(x)": judge, OPTIMAL: optimal}
        figure = Figure(figsize=(6 * len(judges), 5.9 if optimal is None else 6.2), layout="constrained")
        axes = figure.subplots(1, len(judges), squeeze=False)[0]
        for ax, (name, each) in zip(axes, judges.items(), strict=True):
            draw_plane(ax, source, samples, each, output, name=name)
    figure.suptitle(title, parse_math=False)
    return figure
