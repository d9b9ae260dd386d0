"""The fast form of convolution.py: one matrix product for each strip of the kernel, instead of one with all windows.

The padded image is cut into bands as high as the stride, and the kernel into strips of that height. At output row r,
strip i of the kernel lies on band r + i. With 8 rows of pixels and a 4 x 4 kernel of stride 2:

    rows of pixels    band    the kernel at output row 0    1          2
        0, 1           0      strip 0
        2, 3           1      strip 1                       strip 0
        4, 5           2                                    strip 1    strip 0
        6, 7           3                                               strip 1

Row (r, n, j) of the matrix of bands is the patch of image n under the kernel at output column j, for the band of input
rows that output row r starts with. So strip 0 meets bands[0:3] in all output rows, strip 1 meets bands[1:4]:

    conv2d             y = bands[0:3] @ strip 0 + bands[1:4] @ strip 1
    conv2d_weight      strip 0 = bands[0:3].T @ y, strip 1 = bands[1:4].T @ y
    conv_transpose2d   bands[0:3] += y @ strip 0.T, bands[1:4] += y @ strip 1.T; then bands are folded into an image

Bands hold each pixel KW / stride times, windows hold it KH KW / stride^2 times: here twice instead of four times. The
slices are contiguous because rows begin with r, which is why images lie in memory as (H, N, W, C). That is worth 5 to
10% of an iteration of a DCGAN (docs/performance.md).
"""

from typing import NamedTuple

from tinygan.autograd.arithmetic import product
from tinygan.functional.windows import pair, places

SLAB = 1 << 19  # numbers: bands of that many stay in cache (docs/performance.md)


def conv2d(xp, x, w, stride, padding):
    """convolution.conv2d, whose arguments are checked already."""
    cut = _cut(x.shape, w.shape[:2], stride, padding)
    bands, w = cut.bands(xp, x), w.reshape(-1, w.shape[3])
    (band, strip), *others = cut.meetings(bands)
    y = product(xp, band, w[strip])
    for band, strip in others:
        y += product(xp, band, w[strip])
    return y.reshape(cut.oh, cut.n, cut.ow, y.shape[1]).transpose(1, 0, 2, 3)


def conv2d_weight(xp, x, y, kernel, stride, padding):
    """convolution.conv2d_weight, whose arguments are checked already."""
    cut = _cut(x.shape, kernel, stride, padding)
    bands, y = cut.bands(xp, x), cut.rows(y)
    w = xp.empty((cut.kh * cut.kw * cut.c, y.shape[1]), xp.result_type(x, y))
    for band, strip in cut.meetings(bands):
        product(xp, band.T, y, into=w[strip])
    return w.reshape(cut.kh, cut.kw, cut.c, w.shape[1])


def conv_transpose2d(xp, y, w, size, stride, padding):
    """convolution.conv_transpose2d to images of `size` (H, W); its arguments are checked already."""
    cut = _cut((len(y), *size, w.shape[2]), w.shape[:2], stride, padding)
    y, w = cut.rows(y), w.reshape(-1, w.shape[3])
    image = cut.blank(xp, xp.result_type(y, w))
    for slab in cut.slabs(xp):  # so few bands at a time that they are still in cache when they are folded
        bands = xp.empty((len(slab) * cut.places, cut.width), image.dtype)
        for i, strip in enumerate(cut.strips()):
            met, under = cut.under(slab, i)
            part = bands[under, : len(w[strip])]
            if i:
                part += product(xp, y[met], w[strip].T)
            else:
                product(xp, y[met], w[strip].T, into=part)
                bands[len(part) :] = 0
                bands[:, part.shape[1] :] = 0
        cut.fold(xp, bands, image[slab.start : slab.stop])
    return cut.inside(xp, image)


def _cut(shape, kernel, stride, padding):
    """The bands of images of `shape` (N, H, W, C)."""
    (n, h, w, c), (kh, kw), (sh, sw), (ph, pw) = shape, kernel, pair(stride), pair(padding)
    oh, ow = places(shape, kernel, stride, padding)
    # One place alone has no neighbour to step to: then the whole kernel is one strip.
    return Bands(n, h, w, c, kh, kw, kh if oh == 1 else sh, kw if ow == 1 else sw, ph, pw, oh, ow)


