# %% [markdown]
# # A hundred images
#
# What does a GAN learn from 100 digits, ten of each class? D sees each of them again and again, and a network with
# 400,000 weights can learn 100 images by heart. A classifier's data would now be augmented. Zhao et al. (2020) found
# how to do that in a GAN, and what happens if one does the obvious. It takes about a minute.

# %%
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan.data import as_uint8, load
from tinygan.drawing.grid import grid
from tinygan.nn import Labelled
from tinygan.objectives import DiffAugment, NonSaturating
from tinygan.recipes import RECIPES, Run

# %% [markdown]
# ## What D gets
#
# An objective has a `view`, which changes D's inputs. This one moves each image at random by up to an eighth of a side;
# what comes in at the border is 0, grey, since black is -1. So the border of a moved digit is grey, and that of a digit
# is not: the share of grey pixels says whether an image was moved.

# %%
digits = load("digits").few(100)
x, test = digits.examples(np.arange(100)), load("digits", split="test")
moved = DiffAugment(color=False, cutout=False, rng=np.random.default_rng(0)).real(x, None)


def grey(images):
    return float(np.mean(np.abs(as_uint8(images).astype(int) - 128) < 16))


print(f"grey pixels: {grey(x):.1%} of the digits, {grey(moved):.1%} of the moved ones")
assert grey(moved) > 5 * grey(x)

# %% [markdown]
# ## Three ways
#
# A conditional GAN as it is; one whose D gets moved examples and samples as they are; and one whose D gets moved
# examples and moved samples, in its own updates and in G's. The last two differ in one line. Before you run it: which
# D knows the 100 digits by heart? What will the samples of each look like?


# %%
@dataclass(frozen=True)
class Few(RECIPES["cgan"]):
    way: str = "none"

    def objective(self, rng):
        if self.way == "none":
            return NonSaturating()
        real_only = self.way == "examples only"
        return NonSaturating().shown(DiffAugment(color=False, cutout=False, real_only=real_only, rng=rng))


# %%
WAYS = ("none", "examples only", "both")
settings = {"data": "digits", "data_size": 100, "m": 32, "width": 16, "beta1": 0.5, "iterations": 300}
runs = {way: Run(Few(**settings, way=way)) for way in WAYS}
for run in runs.values():
    for _ in run.steps():
        pass
print({way: f"iteration {run.iteration}, {len(run.source)} images" for way, run in runs.items()})
assert all(len(run.source) == 100 for run in runs.values())

# %% [markdown]
# ## Does D know the digits by heart?
#
# If D had learned what digits look like, it would take test digits for as real as the 100. The difference of the means
# of D(x) on both is what it has learned by heart.

# %%
known, new = Labelled(x, digits.labels), Labelled(test.examples(np.arange(500)), test.labels[:500])
gap = {way: float(run.judge(known).mean() - run.judge(new).mean()) for way, run in runs.items()}
for way in WAYS:
    print(f"{way:14}: D(x) is higher by {gap[way]:.2f} on the digits it has seen, 0 if it had learned none by heart")
assert gap["none"] > 0.25
assert gap["both"] < gap["none"] / 2

# %% [markdown]
# ## Does the augmentation leak?
#
# With examples only, D learns that real images have grey borders, and so G makes them. With both, G(z) is moved before
# D gets it: a G that makes digits without borders is right. The gradient reaches G through the movement.

# %%
samples = {way: run.every_class(20).x for way, run in runs.items()}
leak = {way: grey(images / 127.5 - 1) for way, images in samples.items()}
for way in WAYS:
    print(f"{way:14}: {leak[way]:.1%} of the samples' pixels are grey")
assert leak["examples only"] > 2 * leak["both"]

# %% [markdown]
# ## Copies
#
# The samples without augmentation look best. Are they new? The distance of a sample to the nearest of the 100 digits,
# beside that of a test digit, says how many are copies. A G that copies ten digits a class fools D, which knows only
# these; it has learned nothing about digits. Here the augmented GANs are slower, and copy less.

# %%


def nearest(images):
    pixels = (np.asarray(images, np.float32) / 127.5 - 1).reshape(len(images), 1, -1)
    return np.sqrt(((pixels - x.reshape(1, 100, -1)) ** 2).sum(axis=2)).min(axis=1)


own = np.median(nearest(test.images[:200]))
near = {way: float(np.median(nearest(images))) for way, images in samples.items()}
for way in WAYS:
    print(f"{way:14}: a sample is {near[way]:.1f} from the nearest of the 100; a test digit is {own:.1f}")
assert near["none"] < own

# %%
figure = Figure(figsize=(12, 4), layout="constrained")
for ax, way in zip(figure.subplots(1, 3), WAYS, strict=True):
    ax.imshow(np.asarray(grid(samples[way][:80], 10, scale=2)), cmap="gray", vmin=0, vmax=255)
    ax.set_title(f"augmented: {way}\nlearned by heart {gap[way]:.2f}, grey {leak[way]:.1%}", fontsize=10)
    ax.axis("off")
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "few_images.png"
figure.savefig(path, dpi=100)
print(f"Samples, a column for each class, in {path}")
assert path.exists()

# %% [markdown]
# ## Exercises
#
# 1. Take 20 digits, and 1,000. At which number of images does the augmentation stop to help?
# 2. Plant a mistake: "augmentation of examples only: it leaks into the samples". In
#    `tinygan/objectives/diff_augment.py` let `fake` return x. Which assertion fails, and which of the three games is
#    now the same as another?
