# %% [markdown]
# # The two terms of a bound
#
# The codes of an autoencoder lie anywhere (tutorial 22), so it is no generative model. Kingma and Welling (2014) make
# it one: p(x) = E[p(x|z)] for z from N(0, I). This integral cannot be computed, but it has a lower bound, the ELBO,
# with one term for the reconstruction and one for where the codes lie. What does each of them want? How does a gradient
# pass through a random draw? And how far is the bound from log p(x)? It takes about 40 seconds.

# %%
import itertools
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

# %%
from tinygan import Tensor, grad, nn, optim
from tinygan import functional as F
from tinygan.algorithms import maximize_likelihood
from tinygan.data import Normal, Stream, as_uint8, load
from tinygan.drawing.grid import grid
from tinygan.metrics import classifier_of, frechet
from tinygan.metrics.likelihood import log_means
from tinygan.networks.autoencoders import VariationalAutoencoder
from tinygan.networks.layers import Rescaled
from tinygan.nn import Gaussian
from tinygan.objectives import ELBO, Binarized
from tinygan.objectives.variational import log_weights, parts

digits, test = load("digits"), load("digits", split="test")

# %% [markdown]
# ## A gradient through a draw
#
# The bound has an expectation over z from q(z|x) = N(m, s^2), and the encoder has to learn m and s. Take the simplest
# case, E[z^2] = m^2 + s^2, whose derivative by log s^2 is s^2. If z is drawn and then taken as a number, there is no
# gradient at all. The draw z = m + s e, with e from N(0, 1), is a function of m and s, and has one. Another unbiased
# estimate needs no function: z^2 times the derivative of log q(z). Which one would you take?

# %%
e, s2 = np.random.default_rng(0).standard_normal((10_000, 1)), 0.25
m, log_s2 = np.ones((1, 1)), Tensor(np.full((10_000, 1), np.log(s2)))
z = Gaussian(m, log_s2).at(e)
by_draw = grad(F.sum(z * z), log_s2)
by_score = grad(F.sum(z.data**2 * Gaussian(m, log_s2).log_density(z.data)[:, None]), log_s2)
for name, slopes in {"through the draw": by_draw, "by log q": by_score}.items():
    print(f"{name}: {slopes.mean():.3f} (exact {s2}), standard deviation of one draw {slopes.std():.2f}")
    assert abs(slopes.mean() - s2) < 4 * slopes.std() / 100
assert by_score.std() > 2 * by_draw.std()

# %% [markdown]
# ## Both networks end in a distribution
#
# `G.encode(x)` is q(z|x), a Gaussian for each image. `G.decode(z)` is p(x|z), a Bernoulli distribution for each pixel,
# so the images have to be black and white: a view draws them from the grey ones, anew for each minibatch.


# %%
def network(units, rng):
    into = (
        nn.Dense(784, 200, rng, initialize=nn.he()),
        F.relu,
        nn.Dense(200, 2 * units, rng, initialize=nn.normal(0.01)),
    )
    back = nn.Dense(units, 200, rng, initialize=nn.he()), F.relu, nn.Dense(200, 784, rng), nn.Reshape(28, 28, 1)
    encoder = nn.Sequential(Rescaled(0.5, 0.5), nn.Reshape(784), *into, nn.AsGaussian())
    return VariationalAutoencoder(encoder, nn.Sequential(*back, nn.AsBernoulli()))


# %% [markdown]
# The KL of q from N(0, I) has a closed form. It is in nats, as the reconstruction is, so the two can be added. The
# encoder's last weights are small, so q starts as N(0, I) for each image, with a KL of 0.

# %%
black_and_white = Binarized(np.random.default_rng(1))
x = black_and_white.real(test.examples(np.arange(1000)), None)
epsilon = np.random.default_rng(2).standard_normal((1000, 20), dtype=np.float32)
reconstruction, kl = parts(nn.frozen(network(20, np.random.default_rng(0))), x, epsilon)
print(f"untrained: reconstruction {reconstruction.mean():.0f} nats (784 log 2 = {784 * np.log(2):.0f})", end=", ")
print(f"KL {kl.sum(axis=1).mean():.2f}")
assert abs(reconstruction.mean() - 784 * np.log(2)) < 150
assert kl.sum(axis=1).mean() < 0.5

