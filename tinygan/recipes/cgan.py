"""The conditional GAN of Mirza and Osindero 2014: G and D both get the class of the example."""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from tinygan.networks import conditional
from tinygan.recipes.conditional import Conditional
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class ConditionalGAN(Conditional):
    """A GAN on examples with labels: the one-hot label is concatenated with the input of G and of D.

    The paper's networks are perceptrons with a hidden layer for the label, and z has 100 dimensions (section 4.1). Here
    D gets the label of an image at every pixel. Each player can get it in another way.
    """

    name: ClassVar[str] = "cgan"
    paper: ClassVar[str] = "Mirza and Osindero 2014, arXiv 1411.1784"

    d_label: str = setting(
        "joined", f"how D gets the label: {', '.join(conditional.D_LABELS)}", among=conditional.D_LABELS
    )

    def labelled_discriminator(self, source: Any, rng: np.random.Generator) -> Any:
        make = partial(self.discriminator, source, rng)
        return conditional.discriminator(self.d_label, len(source.classes), make, rng, embedding=self.embedding)
