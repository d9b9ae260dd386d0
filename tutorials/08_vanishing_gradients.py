# %% [markdown]
# # The better the discriminator, the worse the gradient
#
# By theorem 1 a perfect D measures how far p_g is from the data (tutorial 03). So one should train D to the end
# before each step of G. Predict: how long is G's gradient after 10 steps of D, and after 300, if no sample lies where
# data lie? And which of four cures keep it: another loss for G, noise, a D that is held back, or another game? It takes
# ten seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import optim
from tinygan.objectives import GradientPenalty, InstanceNoise, Minimax, NonSaturating, Wasserstein
from tinygan.theory import jensen_shannon, wasserstein1
from tinygan.theory.vanishing import course, noisy, noisy_gradient

# %% [markdown]
# ## A generator with one parameter
#
# The data are uniform on [0, 1], and G(z) = z + theta with z uniform, too. The right theta is 0. With theta = 2 the
# supports are apart. JS is log 2 for every theta of 1 or more, so its slope is 0 and says nothing about the way home.
# W1 is theta.

# %%
std, thetas = 0.05, np.linspace(0, 3, 61)
js = [jensen_shannon(noisy(0.0, std), noisy(theta, std)).value for theta in thetas]
w1 = [wasserstein1(noisy(0.0, std), noisy(theta, std)).value for theta in thetas]
print(f"JS at theta = 1.5: {js[30]:.6f}, and at 3: {js[60]:.6f}; log 2 = {np.log(2):.6f}")
print(f"W1 at theta = 1.5: {w1[30]:.4f}, and at 3: {w1[60]:.4f}")
assert abs(js[30] - js[60]) < 1e-6
assert np.allclose(w1, thetas, atol=0.01)

# %% [markdown]
# ## The disease
#
# D is a perceptron with 32 units, at first 1/2 everywhere. G stays where it is. After each step of D we ask for the
# gradient of both losses of G. Expected: minimax, log(1 - D(G(z))), starts well and falls to nothing, because D is
# sure of every sample, and flat. The non-saturating loss -log D(G(z)) does not: its slope is the larger the surer D
# is.


# %%
def three_seeds(games, theta=2.0, steps=300, rule=None, copies=1):
    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        made = [game(rng) for game in games]
        found.append(course(made, theta, rule or optim.adam(0.03), steps, rng, copies=copies))
    return np.stack(found)  # (seeds, games, steps + 1)


free = three_seeds([lambda rng: Minimax(), lambda rng: NonSaturating()])
for step in (1, 10, 100, 300):
    (low, high), other = np.percentile(free[:, 0, step], (0, 100)), free[:, 1, step].mean()
    print(f"step {step:3}: minimax {low:.4f} to {high:.4f}, non-saturating {other:.2f}")
assert free[:, 0, 10].min() > 20 * free[:, 0, 300].max()
assert free[:, 1, 300].min() > 1

# %% [markdown]
# ## Cure 1: the other loss
#
# It keeps a gradient, but a rough one: Arjovsky and Bottou (2017, theorem 2.6) show that its variance explodes when D
# is optimal. Measured where supports touch, over the seeds of D: expected, more variance after 300 steps than after
# 10.

# %%
touching = three_seeds([lambda rng: Minimax(), lambda rng: NonSaturating()], theta=1.0)
variance = touching[:, 1].var(axis=0)
print(f"variance of the non-saturating gradient after 10 steps {variance[10]:.4f}, after 300 {variance[300]:.2f}")
assert variance[300] > 10 * variance[10]

# %% [markdown]
# ## Cure 2: noise
#
# D is shown x + noise and G(z) + noise, with standard deviation 0.5. Then both densities are positive everywhere, D*
# is never sure, and the gradient at D* is that of 2 JS of the noisy densities, which quadrature knows. Predict: is
# the measured one near it?

# %%
blurred = three_seeds([lambda rng: Minimax().shown(InstanceNoise(optim.constant(0.5), rng=rng))], copies=4)
exact = noisy_gradient(2.0, 0.5)
last = blurred[:, 0, -100:].mean()
print(f"with noise {last:.3f}, by quadrature {exact:.3f}")
assert abs(last - exact) < 0.05

# %% [markdown]
# ## Cure 3: a D that is held back
#
# "Start with a heavily restricted discriminator", says a lecture on GANs: weight decay keeps D's slope small. At step
# 150 we let go. Expected: a gradient until then, and none soon after. So the restriction may only be relaxed as G
# comes nearer.

# %%
decay = optim.weight_decay(optim.adam(0.03), lambda step: 0.1 if step < 150 else 0.0)
restricted = three_seeds([lambda rng: Minimax()], rule=decay)[:, 0]
print(f"held back, at step 150: {restricted[:, 150].mean():.3f}; relaxed, at step 300: {restricted[:, 300].mean():.4f}")
assert restricted[:, 150].min() > 0.1 > 10 * restricted[:, 300].max()

# %% [markdown]
# ## Cure 4: another game
#
# A critic with a penalty on its slope estimates W1, whose slope in theta is 1 wherever G is. Expected: about 1.1,
# since the penalty is a compromise: 1 + W1 / (2 weight). It is as good after many steps as after few, so here one may
# train the critic to the end.

# %%
critic = three_seeds([lambda rng: Wasserstein() + GradientPenalty(10.0, rng=rng)], steps=150)[:, 0]
print(f"WGAN-GP after 50 steps {critic[:, 50].mean():.3f}, after 150 {critic[:, 150].mean():.3f}")
assert np.all(abs(critic[:, 150] - 1.1) < 0.05)

# %% [markdown]
# ## The picture
#
# Left: JS and W1 against theta. Right: the length of G's gradient while D is trained, the mean of three seeds.

# %%
figure = Figure(figsize=(11, 4), layout="constrained")
left, right = figure.subplots(1, 2)
left.plot(thetas, js, label="JS")
left.plot(thetas, w1, label="W1")
left.axhline(np.log(2), color="0.6", ls="--", label="log 2")
left.set(xlabel="theta", title="what there is to descend")
courses = {"minimax": free[:, 0], "1: non-saturating": free[:, 1], "2: noise": blurred[:, 0]}
courses |= {"3: D held back to step 150": restricted, "4: WGAN-GP": critic}
for name, seeds in courses.items():
    right.plot(np.arange(1, seeds.shape[1]), seeds[:, 1:].mean(axis=0), label=name)
right.set(xscale="log", yscale="log", xlabel="step of D", title="length of G's gradient")

# %%
for ax in (left, right):
    ax.legend(fontsize=8)
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "vanishing_gradients.png"
figure.savefig(path, dpi=90)
print(f"The picture is in {path}")
assert path.stat().st_size > 20_000

# %% [markdown]
# ## Exercises
#
# 1. `undecided` of `tinygan.theory.inner_loop` makes the D of this tutorial as it is before its first step. For D =
#    `undecided(32, rng)` the slope of G's loss in theta, `tinygan.theory.vanishing.gradient(Minimax(), D, theta, x)`,
#    is 0 for every theta. Why? What does it say about a G that is trained before D?
# 2. Plant a mistake: "the gradient of JS for that of 2 JS". In `tinygan/theory/vanishing.py` halve what
#    `noisy_gradient` returns. Which assertion fails? Which loss of G would have that gradient at D*?
