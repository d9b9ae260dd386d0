"""Objectives of one player alone: the negative log-likelihood of the examples, up to a constant and a factor."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.nn.minibatch import Labelled
from tinygan.objectives.memory import Memory
from tinygan.objectives.turn import Turn


class Likelihood(Memory):
    """A loss that one player minimizes; a frozen dataclass whose fields are the paper's settings."""

    def loss(self, G: Any, x: Any, z: Any) -> Any:
        """The loss of the network G on examples x; z is noise, for objectives that draw a code."""
        raise NotImplementedError

    def after(self, D: None, G: Any, x: Any, z: Any) -> Any:
        """The objective of the next iteration: this one, unless it remembers something."""
        return self

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers that a history shows beside the loss."""
        return {}


@dataclass(frozen=True)
class SquaredError(Likelihood):
    """E[(G(G.encode(x)) - x)^2], the mean over an example's numbers: the loss of an autoencoder.

    A multiple of it is the negative log-likelihood of x under N(G(code), s^2 I), up to a constant.
    """

    def loss(self, G: Any, x: Any, z: Any) -> Any:
        """The squared error of the reconstructions; z is not used."""
        away = G(G.encode(x)) - x
        return F.mean(away * away)


@dataclass(frozen=True)
class CrossEntropy(Likelihood):
    """E[-log p(y|x)], where p(y|x) is the softmax of a network's scores: the loss of a classifier."""

    def loss(self, G: Any, x: Labelled, z: Any) -> Any:
        """The cross-entropy of G(x) with the labels; z is not used."""
        return F.cross_entropy(G(x.x), x.y)
