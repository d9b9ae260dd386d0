# %% [markdown]
# # Algorithm 1, one line at a time
#
# Goodfellow et al. (2014) train two networks against each other. Here both are small, the data are numbers, and every
# density can be drawn. We walk through one iteration with `next(run)`, then draw the paper's figure 1 from a real run.
# It takes about half a minute on two cores.

# %%
import os
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import functional as F
from tinygan import nn, optim
from tinygan.autograd import listing, show
from tinygan.data import Gaussian, Normal, Stream
from tinygan.drawing.line import draw_line
from tinygan.metrics import histogram_js
from tinygan.objectives import NonSaturating
from tinygan.training import train

# %%
p_data = Gaussian(mean=4.0, std=0.5)  # G never gets this density, only samples of it
p_z = Normal(1)  # the noise prior
noise = Stream(p_z, np.random.default_rng(1))
data = Stream(p_data, np.random.default_rng(2))

# %% [markdown]
# ## Two players
#
# G maps a noise sample z to a point x on the line. D gives a *logit*: log D(x) = -softplus(-logit), without the
# logarithm of a rounded probability. A module is a plain tree; its Tensors are its parameters.


# %%
def standardized(x):
    return (x - 4.0) / 0.5  # D's inputs are of order one, as pixels in [-1, 1] are


def perceptron(width, rng):
    return nn.Dense(1, width, rng), F.tanh, nn.Dense(width, width, rng), F.tanh, nn.Dense(width, 1, rng)


G = nn.Sequential(*perceptron(32, np.random.default_rng(3)))
D = nn.Sequential(standardized, *perceptron(64, np.random.default_rng(4)))
print("parameters of D:", {path: leaf.shape for path, leaf in nn.parameters(D).items()})
assert nn.count(D) == 4353  # 1*64 + 64, 64*64 + 64, 64*1 + 1

# %% [markdown]
# ## The value function, before anything is learned
#
# V(D, G) = E[log D(x)] + E[log(1 - D(G(z)))]. If D(x) = 1/2 everywhere, V = -log 4 = -1.3863. Our D has not learned
# anything, and its V is lower. On frozen networks (with raw arrays for leaves) the same code computes the number and
# records nothing.

# %%
objective = NonSaturating()
x, z = data(256), noise(256)
V = -objective.d_loss(nn.frozen(D), nn.frozen(G), x, z)
print(f"V(D, G) = {V:.4f}, against -log 4 = {-np.log(4):.4f}")
assert -np.log(4) > V

# %% [markdown]
# ## One step of the inner loop
#
# `train` is Algorithm 1, as a generator that yields after each update. The first `next` draws m noise samples and m
# examples, and ascends D's stochastic gradient. D's loss on the same minibatch falls; G is the same object as before.

# %%
g_optimizer, d_optimizer = optim.Optimizer(optim.adam(6e-4, 0.0)), optim.Optimizer(optim.adam(2e-3, 0.0))
run = train(G, D, objective, g_optimizer, d_optimizer, noise, data, m=256, k=2)
step = next(run)
before, after = float(step.loss), float(objective.d_loss(nn.frozen(step.D), nn.frozen(step.G), step.x, step.z))
print(f"iteration {step.iteration}, player {step.player}: D's loss {before:.4f} -> {after:.4f}")
assert step.player == "D"
assert after < before
assert step.G is G

# %% [markdown]
# The loss has a tape: the record of all operations that led to it. D's parameters are its leaves. G(z) is an array on
# it, because Algorithm 1 holds G fixed here, so G gets no gradient.

# %%
names = {path: leaf for path, leaf in nn.parameters(D).items()}
show(step.loss, names=names)
assert "array(256, 1)" in listing(step.loss)

# %% [markdown]
# ## The generator's turn
#
# With k = 2 there is another update of D, then one of G on *fresh* noise. G's loss on that noise falls; D does not
# change.

# %%
d_step, g_step = next(run), next(run)
before, after = float(g_step.loss), float(objective.g_loss(nn.frozen(g_step.D), nn.frozen(g_step.G), None, g_step.z))
print(f"iteration {g_step.iteration}, player {g_step.player}: G's loss {before:.4f} -> {after:.4f}")
assert g_step.player == "G"
assert after < before
assert g_step.D is d_step.D
assert not np.array_equal(g_step.z, d_step.z)

# %% [markdown]
# ## Towards the game's end
#
# The run continues, and we keep the state at iteration 200 for the figure.

