# %% [markdown]
# # The game as a dynamical system
#
# Two players who both descend need not arrive anywhere. Take the smallest GAN there is: the data are a point at 0, G
# makes a point at theta, and D(x) = psi x. Its only equilibrium is theta = psi = 0. Predict: starting nearby, do
# gradient steps find it? Do they if the players move in turn, as in Algorithm 1? And how would one know without
# trying? It takes seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan.drawing.field import Field
from tinygan.objectives import R1, Minimax, Unrolled, Wasserstein
from tinygan.optim import momentum, sgd
from tinygan.theory import alternating, dirac_gan, eigenvalues, measured, orbit, predicted, simultaneous

# %% [markdown]
# ## The vector field
#
# w = (theta, psi). Each player has an arrow, minus the gradient of its own loss in its own parameter. Together they
# are a field v(w), computed by `grad` from the very losses that are trained. Predict the arrow at theta = 0.5, psi =
# 0: D wants to give the sample a lower score, so it makes psi negative; and G, for which D is flat, stays.

# %%
game = dirac_gan(Minimax())
print("v at (0.5, 0):", game.field(np.array([0.5, 0.0])))
print("v at (0, 0.5):", game.field(np.array([0.0, 0.5])))
assert np.allclose(game.field(np.array([0.5, 0.0])), (0, -0.25))
assert np.allclose(game.field(np.array([0.0, 0.5])), (0.25, 0))

# %% [markdown]
# The arrows go round: v = (psi, -theta) / 2 near 0. No arrow points to the equilibrium.
#
# ## Two ways to walk
#
# A step goes a little along the arrow. On a circle that ends outside. In turn, the second player already sees the
# first one's step. Expected distances from 0 after 60 steps of rate 0.5, from 0.2: growing at once, the same in turn.

# %%
at_once, in_turn = simultaneous(game, sgd(0.5)), alternating(game, sgd(0.5))
paths = {"at once": orbit(at_once, (0.2, 0.0), 60), "in turn": orbit(in_turn, (0.2, 0.0), 60)}
for name, path in paths.items():
    print(f"{name}: distance {np.linalg.norm(path[0]):.3f} -> {np.linalg.norm(path[-1]):.3f}")
assert np.linalg.norm(paths["at once"][-1]) > 0.8
assert abs(np.linalg.norm(paths["in turn"][-1]) - 0.2) < 0.03

# %% [markdown]
# ## What an eigenvalue says
#
# A step is a map of (theta, psi). Its Jacobian at the equilibrium, a derivative of gradients across both players,
# tells all: distances are multiplied by the largest |eigenvalue| in each step. At once the eigenvalues are 1 +- h
# f'(0) i with f'(0) = 1/2 (Mescheder et al. 2018): predict their modulus for h = 0.5, and whether a smaller h helps.

# %%
values = {name: eigenvalues(steps, (0, 0)) for name, steps in (("at once", at_once), ("in turn", in_turn))}
for name, found in values.items():
    print(f"{name}: {found[0]:.5f}, modulus {abs(found[0]):.6f}")
small = abs(eigenvalues(simultaneous(game, sgd(0.01)), (0, 0))[0])
print(f"at once with h = 0.01: modulus {small:.8f}, still above 1")
assert np.isclose(values["at once"][0], 1 + 0.25j)
assert np.isclose(abs(values["in turn"][0]), 1, rtol=1e-12)
assert small > 1

# %% [markdown]
# Theory and orbit agree: the growth of the distance in a step, predicted by the eigenvalue and measured by a line
# through 60 steps.

# %%
near = orbit(at_once, (1e-3, 0.0), 60)
print(f"growth in a step: predicted {predicted(at_once).growth:.6f}, measured {measured(near).growth:.6f}")
assert abs(predicted(at_once).growth / measured(near).growth - 1) < 0.01

# %% [markdown]
# ## Cures
#
# R1 pulls D's slope to 0 like friction, so eigenvalues get a negative real part: -gamma / 2 +- sqrt(gamma^2 / 4 - 1 /
# 4) for the field. Predict which gamma is the best. Unrolling D is friction for G instead. Negative momentum works in
# turn only (Gidel et al. 2019). WGAN alone is the bilinear game, with no friction at all.

# %%
gammas = np.linspace(0.01, 2, 200)
real = np.array([eigenvalues(dirac_gan(Minimax() + R1(gamma)).field, (0, 0)).real.max() for gamma in gammas])
best = gammas[real.argmin()]
print(f"with R1 the slowest part shrinks fastest for gamma = {best:.2f}")
assert abs(best - 1) < 0.02

# %%
bilinear = dirac_gan(Wasserstein())
cures = {
    "minimax, at once": at_once,
    "minimax, in turn": in_turn,
    "with R1, gamma = 1": simultaneous(dirac_gan(Minimax() + R1(1.0)), sgd(0.5)),
    "WGAN, in turn": alternating(bilinear, sgd(0.5)),
    "WGAN, momentum -0.5, in turn": alternating(bilinear, momentum(0.5, -0.5)),
    "WGAN, D unrolled by 5": alternating(dirac_gan(Unrolled(Wasserstein(), 5, sgd(0.1))), sgd(0.5)),
}
moduli = {name: abs(eigenvalues(steps, (0, 0))[0]) for name, steps in cures.items()}
for name, modulus in moduli.items():
    print(f"{name:30} largest |eigenvalue| {modulus:.4f}")
assert [modulus < 0.999 for modulus in moduli.values()] == [False, False, True, False, True, True]

# %% [markdown]
# What is missing is everything that is not near an equilibrium: how to get there, and whether large networks have
# one. But a method that fails here, with one parameter each, fails for a reason.
#
# ## The picture
#
# The field of minimax, and that with R1, each with orbits; a ring marks the start, a cross the equilibrium.

# %%
figure = Figure(figsize=(11, 5.2), layout="constrained")
axes = figure.subplots(1, 2)
shown = {"at once": paths["at once"], "in turn": orbit(in_turn, (1.2, 0.0), 60)}
with_r1 = dirac_gan(Minimax() + R1(1.0))
pulled = {"at once, with R1": orbit(simultaneous(with_r1, sgd(0.5)), (1.3, 0.0), 60)}
for ax, (title, played, found) in zip(axes, (("minimax", game, shown), ("minimax + R1", with_r1, pulled)), strict=True):
    Field(title, lambda points, played=played: np.stack([played.field(w) for w in points]), found).draw(ax)

# %%
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "dynamics.png"
figure.savefig(path, dpi=90)
print(f"The picture is in {path}")
assert path.stat().st_size > 20_000

# %% [markdown]
# ## Exercises
#
# 1. With k = 2 updates of D for one of G, `alternating(game, sgd(h), k=2)`: for which h do the eigenvalues leave the
#    unit circle? Theory says where sqrt(k) h / 2 is 2.
# 2. Plant a mistake: "games: G ascends its loss". In `tinygan/theory/games.py` give the entries of G in `field` the
#    other sign. The field near 0 is then (-psi, -theta) / 2: what are its eigenvalues? Which assertion fails first?
