"""Objectives for a single player: negative log-likelihoods of the examples, up to a factor and a constant."""

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Self

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.nn import Labelled, Minibatch, Module
from tinygan.objectives.memory import Memory
from tinygan.objectives.turn import Turn
from tinygan.objectives.view import Identity, View, with_view


@dataclass(frozen=True)
class Likelihood(Memory, ABC):
    """A scalar loss that G minimizes; a frozen dataclass whose fields are the paper's settings.

    view: changes the examples that G is shown, `view.real(x, turn)`.
    """

    view: View = field(default=Identity(), kw_only=True)

    @abstractmethod
    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss of G on examples x.   z: noise, for objectives that draw codes with it."""

    def after(self, D: None, G: Module, x: Minibatch, z: Minibatch) -> Self:
        """The objective of the next iteration: this objective, unless it has state to update."""
        return dataclasses.replace(self, view=self.view.remember(Turn("", D, G, x, z)))

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers for the history, besides the loss; of the examples as they are, without the view."""
        return self.view.measures(turn)

    def shown(self, view: View) -> Self:
        """This objective with `view` applied after its own view. Raises SettingError if it is no view."""
        return with_view(self, view)

    def seen(self, G: Module, x: Minibatch, z: Minibatch) -> Minibatch:
        """The examples x as the view changes them."""
        return self.view.real(x, Turn("G", None, G, x, z))


@dataclass(frozen=True)
class SquaredError(Likelihood):
    """mean (G(G.encode(x)) - x)^2, the loss of an autoencoder.

    Up to a factor and a constant it is the negative log-likelihood of x under N(G(code), s^2 I). With a view it is the
    loss of a denoising autoencoder, mean (G(G.encode(noisy x)) - x)^2; Vincent et al. 2008, section 2.3.
    """

    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The squared error of the reconstructions; z is not used."""
        error = G(G.encode(self.seen(G, x, z))) - x
        return F.mean(error * error)


@dataclass(frozen=True)
class CrossEntropy(Likelihood):
    """E[-log p(y|x)], the loss of a classifier, where p(y|x) is the softmax of G's scores."""

    def loss(self, G: Module, x: Labelled, z: Minibatch) -> Array:
        """The cross-entropy of the scores G(x) with the labels; z is not used."""
        seen = self.seen(G, x, z)
        return F.cross_entropy(G(seen.x), seen.y)
