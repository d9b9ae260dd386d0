"""ADA: D's images are transformed with a probability that rises while D is too sure of its examples."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import ADA, Game, NonSaturating
from tinygan.recipes.dcgan import QuickDCGAN
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class ADAGAN(QuickDCGAN):
    """The networks and the rates are those of dcgan-quick; `data_size` says how few images G gets.

    The paper's runs see 25 million images, and p can rise from 0 to 1 in 500,000. This run sees 64,000.
    """

    name: ClassVar[str] = "ada"
    paper: ClassVar[str] = "Karras et al. 2020, arXiv 2006.06676"

    target: float = setting(0.6, "value of E[sign D(x)] below which p falls", least=-1.0, most=1.0)  # section 3
    ramp: int = setting(20_000, "images in which p can rise from 0 to 1")  # 500,000 in section 3
    interval: int = setting(4, "iterations between changes of p")  # section 3

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating().shown(ADA(self.target, self.ramp, self.interval, rng=rng))
