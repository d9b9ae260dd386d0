"""InfoGAN's information term: G makes samples that tell the codes they were made from; Chen et al. 2016."""

from dataclasses import dataclass
from math import log
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.nn import Codes
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class Information(Term):
    """-lambda L_I in the losses of both players, where L_I = E[log Q(c|G(z, c))] + H(c) <= I(c; G(z, c)); eq. (5), (6).

    The entropy H(c) is a constant and is left out (section 4). So the term is a cross-entropy for the category and,
    with a Q that is normal with standard deviation 1, half a squared distance for the continuous codes. The paper lets
    Q learn the standard deviation too (section 6); the released code fixes it at 1, as here.

    weight, continuous: lambda for the category and for the continuous codes.
    control: Q learns, but G's loss has no term, as in the control of figure 1.
    Raises SettingError unless z is `Codes` and D gives category and continuous with its score, as `networks.heads.DQ`.
    """

    weight: float = number(1.0)
    continuous: float = number(1.0)
    control: bool = False

    def d(self, turn: Turn) -> Array:
        """weight * E[-log Q(category|G(z))] + continuous * E[1/2 ||code - mean||**2], for Q, and D's trunk."""
        category, continuous = cross_entropies(turn)
        return self.weight * category + self.continuous * continuous

    def g(self, turn: Turn) -> Array:
        """The same, for G; 0 in the control."""
        return 0.0 if self.control else self.d(turn)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """L_I of the category in nats, its limit H = log K, and the mean squared error of a continuous code.

        The error is 1/3, the variance of the code, if Q knows nothing.
        """
        category, continuous = cross_entropies(turn)
        entropy = log(turn.d_fake.category.shape[1])
        found: dict[str, Any] = {"information": entropy - category, "limit/information": entropy}
        if codes := turn.z.continuous.shape[1]:
            found["code_error"] = 2 * continuous / codes
        return found


def cross_entropies(turn: Turn) -> tuple[Array, Array]:
    """The means of -log Q(category|G(z)) and of 1/2 ||code - mean||**2, which is -log Q(code|G(z)) up to a constant."""
    found, codes = turn.d_fake, turn.z
    if not isinstance(codes, Codes):
        raise SettingError(f"Information needs noise with codes, nn.Codes, got {type(codes).__name__}")
    if not (hasattr(found, "category") and hasattr(found, "continuous")):
        raise SettingError(
            "Information needs a D that returns a category and continuous codes with its score, such as "
            f"networks.heads.WithQ, not {type(turn.D).__name__}"
        )
    difference = found.continuous - codes.continuous
    return F.cross_entropy(found.category, codes.category), 0.5 * F.mean(F.sum(difference * difference, axis=1))
