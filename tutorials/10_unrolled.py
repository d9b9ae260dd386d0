# %% [markdown]
# # Looking ahead: unrolled GANs and lost modes
#
# A generator can lower its loss by putting every sample on one mode. D learns to reject that mode, G moves to the next,
# and so on: of eight Gaussians G visits one after another and never captures all. Metz et al. (2017) let G look ahead:
# it minimizes its loss against the D that K more updates of D lead to, and differentiates through those updates. Here
# we examine the lookahead, then draw the paper's figure 1. It takes about half a minute.

# %%
import itertools
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import functional as F
from tinygan import grad, nn, optim
from tinygan.data import Normal, Ring, Stream
from tinygan.metrics import modes
from tinygan.objectives import Minimax, Unrolled, ZeroSum
from tinygan.training import train

ring = Ring(std=0.05)  # eight modes on the unit circle
p_z = Normal(32)


# %% [markdown]
# ## A game that goes wrong
#
# Two perceptrons, and a learning rate of G that is twenty times that of D: G reaches the points where D(x) is highest
# before D changes.


# %%
def perceptron(*sizes, bend, seed):
    rng = np.random.default_rng(seed)
    layers = [part for a, b in itertools.pairwise(sizes) for part in (nn.Dense(a, b, rng), bend)]
    return nn.Sequential(*layers[:-1])


def game(bend=F.relu, seed=0):
    G, D = perceptron(32, 64, 64, 2, bend=F.relu, seed=[seed, 0]), perceptron(2, 64, 64, 1, bend=bend, seed=[seed, 1])
    noise = Stream(p_z, np.random.default_rng([seed, 2]))
    return G, D, noise, Stream(ring, np.random.default_rng([seed, 3]))


G, D, noise, data = game(bend=F.tanh)  # tanh: D's gradient is differentiated, and that of a ReLU jumps
x, z = data(64), noise(64)
print(f"D has {nn.count(D):,} parameters, G {nn.count(G):,}")
assert nn.count(D) == 4417  # 2*64 + 64, 64*64 + 64, 64 + 1

# %% [markdown]
# ## D after K updates
#
# `Unrolled(base, K, rule)` is an objective around another. Its `unrolled` returns the D that K updates by `rule` lead
# to, on this x and z. D itself does not change. The rule is Adam, with a large epsilon: with a small one its first step
# is the sign of the gradient, whose derivative is 0.

# %%
rule = optim.adam(1e-3, beta1=0.5, epsilon=1e-2)
lookahead = Unrolled(ZeroSum(Minimax()), 5, rule)
D_5 = lookahead.unrolled(nn.frozen(D), G, x, z)
losses = [float(Minimax().d_loss(each, G, x, z)) for each in (D, D_5)]
print(f"D's loss now {losses[0]:.4f}, and after five updates {losses[1]:.4f}")
assert losses[1] < losses[0]

# %% [markdown]
# ## The part of G's gradient that an ordinary GAN lacks
#
# The weights of that later D are on the tape, and depend on G, since D is updated on G's samples. So G's gradient has
# two parts. One moves the samples towards higher D(x), as in any GAN. The other changes the later D. With a constant D
# (`frozen`) only the first is left.

# %%
value = ZeroSum(Minimax())  # G minimizes all of V: E[log D(x)] too depends on G, through D_5
whole = grad(value.g_loss(D_5, G, x, z), nn.parameters(G))
first = grad(value.g_loss(nn.frozen(D_5), G, x, z), nn.parameters(G))
size = {name: np.sqrt(sum(np.sum(g * g) for g in part.values())) for name, part in (("whole", whole), ("first", first))}
second = np.sqrt(sum(np.sum((whole[path] - first[path]) ** 2) for path in whole))
print(f"length of G's gradient {size['whole']:.4f}; of its first part {size['first']:.4f}, of its second {second:.4f}")
assert second > 1e-3 * size["first"]

# %% [markdown]
# Is the second part right? The loss is a function of G's parameters. So we move them a little along a direction, repeat
# D's five updates, and compare the slope with the gradient's.

# %%
rng, h = np.random.default_rng(0), 1e-5
double = [nn.map_leaves(net, lambda leaf: leaf.astype(np.float64)) for net in map(nn.frozen, (G, D))]
way = {path: rng.standard_normal(leaf.shape) for path, leaf in nn.parameters(nn.traced(double[0])).items()}


