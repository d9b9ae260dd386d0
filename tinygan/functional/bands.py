"""The fast form of convolution.py: one matrix product for each strip of the kernel, instead of one for all windows.

A band is `stride` rows of the padded image, a strip is `stride` rows of the kernel. At output row r, strip i covers
band r + i. For 8 rows of pixels and a 4 x 4 kernel of stride 2:

    rows of pixels    band    the kernel at output row 0    1          2
        0, 1           0      strip 0
        2, 3           1      strip 1                       strip 0
        4, 5           2                                    strip 1    strip 0
        6, 7           3                                               strip 1

Row (r, n, j) of the matrix of bands is the patch of image n under the kernel at output column j, for the band of input
rows that output row r starts with. For 2 images and 3 output columns (3 rows of y, 4 bands), the matrix has rows

    bands[0]    (0, 0, 0) (0, 0, 1) (0, 0, 2) (0, 1, 0) (0, 1, 1) (0, 1, 2)    rows 0, 1 of pixels of both images
    bands[1]    (1, 0, 0) ...                                                  rows 2, 3
    bands[2]    (2, 0, 0) ...                                                  rows 4, 5
    bands[3]    (3, 0, 0) ...                                                  rows 6, 7

Over all output rows, strip 0 is multiplied with bands[0:3] and strip 1 with bands[1:4]:

    conv2d             y = bands[0:3] @ strip 0 + bands[1:4] @ strip 1
    conv2d_weight      strip 0 = bands[0:3].T @ y, strip 1 = bands[1:4].T @ y
    conv_transpose2d   bands[0:3] += y @ strip 0.T, bands[1:4] += y @ strip 1.T; then bands are folded into an image

The matrix of bands holds each pixel KW / stride times, a matrix of windows KH KW / stride^2 times: here 2 and 4 times.
The slices are contiguous because r is the first index of a row. For the same reason images are (H, N, W, C) in memory.
This form saves 5 to 10% of an iteration of a DCGAN (docs/performance.md).
"""

from typing import NamedTuple

from tinygan.autograd.arithmetic import product
from tinygan.functional.windows import output_size, pair

SLAB = 1 << 19  # numbers in a slab, a range of bands that fits into the cache (docs/performance.md)


def conv2d(xp, x, w, stride, padding):
    """The fast form of convolution.conv2d, which checks the arguments."""
    layout = _layout(x.shape, w.shape[:2], stride, padding)
    bands, w = layout.bands(xp, x), w.reshape(-1, w.shape[3])
    (band, strip), *others = layout.products(bands)
    y = product(xp, band, w[strip])
    for band, strip in others:
        y += product(xp, band, w[strip])
    return y.reshape(layout.oh, layout.n, layout.ow, y.shape[1]).transpose(1, 0, 2, 3)


def conv2d_weight(xp, x, y, kernel, stride, padding):
    """The fast form of convolution.conv2d_weight, which checks the arguments."""
    layout = _layout(x.shape, kernel, stride, padding)
    bands, y = layout.bands(xp, x), layout.matrix(y)
    w = xp.empty((layout.kh * layout.kw * layout.c, y.shape[1]), xp.result_type(x, y))
    for band, strip in layout.products(bands):
        product(xp, band.T, y, into=w[strip])
    return w.reshape(layout.kh, layout.kw, layout.c, w.shape[1])


def conv_transpose2d(xp, y, w, size, stride, padding):
    """The fast form of convolution.conv_transpose2d, which checks the arguments, to images of `size` (H, W)."""
    layout = _layout((len(y), *size, w.shape[2]), w.shape[:2], stride, padding)
    y, w = layout.matrix(y), w.reshape(-1, w.shape[3])
    image = layout.empty_image(xp, xp.result_type(y, w))
    for slab in layout.slabs(xp):  # few bands, so that they are still in the cache when they are folded
        bands = xp.empty((len(slab) * layout.rows_per_band, layout.width), image.dtype)
        for i, strip in enumerate(layout.strips()):
            rows, target = layout.overlap(slab, i)
            part = bands[target, : len(w[strip])]
            if i:
                part += product(xp, y[rows], w[strip].T)
            else:
                product(xp, y[rows], w[strip].T, into=part)
                bands[len(part) :] = 0
                bands[:, part.shape[1] :] = 0
        layout.fold(xp, bands, image[slab.start : slab.stop])
    return layout.cropped(xp, image)


def _layout(shape, kernel, stride, padding):
    """The bands of images of `shape` (N, H, W, C)."""
    (n, h, w, c), (kh, kw), (sh, sw), (ph, pw) = shape, kernel, pair(stride), pair(padding)
    oh, ow = output_size(shape, kernel, stride, padding)
    # With one output row the stride is unused: the whole kernel is one strip.
    return Bands(n, h, w, c, kh, kw, kh if oh == 1 else sh, kw if ow == 1 else sw, ph, pw, oh, ow)


