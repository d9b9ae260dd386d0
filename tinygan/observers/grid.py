"""Images side by side."""

from math import ceil, sqrt
from typing import Any

import numpy as np
from PIL import Image


def grid(images: Any, columns: int | None = None, *, gap: int = 2, scale: int | None = None) -> Image.Image:
    """Images (n, H, W, C), uint8 with 1 or 3 channels, as one picture, row by row.

    columns: by default so that the picture is about square.
    gap: pixels between images.   scale: how many times each pixel is repeated; by default so that the picture is about
    500 wide.
    """
    images = np.asarray(images)
    n, h, w, c = images.shape
    columns = min(columns or ceil(sqrt(n)), n)
    rows = ceil(n / columns)
    scale = scale or max(1, round(500 / (columns * (w + gap))))
    sheet = np.full((rows * (h + gap) + gap, columns * (w + gap) + gap, c), 255, np.uint8)
    for i, image in enumerate(images):
        top, left = gap + i // columns * (h + gap), gap + i % columns * (w + gap)
        sheet[top : top + h, left : left + w] = image
    picture = Image.fromarray(sheet[:, :, 0] if c == 1 else sheet[:, :, :3])
    return picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)
