# %% [markdown]
# # Codes that mean something: InfoGAN
#
# The noise of a GAN is a tangle: no coordinate of z has a meaning of its own. Chen et al. (2016) give G a category and
# continuous codes besides the noise, and add a term by which both players gain if the codes can be read off the sample.
# No label is used. What will eight categories come to mean if the data are eight Gaussians on a ring? The prediction:
# one Gaussian each, though nobody says where they are; and without the term in G's loss, nothing. It takes about 20
# seconds.

# %%
import itertools
import os
from functools import partial
from math import log
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

# %%
from tinygan import functional as F
from tinygan import nn, optim
from tinygan.data import CodedNoise, Normal, Ring, Stream
from tinygan.drawing.samples import draw_labelled
from tinygan.metrics import modes
from tinygan.metrics.clusters import counts, one_to_one
from tinygan.networks.heads import WithQ
from tinygan.objectives import Information, NonSaturating, Turn
from tinygan.training import train

# %% [markdown]
# The data are eight Gaussians, and there are eight categories.

# %%
K, SIZE, STEPS = 8, 64, 750  # categories, units, iterations
ring = Ring(std=0.1)
p_z = CodedNoise(Normal(4), categories=K, continuous=1)

# %% [markdown]
# ## z has three parts
#
# Four numbers of noise, a category, and a code that is uniform on (-1, 1). `JoinCodes` concatenates them for G, with
# the category as a one-hot row.

# %%
z = p_z.sample(3, np.random.default_rng(0))
joined = nn.JoinCodes(K)(z)
print(f"categories {z.category}, codes {z.continuous[:, 0].round(2)}; G's input has shape {joined.shape}")
assert joined.shape == (3, 4 + K + 1)
assert joined[:, 4 : 4 + K].argmax(axis=1).tolist() == z.category.tolist()

# %% [markdown]
# ## Two heads on one trunk
#
# D says whether a point is true. Q, a second head on the same trunk, says from which category the point was made, by
# eight logits, and from which code, by the mean of a normal density with standard deviation 1.


# %%
def layers(*sizes, rng):
    return [part for a, b in itertools.pairwise(sizes) for part in (nn.Dense(a, b, rng, initialize=nn.he()), F.relu)]


def networks(seed):
    rng = np.random.default_rng(seed)
    G = nn.Sequential(nn.JoinCodes(K), *layers(4 + K + 1, SIZE, SIZE, rng=rng), nn.Dense(SIZE, 2, rng))
    trunk = nn.Sequential(*layers(2, SIZE, SIZE, rng=rng))
    return G, WithQ(trunk, nn.Dense(SIZE, 1, rng), nn.Dense(SIZE, K + 1, rng), K)


G, D = networks(0)
found = nn.frozen(D)(nn.frozen(G)(z))
print({name: part.shape for name, part in found._asdict().items()})
assert found.category.shape == (3, K)

# %% [markdown]
# ## A lower bound of the information
#
# How much does x = G(z, c) say of c? That is I(c; x) = H(c) - H(c|x), which needs p(c|x). Any Q gives a lower bound,
# L_I = H(c) + E[log Q(c|x)], and the best Q gives I itself. H(c) = log 8 is the most that can be said. Both players
# minimize their loss minus L_I. Before training Q knows nothing: L_I is about 0, or less.

# %%
objective = NonSaturating() + Information()
z, x = p_z.sample(1000, np.random.default_rng(1)), ring.sample(1000, np.random.default_rng(2))
before = objective.measures(Turn("", nn.frozen(D), nn.frozen(G), x, z))["information"]
print(f"L_I {before:.3f}; at most log 8 = {log(K):.3f}")
assert -2 < before < 0.5

# %% [markdown]
# ## The experiment and its control
#
# Two games from the same networks, examples and noise. In one the term is in both losses. In the control, as in the
# paper's figure 1, Q learns just as well, but G's loss is that of an ordinary GAN.


# %%
def played(control, seed=1):
    objective = NonSaturating() + Information(control=control)
    noise, data = Stream(p_z, np.random.default_rng([seed, 3])), Stream(ring, np.random.default_rng([seed, 4]))
    optimizers = [optim.Optimizer(optim.adam(optim.linear(2e-3, 2e-4, STEPS), 0.5)) for _ in range(2)]
    run = (step for step in train(*networks(seed), objective, *optimizers, noise, data, m=128) if step.last)
    curve = []
    for step in itertools.islice(run, STEPS):
        if step.iteration % 10 == 0:
            turn = Turn("", nn.frozen(step.D), nn.frozen(step.G), step.x, step.z)
            curve.append((step.iteration, objective.measures(turn)["information"]))
    return nn.frozen(step.G), nn.frozen(step.D), np.array(curve)


