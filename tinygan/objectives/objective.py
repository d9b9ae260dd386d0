"""An objective is a loss of D's outputs, terms that are added to it, and a view that changes D's inputs.

    Wasserstein() + GradientPenalty(10.0)
    (Hinge() + R1(1.0)).shown(InstanceNoise(linear(0.5, 0.0, 5000)))

Algorithm 1 calls the methods of `Game`: d_loss(D, G, x, z), g_loss(D, G, x, z) and after(D, G, x, z).
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Minibatch, Module
from tinygan.nn.minibatch import shapes
from tinygan.objectives.memory import Memory
from tinygan.objectives.scores import scores, total
from tinygan.objectives.slopes import turn_of_d
from tinygan.objectives.turn import Turn
from tinygan.objectives.view import Identity, View, merged, with_view


class Game(Memory, ABC):
    """Two scalar losses, which D and G minimize; a frozen dataclass whose fields are the paper's settings.

    D and G are networks; the one that is not updated is frozen. x is a minibatch of examples, z of noise. A loss
    changes no state. State, such as BEGAN's k, passes to the next iteration by `after`.
    """

    output: ClassVar[str] = "score"  # what `read` gives: "probability", "score" or "energy"

    @abstractmethod
    def d_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss of D."""

    @abstractmethod
    def g_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss of G."""

    def after(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Self:
        """The game of the next iteration. D, G: after both updates.   x, z: those of G's update."""
        return self

    def at_equilibrium(self) -> dict[str, float]:
        """The losses "D" and "G" and the "output" of the best D where p_g = p_data; {} if they are no known numbers."""
        return {}

    def reading(self, score: Array) -> Array:
        """A score as a number of the kind that `output` names."""
        return score

    def read(self, d_output: Any) -> Array:
        """D's output as numbers (m, 1) of the kind that `output` names; the mean over several discriminators."""
        numbers = [self.reading(score) for score in scores(d_output)]
        if len({number.shape for number in numbers}) > 1:
            raise ShapeMismatch(f"discriminators with scores of different shapes, {shapes(numbers)}, have no mean")
        return total(numbers) / len(numbers) if len(numbers) > 1 else numbers[0]

    def mean(self, d_output: Any) -> Array:
        """The mean of D's output, as numbers of the kind that `output` names, over examples and discriminators."""
        means = [F.mean(self.reading(score)) for score in scores(d_output)]
        return total(means) / len(means) if len(means) > 1 else means[0]

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers for the history: the means of D(x) and D(G(z)), as `read` returns them, and other quantities."""
        return {"d_real": raw(self.mean(turn.d_real)), "d_fake": raw(self.mean(turn.d_fake))}


class Loss(Game):
    """A game whose losses depend only on D's outputs. It is an objective without terms.

    If D returns several arrays of scores, as an ensemble does, the loss is the sum over them.
    """

    g_sees_real: ClassVar[bool] = False  # whether `g` needs D(x), which costs a pass through D

    @abstractmethod
    def d(self, real: Array, fake: Array) -> Array:
        """The loss of D.   real, fake: D(x) and D(G(z)), (m, 1)."""

    @abstractmethod
    def g(self, fake: Array, real: Array) -> Array:
        """The loss of G.   fake: D(G(z)).   real: D(x) if `g_sees_real`, else None."""

    def d_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        return Objective(self).d_loss(D, G, x, z)

    def g_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        return Objective(self).g_loss(D, G, x, z)

    def after(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Self:
        return self.remember(Turn("", D, G, x, z))

    def __add__(self, term: "Term") -> "Objective":
        return Objective(self) + term

    def shown(self, view: View) -> "Objective":
        """This loss with a view on D's inputs."""
        return Objective(self).shown(view)


