"""Writing of pictures, which are matplotlib figures or PIL images, as png, svg or pdf."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinygan.disk import AnyPath, atomic
from tinygan.errors import SettingError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

FORMATS = ("png", "svg", "pdf")
DPI = 100  # dots an inch by default
UNDATED: dict[str, dict[str, Any]] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


def save_picture(path: AnyPath, picture: "Figure | Image", format: str | None = None, dpi: int = DPI) -> None:
    """Writes a figure or an image to `path`, atomically. A picture has the same bytes whenever it is written.

    format: "png", "svg" or "pdf"; by default the ending of `path`.   dpi: dots an inch; an image keeps its pixels.
    Raises SettingError if the format is another.
    """
    import matplotlib
    from matplotlib.figure import Figure

    format = format or Path(path).suffix[1:]
    if format not in FORMATS:
        raise SettingError(f"a picture is written as png, svg or pdf, got {format!r}; choose one of them")
    with atomic(path) as file:
        if not isinstance(picture, Figure) and format == "png":
            picture.save(file, format="PNG", dpi=(dpi, dpi))
            return
        figure = picture if isinstance(picture, Figure) else _framed(picture, dpi)
        with matplotlib.rc_context({"svg.hashsalt": "tinygan"}):  # without it ids inside the file are random
            figure.savefig(file, format=format, dpi=dpi, metadata=UNDATED[format])


def as_image(figure: "Figure", dpi: int = DPI) -> "Image":
    """A matplotlib figure as a PIL image."""
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    return Image.open(buffer).convert("RGB")


def _framed(image: "Image", dpi: int) -> "Figure":
    """A figure of the image alone, without axes, with one of its pixels for each dot."""
    import numpy as np
    from matplotlib.figure import Figure

    figure = Figure(figsize=(image.width / dpi, image.height / dpi))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.imshow(np.asarray(image), cmap="gray", vmin=0, vmax=255, interpolation="none", aspect="auto")
    ax.axis("off")
    return figure
