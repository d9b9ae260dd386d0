"""Stop criteria: D learns until its loss is low enough, then G until it is high again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.criteria import train_by_criteria
from tinygan.errors import SettingError
from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.recipe import setting
from tinygan.training import Step


@dataclass(frozen=True)
class StopCriteriaGAN(Contender):
    """D's turn ends when its loss is c1 or less, G's when D's loss is c2 or more. Both turns are bounded, since neither
    need ever come."""

    name: ClassVar[str] = "stop-criteria"
    paper: ClassVar[str] = "lecture notes on training GANs, after Goodfellow et al. 2014, arXiv 1406.2661"

    signed: ClassVar[tuple[str, ...]] = ("c1", "c2")

    c1: float = setting(1.2, "D's loss at which its turn ends")  # 2 log 2 = 1.386 where it can tell nothing
    c2: float = setting(1.3, "D's loss at which G's turn ends")
    most: int = setting(5, "updates in a turn, at most")
    decay: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.c1 > self.c2:
            raise SettingError(f"c1 is expected to be at most c2, {self.c2}, got {self.c1}")
        for name, least in (("k", 1), ("decay", 0), ("relax", 0)):
            if getattr(self, name) != least:
                raise SettingError(f"{name} counts updates that {self.name} decides on; leave it at {least}")

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        return train_by_criteria(*game, m=self.m, c1=self.c1, c2=self.c2, most=self.most, start=start)

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating()
