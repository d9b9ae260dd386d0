"""The conditional GAN of Mirza and Osindero 2014: G and D both get the class of the example."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.data import LabelledNoise, Normal
from tinygan.errors import SettingError
from tinygan.networks import dcgan
from tinygan.networks.perceptrons import perceptron
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class ConditionalGAN(Recipe):
    """A GAN on examples with labels: the one-hot label is concatenated with the input of G and of D.

    The paper's networks are perceptrons with a hidden layer for the label. Here images have the small DCGAN, and D gets
    the label at every pixel; points have perceptrons, and their labels are their modes.
    """

    name: ClassVar[str] = "cgan"
    paper: ClassVar[str] = "Mirza and Osindero 2014, arXiv 1411.1784"

    data: str = "digits"
    iterations: int = setting(6000, images=2000)
    m: int = setting(256, images=64)
    latent: int = setting(2, images=64)  # 100 in section 4.1
    g_learning_rate: float = setting(3e-4, images=1e-3)
    d_learning_rate: float = 1e-3
    beta1: float = setting(0.5, images=0.0)
    decay: int = setting(6000, images=0)
    average: float = setting(0.999, images=0.995)
    record_every: int = setting(50, images=10)
    sample_every: int = setting(200, images=100)
    hidden: int = setting(128, "units in each of the three hidden layers of both networks, for points")
    width: int = setting(32, "channels of D's first convolution, for images")

    def examples(self, source: Any) -> Any:
        """The source with its labels. Raises SettingError if all examples are of one class."""
        labelled = source.labelled()
        if len(labelled.classes) < 2:
            raise SettingError(f"{source.name}: cgan needs at least 2 classes, got 1; choose digits or ring, say")
        return labelled

    def prior(self, source: Any) -> Any:
        """Normal noise with a uniform class."""
        return LabelledNoise(Normal(self.latent), source.classes)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        label = nn.OneHot(len(source.classes))
        *sides, features = source.shape
        inputs, seen = self.latent + label.classes, (*sides, features + label.classes)
        if sides:
            G = dcgan.generator(inputs, source.shape, rng, width=self.width)
            D = dcgan.discriminator(seen, 1, rng, width=self.width)
        else:
            hidden = 3 * (self.hidden,)
            G = perceptron((inputs, *hidden, *source.shape), rng)
            D = perceptron((*seen, *hidden, 1), rng)
        return nn.KeepLabels(nn.Sequential(nn.JoinLabels(label), *G)), nn.Sequential(nn.JoinLabels(label), *D)
