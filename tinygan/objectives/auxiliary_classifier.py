"""AC-GAN: D classifies, too, and both players lower the error of its classes; Odena, Olah and Shlens 2017."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn import Labelled
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class AuxiliaryClassifier(Term):
    """-weight * L_C in the losses of D and of G, with L_C = E[log P(C = c | x)] + E[log P(C = c | G(z))].

    With Minimax it is the paper's game, section 3: D ascends L_S + L_C, and G ascends L_C - L_S, where L_S is the
    log-likelihood of the right source, and P(C | x) the softmax of D's category. G's loss omits E[log P(C = c | x)],
    which does not depend on G.

    G also learns to stay away from the borders between classes. So where classes overlap, samples have less variety
    than the data (docs/conditional.md).

    Raises SettingError unless x and G(z) have labels and D returns a category (m, K) with each score.
    """

    weight: float = number(1.0)

    def d(self, turn: Turn) -> Array:
        """weight * (cross-entropy of examples and their labels + cross-entropy of samples and theirs)."""
        return self.weight * (_cross_entropy(turn.d_real, turn.shown_real) + self.of_samples(turn))

    def g(self, turn: Turn) -> Array:
        """weight * cross-entropy of samples and the labels that they were made for."""
        return self.weight * self.of_samples(turn)

    def of_samples(self, turn: Turn) -> Array:
        """The mean cross-entropy of samples, -E[log P(C = c | G(z))]."""
        return _cross_entropy(turn.d_fake, turn.shown_fake)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """The shares of examples and of samples whose largest logit is that of their label."""
        pairs = {"class_real": (turn.d_real, turn.shown_real), "class_fake": (turn.d_fake, turn.shown_fake)}
        return {name: _accuracy(*pair) for name, pair in pairs.items()}


def _cross_entropy(output: Any, judged: Any) -> Array:
    """The mean cross-entropy of D's category and the labels of what it judged."""
    return F.cross_entropy(_category(output, judged), judged.y)


def _accuracy(output: Any, judged: Any) -> Any:
    """The share of categories whose largest logit is at the label, on the device."""
    category = raw(_category(output, judged))
    xp = namespace(category)
    return xp.mean((xp.argmax(category, axis=-1) == judged.y).astype(category.dtype))


def _category(output: Any, judged: Any) -> Array:
    """D's category. Raises SettingError if there is none, or if what D judged has no labels."""
    if not hasattr(output, "category") or not isinstance(judged, Labelled):
        raise SettingError(
            "AuxiliaryClassifier needs Labelled examples and samples, and a D that returns (score, category), got "
            f"{type(judged).__name__} and {type(output).__name__}"
        )
    return output.category
