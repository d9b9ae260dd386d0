# %% [markdown]
# # A penalty on a gradient is of second order
#
# The critic of a Wasserstein GAN must not be steeper than 1. WGAN-GP (Gulrajani et al. 2017) adds a penalty on the norm
# of its gradient in x, and R1 (Mescheder et al. 2018) one on its square at the data. D's update then needs the gradient
# of a gradient. What if a program computes the inner gradient, but as a constant? Nothing breaks: the loss is right to
# the last digit, and it is printed in every line. Predict: how steep will such a critic be, between a critic without
# penalty and one with it? It takes about five seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import Tensor, grad, nn, optim
from tinygan import functional as F
from tinygan.autograd import show
from tinygan.data import Ring
from tinygan.metrics import wasserstein1
from tinygan.networks.perceptrons import perceptron
from tinygan.nn import frozen
from tinygan.objectives import R1, Wasserstein
from tinygan.objectives.gradient_penalty import gradient_penalty

# %% [markdown]
# ## By hand
#
# Take the critic f(x) = w . x. Its gradient in x is w, everywhere. The penalty of WGAN-GP is (|w| - 1)^2, and its
# gradient in w is 2 (|w| - 1) w / |w|. R1 with weight 10 is 5 |w|^2, with gradient 10 w. For w = (3, 4): (4.8, 6.4) and
# (30, 40). The inner `grad` has `create_graph=True`, so it is recorded, and the outer one goes through it.

# %%
w, x = Tensor(np.array([[3.0], [4.0]])), Tensor(np.random.default_rng(0).standard_normal((5, 2)))
[slope] = grad(F.sum(x @ w), [x], create_graph=True)
lengths = F.sqrt(F.sum(slope * slope, axis=1))
penalty, r1 = F.mean((lengths - 1) ** 2), 5.0 * F.mean(lengths * lengths)
outer = grad(penalty, w)[:, 0], grad(r1, w)[:, 0]
print(f"penalty {float(penalty):.1f}, gradient {outer[0].round(6)}; R1 {float(r1):.1f}, gradient {outer[1].round(6)}")
assert np.allclose(outer[0], (4.8, 6.4))
assert np.allclose(outer[1], (30, 40))

# %% [markdown]
# On the tape, the line `derivative` marks the inner gradient, and what is above it is the rule of the matrix product,
# which has w in it. Through this w the outer gradient comes.

# %%
show(r1, wrt=[w], names={"x": x, "w": w})
constant = grad(F.sum(x @ w), [x], create_graph=False)[0]
assert isinstance(constant, np.ndarray)

# %% [markdown]
# ## The loss of a critic, three times
#
# A critic with two hidden layers; data on a ring of eight Gaussians, and fixed samples, a cloud in the middle. x_hat
# lies between an example and a sample, and the weight is 10. With `create_graph=False` the number is the same. Its
# gradient in D's parameters is that of the loss without penalty.


# %%
def inputs(seed, m=64):
    rng = np.random.default_rng(seed)
    data, samples = Ring(std=0.05).sample(m, rng), (0.3 * rng.standard_normal((m, 2))).astype(np.float32)
    return data, samples, rng.random((m, 1)).astype(np.float32)


def loss(D, data, samples, epsilon, way):
    wasserstein = F.mean(D(samples)) - F.mean(D(data))
    if way == "none":
        return wasserstein
    x_hat = Tensor(epsilon * data + (1 - epsilon) * samples)
    [slope] = grad(F.sum(D(x_hat)), [x_hat], create_graph=way == "recorded")
    return wasserstein + 10.0 * F.mean((F.sqrt(F.sum(slope * slope, axis=1)) - 1) ** 2)


# %%
WAYS = ("none", "constant", "recorded")
D, given = perceptron((2, 64, 64, 1), np.random.default_rng(1), spread=1.0), inputs(2)
losses = {way: loss(D, *given, way) for way in WAYS}
ours = float(Wasserstein().d(D(given[0]), D(given[1])) + gradient_penalty(D, *given, 10.0))
print({way: f"{float(value):.5f}" for way, value in losses.items()}, f"by the package {ours:.5f}")
parts = {way: grad(value, nn.parameters(D)) for way, value in losses.items()}
lengths = {way: np.sqrt(sum(np.sum(g * g) for g in part.values())) for way, part in parts.items()}
print("length of D's gradient:", {way: f"{length:.3f}" for way, length in lengths.items()})
assert np.allclose(float(losses["constant"]), float(losses["recorded"]), rtol=1e-6)
assert np.isclose(float(losses["recorded"]), ours, rtol=1e-5)
assert lengths["constant"] == lengths["none"] < 0.2 * lengths["recorded"]

