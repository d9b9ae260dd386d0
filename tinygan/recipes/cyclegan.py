"""CycleGAN: translation of images learned without pairs, by Zhu, Park, Isola and Efros 2017."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.errors import SettingError
from tinygan.objectives import Cycle, Game, History, IdentityMapping, LeastSquares
from tinygan.recipes.setting import setting
from tinygan.recipes.two_ways import TwoWays


@dataclass(frozen=True)
class CycleGAN(TwoWays):
    """Two translations, G from a to b and F from b to a, that undo each other: F(G(a)) is a again, and G(F(b)) is b.

    The cycle does not say which translation it is: digits may become anything that D takes for an image of b, as long
    as F finds the way back. docs/cyclegan.md shows such a solution. The identity term needs a and b of one shape.

    The paper's least squares have no factor 1/2, ours have; so the weights `cycle` and `identity`, which are the
    paper's, are halved in the objective. Algorithm 1 updates D before G, the authors' code G before D. They halve D's
    loss, which has no effect with Adam. They train on single images of 256 x 256; here a minibatch has more, for speed.
    `decay` is the paper's linear decay, which short runs do without.
    """

    name: ClassVar[str] = "cyclegan"
    paper: ClassVar[str] = "Zhu et al. 2017, arXiv 1703.10593"

    data: str = "inverted-digits"
    iterations: int = 500
    m: int = setting(4, "examples of each domain in a minibatch")  # 1 in section 4
    g_learning_rate: float = 2e-3  # 2e-4 in section 4, for larger networks and longer runs
    d_learning_rate: float = 2e-3
    beta1: float = 0.5
    cycle: float = setting(10.0, "weight of both cycles")  # lambda in section 4
    identity: float = setting(5.0, "weight of the identity mappings; 0: none")  # 0.5 lambda in appendix 7.1
    pool: int = setting(50, "samples in the history that D is shown; 0: none", least=0)  # section 4

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        made = super().networks(source, rng)  # its errors come first: images of two sizes fit no identity
        a, b = source.domains
        if self.identity and a != b:
            raise SettingError(f"the identity term needs a and b of one shape, got {a} and {b}; set identity=0")
        return made

    def objective(self, rng: np.random.Generator) -> Game:
        objective = LeastSquares() + Cycle(self.cycle / 2)
        if self.identity:
            objective = objective + IdentityMapping(self.identity / 2)
        return objective.shown(History(self.pool, rng=rng)) if self.pool else objective
