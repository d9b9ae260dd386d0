# %% [markdown]
# # A transposed convolution is an adjoint
#
# D makes a small map of a large image by convolutions, and G a large image of a small map, by transposed convolutions.
# What is transposed there? And why do the samples of many generators have a chequerboard on them? Take a kernel of
# 3 x 3 that moves by two pixels, and write down how many kernels meet in each pixel of the large image. Predict the
# pattern before you run it, and a kernel that has none. It takes about two seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import Tensor, check_grads, grad
from tinygan import functional as F

rng = np.random.default_rng(0)

# %% [markdown]
# ## A convolution by hand
#
# At each place of the small map y the kernel w covers a window of the image x, and y is the sum of products. Going
# back, each number of y is written on the image as y times the kernel, in the same window; where windows overlap, they
# add up. Images are (N, H, W, C), kernels (K, K, C, O). A side H becomes (H + 2 padding - K) // stride + 1, and the way
# back gives (H - 1) stride - 2 padding + K. DCGAN has K = 4, stride 2 and padding 1: G doubles 14 to 28, D halves it.


# %%
def convolution(x, w, stride):
    k, side = len(w), (x.shape[1] - len(w)) // stride + 1
    y = np.zeros((len(x), side, side, w.shape[3]))
    for i, j in np.ndindex(side, side):
        window = x[:, stride * i : stride * i + k, stride * j : stride * j + k]
        y[:, i, j] = np.einsum("nhwc,hwco->no", window, w)
    return y


def back(y, w, stride):
    k, side = len(w), (y.shape[1] - 1) * stride + len(w)
    x = np.zeros((len(y), side, side, w.shape[2]))
    for i, j in np.ndindex(y.shape[1:3]):
        window = np.einsum("no,hwco->nhwc", y[:, i, j], w)
        x[:, stride * i : stride * i + k, stride * j : stride * j + k] += window
    return x


# %%
x, w, y = rng.standard_normal((2, 7, 7, 3)), rng.standard_normal((3, 3, 3, 4)), rng.standard_normal((2, 3, 3, 4))
print(f"{x.shape} -> {convolution(x, w, 2).shape}, and back {back(y, w, 2).shape}")
assert np.allclose(convolution(x, w, 2), F.conv2d(x, w, stride=2))
assert np.allclose(back(y, w, 2), F.conv_transpose2d(y, w, stride=2))
layer = {"w": np.ones((4, 4, 1, 1)), "stride": 2, "padding": 1}
assert F.conv_transpose2d(np.ones((1, 14, 14, 1)), **layer).shape == (1, 28, 28, 1)

# %% [markdown]
# ## The adjoint
#
# The adjoint of a linear map A is the map A* with <y, A x> = <A* y, x> for all x and y, where <a, b> is the sum of
# products. Both sums have the same terms y[p] w[q] x[r], so `back` is the adjoint of a convolution in x. A third
# function is the adjoint in w. And the gradient of <y, A x> in x is A* y: D's gradient in an image is made by the
# function that makes G's image, and each has the others for gradients of any order.

# %%
three = {
    "<y, conv(x, w)>": np.sum(y * F.conv2d(x, w, stride=2)),
    "<conv_transpose(y, w), x>": np.sum(F.conv_transpose2d(y, w, stride=2) * x),
    "<conv_weight(x, y), w>": np.sum(F.conv2d_weight(x, y, (3, 3), stride=2) * w),
}
print(*(f"{name} = {number:.12f}" for name, number in three.items()), sep="\n")
assert np.ptp(list(three.values())) < 1e-10
image = Tensor(x)
assert np.allclose(grad(F.conv2d(image, w, stride=2), image, seed=y), back(y, w, 2))
check_grads(F.conv2d, rng.standard_normal((1, 4, 4, 1)), rng.standard_normal((3, 3, 1, 2)), order=3)

# %% [markdown]
# ## The matrix, seen
#
# An image of 4 x 4 pixels is a vector of 16 numbers, a map of 2 x 2 one of 4. A convolution with a 3 x 3 kernel is then
# a matrix A, 4 x 16. Its columns are the convolutions of the 16 images with one white pixel. The transposed convolution
# gives a matrix in the same way, 16 x 4. Predict: is it the transpose of A? Is it the inverse?

# %%
kernel = np.arange(1.0, 10.0).reshape(3, 3, 1, 1)
A = F.conv2d(np.eye(16).reshape(16, 4, 4, 1), kernel).reshape(16, 4).T
B = F.conv_transpose2d(np.eye(4).reshape(4, 2, 2, 1), kernel).reshape(4, 16).T
print("the first row of A, as an image:", *A[0].reshape(4, 4).astype(int), sep="\n")
print("A B, the identity if B were the inverse:", *(A @ B).astype(int), sep="\n")
assert (B == A.T).all()
assert not np.allclose(A @ B, np.eye(4))

