# %% [markdown]
# # What a code keeps
#
# An autoencoder is one network that gives its input back, through a code that is too short to hold it (Hinton and
# Salakhutdinov 2006). It has no opponent: its loss is the error. How much of a digit fits into 2 numbers, into 8, into
# 32? Why does an autoencoder that never saw a clean answer key for noise remove it? And if decoders make digits of
# codes, why is it not enough to draw a code? It takes about half a minute.

# %%
import itertools
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import functional as F
from tinygan import nn, optim
from tinygan.algorithms import maximize_likelihood
from tinygan.data import Normal, Stream, as_uint8, load
from tinygan.drawing.grid import grid
from tinygan.metrics import classifier_of, frechet
from tinygan.networks.autoencoders import Autoencoder
from tinygan.networks.layers import Rescaled
from tinygan.objectives import InstanceNoise, SquaredError

# %%
digits, test = load("digits"), load("digits", split="test")
x = test.examples(np.arange(1000))
print(f"{len(digits):,} digits of {x[0].size} pixels to learn from, {len(x):,} others to measure on")
assert not (x[:100, None] == digits.examples(np.arange(100))[None]).all(axis=(2, 3, 4)).any()

# %% [markdown]
# ## The best linear code
#
# Let both networks be linear. Then nothing beats principal components: the code is the projection on the eigenvectors
# with the largest eigenvalues, and the error is what the others hold. This is the bar for what follows.

# %%
training = digits.examples(np.arange(len(digits))).reshape(len(digits), -1)
mean = training.mean(axis=0)
eigenvalues, vectors = np.linalg.eigh(np.cov(training.T, bias=True))


def by_components(x, units):
    principal = vectors[:, -units:]
    return ((x.reshape(len(x), -1) - mean) @ principal @ principal.T + mean).reshape(x.shape)


def error(reconstructed, x=x):
    return float(np.mean((reconstructed - x) ** 2))


of_training = error(by_components(training, 16), training)
print(f"16 components, training digits: error {of_training:.4f}, discarded {eigenvalues[:-16].sum() / 784:.4f}")
assert np.isclose(of_training, eigenvalues[:-16].sum() / 784, rtol=1e-4)

# %% [markdown]
# ## An autoencoder
#
# `G.encode(x)` is the code, and G(code) is an image. The loss is the mean squared error, and `maximize_likelihood` is
# Algorithm 1 with one player.


# %%
def network(units, seed=0):
    rng = np.random.default_rng(seed)
    into = nn.Dense(784, 256, rng, initialize=nn.he()), F.relu, nn.Dense(256, units, rng)
    back = nn.Dense(units, 256, rng, initialize=nn.he()), F.relu, nn.Dense(256, 784, rng), F.tanh
    encoder = nn.Sequential(Rescaled(0.5, 0.5), nn.Reshape(784), *into)  # black is 0 there
    return Autoencoder(encoder, nn.Sequential(*back, nn.Reshape(28, 28, 1)))


def learned(objective, units, iterations=600):
    rule = optim.Optimizer(optim.adam(optim.linear(2e-3, 0.0, iterations), 0.9))
    streams = [Stream(part, np.random.default_rng([1, i])) for i, part in enumerate((Normal(units), digits))]
    steps = maximize_likelihood(network(units), objective, rule, *streams, m=100)
    [last] = itertools.islice(steps, iterations - 1, iterations)
    return nn.frozen(last.G)


# %% [markdown]
# Expected: each below the error of as many components, and 8 numbers, which may bend, hold as much as 16 components.

# %%
sizes = (2, 4, 8, 16, 32)
coders = {units: learned(SquaredError(), units) for units in sizes}
errors = {units: error(G(G.encode(x))) for units, G in coders.items()}
linear = {units: error(by_components(x, units)) for units in sizes}
for units in sizes:
    print(f"{units:2} numbers: error {errors[units]:.4f}; {units:2} components: {linear[units]:.4f}")
assert list(errors.values()) == sorted(errors.values(), reverse=True)
assert all(errors[units] < linear[units] for units in sizes)
assert errors[8] < linear[16]

# %% [markdown]
# ## Noise does not fit into the code
#
# Now the encoder gets digits with noise, and the loss still asks for the digits without (Vincent et al. 2008): a view
# of the same objective. The best answer is the mean of the digits that could be behind a noisy one. Beside it stands
# the autoencoder of 32 numbers that has never seen noise. Expected: it removes noise too, because there is no code for
# noise, but the one that was trained to do it leaves a quarter less of that error.