# %% [markdown]
# ## What each term wants
#
# The reconstruction alone would have an autoencoder whose q is a point: then the KL is large. The KL alone would have
# q = N(0, I) for each x: then the code says nothing. beta weighs them: loss = reconstruction + beta KL (Higgins et al.
# 2017), and beta = 1 is the bound. The KL is the length of the message that the code is, in nats.


# %%
def learned(beta, units=20, iterations=600, rate=2e-3):
    rule = optim.Optimizer(optim.adam(optim.linear(rate, 0.0, iterations), 0.9))
    streams = [Stream(part, np.random.default_rng([3, i])) for i, part in enumerate((Normal(units), digits))]
    objective = ELBO(beta).shown(Binarized(np.random.default_rng(4)))
    G, curve = network(units, np.random.default_rng(5)), []
    for step in itertools.islice(maximize_likelihood(G, objective, rule, *streams, m=100), iterations):
        if step.iteration % 20 == 0:
            terms = parts(nn.frozen(step.G), x[:300], epsilon[:300, :units])
            curve.append((step.iteration, terms[0].mean(), terms[1].sum(axis=1).mean()))
    return nn.frozen(step.G), np.array(curve)


# %% [markdown]
# Before you run it: what does a network with beta = 10 do with its 20 units?

# %%
betas = (0.1, 0.3, 1.0, 3.0, 10.0)
runs = {beta: learned(beta) for beta in betas}
ends = {beta: parts(G, x, epsilon) for beta, (G, _) in runs.items()}
rates = [terms[1].sum(axis=1).mean() for terms in ends.values()]
distortions = [terms[0].mean() for terms in ends.values()]
for beta, distortion, rate in zip(betas, distortions, rates, strict=True):
    print(f"beta {beta:4}: reconstruction {distortion:5.1f} nats, KL {rate:4.1f}, ELBO {-distortion - rate:.1f}")
assert rates == sorted(rates, reverse=True)
assert distortions == sorted(distortions)
assert np.argmin(np.add(rates, distortions)) in (1, 2)

# %% [markdown]
# ## Units that say nothing
#
# A unit of the code costs its KL. If what it tells G is worth less, q gives it N(0, 1) for each x, and G learns to look
# away: the unit has collapsed. Count the units that tell at least a tenth of a nat. Expected: all 20 with beta = 0.1,
# and a handful with beta = 10.

# %%
by_unit = {beta: np.sort(terms[1].mean(axis=0))[::-1] for beta, terms in ends.items()}
telling = {beta: int((each > 0.1).sum()) for beta, each in by_unit.items()}
for beta in betas:
    print(
        f"beta {beta:4}: {telling[beta]} of 20 units; KL of the first, the tenth, the last", by_unit[beta][[0, 9, 19]]
    )
assert telling[0.1] == 20
assert 1 <= telling[10.0] <= 6

# %% [markdown]
# ## How far is the bound from log p(x)?
#
# The mean over z of the weight w = p(x|z) p(z) / q(z|x) is p(x), for every q. The ELBO is E[log w]. The logarithm of
# the mean of k weights is in expectation a better bound, L_k, and goes to log p(x) (Burda et al. 2016). With the same
# draws in groups of 1, 5 and 50 the order holds for each set of weights, and not only in expectation. From here on the
# network with beta = 1 is one that was trained for longer.

# %%
G, training = learned(1.0, iterations=1500)
rng = np.random.default_rng(6)
draws = (rng.standard_normal((2000, 20), dtype=np.float32) for _ in range(50))  # of ten codes for each digit
weights = np.concatenate([log_weights(G, x[:200], z) for z in draws])
bounds = {k: log_means(weights, k).mean() for k in (1, 5, 50, 500)}
reconstruction, kl = parts(G, x[:200], epsilon[:200])
elbo = -np.mean(reconstruction + kl.sum(axis=1))
print(f"ELBO {elbo:.1f}", *(f"L_{k} {bound:.1f}" for k, bound in bounds.items()))
assert list(bounds.values()) == sorted(bounds.values())
assert abs(bounds[1] - elbo) < 1

# %% [markdown]
# ## A code that somebody could have sent
#
# Now draw codes from N(0, I) and measure the means of p(x|z) as in tutorial 22. There codes from N(0, I) were at 929,
# codes from a Gaussian that was fitted to those of digits at 605, and codes of digits at 215. Expected here: codes from
# N(0, I) at about 600. So samples are not better than with a fitted Gaussian (Ghosh et al. 2020 make a method of that).
# But nothing had to be fitted: N(0, I) was in the bound, which says how probable each image is. What is left is
# smooth: a sample is the mean of all images that its code could stand for. `vae-gan` asks a D to judge it.

