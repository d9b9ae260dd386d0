"""The picture of a truncation curve: precision against recall, and samples from noise with each threshold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.drawing.grid import grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def truncation(
    thresholds: Sequence[float | None],
    measured: Sequence[tuple[float, float]],
    floor: tuple[float, float],
    images: Sequence[Any],
    title: str = "",
) -> "Figure":
    """A figure with the curve and, beside it, a row of samples for each threshold.

    thresholds: of the noise, ascending; None for noise that is not truncated.   measured: (precision, recall) of each.
    floor: those of true examples.   images: for each threshold (n, H, W, C), from the same draws of noise.
    """
    from matplotlib.figure import Figure

    names = ["none" if each is None else f"{each:g}" for each in thresholds]
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    figure.suptitle(title, size=11, parse_math=False)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    precision, recall = np.array(measured).T
    left.plot(recall, precision, "o-", color="tab:green", ms=4, lw=1)
    for name, x, y in zip(names, recall, precision, strict=True):
        left.annotate(name, (x, y), xytext=(5, 4), textcoords="offset points", size=8)
    left.plot(floor[1], floor[0], "*", color="tab:blue", ms=11, label="true examples")
    left.set(xlabel="recall", ylabel="precision", xlim=(-0.02, 1.05), ylim=(min(*precision, floor[0]) - 0.03, 1.02))
    left.set_title("precision and recall by the threshold of |z|", size=9)
    left.legend(loc="lower left", fontsize=8, frameon=False)
    columns = len(images[0])
    picture = np.asarray(grid(np.concatenate(images), columns, scale=1))
    right.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest", aspect="equal")
    high = len(picture) / len(names)
    right.set_yticks([(i + 0.5) * high for i in range(len(names))], names)
    right.set(xticks=[])
    right.set_ylabel("threshold")
    right.set_title("the same noise in each column", size=9)
    for side in right.spines.values():
        side.set_visible(False)
    return figure
