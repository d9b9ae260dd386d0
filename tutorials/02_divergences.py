# %% [markdown]
# # How far apart are two distributions?
#
# There are many answers. Each is 0 for equal distributions and larger otherwise, so they seem to be the same advice.
# They are not. Take data with two modes, and a model that is one Gaussian and cannot have both. Predict: which mean
# and which width does the best model have, if "best" is the smallest KL(p_data || p)? And for KL the other way round?
# It takes seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from scipy.optimize import minimize

from tinygan.data import Gaussian, Mixture, Uniform
from tinygan.theory import f_divergence, jensen_shannon, kl, total_variation, wasserstein1

p_data = Mixture((-2.0, 2.0), (0.5, 0.5), (0.3, 0.7))

# %% [markdown]
# ## Integrals with an error
#
# `kl(p, q)` integrates p log(p / q) over the line and estimates its error. For two Gaussians the formula is known:
# log(s / r) + (r^2 + d^2) / (2 s^2) - 1/2, with the widths r and s, and the distance d of the means.

# %%
p, q = Gaussian(0.0, 1.0), Gaussian(1.0, 2.0)
found, error = kl(p, q)
formula = np.log(2) + (1 + 1) / 8 - 0.5
print(f"KL {found:.12f}, estimated error {error:.0e}, by the formula {formula:.12f}")
print(f"the other way: {kl(q, p).value:.4f}; KL is no distance, it has a direction")
assert abs(found - formula) < 1e-10
assert abs(kl(q, p).value - (-np.log(2) + (4 + 1) / 2 - 0.5)) < 1e-9

# %% [markdown]
# ## One Gaussian for two modes
#
# Each row of f-GAN's table is a divergence D_f(p, q) = E_q[f(p / q)]. We look for the Gaussian that is nearest to the
# data by each, from the same start. For "kl" the answer is known: the best model has the mean and the variance of the
# data, 0.8 and 0.25 + 4 - 0.64 = 3.61, however few data are near its mean.


# %%
def nearest(distance, start=(0.5, 0.0)):
    def loss(theta):
        return distance(p_data, Gaussian(theta[0], np.exp(theta[1])))

    mean, log_std = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-7}).x
    return mean, np.exp(log_std)


names = {"kl": "KL(p_data, p)", "reverse-kl": "KL(p, p_data)", "js": "2 JS", "squared-hellinger": "Hellinger^2"}
best = {text: nearest(lambda p, q, name=name: f_divergence(name, p, q).value) for name, text in names.items()}
best["W1"] = nearest(lambda p, q: wasserstein1(p, q).value)
for name, (mean, std) in best.items():
    print(f"nearest by {name}: mean {mean:.3f}, width {std:.3f}")

# %%
assert np.allclose(best["KL(p_data, p)"], (0.8, np.sqrt(3.61)), atol=2e-3)
assert np.allclose(best["KL(p, p_data)"], (2.0, 0.5), atol=0.05)
assert np.allclose(best["2 JS"], (2.0, 0.5), atol=0.05)

# %% [markdown]
# KL(p_data, p) punishes a model that misses data, so the model covers both modes, and puts most of its own
# probability where no data are. W1 does nearly the same. KL(p, p_data) punishes a model that invents data, so it sits
# on one mode and forgets the other. So do JS and Hellinger with modes this far apart. A GAN descends 2 JS - log 4
# with the minimax loss (theorem 1, tutorial 03), and KL(p, p_data) - 2 JS with the other one (tutorial 08). Neither
# has to cover modes.
#
# ## Apart
#
# Now move one Gaussian away. Predict each number at a distance of 3 and of 20. JS ends at log 2 and the total
# variation at 1: once there is no overlap, they no longer say how far. KL grows as d^2 / 2, and W1, the mean distance
# that mass has to be moved, as d.

# %%
distances = np.linspace(0, 20, 81)
moved = [Gaussian(d, 1.0) for d in distances]
zero = Gaussian(0.0, 1.0)
curves = {
    "KL": [kl(zero, q).value for q in moved],
    "JS": [jensen_shannon(zero, q).value for q in moved],
    "TV": [total_variation(zero, q).value for q in moved],
    "W1": [wasserstein1(zero, q).value for q in moved],
}

# %%
for d in (3, 20):
    print(f"distance {d}: " + ", ".join(f"{name} {values[4 * d]:.6g}" for name, values in curves.items()))
assert np.allclose(curves["KL"], distances**2 / 2, rtol=1e-9)
assert np.allclose(curves["W1"], distances, rtol=1e-9)
assert abs(curves["JS"][-1] - np.log(2)) < 1e-12
assert abs(np.diff(curves["JS"])[60:]).max() < 0.25e-12  # from d = 15 on, in steps of 0.25

# %% [markdown]
# What a generator feels is the slope. Between d = 15 and d = 20 the slope of JS is 0 to twelve digits. This is the
# vanishing gradient of the GAN, and W1 is the cure of WGAN.
#
# ## Where one says never
#
# Two uniform distributions, on [0, 1] and [0, 2]. Predict which of these are infinite.

# %%
short, long = Uniform(1, 0, 1), Uniform(1, 0, 2)
values = {name: (f_divergence(name, short, long).value, f_divergence(name, long, short).value) for name in names}
for name, (there, back) in values.items():
    print(f"{name:18} {there:.4f} and back {back:.4f}")
assert np.isclose(values["kl"][0], np.log(2))
assert values["kl"][1] == np.inf
assert values["reverse-kl"] == values["kl"][::-1]
assert np.isclose(*values["js"])

# %% [markdown]
# ## The picture
#
# Left: the data and the nearest Gaussians. Right: four distances of two Gaussians, KL on a scale of its own.

# %%
figure = Figure(figsize=(11, 3.8), layout="constrained")
fits, apart = figure.subplots(1, 2)
x = np.linspace(-6, 6, 600)
fits.plot(x, p_data.density(x), color="black", ls=":", lw=2, label="p_data")
for name, (mean, std) in best.items():
    fits.plot(x, Gaussian(mean, std).density(x), label=f"nearest by {name}")
fits.legend(fontsize=8)
for name in ("JS", "TV", "W1"):
    apart.plot(distances, curves[name], label=name)
apart.set(ylim=(0, 4), xlabel="distance of two Gaussians of width 1")
apart.twinx().plot(distances, curves["KL"], color="0.6", ls="--")
apart.plot([], [], color="0.6", ls="--", label="KL (right scale)")
apart.legend(fontsize=8, loc="lower right")

# %%
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "divergences.png"
figure.savefig(path, dpi=90)
print(f"The picture is in {path}")
assert path.stat().st_size > 20_000

# %% [markdown]
# ## Exercises
#
# 1. Start the search for the smallest KL(p, p_data) at a mean of -0.5. Which mode does it find, and which of the two
#    minima is the smaller? A generator does not choose its start either.
# 2. Plant a mistake: "JS without the half". In `tinygan/theory/divergences.py` let `jensen_shannon` return what the row
#    gives, undivided. Which assertion fails? By theorem 1 C(G) is -log 4 plus twice JS, and never above 0: what
#    would it be for a G that shares nothing with the data?
