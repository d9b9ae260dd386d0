# %% [markdown]
# # Eight labels: what examples without labels teach
#
# Labels are made by people and cost money; examples are cheap. Two classes lie on two interleaved half circles. Of
# 1,000 points we know the class of eight. A classifier that learns from the eight alone draws a boundary somewhere
# between them. Can the other 992 points help, although nobody said what they are? Salimans et al. (2016) make D of a
# GAN the classifier. Predict: how large is the error of each, in percent? The run takes about ten seconds.

# %%
import itertools
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import functional as F
from tinygan import nn, optim
from tinygan.data import Normal, Stream, as_source
from tinygan.nn import Labelled
from tinygan.objectives import SemiSupervised
from tinygan.training import train

# %% [markdown]
# ## The data
#
# `partly_labelled(4)` keeps the labels of four points of each class. Its minibatches are a tree with two leaves:
# `Semi(labelled, unlabelled)`. The labelled points come again and again; the others are all points, without labels.


# %%
def moons(n, seed):
    rng = np.random.default_rng(seed)
    t, y = np.pi * rng.random(n), np.arange(n) % 2
    upper, lower = np.stack([np.cos(t), np.sin(t)], axis=1), np.stack([1 - np.cos(t), 0.5 - np.sin(t)], axis=1)
    x = np.where(y[:, None] == 0, upper, lower) + 0.1 * rng.standard_normal((n, 2))
    return Labelled(x.astype(np.float32), y)


points, test = as_source(moons(1000, 0)), moons(4000, 1)
x = points.partly_labelled(4).stream(np.random.default_rng(2))(50)
different = len(np.unique(x.labelled.x, axis=0))
print(f"labelled {x.labelled.x.shape}, of which {different} differ; others {x.unlabelled.shape}")
assert different == 8

# %% [markdown]
# ## One network, two questions
#
# D gives a logit for each class, and softmax of them answers "which class?". Where does it answer "is this an example
# or a sample of G?" With Z = sum of exp(logits), let D(x) = Z / (Z + 1). This is softmax with one class more, that of
# the samples, whose logit is 0.

# %%
logits = np.array([[2.0, -1.0], [-3.0, -4.0]])
objective = SemiSupervised(layer=-2)
three = F.softmax(np.hstack([logits, np.zeros((2, 1))]))
print("D(x):", objective.read(logits).ravel().round(4), " 1 - p(third class):", (1 - three[:, 2]).round(4))
assert np.allclose(objective.read(logits).ravel(), 1 - three[:, 2])

# %% [markdown]
# On labelled points D learns the class, on the others that Z is large, and on samples that Z is small. Nothing says
# which class an unlabelled point has. But Z is large only if some logit is large, and between the classes, where no
# points are, samples push all logits down. So the boundary moves to where there are no points.
#
# ## The networks
#
# D has weight norm: each unit's weight has a direction and a length. One minibatch gives the start: every unit has mean
# 0 and variance 1 on it. G does not play against D's answer: it matches the mean of D's last hidden layer.


# %%
def networks(seed):
    rng = np.random.default_rng(seed)
    sizes = (2, 64, 64)
    hidden = [part for a, b in itertools.pairwise(sizes) for part in (nn.WeightNorm(nn.Dense(a, b, rng)), F.relu)]
    noise = nn.GaussianNoise(0.05, rng.spawn(1)[0])
    D = nn.Sequential(*hidden, noise, nn.WeightNorm(nn.Dense(64, 2, rng)))
    blocks = [[nn.Dense(a, 64, rng), nn.BatchNorm(64), F.relu] for a in (8, 64)]
    G = nn.Sequential(*blocks[0], *blocks[1], nn.Dense(64, 2, rng))
    return G, nn.initialized(D, points.examples(np.arange(500)))


G, D = networks(seed=0)
first = D[:1](points.examples(np.arange(500))).data
print(f"units of D's first layer: means up to {abs(first.mean(axis=0)).max():.5f}, deviations {first.std():.5f}")
assert abs(first.std(axis=0) - 1).max() < 1e-3

# %% [markdown]
# ## Two games that differ in one number
#
# `weight` multiplies the losses of the points without labels. With weight 0 D is an ordinary classifier. The networks,
# the eight points and all random numbers are the same. Algorithm 1 does not change. Expected: more than 5% wrong with
# weight 0, less than 2% with weight 1. A third game has other networks and another eight points. Of seeds 0 to 4 four
# end below 1%; this one, seed 3, ends above 20%. So one lucky choice proves little, and papers average over choices.