class Term(Memory):
    """Scalars that are added to the losses of D and of G. 0.0 adds nothing."""

    vanishes: ClassVar[bool] = False  # whether it is 0, and as small as it can be, for the best D where p_g = p_data
    slopes_at: ClassVar[frozenset[str]] = frozenset()  # where it needs D's input gradient; slopes.py

    def d(self, turn: Turn) -> Array:
        """The term in D's loss."""
        return 0.0

    def g(self, turn: Turn) -> Array:
        """The term in G's loss."""
        return 0.0

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers for the history. One named limit/x is the largest value that the measure x can have."""
        return {}


@dataclass(frozen=True, repr=False)
class Objective(Game):
    """A loss, terms, and a view.

    g: a term that replaces the loss of G, such as FeatureMatching.
    """

    loss: Loss
    terms: tuple[Term, ...] = ()
    view: View = Identity()
    g: Term | None = None

    def __post_init__(self) -> None:
        terms = tuple(self.terms) if isinstance(self.terms, (list, tuple)) else (self.terms,)
        object.__setattr__(self, "terms", terms)
        _expect(Loss, "Minimax()", self.loss)
        _expect(Term, "R1(10.0)", *self.terms, *([] if self.g is None else [self.g]))
        _expect(View, "InstanceNoise(linear(0.5, 0.0, 1000))", self.view)

    def __repr__(self) -> str:
        text = " + ".join(map(repr, (self.loss, *self.terms)))
        text = text if self.g is None else f"Objective({text}, g={self.g!r})"
        return text if self.view == Identity() else f"({text}).shown({self.view!r})"

    def __add__(self, term: Term) -> "Objective":
        if isinstance(term, Game):
            return NotImplemented
        return dataclasses.replace(self, terms=(*self.terms, term))

    def shown(self, view: View) -> "Objective":
        """This objective with `view` applied after its own view."""
        return with_view(self, view)

    def d_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss and the terms of D."""
        turn = turn_of_d(D, G, x, z, self.view, self.terms)
        return _plus(_summed(self.loss.d, turn.d_real, turn.d_fake), [term.d(turn) for term in self.terms])

    def g_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss, or `g` in its place, and the terms of G."""
        turn = Turn("G", D, G, x, z, self.view)
        if self.g:
            loss = self.g.g(turn)
        elif self.loss.g_sees_real:
            loss = _summed(self.loss.g, turn.d_fake, turn.d_real)
        else:
            loss = _summed(lambda fake: self.loss.g(fake, None), turn.d_fake)
        return _plus(loss, [term.g(turn) for term in self.terms])

    def after(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Self:
        turn = Turn("", D, G, x, z, self.view)
        loss, view, g = self.loss.remember(turn), self.view.remember(turn), self.g and self.g.remember(turn)
        terms = tuple(term.remember(turn) for term in self.terms)
        return dataclasses.replace(self, loss=loss, terms=terms, view=view, g=g)

    def at_equilibrium(self) -> dict[str, float]:
        """Those of the loss if all terms vanish there. A term in place of G's loss has no known value."""
        found = self.loss.at_equilibrium() if all(term.vanishes for term in self.terms) else {}
        return {name: value for name, value in found.items() if name != "G" or self.g is None}

    @property
    def output(self) -> str:  # type: ignore[override]
        return self.loss.output

    def reading(self, score: Array) -> Array:
        return self.loss.reading(score)

    def measures(self, turn: Turn) -> dict[str, Any]:
        parts: list[Any] = [self.loss, *self.terms, *([] if self.g is None else [self.g]), self.view]
        return merged([part.measures(turn) for part in parts])


def _expect(kind: type, example: str, *parts: Any) -> None:
    """Raises SettingError if a part of an objective is not of its kind."""
    for part in parts:
        if not isinstance(part, kind):
            raise SettingError(f"Objective: expected a {kind.__name__.lower()} such as {example}, got {part!r}")


def _summed(loss: Callable, *outputs: Any) -> Array:
    """The sum of loss(*scores) over the arrays of scores in D's outputs."""
    return total(loss(*each) for each in zip(*map(scores, outputs), strict=True))


def _plus(loss: Array, terms: list[Array]) -> Array:
    """The sum of the loss and the terms, without those that are the number 0."""
    return total([loss, *(term for term in terms if not isinstance(term, float) or term)])
