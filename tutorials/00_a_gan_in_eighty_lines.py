# %% [markdown]
# # A GAN in eighty lines
#
# Arrays, Tensors that record the operations they come from, two networks, and Algorithm 1 of Goodfellow et al. (2014).
# Nothing else of the package is used. It takes about ten seconds on two cores.

# %%
import itertools
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import Tensor, grad, raw
from tinygan import functional as F

rng = np.random.default_rng(0)
CENTRES = np.array([(np.cos(a), np.sin(a)) for a in 2 * np.pi * np.arange(8) / 8])


def data(m):  # eight Gaussians on a circle
    return (CENTRES[rng.integers(8, size=m)] + 0.05 * rng.standard_normal((m, 2))).astype(np.float32)


def noise(m):
    return rng.standard_normal((m, 2)).astype(np.float32)


# %% [markdown]
# ## Two networks
#
# A network is a list of arrays, a weight and a bias for each layer. G maps noise to points, D maps points to the logit
# of "this is data".


# %%
def network(*sizes):
    weights = [rng.standard_normal((a, b)) * np.sqrt(2 / a) for a, b in itertools.pairwise(sizes)]
    return [array.astype(np.float32) for weight in weights for array in (weight, np.zeros(weight.shape[1]))]


def apply(parameters, x):
    *hidden, weight, bias = parameters
    for W, b in zip(hidden[::2], hidden[1::2], strict=True):
        x = F.relu(x @ W + b)
    return x @ weight + bias


G, D = network(2, 128, 128, 128, 2), network(2, 128, 128, 128, 1)
print("G learns", sum(array.size for array in G), "numbers, D", sum(array.size for array in D))
assert raw(apply(D, apply(G, noise(5)))).shape == (5, 1)

# %% [markdown]
# ## The update rule
#
# Adam, algorithm 1 of Kingma and Ba (2015), in its own letters, with beta1 = 0: the first moment is the gradient.


# %%
def adam(theta, loss, leaves, v, t, alpha, beta2=0.99):
    for i, g in enumerate(grad(loss, leaves)):
        v[i] = beta2 * v[i] + (1 - beta2) * g * g
        theta[i] = theta[i] - alpha * g / (np.sqrt(v[i] / (1 - beta2**t)) + 1e-8)


# %% [markdown]
# ## Algorithm 1
#
# The parameters of the player whose turn it is are Tensors, so the loss records how it depends on them. Those of the
# other player are arrays, about which nothing is recorded. log D = -softplus(-logit), log(1 - D) = -softplus(logit).

# %%
m, iterations = 256, 4000
v_G, v_D = [np.zeros_like(a) for a in G], [np.zeros_like(a) for a in D]
for t in range(1, iterations + 1):
    alpha = 1e-3 * (1 - (t - 1) / iterations)  # falls to 0
    x, z = data(m), noise(m)
    leaves = [Tensor(a) for a in D]
    loss = F.mean(F.softplus(-apply(leaves, x))) + F.mean(F.softplus(apply(leaves, apply(G, z))))
    adam(D, loss, leaves, v_D, t, alpha)  # D ascends log D(x) + log(1 - D(G(z)))
    z = noise(m)
    leaves = [Tensor(a) for a in G]
    loss = F.mean(F.softplus(-apply(D, apply(leaves, z))))
    adam(G, loss, leaves, v_G, t, alpha)  # G ascends log D(G(z))
print(f"G's loss ends at {float(loss):.2f}; where p_g = p_data it is log 2 = 0.69")
assert F.softplus(np.float64(100)) == 100  # -log D at a logit of -100, where sigmoid rounds to 0

# %% [markdown]
# ## The picture

# %%
samples, examples = apply(G, noise(2000)), data(2000)
nearest = np.linalg.norm(samples[:, None] - CENTRES, axis=2)
reached = int((np.bincount(nearest.argmin(axis=1)[nearest.min(axis=1) < 0.15], minlength=8) >= 20).sum())
figure = Figure(figsize=(5, 5))
ax = figure.add_subplot()
ax.scatter(*examples.T, s=3, color="0.7", label="data")
ax.scatter(*samples.T, s=3, color="tab:green", label="G(z)")
ax.set(aspect="equal", title=f"{reached} of 8 modes after {iterations} iterations")
ax.legend()
figure.savefig(Path(os.environ.get("TINYGAN_PICTURES", ".")) / "a_gan_in_eighty_lines.png")
assert reached >= 7

# %% [markdown]
# ## Exercises
#
# 1. Give z one number in place of two, then sixteen. How many modes are reached, and what lies between them?
# 2. Plant a mistake: "log(sigmoid(x) + 1e-8) for softplus". In `tinygan/functional/elementwise.py` let `softplus`
#    return `-xp.log(1 - sigmoid(x) + 1e-8)`. Which assertion fails? Do the samples show it? What is its gradient at a
#    logit of 30?