# %%
z, grey = np.random.default_rng(7).standard_normal((1000, 20), dtype=np.float32), test.examples(np.arange(1000))
judge = classifier_of(digits)
features = {name: judge.features(as_uint8(G(codes))) for name, codes in {"N(0, I)": z, "digits": G.code(grey)}.items()}
apart = {name: frechet(each, judge.features(test.images[1000:])) for name, each in features.items()}
print({f"Frechet, codes of {name}": round(distance) for name, distance in apart.items()})
assert apart["digits"] < apart["N(0, I)"] < 800

# %% [markdown]
# With two numbers the codes can be drawn. Draw one from q for each of the 10,000 test digits. Those of tutorial 22 lay
# anywhere between -5 and 5. These should lie as a standard normal, with means near 0 and deviations near 1.

# %%
flat, _ = learned(1.0, units=2, iterations=1000, rate=5e-3)
q = flat.encode(test.examples(np.arange(len(test))))
codes = q.at(np.random.default_rng(8).standard_normal(q.mean.shape, dtype=np.float32))
print("codes of two numbers: means", codes.mean(axis=0).round(2), "deviations", codes.std(axis=0).round(2))
assert abs(codes.mean(axis=0)).max() < 0.7
assert abs(codes.std(axis=0) - 1).max() < 0.4

# %% [markdown]
# ## The picture
#
# Above: the two terms during training with beta = 1, where the reconstruction is bought by KL; the two terms at the end
# by beta, each of which prefers the point of the curve whose slope is -beta; and the KL of each unit. Below: codes of
# test digits in the plane, G on a lattice of the plane, and samples with 20 units.

# %%
figure = Figure(figsize=(12, 7.4), layout="constrained")
above, below = figure.subfigures(2, 1, height_ratios=(1, 1.2))
terms, curve, bars = above.subplots(1, 3)
iteration, distortion, rate = training.T
terms.stackplot(iteration, rate, distortion, labels=["KL", "reconstruction"], colors=["tab:orange", "tab:blue"])
terms.set(xlabel="iteration", ylabel="nats", title="minus ELBO, beta = 1", ylim=(0, 300))
terms.legend()

# %%
curve.plot(rates, distortions, "o-")
for beta, *place in zip(betas, rates, distortions, strict=True):
    curve.annotate(f"  beta {beta:g}", place)
curve.set(
    xlabel="KL, nats", ylabel="reconstruction, nats", title="the two terms at the end", xlim=(0, 1.35 * max(rates))
)
for beta in (0.1, 1.0, 10.0):
    bars.step(range(1, 21), by_unit[beta], where="mid", label=f"beta {beta:g}")
bars.set(xlabel="unit, in order", ylabel="KL, nats", title="what each unit tells G")
bars.legend()

# %%
left, middle, right = below.subplots(1, 3)
for label in range(10):
    left.plot(*codes[:2000][test.labels[:2000] == label].T, ".", markersize=3, label=str(label))
left.set(title="codes of two numbers", aspect="equal", xlim=(-3.5, 4.3), ylim=(-3.5, 3.5))
left.legend(fontsize=7, markerscale=2, loc="upper right")

# %%
lattice = np.array([(a, b) for b in np.linspace(2, -2, 15) for a in np.linspace(-2, 2, 15)], np.float32)
for ax, (title, images, columns) in zip(
    (middle, right),
    (("G on the plane from -2 to 2", flat(lattice), 15), ("samples, 20 units", G(z[:100]), 10)),
    strict=True,
):
    ax.imshow(np.asarray(grid(as_uint8(images), columns, gap=0, scale=1)), cmap="gray", vmin=0, vmax=255)
    ax.set_title(title)
    ax.axis("off")
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "vae.png"
figure.savefig(path, dpi=90)
print(f"The picture is in {path}")
assert path.stat().st_size > 50_000

# %% [markdown]
# ## Exercises
#
# 1. Train with beta = 1 and 2, 20 and 200 units. How many units tell at least a tenth of a nat each time?
# 2. Plant a mistake: "noise that gives the variance no gradient". In `tinygan/nn/distributions.py` let `at` return
#    `self.mean + raw(F.exp(0.5 * self.log_variance)) * epsilon`. Which line fails? What would q learn if the KL were
#    left out?
