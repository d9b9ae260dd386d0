"""AC-GAN, the auxiliary classifier GAN of Odena, Olah and Shlens 2017: D does not get the class, it names it."""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from tinygan.networks import conditional
from tinygan.objectives import AuxiliaryClassifier, Game, NonSaturating
from tinygan.recipes.conditional import Conditional
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class ACGAN(Conditional):
    """D gives a score and the class of an example; both players lower the cross-entropy of the class.

    So the samples of a class keep away from the others: they have less variety than the data where classes overlap, as
    `--data overlapping` shows. G's loss is the non-saturating one, as in common code; the paper's formula is the
    minimax game.
    """

    name: ClassVar[str] = "acgan"
    paper: ClassVar[str] = "Odena, Olah and Shlens 2017, arXiv 1610.09585"

    class_weight: float = setting(1.0, "weight of the cross-entropy of the classes in both losses")

    def labelled_discriminator(self, source: Any, rng: np.random.Generator) -> Any:
        return conditional.classifying(len(source.classes), partial(self.discriminator, source, rng), rng)

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + AuxiliaryClassifier(self.class_weight)
