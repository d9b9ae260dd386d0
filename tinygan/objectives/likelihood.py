"""Objectives for a single player: negative log-likelihoods of the examples, up to a factor and a constant."""

from dataclasses import dataclass
from typing import Any, Self

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.nn import Labelled, Minibatch, Module
from tinygan.objectives.memory import Memory
from tinygan.objectives.turn import Turn


class Likelihood(Memory):
    """A scalar loss that G minimizes; a frozen dataclass whose fields are the paper's settings."""

    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss of G on examples x.   z: noise, for objectives that draw codes with it."""
        raise NotImplementedError

    def after(self, D: None, G: Module, x: Minibatch, z: Minibatch) -> Self:
        """The objective of the next iteration: this objective, unless it has state to update."""
        return self

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers for the history, besides the loss."""
        return {}


@dataclass(frozen=True)
class SquaredError(Likelihood):
    """mean (G(G.encode(x)) - x)^2, the loss of an autoencoder.

    Up to a factor and a constant it is the negative log-likelihood of x under N(G(code), s^2 I).
    """

    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The squared error of the reconstructions; z is not used."""
        error = G(G.encode(x)) - x
        return F.mean(error * error)


@dataclass(frozen=True)
class CrossEntropy(Likelihood):
    """E[-log p(y|x)], the loss of a classifier, where p(y|x) is the softmax of G's scores."""

    def loss(self, G: Module, x: Labelled, z: Minibatch) -> Array:
        """The cross-entropy of the scores G(x) with the labels; z is not used."""
        return F.cross_entropy(G(x.x), x.y)