# %% [markdown]
# So "deconvolution" is a wrong name: it gives the shape back, not the image.
#
# ## The chequerboard
#
# Let y be 1 everywhere and the kernel, too: each pixel then says how many windows meet in it. With stride 2 and K = 3
# windows overlap by one pixel, and inside the pattern is 1, 2, 4. With K = 4, a multiple of the stride, every pixel
# inside is in 4 windows. The third way repeats each pixel 2 x 2 and convolves with K = 3: every pixel inside is in 9.


# %%
def doubled(y, w, way):
    if way == "upsampling, K = 3":
        return F.conv2d(F.upsample_nearest(y, 2), w, padding=1)
    return F.conv_transpose2d(y, w, stride=2, padding=1, output_padding=len(w) % 2)


WAYS = {"stride 2, K = 3": 3, "stride 2, K = 4": 4, "upsampling, K = 3": 3}  # and the kernel's side
meet = {}
for way, k in WAYS.items():
    meet[way] = doubled(np.ones((1, 8, 8, 1)), np.ones((k, k, 1, 1)), way)[0, 2:-2, 2:-2, 0].astype(int)
    print(f"{way}: windows that meet in a pixel", *meet[way][:2, :6], sep="\n")
assert [sorted(set(counts.flat)) for counts in meet.values()] == [[1, 2, 4], [4], [9]]

# %% [markdown]
# ## What an untrained G does with it
#
# With random weights a pixel in n windows is a sum of n products for each channel, so its variance grows as n. Let G
# have two such layers, with a ReLU between them, from 8 x 8 to 32 x 32. We take the variance of each pixel over 2,000
# random networks, the mean over pixels at the same place of the pattern, and the root.


# %%
def random_image(way, rng):
    first, second = (rng.standard_normal((WAYS[way], WAYS[way], *channels)) for channels in ((8, 4), (1, 8)))
    if way == "upsampling, K = 3":  # conv2d has the axes of the channels the other way
        first, second = first.swapaxes(2, 3), second.swapaxes(2, 3)
    h = doubled(rng.standard_normal((1, 8, 8, 4)), first, way)
    return h[0, :, :, 0], doubled(F.relu(h), second, way)[0, :, :, 0]


def ratio(layer):  # of the standard deviations at the 4 x 4 places of the pattern, without the border
    pixels = np.var(layer, axis=0)[4:-4, 4:-4]
    places = pixels.reshape(len(pixels) // 4, 4, -1, 4).mean(axis=(0, 2))
    return np.sqrt(places.max() / places.min())


# %% [markdown]
# Predict the ratio of the largest to the smallest. For K = 3 it is sqrt(4 / 1) = 2 after one layer. After two it is 3:
# a pixel in four windows sees four neighbours, whose variances are 1 + 2 + 2 + 4 = 9, and a pixel in one window may see
# one of 1. For K = 4 it is 1.

# %%
ratios, shown = {}, {}
for way in WAYS:
    rng = np.random.default_rng(1)
    first, second = map(np.array, zip(*(random_image(way, rng) for _ in range(2000)), strict=True))
    ratios[way] = ratio(first), ratio(second)
    shown[way] = second[0], second.std(axis=0)
    print("{}: ratio {:.2f} after one layer, {:.2f} after two".format(way, *ratios[way]))
assert np.allclose(ratios["stride 2, K = 3"], (2, 3), rtol=0.1)
assert max(ratios["stride 2, K = 4"]) < 1.15

# %% [markdown]
# Training can remove the pattern, but each layer has to learn it (Odena et al. 2016). D's gradient has it, too.
#
# ## The picture
#
# Above: A and B, and the windows that meet in each pixel. Below: an untrained image, and the deviation of each pixel.

# %%
figure = Figure(figsize=(12, 4.6), layout="constrained")
above, below = figure.subfigures(2, 1)
top = [(A, "A, the convolution", A.max()), (B, "B, the transposed one", B.max())]
top += [(counts, f"windows: {way}", 1.4 * counts.max()) for way, counts in meet.items()]
bottom = [row for way, (image, spread) in shown.items() for row in ((image, way, None), (spread, "deviation", None))]
for part, images in ((above, top), (below, bottom)):
    for ax, (image, title, brightest) in zip(part.subplots(1, len(images)), images, strict=True):
        ax.imshow(image, cmap="gray", vmin=image.min() if title in WAYS else 0, vmax=brightest)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=9)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "transposed_convolution.png"
figure.savefig(path, dpi=80)
assert path.stat().st_size > 20_000

# %% [markdown]
# ## Exercises
#
# 1. Which kernels have no chequerboard with stride 3? Make `doubled` triple, and look at the windows that meet.
# 2. Plant a mistake: "convolution: the gradient of the weight is wrong when differentiated again". In
#    `tinygan/functional/convolution.py` let `_weight_x` return twice what it returns. Which line fails, and at which
#    order? Which losses would train wrongly, and which as before?
