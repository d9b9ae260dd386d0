"""DiscoGAN: relations between two domains, found without pairs, by Kim, Cha, Kim, Lee and Kim 2017."""

from dataclasses import dataclass
from math import nan
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.metrics import Measure, mode_map, reached_modes, shared_modes
from tinygan.objectives import Cycle, Game, NonSaturating
from tinygan.recipes.setting import setting
from tinygan.recipes.two_ways import TwoWays

WAYS = ("both", "one", "none")


@dataclass(frozen=True)
class DiscoGAN(TwoWays):
    """Two GANs, a to b and b to a, whose translations are each other's inverse: the squared errors of both cycles.

    `ways` are the three models of figure 2: both; one, where D judges b alone, and F learns by the cycle a -> b -> a
    ("GAN with a reconstruction loss"); none, a GAN from a to b, which has no F.

    The losses are those of sections 2.3 and 2.4, with a weight for the cycles. The authors' code does more, for
    photographs: nine tenths of the adversarial loss of G are a distance between D's features, the weight of the cycles
    is 0.01 in the first 10,000 iterations and 0.5 afterwards, D learns in every third iteration only, and weights
    decay. On images the networks are those of `cyclegan`.
    """

    name: ClassVar[str] = "discogan"
    paper: ClassVar[str] = "Kim et al. 2017, arXiv 1703.05192"

    data: str = "rings"
    iterations: int = setting(4000, images=500)
    m: int = setting(200, "examples of each domain in a minibatch", images=4)  # 64 in the authors' code
    g_learning_rate: float = setting(1e-3, images=2e-3)  # 2e-4 in the authors' code
    d_learning_rate: float = setting(1e-3, images=2e-3)
    beta1: float = 0.5  # the authors' code
    decay: int = setting(4000, images=0)
    record_every: int = setting(50, images=10)
    sample_every: int = setting(200, images=100)
    cycle: float = setting(10.0, "weight of the cycles")
    ways: str = setting("both", "which cycles count: both, one (a to b to a) or none", among=WAYS)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D). Without the cycle b -> a -> b D judges b alone; without any G keeps a."""
        G, D = super().networks(source, rng)
        if self.ways == "both":
            return G, D
        return G if self.ways == "one" else nn.KeepInput(G.to_b), nn.Sequential(nn.TakeB(), D.of_b)

    def objective(self, rng: np.random.Generator) -> Game:
        if self.ways == "none":
            return NonSaturating()
        return NonSaturating() + Cycle(self.cycle, self.ways, power=2)

    def measures(self, run: Any, samples: int = 2500, seed: int = 0) -> list[Measure]:
        """For mixtures: the modes of b that G reaches, and those of them that several modes of a go to.

        A mode is reached by a mode that at least a twentieth of its points leave for it. Of a one-to-one translation no
        mode is shared.
        """
        of_a, of_b = run.source.a.components, run.source.b.components
        if of_a is None or of_b is None:
            return []
        z = run.prior.sample(samples, np.random.default_rng([seed, 2]))
        table = mode_map(z.a, run.translated(z).b, of_a, of_b)
        reached, shared, total = reached_modes(table), shared_modes(table), len(of_b.centres)
        one, several = "modes of b that a mode of a goes to", "modes of b that several modes of a go to"
        return [
            Measure("reached_b", reached, nan, samples, title=one, total=total, column="reached"),
            Measure("shared_b", shared, nan, samples, title=several, total=total, column="shared"),
        ]