# %%
END = 3000
average = nn.frozen(g_step.G)
for step in run:
    if step.player == "G":
        average = nn.averaged(average, step.G, 0.998)  # the iterates circle around the solution
        if step.iteration == 200:
            early = step
        if step.iteration == END:
            break

# %% [markdown]
# If G has learned the density, no D can distinguish samples from data: D(x) = 1/2, and the losses settle near log 4
# and log 2. How far are the samples from the data now?

# %%
many_z = p_z.sample(10_000, np.random.default_rng(5))
samples = average(many_z)
js = histogram_js(samples, p_data.sample(10_000, np.random.default_rng(6)))
print(f"G(z) has mean {samples.mean():.3f} and standard deviation {samples.std():.3f}, expected 4 and 0.5")
print(f"JS to p_data is {js:.4f} nats, expected below 0.02 (0 is equality, log 2 = 0.693 disjoint)")
assert js < 0.02

# %% [markdown]
# ## Proposition 1: the best D is known
#
# For a fixed G, D*(x) = p_data(x) / (p_data(x) + p_g(x)). Here p_g is a histogram of samples.


# %%
def optimal(x, generated):
    counts, edges = np.histogram(generated, bins=60, range=(x.min(), x.max()))
    p_g = np.interp(x, (edges[:-1] + edges[1:]) / 2, counts / (len(generated) * (edges[1] - edges[0])))
    return p_data.density(x[:, None]) / (p_data.density(x[:, None]) + p_g + 1e-9)


# %% [markdown]
# We fix the early G, train D alone as in the inner loop, and compare: the trained D approaches the closed form
# wherever there are data.

# %%
trained, optimizer = early.D, optim.Optimizer(optim.adam(2e-3))
for _ in range(1500):
    trained = optimizer.descend(trained, objective.d_loss(trained, nn.frozen(early.G), data(256), noise(256)))
generated = nn.frozen(early.G)(many_z)
grid = np.linspace(2.5, 5.5, 121)
D_star = optimal(grid, generated)


def probability(D, x=grid[:, None]):
    return F.sigmoid(nn.frozen(D)(x.astype(np.float32)))[:, 0]


weight = p_data.density(grid[:, None])
gaps = [float(np.average(np.abs(probability(D) - D_star), weights=weight)) for D in (early.D, trained)]
print(f"mean |D - D*| under p_data: {gaps[0]:.3f} at iteration 200, {gaps[1]:.3f} after training D alone")
assert gaps[1] < min(gaps[0], 0.08)

# %% [markdown]
# ## Figure 1
#
# (a) G has learned a little, and D is a partly accurate classifier. (b) In the inner loop, with G fixed, D approaches
# D*. (c) G follows D's gradient to where D(x) is higher. (d) After many iterations p_g = p_data, and D(x) = 1/2.

# %%
G_c, g_optimizer = early.G, optim.Optimizer(optim.adam(1e-3))
for _ in range(6):
    G_c = g_optimizer.descend(G_c, objective.g_loss(nn.frozen(trained), G_c, None, noise(256)))

# %%
figure = Figure(figsize=(14, 3.6), layout="constrained")
panels = {"(a)": (early.G, early.D), "(b)": (early.G, trained), "(c)": (G_c, trained), "(d)": (average, step.D)}
shown_z = np.linspace(-2.2, 2.2, 32, dtype=np.float32)[:, None]
for ax, (title, (g, d)) in zip(figure.subplots(1, 4), panels.items(), strict=True):
    G, judge = nn.frozen(g), partial(probability, d)
    draw_line(ax, p_data, G(many_z), judge, "probability", arrows=(shown_z, G(shown_z)))
    ax.set_title(title)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "figure_1.png"
figure.savefig(path, dpi=100)
d_at_end = float(np.average(probability(step.D), weights=weight))
print(f"D(x) under p_data at the end: {d_at_end:.3f}, expected 1/2. The four panels are in {path}")
assert abs(d_at_end - 0.5) < 0.1

# %% [markdown]
# ## Exercises
#
# 1. Let `NonSaturating` be `Minimax`. What is the gradient of G in the first iterations, and does JS still get below
#    0.02?
# 2. Plant a mistake: "G is scored on samples made before D's update". In `tinygan/training.py` remove `z = noise(m)`
#    before G's loss. Which assertion fails? Does JS at the end notice?