# %%
def played(weight, source=points, start=None, seed=0):
    G, D = networks(seed)
    streams = np.random.default_rng([seed, 1]).spawn(2)
    noise, data = Stream(Normal(8), streams[0]), source.partly_labelled(4).stream(streams[1])
    if start:
        data.restore(start)  # the same eight points, and the same order of all
    start = data.state()
    optimizers = [optim.Optimizer(optim.adam(2e-3, beta1=0.5)) for _ in range(2)]
    run = train(G, D, SemiSupervised(weight, layer=-2), *optimizers, noise, data, m=50)
    for step in itertools.islice(run, 2 * 1000):  # of D and of G in turn
        G, D = step.G, step.D
    return G, nn.evaluated(nn.frozen(D)), start


def error(D):
    return np.mean(D(test.x).argmax(axis=1) != test.y)


# %% [markdown]
# Three games, of 2,000 updates each:

# %%
games = {"eight labels alone": played(0.0), "and 992 points without": played(1.0)}
games["another eight"] = played(1.0, seed=3)
for name, (_, D, _) in games.items():
    print(f"{name}: {error(D):.1%} of the test points are wrong")
alone, together, _ = (error(D) for _, D, _ in games.values())
assert together < 0.02 < 0.05 < alone

# %% [markdown]
# ## Did it look at the other labels?
#
# The usual mistake of such experiments is that labels leak. So we shuffle all labels but the eight, which makes half of
# them wrong, and play again. The eight are part of the state of the stream. D must be the same to the last bit.

# %%
G, D, start = games["and 992 points without"]
others = np.setdiff1d(np.arange(1000), start["labelled"]["places"])
labels = points.labels.copy()
labels[others] = np.random.default_rng(5).permutation(labels[others])
_, again, _ = played(1.0, as_source(Labelled(points.points, labels)), start)
print(f"{np.mean(labels != points.labels):.0%} of the labels are wrong now; the error is {error(again):.1%}")
assert all(
    (leaf == other).all() for (_, leaf), (_, other) in zip(nn.named_leaves(D), nn.named_leaves(again), strict=True)
)

# %% [markdown]
# ## The picture
#
# Colours are D's classes, crosses and circles the labelled points, green the samples of G. The boundary of the first
# game passes through the moons, that of the second between them. In the third it lies between dense parts too, but
# crosses a moon where no label says that both sides belong together. Samples need not be good: some lie between the
# moons, and it is from there that they push the boundary away from the points.

# %%
grid = np.stack(np.meshgrid(np.linspace(-1.6, 2.6, 200), np.linspace(-1.2, 1.7, 150)), axis=-1).astype(np.float32)
z = Normal(8).sample(300, np.random.default_rng(6))


def draw(ax, name, G, D, start):
    p = F.softmax(D(grid.reshape(-1, 2)))[:, 1].reshape(grid.shape[:2])
    ax.contourf(grid[..., 0], grid[..., 1], p, levels=20, cmap="coolwarm", alpha=0.5)
    ax.contour(grid[..., 0], grid[..., 1], p, levels=[0.5], colors="black")
    ax.plot(*points.points[::3].T, ".", color="gray", markersize=2)
    if "alone" not in name:
        ax.plot(*nn.with_statistics(G, z)(z).data.T, ".", color="green", markersize=3)
    eight = points.examples(start["labelled"]["places"])
    for label, marker in enumerate("xo"):
        ax.plot(*eight[4 * label : 4 * label + 4].T, marker, color="black", markersize=7)
    ax.set(title=f"{name}: {error(D):.1%} wrong", xticks=[], yticks=[], xlim=(-1.6, 2.6), ylim=(-1.2, 1.7))


# %%
figure = Figure(figsize=(12, 3), layout="constrained")
for ax, (name, game) in zip(figure.subplots(1, 3), games.items(), strict=True):
    draw(ax, name, *game)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "semi_supervised.png"
figure.savefig(path, dpi=90)
print(f"Both classifiers are in {path}")
assert path.stat().st_size > 10_000

# %% [markdown]
# ## Exercises
#
# 1. Keep two labels of each class, then fifty. From where on is the GAN no help?
# 2. Plant a mistake: "semi-supervised: every label is used". In `tinygan/data/partly_labelled.py` let `SemiMinibatches`
#    return `Semi(x, x.x)` with `x = self.source.labelled().stream(self._rng)(m)`. Which assertion fails? The error gets
#    small: why is it no result?
