# %% [markdown]
# # One table, nine games
#
# The GAN's loss measures a Jensen-Shannon divergence. Nowozin et al. (2016) turn this round: take any divergence
# D_f(p, q) = E_q[f(p / q)], and its game follows from three functions in a table. T is the discriminator, with
# E_p[T] - E_q[f*(T)] <= D_f(p, q), and equality at T = f'(p / q). Predict: can one network, trained on samples with the
# losses of each row, tell all nine divergences? It takes seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import functional as F
from tinygan import nn, optim
from tinygan.data import Gaussian
from tinygan.objectives import DIVERGENCES, FGAN
from tinygan.theory import f_divergence, integral
from tinygan.theory.quadrature import boxes, merged

p, q = Gaussian(0.0, 1.0), Gaussian(0.6, 1.1)
exact = {name: f_divergence(name, p, q).value for name in DIVERGENCES}

# %% [markdown]
# ## A row of the table
#
# f is convex. Its conjugate f*(t) = sup over u of (u t - f(u)) is the height of the tangents: each tangent of slope t
# lies below f, so f(u) >= u t - f*(t) for every t, with equality at t = f'(u). Take an expectation and the bound is
# there. For KL, f = u log u and f*(t) = exp(t - 1): we compute the supremum over a grid and compare.

# %%
u = np.geomspace(1e-3, 1e3, 200_001)
for name, t in (("kl", 0.5), ("pearson", 1.0), ("squared-hellinger", -2.0)):
    row = DIVERGENCES[name]
    by_grid, formula = np.max(u * t - row.f(u)), float(row.conjugate(np.array(t)))
    print(f"{name}: f*({t}) = {formula:.6f}, by the grid {by_grid:.6f}")
    assert abs(by_grid - formula) < 1e-6

# %% [markdown]
# ## The bound, at its best and elsewhere
#
# We know p and q, so T = f'(p / q) can be written down. D's output v is any number, and T = g_f(v) keeps it in the
# domain of f*. Expected: at the best v the bound is the divergence, for all nine rows. At half of that v it is less.
# The total variation is an exception: its best T is 1/2 or -1/2, which every large v gives.


# %%
def bound(row, v):
    def density(x):
        found = v(x)
        return p.density(x) * row.activation(found) - q.density(x) * row.composed(found)

    return integral(density, *boxes(merged([np.linspace(-20, 20, 81)]))).value


def best_v(row, factor=1.0):
    return lambda x: factor * row.best(p.density(x) / q.density(x))


for name, row in DIVERGENCES.items():
    at_best, at_half = bound(row, best_v(row)), bound(row, best_v(row, 0.5))
    print(f"{name:18} D_f {exact[name]:8.5f}   bound {at_best:8.5f}   at half of v {at_half:8.5f}")
    assert abs(at_best - exact[name]) < 1e-6
    assert at_half < at_best - 1e-3 or name == "total-variation"

# %% [markdown]
# ## A network instead
#
# Nobody knows p / q in practice. One perceptron per row is trained on samples, with D's loss of `FGAN(name)`.


# %%
def learned(name, iterations=600, m=500):
    rng = np.random.default_rng(0)
    sizes = dict(initialize=nn.he())
    D = nn.Sequential(nn.Dense(1, 32, rng, **sizes), F.tanh, nn.Dense(32, 1, rng))
    optimizer = optim.Optimizer(optim.adam(optim.linear(2e-2, 5e-4, iterations), beta1=0.9))
    loss = FGAN(name)
    for _ in range(iterations):
        D = optimizer.descend(D, loss.d(D(p.sample(m, rng)), D(q.sample(m, rng))))
    frozen = nn.frozen(D)
    return lambda x: frozen(np.float32(x))[:, 0].astype(float)


# %% [markdown]
# We integrate the bound of what each has learned. Expected: below the divergence, and near to it.

# %%
networks = {name: learned(name) for name in DIVERGENCES}
estimates = {name: bound(row, networks[name]) for name, row in DIVERGENCES.items()}
for name, estimate in estimates.items():
    print(f"{name:18} {estimate:8.5f} of {exact[name]:8.5f}")
    assert estimate < exact[name] + 1e-6
    assert exact[name] - estimate < 0.06 * max(1, abs(exact[name]))

# %% [markdown]
# ## All of them learn the same thing
#
# The best T of each row is another function of the same p / q. So each network has learned the ratio of the
# densities, as the logit of a GAN does. We turn the outputs of three rows into log p / q and compare with the truth
# on [-1.5, 2.5], where both have samples.

# %%
x = np.linspace(-1.5, 2.5, 200)[:, np.newaxis]
true = p.log_density(x) - q.log_density(x)
ratios = {
    "kl": networks["kl"](x) - 1,  # v = 1 + log u
    "squared-hellinger": 2 * networks["squared-hellinger"](x),  # v = log u / 2
    "gan": networks["gan"](x),  # v = log u
}
for name, ratio in ratios.items():
    print(f"{name:18} log p / q off by {abs(ratio - true).mean():.3f} on average")
    assert abs(ratio - true).mean() < 0.15

# %% [markdown]
# ## The picture
#
# Left: the generators f of five rows, all 0 at u = 1. In the middle: log p / q, and what three games have learned of
# it. Right: the bounds beside the divergences.

# %%
figure = Figure(figsize=(12, 3.8), layout="constrained")
left, middle, right = figure.subplots(1, 3)
grid = np.linspace(0.02, 3, 200)
for name in ("kl", "reverse-kl", "pearson", "squared-hellinger", "js"):
    left.plot(grid, DIVERGENCES[name].f(grid), label=name)
left.set(ylim=(-0.5, 3), xlabel="u = p / q", title="f(u)")
middle.plot(x, true, color="black", lw=2, label="log p / q")
for name, ratio in ratios.items():
    middle.plot(x, ratio, label=name)
middle.set(xlabel="x", title="learned from samples")

# %%
places = np.arange(len(exact))
right.barh(places + 0.2, list(exact.values()), 0.4, color="black", label="divergence")
right.barh(places - 0.2, list(estimates.values()), 0.4, color="tab:blue", label="bound of the network")
right.set_yticks(places, list(exact))
for ax in (left, middle, right):
    ax.legend(fontsize=8)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "f_gan.png"
figure.savefig(path, dpi=90)
print(f"The picture is in {path}")
assert path.stat().st_size > 20_000

# %% [markdown]
# ## Exercises
#
# 1. Swap p and q. Which rows keep their value, and which exchange theirs?
# 2. Plant a mistake: "KL(q, p) for KL(p, q)". In `tinygan/objectives/divergences.py` exchange p and q in the integrand
#    of the row "kl". Which assertion fails? For which p and q would nobody have noticed?
