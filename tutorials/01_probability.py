# %% [markdown]
# # Two dice, and a machine that makes one of the other
#
# A GAN is about distributions: one that the data come from, and one that a generator makes. A die is the smallest
# example. One die is fair, the other is loaded: it never shows a five, and a three twice as often. What is the
# probability of a face, how does one sample it, and how well can anybody tell which die was rolled? It takes seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan.data import Gaussian
from tinygan.theory import jensen_shannon, kl, optimal_probabilities, total_variation

faces = np.arange(1, 7)
fair = np.full(6, 1 / 6)
loaded = np.array([1, 1, 2, 1, 0, 1]) / 6
assert np.isclose(loaded.sum(), 1)

# %% [markdown]
# ## A random variable, and its probability mass function
#
# The roll X is a random variable. Its probability mass function P(X) says how probable each face is; the six numbers
# sum to one. Roll the loaded die 6,000 times and count. Predict: how far are the shares from the probabilities? The
# standard deviation of a share is sqrt(p (1 - p) / n), 0.006 for p = 1/3, and 100 times as many rolls make it ten
# times smaller.

# %%
rng = np.random.default_rng(0)
for n in (60, 6_000, 600_000):
    shares = np.bincount(rng.choice(faces, size=n, p=loaded), minlength=7)[1:] / n
    print(f"{n:7,} rolls: {shares.round(3)}, off by at most {abs(shares - loaded).max():.4f}")
assert abs(shares - loaded).max() < 5 * np.sqrt(1 / 3 * 2 / 3 / n)
assert shares[4] == 0

# %% [markdown]
# ## A generator is a function of noise
#
# A computer has uniform noise z in [0, 1), and no dice. G cuts the interval in pieces as long as the probabilities,
# and says in which piece z lies. So G(z) has the distribution of the die, although nothing in G is random. That is
# all that the generator of a GAN does. It only learns where to cut, from examples.


# %%
def G(z, p=loaded):
    return faces[np.searchsorted(np.cumsum(p), z, side="right")]


z = rng.random(600_000)
p_g = np.bincount(G(z), minlength=7)[1:] / len(z)
print("G(0.10), G(0.45), G(0.95):", G(np.array([0.1, 0.45, 0.95])))
print("p_g:", p_g.round(3))
assert G(np.array([0.1, 0.45, 0.95])).tolist() == [1, 3, 6]
assert abs(p_g - loaded).max() < 0.004

# %% [markdown]
# ## Which die was it?
#
# Somebody rolls one of the two dice, each with probability 1/2, and shows the face. The probability that it was the
# loaded one is D*(x) = p(x) / (p(x) + q(x)), Bayes' rule: this is the optimal discriminator of
# proposition 1 of the paper. Predict D* for a three, a five and a one. Then: how often is the better guess right? By
# theory in 1/2 + TV/2 of all rolls, where TV = 1/2 sum |p - q| is the total variation, here 1/6.

# %%
D = optimal_probabilities(loaded, fair)
print("D*:", D.round(3))
which = rng.random(200_000) < 0.5
rolls = np.where(which, G(rng.random(len(which))), G(rng.random(len(which)), fair))
right = np.mean((D[rolls - 1] > 0.5) == which)
known = 0.5 + total_variation(loaded, fair).value / 2
print(f"right in {right:.4f} of the rolls, by theory in {known:.4f}")
assert D.round(3).tolist() == [0.5, 0.5, 0.667, 0.5, 0, 0.5]
assert np.isclose(known, 7 / 12)
assert abs(right - known) < 0.005

# %% [markdown]
# For faces with D* = 1/2 either guess is right half of the time, so it does not matter which one is made.
#
# ## How far apart are they?
#
# The Kullback-Leibler divergence KL(P || Q) = sum P log(P / Q) is infinite where Q says "never" of something that P
# does. The Jensen-Shannon divergence compares both with their mixture M = (P + Q) / 2 and is at most log 2. Predict
# which of the two KL is infinite.

# %%
print(f"KL(loaded || fair) = {kl(loaded, fair).value:.4f}")
print(f"KL(fair || loaded) = {kl(fair, loaded).value}")
print(f"JS = {jensen_shannon(loaded, fair).value:.4f}, at most log 2 = {np.log(2):.4f}")
mixture = (loaded + fair) / 2
assert np.isclose(kl(loaded, fair).value, np.log(2) / 3)  # only the three differs: 1/3 log 2
assert kl(fair, loaded).value == np.inf
assert np.isclose(jensen_shannon(loaded, fair).value, (kl(loaded, mixture).value + kl(fair, mixture).value) / 2)

# %% [markdown]
# ## Densities
#
# A point on the line has probability 0, but intervals do not. The density p(x) is probability per length. It may be
# larger than 1: predict the height of N(4, 0.1^2) at its mean. The area under it is 1. An image of 28 x 28 pixels is
# a point in 784 dimensions, with a density that nobody can write down, which is why we need samples.

# %%
narrow = Gaussian(4.0, 0.1)
height = narrow.density([4.0])[0]
inside = narrow.cumulative([4.1])[0] - narrow.cumulative([3.9])[0]
samples = narrow.sample(100_000, rng)[:, 0]
share = np.mean((samples > 3.9) & (samples < 4.1))
print(f"height {height:.3f}; within one standard deviation: {inside:.4f}, and {share:.4f} of the samples")
assert np.isclose(height, 1 / (0.1 * np.sqrt(2 * np.pi)))
assert abs(share - inside) < 0.008

# %% [markdown]
# ## The picture
#
# Left: both dice. In the middle: G as a staircase over its noise; each step is as wide as its face is probable.
# Right: a density and a histogram of its samples.

# %%
figure = Figure(figsize=(11, 3.4), layout="constrained")
dice, stairs, line = figure.subplots(1, 3)
dice.bar(faces - 0.2, loaded, 0.4, color="black", label="loaded")
dice.bar(faces + 0.2, fair, 0.4, color="tab:green", label="fair")
dice.plot(faces, D, "o", color="tab:blue", label="D*")
dice.set(xlabel="face", ylabel="probability")
dice.legend(fontsize=8)

# %%
grid = np.linspace(0, 1, 1000, endpoint=False)
stairs.plot(grid, G(grid), color="tab:green")
stairs.set(xlabel="z, uniform", ylabel="G(z)")
x = np.linspace(3.5, 4.5, 300)
line.hist(samples, 60, density=True, color="0.8", label="samples")
line.plot(x, narrow.density(x), color="black", label="density")
line.set(xlabel="x")
line.legend(fontsize=8)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "probability.png"
figure.savefig(path, dpi=90)
print(f"The picture is in {path}")
assert path.stat().st_size > 10_000

# %% [markdown]
# ## Exercises
#
# 1. Load a die so that a guess is right in 3/4 of the rolls beside the fair one. What is its total variation, and can
#    it be loaded that much without any face of probability 0?
# 2. Plant a mistake: "total variation without the half". In `tinygan/objectives/divergences.py` remove `/ 2` from the
#    integrand of the first row. Which assertion fails? Of two dice that share no face, which impossible share of right
#    guesses would be claimed?
