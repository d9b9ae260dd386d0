"""Semi-supervised learning with a GAN: D is a classifier whose logits also tell examples from samples."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.nn import Module, Semi, together
from tinygan.nn.minibatch import Minibatch, each
from tinygan.objectives.feature_matching import FeatureMatching
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Game
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class SemiSupervised(Game):
    """The losses of a D with K logits l(x), one for each class; Salimans et al. 2016, section 5, with D = Z / (Z + 1).

        Z(x) = sum_k exp(l_k(x)), so that log Z is the logit of D
        D:  E[-log p(y|x)] + weight * 1/2 (E[-log D(x)] + E[-log(1 - D(G(z)))])
        G:  the mean over features of (E[h(x)] - E[h(G(z))])**2

    p(y|x) = softmax(l) is learned from the labelled examples, D(x) from the unlabelled ones. This is a classifier of
    K + 1 classes whose last logit, that of the samples, is 0. The factors and the mean are those of the authors' code.

    x: `Semi(Labelled(x, y), x)`. D returns (m, K).   weight: of the loss without labels; 0 leaves a supervised
    classifier.   layer: h is the first `layer` layers of D, or all but the last -`layer`.
    """

    weight: float = number(1.0)
    layer: int = -1

    output: ClassVar[str] = "probability"

    def __post_init__(self) -> None:
        super().__post_init__()
        FeatureMatching(self.layer)  # which checks it

    def d_loss(self, D: Module, G: Module, x: Semi, z: Minibatch) -> Array:
        """The cross-entropy with the labels, and half the losses of D on unlabelled examples and on samples."""
        (labelled, y), unlabelled = x
        if not self.weight:
            return F.cross_entropy(D(labelled), y)
        logits, real, fake = together(D, labelled, unlabelled, G(z))
        unsupervised = F.mean(F.softplus(-log_z(real))) + F.mean(F.softplus(log_z(fake)))
        return F.cross_entropy(logits, y) + self.weight * 0.5 * unsupervised

    def g_loss(self, D: Module, G: Module, x: Semi, z: Minibatch) -> Array:
        """The mean squared difference of the mean features of unlabelled examples and of samples."""
        h = FeatureMatching(self.layer).features(D)
        real, fake = h(x.unlabelled), h(G(z))  # two passes: with a fixed D nothing of the first is recorded
        difference = F.mean(real, axis=0) - F.mean(fake, axis=0)
        return F.mean(difference * difference)

    def read(self, d_output: Any) -> Array:
        """D = Z / (Z + 1), (m, 1)."""
        return F.sigmoid(log_z(d_output))

    def mean(self, d_output: Any) -> Array:
        return F.mean(self.read(d_output))

    def measures(self, turn: Turn) -> dict[str, Any]:
        """The means of D on unlabelled examples and on samples, and the share of labelled ones in a wrong class."""
        (labelled, y), unlabelled = turn.x
        logits, real, fake = (each(raw, out) for out in together(turn.D, labelled, unlabelled, turn.fake))
        wrong = logits.argmax(axis=1) != y
        return {"d_real": self.mean(real), "d_fake": self.mean(fake), "train_error": wrong.mean()}


def log_z(logits: Array) -> Array:
    """log Z = log sum exp(logits), the logit of D = Z / (Z + 1): (m, K) to (m, 1)."""
    return F.logsumexp(logits, axis=-1, keepdims=True)
