# %% [markdown]
# # Reading a run
#
# A run prints numbers: two losses, D(x) and D(G(z)). Are they those of a game that goes well? We play the same game
# three times from the same networks: as it should be, with a G that is too fast, and with a D that is far ahead. One
# is healthy, one collapses, one is dead. Predict: which of the three has losses next to the theory's, log 4 and log 2,
# from the beginning to the end? Then we look for numbers that tell the three apart, and change one thing in each. It
# takes about 15 seconds.

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
from tinygan.networks.perceptrons import perceptron
from tinygan.objectives import Minimax, NonSaturating
from tinygan.training import train

ring, p_z = Ring(std=0.1), Normal(8)  # eight Gaussians
x, z = ring.sample(1000, np.random.default_rng(0)), p_z.sample(1000, np.random.default_rng(1))

# %% [markdown]
# ## What to write down
#
# Every 20 iterations we compute seven numbers on the same 1,000 examples and samples: both losses, the means of D(x)
# and D(G(z)), the length of G's gradient, the spread of the samples (their mean distance from each other, as a share of
# that of the data), and, because here one can, the modes that G makes.


# %%
def spread(points):
    return float(np.linalg.norm(points[:500] - points[500:], axis=1).mean())


def numbers(objective, G, D):
    g, d = nn.frozen(G), nn.frozen(D)
    samples, gradient = g(z), grad(objective.g_loss(d, G, x, z), nn.parameters(G))
    return {
        "D's loss": float(objective.d_loss(d, g, x, z)),
        "G's loss": float(objective.g_loss(d, g, x, z)),
        "D(x)": float(F.sigmoid(d(x)).mean()),
        "D(G(z))": float(F.sigmoid(d(samples)).mean()),
        "gradient": float(np.sqrt(sum(np.sum(part * part) for part in gradient.values()))),
        "spread": spread(samples) / spread(x),
        "modes": modes(samples, ring.centres, ring.std).captured,
    }


# %%
def players(away, seed):
    """G and D. away: where the samples begin."""
    rng = np.random.default_rng([seed, 2])
    layers = perceptron((8, 64, 64, 2), rng)
    G = nn.Sequential(*layers, lambda points: 0.3 * points + away) if away else layers
    return G, perceptron((2, 64, 64, 1), rng, spread=1.0)


# %%
def played(objective, g_rate=1e-3, beta1=0.0, ahead=0, away=0.0, seed=0, iterations=1000):
    """Columns of numbers, and the last samples. D first has `ahead` updates alone."""
    G, D = players(away, seed)
    noise, data = Stream(p_z, np.random.default_rng([seed, 3])), Stream(ring, np.random.default_rng([seed, 4]))
    alone = optim.Optimizer(optim.adam(1e-3, 0.0, 0.99))
    for _ in range(ahead):
        D = alone.descend(D, objective.d_loss(D, nn.frozen(G), data(64), noise(64)))
    rules = [optim.adam(rate, beta1, 0.99, epsilon=1e-3) for rate in (g_rate, 5e-4)]  # a small gradient stays small
    rows = [numbers(objective, G, D)]
    steps = (step for step in train(G, D, objective, *map(optim.Optimizer, rules), noise, data, m=64) if step.last)
    for step in itertools.islice(steps, iterations):
        if step.iteration % 20 == 0:
            rows.append(numbers(objective, step.G, step.D))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}, nn.frozen(step.G)(z)


# %% [markdown]
# ## Three games
#
# In the second game G has twenty times the learning rate, and momentum. In the third D is trained alone first, samples
# begin far from the data, and G's loss is that of the minimax game, log(1 - D(G(z))). We print the means over the
# second half of each run. Expected without any learning error: D's loss log 4 = 1.39, G's log 2 = 0.69, D = 1/2
# everywhere, a spread of 1, 8 modes.

# %%
far = {"ahead": 1000, "away": 5.0}
games = {
    "healthy": played(NonSaturating()),
    "collapsed": played(NonSaturating(), g_rate=2e-2, beta1=0.5),
    "dead": played(Minimax(), **far),
}
half = {}
for name, (columns, _) in games.items():
    half[name] = {what: float(column[25:].mean()) for what, column in columns.items()}
    print(f"{name:10}", ", ".join(f"{what} {value:.3g}" for what, value in half[name].items()))
assert abs(half["collapsed"]["D's loss"] - np.log(4)) < abs(half["healthy"]["D's loss"] - np.log(4))
assert abs(half["collapsed"]["D(x)"] - 0.5) < 0.1
assert half["healthy"]["modes"] > 7 > 5 > half["collapsed"]["modes"]

