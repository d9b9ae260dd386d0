# %% [markdown]
# # Where does the label enter?
#
# A conditional GAN makes samples of a class that we choose. G and D both get the label y, and the papers differ in how
# D gets it. Mirza and Osindero (2014) join it to the input. Odena et al. (2017) do not give it to D: D has to name it.
# Miyato and Koyama (2018) multiply it with D's features. On three Gaussians that overlap we compute what the best D
# looks like, see which of these can be it, and play the four games. It takes about half a minute.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import functional as F
from tinygan import nn, optim, raw
from tinygan.data import Overlapping
from tinygan.drawing.samples import draw_labelled
from tinygan.objectives import Minimax
from tinygan.recipes import Run, find

p_data = Overlapping()  # means 0, 3, 6 and standard deviations 1, 2, 3
x, y = p_data.sample_labelled(6000, np.random.default_rng(0))
print("standard deviations of the classes:", *(f"{x[y == c].std():.2f}" for c in range(3)))
assert abs(x[y == 2].std() - 3) < 0.15

# %% [markdown]
# ## The best D of an untrained G
#
# Let G ignore its label, and make points from N(3, 3^2) for every class. Proposition 1 of Goodfellow et al. (2014)
# holds for pairs (x, y), too: the best D is the sigmoid of log p_data(x | y) - log p_g(x | y). Each density is a
# Gaussian, so this logit is a quadratic function of x, with other coefficients for each class.

# %%
fake, made_for = (
    3 + 3 * np.random.default_rng(1).standard_normal((6000, 1)),
    np.random.default_rng(2).integers(3, size=6000),
)


def best(x, y):
    true = 3 * p_data.density_by_mode(x)[np.arange(len(y)), y]  # weights of 1/3
    return np.log(true) - np.log(np.exp(-(((x[:, 0] - 3) / 3) ** 2) / 2) / (3 * np.sqrt(2 * np.pi)))


for c in range(3):
    print(f"class {c}: best logit at 0, 3, 6:", best(np.array([[0.0], [3.0], [6.0]]), np.full(3, c)).round(2))
assert np.allclose(best(np.array([[3.0]]), np.array([1])), np.log(3 / 2))  # both have mean 3; the heights differ

# %% [markdown]
# ## Two last layers
#
# Suppose that D's features are h = (x, x^2), up to scale, and that only its last layer learns. If the label is joined
# to h, that layer is w . h + v_y: the classes differ by a constant. If the label is projected, it is w . h + V_y . h:
# each class has a direction of its own. Which one can be the best D?


# %%
def features(x):
    return np.concatenate([(x - 3) / 5, ((x - 3) / 5) ** 2, np.ones_like(x)], axis=1).astype(np.float32)


class Joined(nn.Layer):
    def __init__(self, rng):
        self.dense = nn.Dense(3 + 3, 1, rng)

    def __call__(self, h, y):
        return self.dense(F.concatenate([h, nn.OneHot(3)(y)], axis=1))


# %% [markdown]
# Each gets 400 updates on the same points.

# %%
real, samples = features(x), features(fake)
for name, D in (
    ("joined", Joined(np.random.default_rng(3))),
    ("projected", nn.Projection(3, 3, np.random.default_rng(3))),
):
    optimizer = optim.Optimizer(optim.adam(0.1, 0.9))
    for _ in range(400):
        D = optimizer.descend(D, Minimax().d(D(real, y), D(samples, made_for)))
    error = np.abs(raw(D(real, y))[:, 0] - best(x, y))
    print(f"{name}: mean distance from the best logit {error.mean():.3f}")
    assert error.mean() > 0.3 if name == "joined" else error.mean() < 0.15

# %% [markdown]
# So a D that joins the label must spend its hidden layers on the product that the projection has for nothing. (A deep D
# can do that: the games below have three hidden layers.)
#
# ## Four games
#
# The networks, the noise and the examples are the same; only the way of the label into D differs. Before you run it:
# G of AC-GAN is paid for samples that D classifies with certainty. Where will it put the samples of the middle class?

# %%
SHORT = {"data": "overlapping", "hidden": 64, "m": 128, "iterations": 1500, "decay": 1500, "average": 0.99}
GAMES = {
    "joined": find("cgan"),
    "embedded": find("cgan").changed({"d_label": "embedded"}),
    "projected": find("cgan").changed({"d_label": "projected"}),
    "AC-GAN": find("acgan"),
}
games = {}
for name, recipe in GAMES.items():
    run = Run(recipe.changed({**SHORT, "g_learning_rate": 1e-3}))
    for _ in run.steps():
        pass
    games[name] = run.sample(6000)

# %% [markdown]
# The standard deviation of each class of samples: those of the data are 1, 2 and 3. Expected: the first three within a
# third of these, and AC-GAN below two thirds of the middle one and of the last.

# %%
stds = {name: np.array([made.x[made.y == c].std() for c in range(3)]) for name, made in games.items()}
for name, found in stds.items():
    print(f"{name:10}", *(f"{std:.2f}" for std in found))
for name in ("joined", "embedded", "projected"):
    assert (abs(stds[name] / p_data.stds - 1) < 0.35).all()
assert (stds["AC-GAN"][1:] < 0.67 * np.array(p_data.stds[1:])).all()

# %% [markdown]
# ## What AC-GAN does to overlapping classes
#
# Dotted: the data's classes. A point at 3 is of class 0, 1 or 2 with some probability, so D, however good, cannot name
# its class for certain. G lowers the cross-entropy by making no such points: the classes of samples hardly overlap. In
# the other games D is asked whether a point is true *for its class*, and G is paid for the whole class.

# %%
figure = Figure(figsize=(10, 5.5), layout="constrained")
for ax, (name, made) in zip(figure.subplots(2, 2, sharex=True).flat, games.items(), strict=True):
    draw_labelled(ax, p_data, made.x, made.y, p_data.classes)
    ax.set(xlim=(-6, 16), title=name)
    ax.legend(loc="upper right", fontsize=8)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "conditional.png"
figure.savefig(path, dpi=80)
print(f"The games are in {path}")
assert path.stat().st_size > 10_000

# %% [markdown]
# ## Exercises
#
# 1. Give D labels that are wrong for one example in ten. Which of the four games changes most, and why?
# 2. Plant a mistake: "AC-GAN: G pays nothing for the classes". In `tinygan/objectives/auxiliary_classifier.py` let `g`
#    return 0.0. Which assertion fails? What do the samples of a class look like now, and is D still a good classifier?
