# %% [markdown]
# # DCGAN: convolutions in both players
#
# GANs of convolutions were hard to train until Radford, Metz and Chintala (2016) found a set of rules: strides in place
# of pooling, batch norm in both players, ReLU in G and leaky ReLU in D, few dense layers. We take the two networks for
# digits, see what two of the rules do before any training, and train for seconds. Then G is asked a question: between
# the z of a 1 and the z of a 0, is there a digit, or a mixture of both images? Predict. It takes about 20 seconds.

# %%
import itertools
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import functional as F
from tinygan import nn, optim
from tinygan.data import Normal, Stream, as_uint8, load
from tinygan.drawing.grid import grid
from tinygan.metrics import classifier_of, frechet
from tinygan.networks.dcgan import discriminator, generator
from tinygan.objectives import NonSaturating
from tinygan.training import train

digits, test, p_z = load("digits"), load("digits", split="test"), Normal(64)

# %% [markdown]
# ## G doubles, D halves
#
# In G z becomes a small map of 7 x 7 with many channels, and two transposed convolutions (tutorial 06) double its
# sides. Batch norm stands before each ReLU, but not at the end: G has to choose the brightness itself. D is G the other
# way round, and its first layer has no batch norm, because D has to see the brightness. A batch norm makes the score of
# an image depend on its minibatch, so examples and samples go through D apart. The weights begin as N(0, 0.02^2).

# %%
SHAPE, WIDTH = (28, 28, 1), 12  # channels of the large maps; the paper has 128
G = generator(64, SHAPE, np.random.default_rng(0), width=WIDTH, dense=128)
D = discriminator(SHAPE, 1, np.random.default_rng(1), width=WIDTH, dense=64)
z, x = p_z.sample(500, np.random.default_rng(2)), digits.examples(np.arange(500))
print("G", nn.summary(G, z[:32]), "D", nn.summary(D, x[:32]), sep="\n")
assert nn.frozen(G)(z[:5]).shape == (5, 28, 28, 1)

# %% [markdown]
# ## Why no pooling
#
# Mean pooling is a convolution of stride 2 whose kernel is 1/4 everywhere. A strided convolution can be that, or
# something better that it learns. For G, the repetition of pixels is a transposed convolution with a kernel of ones.

# %%
quarter, ones = np.full((2, 2, 1, 1), 0.25, np.float32), np.ones((2, 2, 1, 1), np.float32)
pooled = np.abs(F.avg_pool2d(x, 2) - F.conv2d(x, quarter, stride=2)).max()
repeated = np.abs(F.upsample_nearest(x, 2) - F.conv_transpose2d(x, ones, stride=2)).max()
print(f"largest differences: pooling {pooled:.1e}, repetition {repeated:.1e}")
assert max(pooled, repeated) < 1e-6

# %% [markdown]
# ## Why normalization
#
# Weights of standard deviation 0.02 shrink what passes through them. A sum of n products with inputs of root mean
# square r has the deviation 0.02 r sqrt(n), and a ReLU leaves r = deviation / sqrt 2. The four layers have n = 64, 128,
# 4 x 24 (windows that meet, times channels) and 4 x 12. Without norm these factors multiply. Expected: 0.16, 0.026,
# 0.0036 and 0.00035. So an untrained G makes the same grey image of every z, and as little of D's gradient reaches its
# first layers. Batch norm brings the deviation back to 1 before each ReLU. Then each layer has its own factor: 0.16,
# 0.16, 0.14 and 0.10. (Up to a third less in the last: border pixels have fewer windows, and it has few weights.)


# %%
def passed(layers, h):
    deviations = []
    for layer in layers:
        h = layer(h)
        if isinstance(layer, (nn.Dense, nn.ConvTranspose2d)):
            deviations.append(float(h.std()))
    return np.array(deviations)


factors = 0.02 * np.sqrt([64, 128 / 2, 4 * 24 / 2, 4 * 12 / 2])
without = [layer for layer in nn.frozen(G) if not isinstance(layer, nn.BatchNorm)]
found = {"without norm": (passed(without, z), np.cumprod(factors)), "with norm": (passed(nn.frozen(G), z), factors)}
for name, (deviations, expected) in found.items():
    print(f"{name}: {deviations.round(5)}, expected {expected.round(5)}")
    assert np.allclose(deviations, expected, rtol=0.35)

# %% [markdown]
# ## Nine hundred iterations
#
# Algorithm 1 with the non-saturating loss, and Adam for both. Samples are those of a moving average of G.


