"""Stop criteria: D is updated until its loss is low enough, then G until D's loss is high again."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

from tinygan.algorithms.stop_criteria import train_by_criteria
from tinygan.errors import SettingError
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting, unused
from tinygan.training import Step


@dataclass(frozen=True)
class StopCriteriaGAN(Contender):
    """D's turn ends when its loss is at most c1, G's turn when D's loss is at least c2.

    A turn has at most `most` updates, because a criterion may never be met.
    """

    name: ClassVar[str] = "stop-criteria"
    paper: ClassVar[str] = "lecture notes on training GANs, after Goodfellow et al. 2014, arXiv 1406.2661"

    # D's loss is 2 log 2 = 1.386 where D(x) = D(G(z)) = 1/2
    c1: float = setting(1.2, "D's loss at which its turn ends", least=-inf)
    c2: float = setting(1.3, "D's loss at which G's turn ends", least=-inf)
    most: int = setting(5, "updates in a turn, at most")
    # these count updates; here the losses determine their number
    k: int = unused(1)
    decay: int = unused(0)
    relax: int = unused(0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.c1 > self.c2:
            raise SettingError(f"c1 is expected to be at most c2, {self.c2}, got {self.c1}")

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        return train_by_criteria(*game, m=self.m, c1=self.c1, c2=self.c2, most=self.most, start=start)
