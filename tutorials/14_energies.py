# %% [markdown]
# # D as an energy: EBGAN and BEGAN
#
# Need D be a classifier? Zhao et al. (2017) let D give each point an energy, low at data and high elsewhere, and for
# that an autoencoder will do: its error is small where it was trained. Berthelot et al. (2017) add a controller that
# keeps the players in balance, and a number M that is to measure convergence. We compute what the best energy is, and
# play both games on eight Gaussians. Predict: in the game of BEGAN M falls tenfold; how many of the eight Gaussians
# does G then make? It takes about 15 seconds.

# %%
import itertools
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import Tensor, grad, nn, optim
from tinygan import functional as F
from tinygan.data import Normal, Ring, Stream
from tinygan.metrics import modes, sliced_wasserstein
from tinygan.networks.perceptrons import perceptron
from tinygan.objectives import BoundaryEquilibrium, EnergyBased
from tinygan.objectives.energy import pulling_away_term
from tinygan.training import train

# %%
ring, p_z = Ring(std=0.1), Normal(2)
truth = ring.sample(2000, np.random.default_rng(0))

# %% [markdown]
# ## The best energy
#
# D pays E(x) + max(0, m - E(G(z))): it raises the energy of samples to the margin m, and no further. If E may be any
# function from 0 on, each point has a best value of its own (lemma 1 of the paper): 0 where p_data > p_g, and m where
# p_data < p_g. Then D pays m times the overlap of the densities, m (1 - TV), with TV the total variation. (So this
# game is about TV, and a G far from the data gets no slope from the best D; Arjovsky et al. 2017.) We let 200 numbers,
# one for each bin of the line, descend D's loss. For two Gaussians at -1 and 1 the overlap is 0.3173.

# %%
edges, m = np.linspace(-6, 6, 201), 2.0
x = (edges[1:] + edges[:-1]) / 2
p, q = (np.exp(-((x - centre) ** 2) / 2) / np.sqrt(2 * np.pi) * (edges[1] - edges[0]) for centre in (-1, 1))
E = np.full(200, 1.0)
for _ in range(3000):
    e = Tensor(E)
    slope = grad(F.sum(p * e) + F.sum(q * F.relu(m - e)), e)
    E = np.maximum(E - 0.1 * np.sign(slope) * np.abs(slope) ** 0.5, 0)
paid = np.sum(p * E) + np.sum(q * np.maximum(m - E, 0))
print(f"D pays {paid:.4f}, expected {m} * 0.3173 = {m * 0.3173:.4f}; energy at -1: {E[83]:.2f}, at 1: {E[116]:.2f}")
assert abs(paid - m * 0.3173) < 0.01
assert E[83] < 0.1 < m - 0.1 < E[116]

# %% [markdown]
# ## A game of energies
#
# Both games have the same G, the same noise and the same examples. Every 25 iterations we write down the mean energies
# of data and samples, BEGAN's k and M, and the distance of samples from data (sliced Wasserstein).


# %%
def played(D, objective, d_rate, iterations=1500):
    G = perceptron((2, 64, 64, 2), np.random.default_rng(1))
    noise, data = Stream(p_z, np.random.default_rng(2)), Stream(ring, np.random.default_rng(3))
    rates = (optim.linear(rate, 0.05 * rate, iterations) for rate in (1e-3, d_rate))
    rules = [optim.Optimizer(optim.adam(rate, 0.0, 0.99)) for rate in rates]
    rows, z = [], p_z.sample(2000, np.random.default_rng(4))
    steps = (step for step in train(G, D, objective, *rules, noise, data, m=64) if step.last)
    for step in itertools.islice(steps, iterations):
        if step.iteration % 25 == 0:
            D, samples = nn.frozen(step.D), nn.frozen(step.G)(z)
            real, fake = (float(step.objective.read(D(points)).mean()) for points in (truth, samples))
            k, M = (float(getattr(step.objective, name, None) or 0) for name in ("k", "convergence"))
            rows.append((step.iteration, real, fake, k, M, sliced_wasserstein(samples, truth)))
    return D, samples, np.array(rows).T


# %%
def autoencoder(power, rng):
    encoder, decoder = (perceptron((2, 64, 64, 2), rng, spread=1.0) for _ in range(2))
    return nn.Reconstruction(encoder, decoder, power)


# %% [markdown]
# ## An autoencoder as the energy
#
# In EBGAN E(x) is the squared error of an autoencoder, here with a code of two numbers. D's loss is an upper bound of
# m (1 - TV), so 1 - loss / m is a lower bound of the total variation of data and samples. Expected: between 0 and 1,
# falling, and data with the lower energy. D returns the code, too: the pulling-away term asks G for samples whose codes
# point in different directions. It is the mean squared cosine of pairs: for (3, 4) and (0, 1) it is 0.8^2 = 0.64.

# %%
margin, games, captured = 0.5, {}, {}
games["EBGAN"] = played(autoencoder(2, np.random.default_rng(6)), EnergyBased(margin), 4e-3)
_, samples, (_, real, fake, *_) = games["EBGAN"]
captured["EBGAN"] = modes(samples, ring.centres, ring.std).captured
bound = 1 - (real + np.maximum(margin - fake, 0)) / margin
pulled = float(pulling_away_term(np.array([[3.0, 4.0], [0.0, 1.0]])))
print(f"energies: data {real[-1]:.2f}, samples {fake[-1]:.2f}; TV at least {bound[:4].max():.2f}, then {bound[-1]:.2f}")
print(f"{captured['EBGAN']} of 8 modes; pulling away {pulled:.4f}, expected 0.64")
assert real[-10:].mean() < fake[-10:].mean() < margin
assert 0 < bound[-10:].mean() < bound[:4].max() < 1
assert captured["EBGAN"] >= 5
assert abs(pulled - 0.64) < 1e-12