def loss_at(t):
    leaves = nn.named_leaves(double[0])
    moved = nn.updated(double[0], {path: leaf + t * way[path] for path, leaf in leaves})
    return float(lookahead.g_loss(double[1], moved, x.astype(float), z.astype(float)))


slope = (loss_at(h) - loss_at(-h)) / (2 * h)
along = {name: sum(np.sum(part[path] * way[path]) for path in way) for name, part in (("w", whole), ("f", first))}
print(f"slope {slope:.5f}; by the whole gradient {along['w']:.5f}, by the first part alone {along['f']:.5f}")
assert abs(slope - along["w"]) < 1e-3 * abs(slope) < abs(slope - along["f"])

# %% [markdown]
# ## Three games from the same networks
#
# The networks, examples and noise are the same; only K differs. Algorithm 1 does not change. The learning rates fall to
# a tenth, so that the samples settle.

# %%
STEPS = (0, 1, 5)  # K; the paper draws 0 and 10, and 10 takes twice as long as 5
SHOWN = (0, 200, 400, 600, 800, 1000)  # iterations
many_z = p_z.sample(2500, np.random.default_rng(9))


def played(K):
    G, D, noise, data = game()
    pictures = [nn.frozen(G)(many_z)]
    rates = optim.linear(2e-2, 2e-3, SHOWN[-1]), optim.linear(1e-3, 1e-4, SHOWN[-1])
    optimizers = [optim.Optimizer(optim.adam(rate, 0.5)) for rate in rates]
    run = (step for step in train(G, D, Unrolled(value, K, rule), *optimizers, noise, data, m=64) if step.last)
    for step in itertools.islice(run, SHOWN[-1]):
        if step.iteration in SHOWN:
            pictures.append(nn.frozen(step.G)(many_z))
    return pictures


samples = {K: played(K) for K in STEPS}

# %% [markdown]
# The modes captured at each of these times, of eight, and the share of samples near a mode at the end. Expected: at
# most four for K = 0, and changing; seven or eight for K = 5. Which of these, and the result of K = 1, depends on the
# last bits of the matrix products, and so on the processor.

# %%
scores = {K: [modes(points, ring.centres, ring.std) for points in shown] for K, shown in samples.items()}
captured = {K: [score.captured for score in each] for K, each in scores.items()}
for K, counts in captured.items():
    print(f"K = {K:2}: {counts[1:]} modes, {scores[K][-1].high_quality:.0%} near one at the end")
assert captured[0][-1] <= 4 < 7 <= captured[5][-1]
assert scores[5][-1].high_quality > 0.3

# %% [markdown]
# ## Figure 1
#
# Each row is a game, each column a time; the last column is the data. Without lookahead G moves from mode to mode; with
# one step it captures some; with five it captures all eight and keeps them. The cost: each step of the lookahead is a
# forward and a backward pass of D, and one more backward pass through both.

# %%
figure = Figure(figsize=(1.6 * (len(SHOWN) + 1), 1.75 * len(samples)), layout="constrained")
rows = figure.subplots(len(samples), len(SHOWN) + 1)
truth = ring.sample(2500, np.random.default_rng(10))
for row, (K, shown) in zip(rows, samples.items(), strict=True):
    for ax, points, count in zip(row, [*shown, truth], [*captured[K], 8], strict=True):
        ax.hist2d(*points.T, bins=60, range=[(-1.6, 1.6)] * 2, cmap="Greens", vmax=15)
        ax.set(xticks=[], yticks=[], aspect="equal", xlabel=f"{count} of 8 modes")
    row[0].set_ylabel(f"K = {K}", size=12)
for ax, title in zip(rows[0], [*(f"iteration {i}" for i in SHOWN), "data"], strict=True):
    ax.set_title(title, size=10)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "unrolled.png"
figure.savefig(path, dpi=80)
print(f"The games are in {path}")
assert path.stat().st_size > 10_000

# %% [markdown]
# ## Exercises
#
# 1. Give G's optimizer the rate of D. How many modes does K = 0 keep now? What, then, is looking ahead for?
# 2. Plant a mistake: "nobody is held fixed: each loss records the player who waits". In `tinygan/training.py` write G
#    for `frozen(G)` and D for `frozen(D)`. Which line fails, and what would an optimizer without this check do?
