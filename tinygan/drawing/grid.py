"""Images side by side, with a title and a heading for each column."""

from collections.abc import Sequence
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.data import as_uint8
from tinygan.drawing.save import as_image
from tinygan.errors import ShapeMismatch

if TYPE_CHECKING:
    from PIL.Image import Image

INCHES = 5.0  # width of a picture whose scale is not given
MOST_PIXELS = 2**28  # of a picture: 0.8 GB
LETTER = 0.62  # width of an average letter, as a share of the font's size


def grid(
    images: Any,
    columns: int | None = None,
    *,
    titles: Sequence[str] = (),
    title: str = "",
    gap: int = 2,
    scale: int | None = None,
    dpi: int = 100,
) -> "Image":
    """Images (n, H, W, C), bytes or floats in [-1, 1] with 1 or 3 channels, as one picture, row by row.

    columns: by default the picture is about square.   titles: of the columns.   title: of the whole.   gap: pixels
    between images.   scale: repetitions of each pixel; by default the picture is about 5 inches wide.   dpi: dots an
    inch.
    Raises ShapeMismatch if the arrays are no images, if there are more titles than columns, or if the picture would
    have more than 2^28 pixels.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape:
        raise ShapeMismatch(f"grid: expected images (n, H, W, C) with 1 or 3 channels, got {images.shape}")
    if images.dtype != np.uint8:
        images = as_uint8(images)
    n, h, w, c = images.shape
    columns = min(columns or ceil(sqrt(n)), n)
    if len(titles) > columns:
        raise ShapeMismatch(f"grid: expected at most {columns} titles, one for each column, got {len(titles)}")
    scale = scale or max(1, round(INCHES * dpi / (columns * (w + gap))))
    high, wide = ceil(n / columns) * (h + gap) + gap, columns * (w + gap) + gap
    if scale**2 * high * wide > MOST_PIXELS:
        raise ShapeMismatch(
            f"grid: {n:,} images make a picture of {scale * wide:,} x {scale * high:,} pixels; draw fewer, or lower dpi"
        )
    sheet = np.full((high, wide, c), 255, np.uint8)
    for i, image in enumerate(images):
        top, left = gap + i // columns * (h + gap), gap + i % columns * (w + gap)
        sheet[top : top + h, left : left + w] = image
    return _headed(sheet, scale, title, list(titles), (gap + w / 2, w + gap), dpi)


def class_grid(images: Any, names: Sequence[str], *, title: str = "", scale: int | None = None, dpi: int = 100) -> Any:
    """Images (rows * K, H, W, C), row by row, as a PIL image with a row for each z and a column for each of K classes.

    names: of the K classes, over the columns.   Many rows of few classes stand in blocks side by side, each under its
    names, so that the picture is not much higher than wide.
    Raises ShapeMismatch if the number of images is not a multiple of K.
    """
    if not names or len(images) % len(names):
        raise ShapeMismatch(f"class_grid: expected rows of {len(names)} images, one for each class, got {len(images)}")
    images, k = np.asarray(images), len(names)
    blocks = max(1, int(sqrt(len(images)) / k))
    if blocks > 1:
        images = _side_by_side(images if images.dtype == np.uint8 else as_uint8(images), k, blocks)
    return grid(images, blocks * k, titles=[*names] * blocks, title=title, scale=scale, dpi=dpi)


def _side_by_side(images: Any, k: int, blocks: int) -> Any:
    """Rows of k images as `blocks` columns of rows, read down the first, then the next; white where none is left."""
    high = ceil(len(images) / (k * blocks))
    white = np.full((blocks * high * k - len(images), *images.shape[1:]), 255, np.uint8)
    rows = np.concatenate([images, white]).reshape(blocks, high, k, *images.shape[1:])
    return rows.swapaxes(0, 1).reshape(-1, *images.shape[1:])


def _headed(sheet: Any, scale: int, title: str, titles: list[str], places: tuple[float, float], dpi: int) -> "Image":
    """The sheet of pixels (H, W, C), each repeated `scale` times, below its title and those of its columns.

    places: the middle of the first column, and the distance to the next, in pixels of the sheet.
    """
    from PIL import Image

    height, width = scale * sheet.shape[0], scale * sheet.shape[1]
    first, distance = (scale * place for place in places)
    bands = []
    if title:
        points = min(10.0, 0.96 * width / dpi * 72 / (LETTER * len(title)))
        bands.append(_band(width, [(width / 2, title)], points, False, dpi))
    if titles:
        longest = max(1, max(map(len, titles)))
        points = 0.9 * distance / dpi * 72 / (LETTER * longest)
        upright = points < 6
        found = [(first + i * distance, text) for i, text in enumerate(titles)]
        bands.append(_band(width, found, 8.0 if upright else min(10.0, points), upright, dpi))
    if not bands and sheet.shape[2] == 1:
        picture = Image.fromarray(sheet[:, :, 0])
        return picture.resize((width, height), Image.Resampling.NEAREST)
    pixels = Image.fromarray(np.broadcast_to(sheet, (*sheet.shape[:2], 3)).copy())
    whole = Image.new("RGB", (width, sum(band.height for band in bands) + height), "white")
    top = 0
    for part in (*bands, pixels.resize((width, height), Image.Resampling.NEAREST)):
        whole.paste(part, (0, top))
        top += part.height
    return whole


def _band(width: int, texts: list[tuple[float, str]], points: float, upright: bool, dpi: int) -> "Image":
    """A strip `width` pixels wide with each text centred at its place, in pixels from the left.

    upright: whether the texts are vertical.
    """
    from matplotlib.figure import Figure

    em = points / 72
    height = em * (LETTER * max(len(text) for _, text in texts) + 1 if upright else 1.7)
    figure = Figure(figsize=(width / dpi, height))
    for place, text in texts:
        y, align = (0.0, "bottom") if upright else (0.5, "center")
        rotation = 90 if upright else 0
        figure.text(place / width, y, text, size=points, ha="center", va=align, rotation=rotation, parse_math=False)
    return as_image(figure, dpi)