# %% [markdown]
# ## BEGAN: a controller and a measure
#
# D pays L(x) - k L(G(z)), where L is the error of the autoencoder, and after each iteration the controller sets
# k <- k + lambda (gamma L(x) - L(G(z))), between 0 and 1. If samples are too easy for D, k rises, and D works against
# them. So L(G(z)) / L(x) is held at gamma, and k remembers: it is an integral controller. Small steps by hand: with
# L(x) = 1, L(G(z)) = 0.3, gamma = 0.8 and lambda = 0.1, k goes from 0 to 0.05, and M = L(x) + |0.8 - 0.3| is 1.5.

# %%
after = BoundaryEquilibrium(gamma=0.8, lambda_k=0.1).after(
    lambda x: x, lambda z: z, np.array([[1.0]]), np.array([[0.3]])
)
print(f"k {float(after.k):.3f}, M {float(after.convergence):.2f}; expected 0.05 and 1.5")
assert np.allclose((after.k, after.convergence), (0.05, 1.5))

# %% [markdown]
# Now the game. Is the ratio of the errors held at gamma? And how many modes are there when M has fallen?

# %%
games["BEGAN"] = played(autoencoder(1, np.random.default_rng(6)), BoundaryEquilibrium(gamma=0.8, lambda_k=0.1), 4e-3)
_, samples, (iterations, real, fake, k, M, distance) = games["BEGAN"]
captured["BEGAN"] = modes(samples, ring.centres, ring.std).captured
ratio = fake[10:].sum() / real[10:].sum()
print(f"L(G(z)) / L(x) {ratio:.2f}, expected 0.8; M {M[0]:.3f} -> {M[-5:].mean():.3f}; {captured['BEGAN']} of 8 modes")
print(f"distance of samples from data {distance[0]:.2f} -> {distance[-1]:.2f}")
assert abs(ratio - 0.8) < 0.2
assert M[-5:].mean() < 0.2 * M[0]
assert captured["BEGAN"] <= 4
assert distance[-1] > distance[0]

# %% [markdown]
# M falls, the players are in balance, and G makes a few of the eight Gaussians: samples get farther from the data while
# M says that the game converges. M compares two mean errors. A G that repeats a few points that D reconstructs well has
# a small error, and D cannot object: it sees one sample at a time. The paper trains on faces, where G finds it
# harder to sit on a point, and there M goes with quality. The rule is general: a number that the players themselves
# make small is no measure of samples (tutorial 11 has one that is).
#
# ## The picture
#
# Left: the energies of both D (dark is low), data in white and samples in red. Right: the energies in the game of
# EBGAN; BEGAN's k, and the ratio of errors that it holds at gamma; and M, which falls, beside the distance of samples
# from data, which rises.

# %%
figure = Figure(figsize=(12, 6.4), layout="constrained")
left, right = figure.subfigures(1, 2, width_ratios=(1, 1.6))
axis = np.linspace(-1.7, 1.7, 90, dtype=np.float32)
mesh = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
for ax, (name, (D, samples, _)) in zip(left.subplots(2, 1), games.items(), strict=True):
    ax.contourf(axis, axis, np.log(EnergyBased(1.0).read(D(mesh)) + 1e-3).reshape(90, 90), 25)
    ax.scatter(*truth[:500].T, s=2, color="white")
    ax.scatter(*samples[:500].T, s=3, color="tab:red")
    ax.set(title=f"{name}: {captured[name]} of 8 modes", aspect="equal", xlim=(-1.7, 1.7), ylim=(-1.7, 1.7))

# %%
below = right.subplots(3, 1, sharex=True)
_, _, (_, e_real, e_fake, *_) = games["EBGAN"]
below[0].plot(iterations, e_real, label="E(x)")
below[0].plot(iterations, e_fake, label="E(G(z))")
below[0].axhline(margin, color="black", ls=":", label="margin m")
below[1].plot(iterations, k, label="k")
below[1].plot(iterations, fake / real, label="L(G(z)) / L(x)", lw=0.8)
below[1].axhline(0.8, color="black", ls=":", label="gamma")
below[2].plot(iterations, M, label="M")
below[2].plot(iterations, distance, label="distance of samples from data")

# %%
for ax, title in zip(below, ("EBGAN", "BEGAN: the controller", "BEGAN: what M sees"), strict=True):
    ax.set(title=title, ylim=(0, 1.3 * ax.get_ylim()[1]))
    ax.legend(loc="upper right", ncols=3)
below[2].set_xlabel("iteration")
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "energies.png"
figure.savefig(path, dpi=80)
print(f"The picture is in {path}")
assert path.stat().st_size > 50_000

# %% [markdown]
# ## Exercises
#
# 1. Play BEGAN with gamma 0.3 and 1, and without its controller, lambda_k = 0: what becomes of the ratio, M and modes?
# 2. Plant a mistake: "pulling-away term: the cosine is not squared". In `tinygan/objectives/energy.py` let the sum be
#    of `different * cosines`. Which assertion fails? Which two codes would make this wrong term as small as possible?
