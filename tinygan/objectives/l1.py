"""The L1 distance of a translation from the true one, as a term of pix2pix and as a loss alone; Isola et al. 2017."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Minibatch, Module
from tinygan.nn.minibatch import Pair
from tinygan.objectives.likelihood import Likelihood
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class L1(Term):
    """weight * E[||b - G(a)||_1] in G's loss, as a mean over pixels; eq. (3), (4).

        NonSaturating() + L1(100.0)

    is pix2pix. The term makes G(a) the translation of a; the adversarial loss is auxiliary, and makes it sharp.

    weight: the paper's lambda. The mean over pixels is that of the authors' code: a sum, as eq. (3) reads, would weigh
    as many times more as an image has numbers.
    z is `Pair(a, b)` of examples, and G gives Pair(a, G(a)). Raises SettingError for another z, ShapeMismatch if G(a)
    has another shape than b.
    """

    weight: float = number(100.0)

    def g(self, turn: Turn) -> Array:
        """weight * mean |G(z).b - z.b|."""
        return self.weight * l1_distance(turn.fake, turn.z)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """The mean distance of a pixel, without the weight."""
        return {"l1": raw(l1_distance(turn.fake, turn.z))}


@dataclass(frozen=True)
class AbsoluteError(Likelihood):
    """E[||b - G(a)||_1], as a mean over pixels: the control "L1" of section 4.2, a U-Net without a D.

    Up to a factor and a constant it is the negative log-likelihood of b under a Laplace distribution around G(a). Its
    minimum is the median of all b that fit a, pixel by pixel, which is a blurred image where there are several.
    """

    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """mean |G(seen x).b - x.b|; z is not used.   x: `Pair(a, b)`."""
        return l1_distance(G(self.seen(G, x, z)), x)


def l1_distance(made: Any, true: Any) -> Array:
    """mean |made.b - true.b| over all numbers of all examples."""
    if not isinstance(made, Pair) or not isinstance(true, Pair):
        raise SettingError(
            "the L1 distance needs examples Pair(a, b) and a G that gives such pairs, nn.KeepInput for example, got "
            f"{type(true).__name__} and {type(made).__name__}"
        )
    if made.b.shape != true.b.shape:
        raise ShapeMismatch(f"the L1 distance needs translations of the shape of b, {true.b.shape}, got {made.b.shape}")
    return F.mean(F.abs(made.b - true.b))
