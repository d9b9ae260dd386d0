"""How a convolution sees an image: as bands as high as the stride, which the kernel meets one below the other.

Row (r, n, j) of the matrix of bands holds what the kernel sees of band r of image n when it stands at place j of it.
The kernel is a pile of strips of that height: for output row r, its strip i lies on band r + i. So what strip i meets
in all output rows is a slice of the matrix, and one product with the strip's weights does the work of all places.
Rows begin with r for the sake of that slice, and so images lie in memory as (H, N, W, C).
"""

from typing import NamedTuple

from tinygan.errors import ShapeMismatch

SLAB = 1 << 19  # numbers: bands of that many stay in cache (docs/performance.md)


def pair(value, least=0):
    """A whole number for both directions, or (vertical, horizontal), as two; raises ShapeMismatch for anything else."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or not all(hasattr(n, "__index__") and n >= least for n in both):
        raise ShapeMismatch(f"expected a whole number of at least {least}, or a pair of them, got {value!r}")
    return both


def cut_into_bands(shape, kernel, stride, padding):
    """The cut of an image of `shape`; raises ShapeMismatch if the kernel does not fit."""
    n, h, w, c = shape
    (kh, kw), (sh, sw), (ph, pw) = pair(tuple(kernel), 1), pair(stride, 1), pair(padding)
    if h + 2 * ph < kh or w + 2 * pw < kw:
        raise ShapeMismatch(f"a kernel of {kh, kw} does not fit into x of {(n, h, w, c)} with padding {ph, pw}")
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    # One place alone has no neighbour to step to: then the whole kernel is one strip.
    return Bands(n, h, w, c, kh, kw, kh if oh == 1 else sh, kw if ow == 1 else sw, ph, pw, oh, ow)


class Bands(NamedTuple):
    """An image (n, h, w, c), padded by (ph, pw) and cut into bands, which a kernel (kh, kw) meets at oh * ow places."""

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
        """Where the kernel stands along a band, in all images: so many rows of the matrix belong to each band."""
        return self.n * self.ow

    @property
    def width(self):
        """Columns of the matrix: what the kernel sees of a band."""
        return self.sh * self.kw * self.c

    @property
    def count(self):
        """Bands that the kernel meets."""
        return self.oh + -(-self.kh // self.sh) - 1

    @property
    def halves(self):
        """Whether each window overlaps the next by half, as 4 x 4 kernels of stride 2 do."""
        return self.kw == 2 * self.sw and self.ow > 1

    def strips(self):
        """The rows of w that each strip of the kernel has; the last may have fewer than a band is high."""
        end = self.kh * self.kw * self.c
        return [slice(start, min(start + self.width, end)) for start in range(0, end, self.width)]

    def meetings(self, bands):
        """For each strip, the bands that it meets, and its rows of w."""
        for i, strip in enumerate(self.strips()):
            yield bands[i * self.places : (i + self.oh) * self.places, : strip.stop - strip.start], strip

    def rows(self, y):
        """y (N, OH, OW, O) as the matrix that the bands meet."""
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
        """Where `fold` writes the padded image, in blocks of stride by stride pixels: (bands, SH, N, blocks, SW * C).

        Zeros, unless it will write to every block.
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
        """Strip i lies under which bands of a slab: the rows of y that meet it there, and the rows of the slab."""
        start, stop = max(slab.start, i), min(slab.stop, i + self.oh)
        if start >= stop:
            return slice(0, 0), slice(0, 0)
        return (
            slice((start - i) * self.places, (stop - i) * self.places),
            slice((start - slab.start) * self.places, (stop - slab.start) * self.places),
        )

    def fold(self, xp, bands, image):
        """The adjoint of `bands` for a part of the image: what is seen at each place is added where it overlaps."""
        seen = bands.reshape(len(image), self.n, self.ow, self.sh, self.kw * self.c)
        wide = self.sw * self.c
        for s in range(self.sh):
            row = image[:, s]  # every SH-th row of pixels
            first, *others = (seen[:, :, :, s, i : i + wide] for i in range(0, self.kw * self.c, wide))
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
