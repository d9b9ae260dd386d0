# %% [markdown]
# # The best discriminator, and where -log 4 comes from
#
# Fix the generator. Which D is the best that there can be, and what is its value V(D, G)? Goodfellow et al. (2014)
# answer both on one page: D*(x) = p_data(x) / (p_data(x) + p_g(x)), and V(D*, G) = -log 4 + 2 JS(p_data, p_g). Here
# all three are computed, and a network is trained towards D*. Predict: does a network of two hidden units get there?
# And which number tells how far it is? It takes seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import functional as F
from tinygan import nn, optim
from tinygan.data import Gaussian, Mixture
from tinygan.objectives import Minimax
from tinygan.theory import criterion, jensen_shannon, optimal_logit, value

p_data = Mixture((-1.5, 1.5), (0.5, 0.5), (0.5, 0.5))
p_g = Gaussian(0.5, 1.2)

# %% [markdown]
# ## The value of any D
#
# V(D, G) = E[log D(x)] + E[log(1 - D(G(z)))]. D is given by its logit, so log D = -softplus(-logit). For D = 1/2, the
# logit 0, both expectations are log 1/2: predict V. A D that is sure of the wrong thing is worse.


# %%
def certain(x):
    return 3 * x[:, 0]  # right is real, left is fake


guess = value(lambda x: np.zeros(len(x)), p_data, p_g).value
wrong = value(certain, p_data, p_g).value
print(f"D = 1/2: {guess:.6f}, -log 4 = {-np.log(4):.6f}; a sure D that is wrong: {wrong:.3f}")
assert np.isclose(guess, -np.log(4))
assert wrong < guess

# %% [markdown]
# ## The best D
#
# At each x by itself, V wants the largest a log y + b log(1 - y), with a = p_data(x) and b = p_g(x). Its derivative
# a / y - b / (1 - y) is 0 at y = a / (a + b). So D* needs no training: we have both densities. Expected: any other D,
# here D* with a wave on its logit, has a smaller V, and the loss grows with the square of the wave.

# %%
best = optimal_logit(p_data, p_g)
V = {t: value(lambda x, t=t: best(x) + t * np.sin(3 * x[:, 0]), p_data, p_g).value for t in (0.0, 0.1, 0.2)}
print("V of D* and of two others:", {t: round(found, 6) for t, found in V.items()})
ratio = (V[0.0] - V[0.2]) / (V[0.0] - V[0.1])
print(f"twice the wave costs {ratio:.2f} times as much")
assert V[0.0] > V[0.1] > V[0.2]
assert abs(ratio - 4) < 0.1

# %% [markdown]
# ## Where -log 4 comes from
#
# At D* the value is C(G) = -log 4 + 2 JS. So with the best D, V measures how far p_g is from the data. It is -log 4
# if they are equal, and 0 if they share nothing. We move p_g over the data and compare both sides of the equation.

# %%
means = np.linspace(-6, 6, 49)
left = np.array([criterion(p_data, Gaussian(mean, 1.2)).value for mean in means])
right = np.array([-np.log(4) + 2 * jensen_shannon(p_data, Gaussian(mean, 1.2)).value for mean in means])
print(f"largest difference of both sides: {abs(left - right).max():.1e}; smallest C(G) here {left.min():.3f}")
print(f"p_g = p_data: {criterion(p_data, p_data).value:.6f}")
assert abs(left - right).max() < 1e-10
assert np.isclose(criterion(p_data, p_data).value, -np.log(4))

# %% [markdown]
# ## A network learns D*
#
# Now D is a perceptron with one hidden layer and sees samples only. G stays fixed. We train three sizes with the
# minimax loss, whose negative is V, and integrate the V of what they have learned.


# %%
def trained(units, iterations=1500, m=500):
    rng = np.random.default_rng(units)
    D = nn.Sequential(nn.Dense(1, units, rng, initialize=nn.he()), F.tanh, nn.Dense(units, 1, rng))
    optimizer = optim.Optimizer(optim.adam(optim.linear(3e-2, 1e-3, iterations), beta1=0.9))
    for _ in range(iterations):
        x, fake = p_data.sample(m, rng), p_g.sample(m, rng)
        D = optimizer.descend(D, Minimax().d(D(x), D(fake)))
    return nn.frozen(D)


# %% [markdown]
# Expected: V is below C(G) for all three, since D* is the best of all functions, and nearer to it for more units.
# C(G) - V is the number that tells how far.

# %%
C = criterion(p_data, p_g).value
networks = {units: trained(units) for units in (2, 4, 32)}
logits = {units: lambda x, D=D: D(np.float32(x))[:, 0].astype(float) for units, D in networks.items()}
gaps = {units: C - value(logit, p_data, p_g).value for units, logit in logits.items()}
print(f"C(G) = {C:.4f}")
for units, gap in gaps.items():
    estimate = (C - gap + np.log(4)) / 2
    print(f"{units:2} units: C(G) - V = {gap:.4f}; JS estimated as {estimate:.4f}, and it is {(C + np.log(4)) / 2:.4f}")
assert all(gap > 0 for gap in gaps.values())
assert gaps[2] > 5 * gaps[32]
assert gaps[32] < 0.01

# %% [markdown]
# So a trained D gives a lower bound of JS, log 2 minus its cross-entropy per example: the better the D, the tighter.
# It never overestimates, except by chance on few samples. `tinygan train gan-1d --oracle` draws D* beside D and
# records this gap in a run.
#
# ## The picture
#
# Left: the densities, D* and two of the networks. Right: C(G) against the place of p_g.

# %%
figure = Figure(figsize=(11, 3.8), layout="constrained")
ax, line = figure.subplots(1, 2)
x = np.linspace(-5, 5, 500)[:, np.newaxis]
ax.plot(x, p_data.density(x), color="black", ls=":", lw=2, label="p_data")
ax.plot(x, p_g.density(x), color="tab:green", label="p_g")
ax.plot(x, 1 / (1 + np.exp(-best(x))), color="tab:blue", lw=2, label="D*")
for units, style in ((2, ":"), (32, "--")):
    ax.plot(x, 1 / (1 + np.exp(-logits[units](x))), color="tab:cyan", ls=style, label=f"D, {units} units")
ax.legend(fontsize=8)
line.plot(means, left, color="tab:blue", label="C(G)")
line.axhline(-np.log(4), color="0.6", ls="--", label="-log 4")
line.set(xlabel="mean of p_g")
line.legend(fontsize=8)

# %%
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "optimal_discriminator.png"
figure.savefig(path, dpi=90)
print(f"The picture is in {path}")
assert path.stat().st_size > 20_000

# %% [markdown]
# ## Exercises
#
# 1. Make p_g narrower: `Gaussian(0.5, 0.2)`. Where is D* nearly 1, and what does a G that follows the slope of D learn
#    there?
# 2. Plant a mistake: "D* upside down". In `tinygan/theory/value.py` let `optimal_logit` return q - p. Which assertion
#    fails first? What is V of this D at p_g = p_data, and why is the mistake not seen there?