class Bands(NamedTuple):
    """Images (n, h, w, c) with padding (ph, pw) in bands of sh rows, for a kernel (kh, kw) and outputs (oh, ow)."""

    n: int
    h: int
    w: int
    c: int
    kh: int
    kw: int
    sh: int
    sw: int
    ph: int
    pw: int
    oh: int
    ow: int

    @property
    def rows_per_band(self):
        """Rows of the matrix for one band: one for each output column of each image."""
        return self.n * self.ow

    @property
    def width(self):
        """Columns of the matrix: the numbers of a band under the kernel at one position."""
        return self.sh * self.kw * self.c

    @property
    def count(self):
        """The number of bands that the kernel covers."""
        return self.oh + -(-self.kh // self.sh) - 1

    @property
    def half_overlap(self):
        """Whether each patch overlaps the next by half, as with a 4 x 4 kernel of stride 2."""
        return self.kw == 2 * self.sw and self.ow > 1

    def strips(self):
        """The rows of the weight matrix that belong to each strip; the last strip may have fewer rows than a band."""
        end = self.kh * self.kw * self.c
        return [slice(start, min(start + self.width, end)) for start in range(0, end, self.width)]

    def products(self, bands):
        """For each strip: the rows of the matrix that it is multiplied with, and its rows of the weight matrix."""
        for i, strip in enumerate(self.strips()):
            yield bands[i * self.rows_per_band : (i + self.oh) * self.rows_per_band, : strip.stop - strip.start], strip

    def matrix(self, y):
        """y (N, OH, OW, O) as a matrix: row (r, n, j) is output row r and column j of image n."""
        return y.transpose(1, 0, 2, 3).reshape(self.oh * self.rows_per_band, y.shape[3])

    def bands(self, xp, x):
        """The matrix of bands of the image x."""
        x = x.transpose(1, 0, 2, 3)
        height = self.count * self.sh
        if self.ph or self.pw or height > self.h:
            shown = max(0, min(self.h, height - self.ph))
            padded = xp.zeros((height, self.n, self.w + 2 * self.pw, self.c), x.dtype)
            padded[self.ph : self.ph + shown, :, self.pw : self.pw + self.w] = x[:shown]
            x = padded
        s_h, s_n, s_w, s_c = x.strides
        shape = (self.count, self.n, self.ow, self.sh, self.kw, self.c)
        windows = xp.lib.stride_tricks.as_strided(x, shape, (self.sh * s_h, s_n, self.sw * s_w, s_h, s_w, s_c))
        return windows.reshape(self.count * self.rows_per_band, self.width)

    def empty_image(self, xp, dtype):
        """A new padded image that `fold` writes to: (bands, SH, N, blocks, SW * C), in blocks of SH x SW pixels.

        It is initialized with zeros, unless `fold` writes every block.
        """
        height = max(self.count, -(-(self.ph + self.h) // self.sh))
        along = max(self.ow + -(-self.kw // self.sw) - 1, -(-(self.pw + self.w) // self.sw))
        whole = self.half_overlap and height == self.count and along == self.ow + 1
        return (xp.empty if whole else xp.zeros)((height, self.sh, self.n, along, self.sw * self.c), dtype)

    def slabs(self, xp):
        """Ranges of bands with about SLAB numbers each; on a GPU one range of all bands."""
        few = max(1, SLAB // max(1, self.rows_per_band * self.width)) if xp.__name__ == "numpy" else self.count
        return [range(start, min(start + few, self.count)) for start in range(0, self.count, few)]

    def overlap(self, slab, i):
        """The rows of y that strip i adds to the bands of a slab, and the rows of the slab that they are added to."""
        start, stop = max(slab.start, i), min(slab.stop, i + self.oh)
        if start >= stop:
            return slice(0, 0), slice(0, 0)
        return (
            slice((start - i) * self.rows_per_band, (stop - i) * self.rows_per_band),
            slice((start - slab.start) * self.rows_per_band, (stop - slab.start) * self.rows_per_band),
        )

    def fold(self, xp, bands, image):
        """The adjoint of `bands`, for a part of the image: adds patches to the image where they overlap."""
        patches = bands.reshape(len(image), self.n, self.ow, self.sh, self.kw * self.c)
        wide = self.sw * self.c
        for s in range(self.sh):
            row = image[:, s]  # every SH-th row of pixels
            first, *others = (patches[:, :, :, s, i : i + wide] for i in range(0, self.kw * self.c, wide))
            if self.half_overlap:  # in one pass instead of two
                (second,) = others
                xp.add(first[:, :, 1:], second[:, :, :-1], out=row[:, :, 1 : self.ow])
                row[:, :, 0], row[:, :, self.ow] = first[:, :, 0], second[:, :, -1]
                continue
            row[:, :, : self.ow, : first.shape[3]] = first
            for i, part in enumerate(others, 1):
                row[:, :, i : i + self.ow, : part.shape[3]] += part

    def cropped(self, xp, image):
        """The image without its padding: (N, H, W, C)."""
        height, _, _, along, _ = image.shape
        image = image.reshape(height * self.sh, self.n, along * self.sw, self.c)
        image = image[self.ph : self.ph + self.h, :, self.pw : self.pw + self.w]
        return xp.ascontiguousarray(image).transpose(1, 0, 2, 3)
