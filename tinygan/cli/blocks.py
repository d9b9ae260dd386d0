"""A picture in the characters of a terminal: each is two pixels, the upper half block over its background."""

from typing import Any

import numpy as np
from rich.style import Style
from rich.text import Text

HALF = "\N{UPPER HALF BLOCK}"
FINER = 4  # dots of a figure for each pixel, so that thin lines are found


def blocks(picture: Any, columns: int, rows: int) -> Text:
    """The picture, a matplotlib figure or a PIL image, in at most `columns` x `rows` characters.

    Of a figure the curves and points are drawn, and no text, for which the pixels are too large.
    """
    image = _bare(picture, columns) if hasattr(picture, "axes") else picture.convert("RGB")
    scale = min(columns / image.width, 2 * rows / image.height)
    pixels = np.asarray(image.resize((max(1, int(image.width * scale)), max(2, int(image.height * scale) // 2 * 2))))
    text = Text(no_wrap=True, end="")
    for upper, lower in zip(pixels[::2], pixels[1::2], strict=True):
        for above, below in zip(upper.tolist(), lower.tolist(), strict=True):
            text.append(HALF, Style(color=_hex(above), bgcolor=_hex(below)))
        text.append("\n")
    return text


def _hex(pixel: list[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*pixel)


def _bare(figure: Any, columns: int) -> Any:
    """A figure without text and axes as a PIL image, its lines as wide as a pixel of the terminal."""
    from PIL import ImageFilter

    from tinygan.drawing.save import as_image

    figure.suptitle("")
    figure.set_layout_engine("constrained")  # the panels take the place of the text
    for ax in figure.axes:
        ax.axis("off")
        ax.set_title("")
        if ax.get_legend():
            ax.get_legend().remove()
    image = as_image(figure, dpi=int(FINER * columns / figure.get_figwidth()))
    return image.filter(ImageFilter.MinFilter(FINER + 1))
