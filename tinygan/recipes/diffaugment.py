"""DiffAugment: D gets only transformed images, examples and samples alike, so that it cannot learn a few by heart."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import DiffAugment, Game, NonSaturating
from tinygan.recipes.dcgan import QuickDCGAN
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class DiffAugmentGAN(QuickDCGAN):
    """The networks and the rates are those of dcgan-quick; `data_size` says how few images G gets.

    With `real_only` the samples are not transformed: then G learns to make transformed images.
    """

    name: ClassVar[str] = "diffaugment"
    paper: ClassVar[str] = "Zhao et al. 2020, arXiv 2006.10738"

    color: bool = setting(True, "whether brightness, saturation and contrast change")
    translation: bool = setting(True, "whether images are moved, by an eighth of a side at most")
    cutout: bool = setting(True, "whether a square of half the side is erased")
    real_only: bool = setting(False, "whether samples are left as they are, a mistake that leaks into them")

    def objective(self, rng: np.random.Generator) -> Game:
        view = DiffAugment(self.color, self.translation, self.cutout, self.real_only, rng)
        return NonSaturating().shown(view)