class Bands(NamedTuple):
    """Images (n, h, w, c), padded by (ph, pw), in bands of height sh, under a kernel (kh, kw) at oh * ow places."""

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
    def places(self):
        """Rows of the matrix that belong to one band: the output columns of all images."""
        return self.n * self.ow

    @property
    def width(self):
        """Columns of the matrix: the numbers of a band under the kernel at one place."""
        return self.sh * self.kw * self.c

    @property
    def count(self):
        """How many bands the kernel meets."""
        return self.oh + -(-self.kh // self.sh) - 1

    @property
    def halves(self):
        """Whether each patch overlaps the next by half, as those of 4 x 4 kernels of stride 2 do."""
        return self.kw == 2 * self.sw and self.ow > 1

    def strips(self):
        """The rows of the weight matrix that are each strip; the last strip may be lower than a band."""
        end = self.kh * self.kw * self.c
        return [slice(start, min(start + self.width, end)) for start in range(0, end, self.width)]

    def meetings(self, bands):
        """For each strip, the rows of the matrix that it meets in all output rows, and its rows of the weights."""
        for i, strip in enumerate(self.strips()):
            yield bands[i * self.places : (i + self.oh) * self.places, : strip.stop - strip.start], strip

    def rows(self, y):
        """y (N, OH, OW, O) as a matrix with the row (r, n, j) for output row r and column j of image n."""
        return y.transpose(1, 0, 2, 3).reshape(self.oh * self.places, y.shape[3])

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
        return windows.reshape(self.count * self.places, self.width)

    def blank(self, xp, dtype):
        """The padded image, for `fold` to write to: (bands, SH, N, blocks, SW * C), in blocks of SH x SW pixels.

        It is zeros, unless every block will be written to.
        """
        height = max(self.count, -(-(self.ph + self.h) // self.sh))
        along = max(self.ow + -(-self.kw // self.sw) - 1, -(-(self.pw + self.w) // self.sw))
        whole = self.halves and height == self.count and along == self.ow + 1
        return (xp.empty if whole else xp.zeros)((height, self.sh, self.n, along, self.sw * self.c), dtype)

    def slabs(self, xp):
        """The bands in ranges of about SLAB numbers; on a GPU all at once."""
        few = max(1, SLAB // max(1, self.places * self.width)) if xp.__name__ == "numpy" else self.count
        return [range(start, min(start + few, self.count)) for start in range(0, self.count, few)]

    def under(self, slab, i):
        """The rows of y that strip i sends to the bands of a slab, and the rows of the slab that they go to."""
        start, stop = max(slab.start, i), min(slab.stop, i + self.oh)
        if start >= stop:
            return slice(0, 0), slice(0, 0)
        return (
            slice((start - i) * self.places, (stop - i) * self.places),
            slice((start - slab.start) * self.places, (stop - slab.start) * self.places),
        )

    def fold(self, xp, bands, image):
        """The adjoint of `bands` for a part of the image: patches are added where they overlap."""
        patches = bands.reshape(len(image), self.n, self.ow, self.sh, self.kw * self.c)
        wide = self.sw * self.c
        for s in range(self.sh):
            row = image[:, s]  # every SH-th row of pixels
            first, *others = (patches[:, :, :, s, i : i + wide] for i in range(0, self.kw * self.c, wide))
            if self.halves:  # in one pass instead of two
                (second,) = others
                xp.add(first[:, :, 1:], second[:, :, :-1], out=row[:, :, 1 : self.ow])
                row[:, :, 0], row[:, :, self.ow] = first[:, :, 0], second[:, :, -1]
                continue
            row[:, :, : self.ow, : first.shape[3]] = first
            for i, part in enumerate(others, 1):
                row[:, :, i : i + self.ow, : part.shape[3]] += part

    def inside(self, xp, image):
        """The image without its padding: (N, H, W, C)."""
        height, _, _, along, _ = image.shape
        image = image.reshape(height * self.sh, self.n, along * self.sw, self.c)
        image = image[self.ph : self.ph + self.h, :, self.pw : self.pw + self.w]
        return xp.ascontiguousarray(image).transpose(1, 0, 2, 3)