# %% [markdown]
# The losses of the collapsed game are nearer to log 4 and log 2 than those of the healthy one. D(x) is near 1/2 because
# G sits where D was wrong a moment ago, and moves on before D has learned it. So losses near the theory's are no sign
# of health. In the dead game D is right about every point: its loss is 0, D(x) = 1 and D(G(z)) = 0. There
# log(1 - D(G(z))) is flat, and the game is over.
#
# ## Two numbers that tell them apart
#
# - the spread of samples: near 1 in a healthy game, small in a collapsed one. It needs no knowledge of the modes. On
#   images it is the mean distance between samples, or MS-SSIM, or simply the picture of a minibatch.
# - the length of G's gradient: near 0 in the dead game. A small gradient alone is no alarm, as an equilibrium has one,
#   too; a small gradient while D(x) and D(G(z)) are far apart is.


# %%
def diagnosis(columns):
    late = {what: np.median(column[25:]) for what, column in columns.items()}
    if late["D(x)"] - late["D(G(z))"] > 0.8 and late["gradient"] < 1e-2:
        return "dead"
    return "collapsed" if late["spread"] < 0.75 else "healthy"


found = {name: diagnosis(columns) for name, (columns, _) in games.items()}
print(
    found, "- gradient of the dead game", f"{half['dead']['gradient']:.1e}, of the healthy", half["healthy"]["gradient"]
)
assert found == {name: name for name in games}
assert half["dead"]["gradient"] < 1e-3 * half["healthy"]["gradient"]

# %% [markdown]
# ## What to change
#
# One thing for each. The collapsed game: slow G down, and you have the first game. (Or let G look ahead, tutorial 10,
# or let D see samples together, as in minibatch discrimination and packing.) The dead game: G's loss. With -log D(G(z))
# the gradient of a sample is 1 - D(G(z)), so it is largest where D is certain. We play it from the same start,
# with the same D that is far ahead. Expected: all that was dead moves, and G arrives.

# %%
games["revived"] = played(NonSaturating(), **far)
columns, _ = games["revived"]
first = {name: games[name][0]["gradient"][0] for name in ("dead", "revived")}
print(f"G's first gradient {first['dead']:.1e} and {first['revived']:.1f}; {columns['modes'][-1]} modes at the end")
assert first["revived"] > 1e4 * first["dead"]
assert columns["modes"][-1] >= 7

# %% [markdown]
# The revived game keeps a mark: D's loss stays below that of the healthy game, and D(x) above D(G(z)). D is still
# ahead, but its gradient shows G the way.
#
# ## The picture
#
# A row for each game: losses with log 4 and log 2 (dotted), the means of D, spread and gradient (logarithmic), samples.

# %%
figure = Figure(figsize=(13, 8.6), layout="constrained")
rows = figure.subplots(4, 4)
for row, (name, (columns, samples)) in zip(rows, games.items(), strict=True):
    time, shown = 20 * np.arange(51), [("D's loss", "G's loss"), ("D(x)", "D(G(z))"), ("spread", "gradient")]
    for ax, pair in zip(row, shown, strict=False):
        for what in pair:
            ax.plot(time, np.abs(columns[what]) + 1e-9 if what == "gradient" else columns[what], label=what)
    row[0].set(ylim=(-1, 3), ylabel=name)
    row[0].hlines((np.log(4), np.log(2)), 0, time[-1], color="black", ls=":", lw=1)
    row[1].set_ylim(-0.05, 1.05)
    row[2].set(yscale="log", ylim=(1e-6, 1e2))
    row[3].scatter(*x.T, s=2, color="0.8")
    row[3].scatter(*samples.T, s=2, color="tab:green", label="samples")
    row[3].set(title=f"{columns['modes'][-1]} of 8 modes", aspect="equal")

# %%
for ax, title in zip(rows[0], ("losses", "means of D", "spread, G's gradient", rows[0, 3].get_title()), strict=True):
    ax.set_title(title)
    ax.legend(loc="lower right", fontsize=8, framealpha=1)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "reading_a_run.png"
figure.savefig(path, dpi=75)
assert path.stat().st_size > 50_000

# %% [markdown]
# ## Exercises
#
# 1. Play the healthy game with k = 5 updates of D, and with D's rate at 5e-3. Which curve changes first? Is it dying?
# 2. Plant a mistake: "minimax loss of G that is the non-saturating one". In `tinygan/objectives/minimax.py` let
#    `Minimax.g` return `F.mean(F.softplus(-fake))`. Which assertion fails? In many programs it is a help: why?
