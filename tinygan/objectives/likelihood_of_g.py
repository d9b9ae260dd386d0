"""A likelihood of the examples as a term of G's loss: the GAN and the likelihood in one sum; Larsen et al. 2016."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.objectives.likelihood import Likelihood
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class LikelihoodOfG(Term):
    """weight * the loss of a single player, in G's loss: NonSaturating() + LikelihoodOfG(ELBO(), weight=0.01).

    G makes samples of noise, and has an encoder, such as `networks.autoencoders.VariationalAutoencoder`. The noise z of
    the turn makes the samples, and draws the codes of the turn's examples; each part is a mean over z alone, so its
    expectation is that of fresh noise. The encoder learns from this term alone, as in Larsen et al. 2016, section 2.3.
    Raises SettingError if `likelihood` is no `Likelihood`, or if G has no encoder.
    """

    likelihood: Likelihood
    weight: float = number(1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.likelihood, Likelihood):
            raise SettingError(f"LikelihoodOfG: expected a likelihood such as ELBO(), got {self.likelihood!r}")

    def g(self, turn: Turn) -> Array:
        """weight * the likelihood's loss of G on the examples of the turn."""
        if not hasattr(turn.G, "encode"):
            raise SettingError(
                "LikelihoodOfG needs a G with an encoder, such as networks.autoencoders.VariationalAutoencoder, "
                f"not {type(turn.G).__name__}"
            )
        return self.weight * self.likelihood.loss(turn.G, turn.x, turn.z)

    def remember(self, turn: Turn) -> Self:
        return dataclasses.replace(self, likelihood=self.likelihood.after(None, turn.G, turn.x, turn.z))

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Those of the likelihood."""
        return self.likelihood.measures(turn)