games = {"with the term": played(control=False), "control": played(control=True)}

# %% [markdown]
# Expected: above 2.0 of 2.08 with the term, and far below it in the control. L_I is never above log 8.

# %%
reached = {name: curve[-10:, 1].mean() for name, (_, _, curve) in games.items()}
print({name: round(float(value), 3) for name, value in reached.items()})
assert all(curve[:, 1].max() <= log(K) for _, _, curve in games.values())
assert reached["with the term"] > 2.0
assert reached["control"] < 0.8

# %% [markdown]
# ## What a category means
#
# For each category, how many of its samples are nearest to each Gaussian? With the term every category has one of its
# own, or nearly so: categories that can be told apart need places of their own. In the control a category is anywhere.

# %%
many_z = p_z.sample(4000, np.random.default_rng(9))
samples = {name: G(many_z) for name, (G, _, _) in games.items()}
nearest = partial(np.linalg.norm, axis=-1)
for name, points in samples.items():
    table = counts(many_z.category, nearest(points[:, None] - ring.centres).argmin(axis=1), K, K)
    own = table[np.arange(K), one_to_one(table)].sum() / len(points)
    captured = modes(points, ring.centres, ring.std).captured
    print(f"{name}: {own:.0%} of the samples are at the Gaussian of their category; {captured} of 8 captured")
    assert own > 0.75 if name == "with the term" else own < 0.6

# %% [markdown]
# ## A classifier without a label
#
# Q can be asked of true points, which it was never trained on. Its categories are numbered by chance, so each is
# matched to one Gaussian before errors are counted. Expected: an error near 0, or an eighth if two categories share a
# Gaussian, and far more in the control.

# %%
test = ring.sample_labelled(2000, np.random.default_rng(5))
errors = {}
for name, (_, D, _) in games.items():
    asked = D(test.x).category.argmax(axis=1)
    errors[name] = float(np.mean(one_to_one(counts(asked, test.y, K, K))[asked] != test.y))
print({name: f"{error:.1%}" for name, error in errors.items()})
assert errors["with the term"] < 0.2 < errors["control"]

# %% [markdown]
# ## The picture
#
# Above: L_I of both games below the line log 8. Below: samples, coloured by category, and what the continuous code
# does: each line is one noise in one category, while the code goes from -1 to 1.

# %%
figure = Figure(figsize=(10, 5.6), layout="constrained")
above, below = figure.subfigures(2, 1, height_ratios=(1, 1.7))
ax, (left, middle, right) = above.subplots(), below.subplots(1, 3)
for name, (_, _, curve) in games.items():
    ax.plot(*curve.T, label=name)
ax.axhline(log(K), color="black", ls=":", label="log 8")
ax.set(xlabel="iteration", ylabel="$L_I$ in nats")
ax.legend(loc="center right")
for ax, (name, points) in zip((left, middle), samples.items(), strict=True):
    draw_labelled(ax, ring, points, many_z.category, p_z.columns)
    ax.set_title(name)

# %%
codes = np.linspace(-1, 1, 21)
G, _, _ = games["with the term"]
rows = p_z.shown(5 * K, np.random.default_rng(6))  # five noises, each in every category
lines = np.stack([G(rows._replace(continuous=np.full((5 * K, 1), code, np.float32))) for code in codes])
right.plot(*lines.transpose(2, 0, 1), color="tab:blue", lw=0.8)
right.set(title="the continuous code from -1 to 1", aspect="equal", xlim=left.get_xlim(), ylim=left.get_ylim())
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "infogan.png"
figure.savefig(path, dpi=80)
moved = np.linalg.norm(lines[-1] - lines[0], axis=-1).mean()
print(f"The picture is in {path}. The code moves a sample by {moved / ring.std:.1f} standard deviations")
assert moved > ring.std

# %% [markdown]
# ## Exercises
#
# 1. Let `CodedNoise` have four categories for the eight Gaussians, then sixteen. What do categories mean now, and what
#    is L_I?
# 2. Plant a mistake: "G is not given the category". In `tinygan/nn/codes.py` write `0 * self.one_hot(z.category)`.
#    Which assertion fails? Remove it: what is the next one, and what has Q learned?