# %%
noisy = x + 0.5 * np.random.default_rng(3).standard_normal(x.shape, dtype=np.float32)
view = InstanceNoise(optim.constant(0.5), rng=np.random.default_rng(4))
denoiser = learned(SquaredError().shown(view), 32)
plain, trained = (G(G.encode(noisy)) for G in (coders[32], denoiser))
print(f"error of the noisy digits {error(noisy):.3f}, of the plain autoencoder {error(plain):.3f}", end=", ")
print(f"of the denoising one {error(trained):.3f}")
assert error(trained) < 0.8 * error(plain) < 0.4 * error(noisy)

# %% [markdown]
# ## A code that nobody sent
#
# G makes a digit of each code that comes from a digit. Is it a generator, then? Draw codes at random: from N(0, I), or,
# more carefully, from the Gaussian with the mean and the covariance of the codes of digits. We measure by the Frechet
# distance from test digits, on the features of a classifier; reconstructions show how near G can come. On one feature
# with the values 0, 2 and 3, 7 it is (5 - 1)^2 + (sqrt 8 - sqrt 2)^2 = 18: variances divide by n - 1.

# %%
G, rng = coders[32], np.random.default_rng(5)
codes = G.encode(x)
drawn = {
    "of test digits": codes,
    "from their Gaussian": rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), 1000),
    "from N(0, I)": rng.standard_normal(codes.shape),
}
judge, others = classifier_of(digits), test.images[1000:]
made = {name: as_uint8(G(z.astype(np.float32))) for name, z in drawn.items()}
apart = {name: frechet(judge.features(images), judge.features(others)) for name, images in made.items()}
print({name: round(distance) for name, distance in apart.items()})
assert np.isclose(frechet([[0.0], [2.0]], [[3.0], [7.0]]), 18)
assert 2 * apart["of test digits"] < apart["from their Gaussian"] < apart["from N(0, I)"]

# %% [markdown]
# Nothing in the loss says where codes lie. They fill thin and curved parts of the space, whose shape nobody knows, and
# G has learned nothing about the rest. In the plane one can see it: below on the left are codes of two numbers, between
# which large parts are empty. The variational autoencoder (tutorial 23) adds one term to the loss, which tells the
# codes to lie as N(0, I) does. Then drawing from N(0, I) is drawing a code that somebody could have sent.

# %%
figure = Figure(figsize=(11, 6.4), layout="constrained")
above, below = figure.subfigures(2, 1, height_ratios=(1, 1.25))
shown = {"digits": x, **{f"{units} numbers": coders[units](coders[units].encode(x)) for units in (8, 2)}}
shown |= {"with noise": noisy.clip(-1, 1), "denoised": trained}
for ax, (title, images) in zip(above.subplots(1, 5), shown.items(), strict=True):
    ax.imshow(np.asarray(grid(as_uint8(images[:25]), 5, scale=2)), cmap="gray", vmin=0, vmax=255)
    ax.set_title(title)
    ax.axis("off")

# %%
left, *panels = below.subplots(1, 4)
plane = coders[2].encode(x)
for label in range(10):
    left.plot(*plane[test.labels[:1000] == label].T, ".", markersize=3)
left.set_title("codes of 2 numbers")
for ax, (name, images) in zip(panels, made.items(), strict=True):
    ax.imshow(np.asarray(grid(images[:49], 7, scale=2)), cmap="gray", vmin=0, vmax=255)
    ax.set_title(f"G(codes {name}):\nFrechet {apart[name]:.0f}", fontsize=9)
    ax.axis("off")
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "autoencoders.png"
figure.savefig(path, dpi=90)
empty = 1 - (np.histogram2d(*plane.T, bins=20)[0] > 0).mean()
print(f"{empty:.0%} of the 400 cells of their box have no code of 1,000 digits. The picture is in {path}")
assert empty > 0.3

# %% [markdown]
# ## Exercises
#
# 1. Give the encoder and the decoder no ReLU. Do the errors reach those of the principal components? Do they get below?
# 2. Plant a mistake: "Frechet distance: covariances divided by n". In `tinygan/metrics/frechet.py` give `np.cov` the
#    argument `bias=True`. Which assertion fails? Do the distances of digits change? Why is it a mistake all the same?