# %% [markdown]
# ## Three critics
#
# Now each learns, from the same weights and on the same minibatches, with Adam. Expected: the first two are the same
# critic to the last bit, a hundred times as steep as allowed, and the third has slopes near 1 between samples and data.
# Its mean difference is then an estimate of the Wasserstein distance, which we compute exactly, too.


# %%
def trained(way, iterations=400):
    critic = perceptron((2, 64, 64, 1), np.random.default_rng(1), spread=1.0)
    optimizer = optim.Optimizer(optim.adam(1e-3, 0.0, 0.9))
    for seed in range(iterations):
        critic = optimizer.descend(critic, loss(critic, *inputs([4, seed]), way))
    return frozen(critic)


def slopes(critic, points):
    points = Tensor(points)
    return np.linalg.norm(grad(F.sum(critic(points)), points), axis=1)


# %%
critics = {way: trained(way) for way in WAYS}
data, samples, epsilon = inputs(5, 1000)
steep = {way: slopes(critic, epsilon * data + (1 - epsilon) * samples) for way, critic in critics.items()}
estimate = {way: float(critic(data).mean() - critic(samples).mean()) for way, critic in critics.items()}
exact = wasserstein1(data, samples)
for name in WAYS:
    print(
        f"{name:9} slope {steep[name].mean():7.2f}, deviation {steep[name].std():5.2f}, estimate {estimate[name]:7.2f}"
    )
print(f"the exact distance is {exact:.2f}")
assert np.array_equal(steep["none"], steep["constant"])
assert steep["constant"].mean() > 50
assert abs(steep["recorded"].mean() - 1) < 0.1
assert abs(estimate["recorded"] - exact) < 0.15 * exact

# %% [markdown]
# The loss of the second critic has the penalty in it, and is huge. Whoever looks at samples alone sees a bad WGAN.
#
# ## R1, by the package
#
# `Wasserstein() + R1(weight)` penalizes the mean of |grad f(x)|^2 at the data alone. For a critic that only learns this
# loss the slope at the data falls with the weight. Expected for a linear critic: the loss -w . d + weight / 2 |w|^2,
# with d the difference of the means, is least at w = d / weight. We let it descend from (3, 4), with d = (2, 0).

# %%
for weight in (1.0, 10.0):
    critic = nn.Dense(2, 1, np.random.default_rng(6), bias=False)
    critic = nn.updated(critic, {"weight": np.array([[3.0], [4.0]], np.float32)})
    x_data, x_fake = np.float32([[2.0, 1.0], [2.0, -1.0]]), np.float32([[0.0, 1.0], [0.0, -1.0]])
    optimizer, game = optim.Optimizer(optim.sgd(0.05)), Wasserstein() + R1(weight)
    for _ in range(200):
        critic = optimizer.descend(critic, game.d_loss(critic, lambda z: z, x_data, x_fake))
    learned = frozen(critic).weight[:, 0]
    print(f"weight {weight:4}: w = {learned.round(4)}, expected {2 / weight} and 0")
    assert np.allclose(learned, (2 / weight, 0), atol=1e-3)

# %% [markdown]
# ## The picture
#
# Level lines of the critics with data (grey) and samples (green), and the slopes between them.

# %%
figure = Figure(figsize=(13, 3.4), layout="constrained")
*panels, last = figure.subplots(1, 4)
axis = np.linspace(-1.5, 1.5, 80, dtype=np.float32)
mesh = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
for ax, (name, critic) in zip(panels, critics.items(), strict=True):
    levels = ax.contour(axis, axis, critic(mesh).reshape(80, 80), 20, cmap="viridis", linewidths=0.8)
    ax.scatter(*data[:300].T, s=3, color="0.5")
    ax.scatter(*samples[:300].T, s=3, color="tab:green")
    step = levels.levels[1] - levels.levels[0]
    ax.set(title=f"inner gradient: {name}\na line every {step:g}", aspect="equal", xticks=[], yticks=[])
    last.hist(steep[name], bins=np.logspace(-1, 3, 60), histtype="step", lw=2, label=name)

# %%
last.set(xscale="log", title="slopes of the critics", xlabel="norm of the gradient")
last.axvline(1, color="black", ls=":")
last.legend()
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "gradient_penalties.png"
figure.savefig(path, dpi=80)
print(f"The picture is in {path}")
assert path.stat().st_size > 20_000

# %% [markdown]
# ## Exercises
#
# 1. Let the penalty be one-sided, the mean of max(0, slope - 1)^2. How steep is the critic now, and where is it flat?
# 2. Plant a mistake: "gradient penalty: one norm of the gradient over the whole minibatch". In
#    `tinygan/objectives/input_gradients.py` let `norms` return `F.sqrt(F.sum(rows * rows))`. Which assertion fails? By
#    what factor is each slope held down, if the critic is linear and the minibatch has 64 examples?