# %%
def trained(G, D, iterations):
    streams = Stream(p_z, np.random.default_rng(3)), Stream(digits, np.random.default_rng(4))
    rules = [optim.Optimizer(optim.adam(1e-3, beta1=0.0)) for _ in range(2)]
    average, kept = nn.frozen(G), {}
    steps = (step for step in train(G, D, NonSaturating(), *rules, *streams, m=32) if step.last)
    for step in itertools.islice(steps, iterations):
        average = nn.averaged(average, step.G, min(0.99, step.iteration / (step.iteration + 10)))
        if step.iteration in (150, 300, 500, iterations):
            kept[step.iteration] = average
    return kept


# %% [markdown]
# We measure the Frechet distance of samples to test digits in the features of a classifier (docs/measures.md).
# Expected: about 2,100 untrained, below 500 at the end, and about 130 for 1,000 other digits, which is the best that G
# could do.

# %%
kept = {0: nn.frozen(G), **trained(G, D, 900)}
judge, many_z = classifier_of(digits), p_z.sample(1000, np.random.default_rng(5))
features = judge.features(test.images[1000:])
images = {iteration: as_uint8(nn.evaluated(g)(many_z)) for iteration, g in kept.items()}
apart = {iteration: frechet(judge.features(made), features) for iteration, made in images.items()}
apart["other digits"] = frechet(judge.features(test.images[:1000]), features)
print({name: round(distance) for name, distance in apart.items()})
assert apart["other digits"] < 200 < apart[900] < 500 < apart[0]

# %% [markdown]
# ## Between two z
#
# On the way from one z to another all points are of about the same length if the way is an arc: for u = z / |z|, it is
# (u sin((1 - t) w) + v sin(t w)) / sin w, with w the angle between u and v (White 2016). N(0, I) in 64 dimensions has
# all of its points near length 8, and the middle of a straight line would be at 5.7.


# %%
def arc(a, b, t):
    w = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    return (np.sin((1 - t) * w) * a + np.sin(t * w) * b) / np.sin(w)


def grey(images):
    return float(np.mean(np.abs(images) < 0.5))


# %% [markdown]
# We take the z of digits that the classifier is sure of. Beside the way stands the cross-fade of the two images, whose
# pixels are grey where the images differ. Expected: G has far fewer grey pixels, because it moves strokes in place of
# fading them.

# %%
G = nn.evaluated(nn.with_statistics(kept[900], many_z))  # so an image depends on its own z alone
probability = F.softmax(judge.logits(images[900]))
ends = [[many_z[probability[:, label].argmax()] for label in pair] for pair in ((1, 0), (4, 9), (2, 3), (7, 6), (5, 8))]
steps = np.linspace(0, 1, 10)
rows = np.array([[arc(a, b, t) for t in steps] for a, b in ends], np.float32)
between = G(rows.reshape(-1, 64)).reshape(len(ends), 10, 28, 28, 1)
fade = between[:, :1] + steps[:, None, None, None] * (between[:, -1:] - between[:, :1])
lengths = np.linalg.norm(rows, axis=2)
print(f"length of z {lengths.min():.1f} to {lengths.max():.1f}; grey pixels in the middle: ", end="")
print(
    f"G {grey(between[:, 4:6]):.1%}, cross-fade {grey(fade[:, 4:6]):.1%}, at the ends {grey(between[:, [0, -1]]):.1%}"
)
assert grey(between[:, 4:6]) < 0.6 * grey(fade[:, 4:6])

# %% [markdown]
# ## The picture
#
# Left: samples of the same z after 0, 150, 300, 500 and 900 iterations, a row for each z. Middle: samples at the end.
# Right: from one digit to another, by G and, in every second row, by cross-fade.

# %%
figure = Figure(figsize=(13, 4.9), layout="constrained")
history = np.stack([made[:10] for made in images.values()], axis=1).reshape(-1, 28, 28, 1)
ways = np.stack([between, fade], axis=1).reshape(-1, 28, 28, 1)
panels = [
    (history, 5, "iterations 0, 150, 300, 500, 900"),
    (images[900][10:110], 10, f"samples: Frechet {apart[900]:.0f}"),
    (as_uint8(ways), 10, "from digit to digit: G above, cross-fade below"),
]

# %%
for ax, (shown, columns, title) in zip(figure.subplots(1, 3, width_ratios=(1, 2, 2)), panels, strict=True):
    ax.imshow(np.asarray(grid(shown, columns, scale=2)), cmap="gray", vmin=0, vmax=255)
    ax.set_title(title, fontsize=10)
    ax.axis("off")
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "dcgan.png"
figure.savefig(path, dpi=100)
print(f"The picture is in {path}")
assert path.stat().st_size > 50_000

# %% [markdown]
# ## Exercises
#
# 1. Take `nn.BatchNorm` out of G, out of D, and out of both, and train again. Which of them do the samples miss most?
# 2. Plant a mistake: "batch norm with epsilon 0.8". In `tinygan/nn/normalization.py` give `BatchNorm` this default (it
#    stood in much-copied code). Samples of digits still come. Which assertion fails, and at which layer?
