"""An objective is a loss on what D gives, terms that a player pays besides, and a view: what D is shown.

    Wasserstein() + GradientPenalty(10.0)
    (Hinge() + R1(1.0)).shown(InstanceNoise(linear(0.5, 0.0, 5000)))

What Algorithm 1 asks of it is `Game`: d_loss(D, G, x, z), g_loss(D, G, x, z) and after(D, G, x, z).
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.errors import SettingError
from tinygan.objectives.memory import Memory
from tinygan.objectives.scores import scores, total
from tinygan.objectives.turn import Turn


class Game(Memory):
    """Two losses, each a scalar that its player minimizes; a frozen dataclass whose fields are the paper's settings.

    D and G are networks, of which the player who waits is frozen; x is a minibatch of examples, z of noise. Nothing is
    changed by asking for a loss: what is remembered of the past goes from one iteration to the next by `after`.
    """

    output: ClassVar[str] = "score"  # what `read` gives: "probability", "score" or "energy"

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """What D minimizes."""
        raise NotImplementedError

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """What G minimizes."""
        raise NotImplementedError

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        """The game of the next iteration: D and G as they are after both updates, x and z of G's update."""
        return self

    def reading(self, score: Any) -> Any:
        """Scores of D, (m, 1), as numbers of the kind that `output` names."""
        return score

    def read(self, given: Any) -> Any:
        """What D gave for some examples, to be looked at: (m, 1); of several discriminators the mean."""
        found = [self.reading(score) for score in scores(given)]
        return total(found) / len(found) if len(found) > 1 else found[0]

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers that a history shows: the means of what D says of x and of G(z), and what else is to be watched."""
        turn = turn if turn.view is None else Turn("", turn.D, turn.G, turn.x, turn.z)
        return {f"d_{kind}": raw(F.mean(self.read(getattr(turn, f"d_{kind}")))) for kind in ("real", "fake")}


class Loss(Game):
    """A game on D's outputs alone: a row of a paper's table. It is an objective without terms.

    D may give several arrays of scores, as an ensemble does: each has its loss, and they are summed.
    """

    g_sees_real: ClassVar[bool] = False  # whether `g` looks at D(x), which costs a pass through D

    def d(self, real: Any, fake: Any) -> Any:
        """What D minimizes, given D(x) and D(G(z)), (m, 1) each."""
        raise NotImplementedError

    def g(self, fake: Any, real: Any) -> Any:
        """What G minimizes, given D(G(z)), and D(x) if `g_sees_real`; else None."""
        raise NotImplementedError

    def remember(self, turn: Turn) -> Self:
        """The loss of the next iteration: this one, unless it remembers something of the turn."""
        return self

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        return Objective(self).d_loss(D, G, x, z)

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        return Objective(self).g_loss(D, G, x, z)

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        return self.remember(Turn("", D, G, x, z))

    def __add__(self, term: "Term") -> "Objective":
        return Objective(self) + term

    def shown(self, view: "View") -> "Objective":
        """This game, with D shown what `view` makes of examples and of samples."""
        return Objective(self).shown(view)


class Term(Memory):
    """What a player pays besides the loss: each method gives a scalar, 0.0 for nothing."""

    def d(self, turn: Turn) -> Any:
        """What D pays."""
        return 0.0

    def g(self, turn: Turn) -> Any:
        """What G pays."""
        return 0.0

    def remember(self, turn: Turn) -> Self:
        """The term of the next iteration: this one, unless it remembers something of the turn."""
        return self

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers that a history shows."""
        return {}


class View(Memory):
    """What D is shown in place of examples and of samples; by default, themselves."""

    def real(self, x: Any, turn: Turn) -> Any:
        """What D is shown in place of x."""
        return x

    def fake(self, x: Any, turn: Turn) -> Any:
        """What D is shown in place of G(z), which is x."""
        return x

    def remember(self, turn: Turn) -> Self:
        """The view of the next iteration: this one, unless it remembers something of the turn."""
        return self

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers that a history shows."""
        return {}


@dataclass(frozen=True)
class AsItIs(View):
    """D is shown examples and samples themselves."""


@dataclass(frozen=True, repr=False)
class Objective(Game):
    """A loss, terms, and a view.

    g: a term that G minimizes in place of the loss's g, such as FeatureMatching.
    """

    loss: Loss
    terms: tuple[Term, ...] = ()
    view: View = AsItIs()
    g: Term | None = None

    def __post_init__(self) -> None:
        for value, kind, example in [
            (self.loss, Loss, "Minimax()"),
            *((term, Term, "R1(10.0)") for term in (*self.terms, *([self.g] if self.g else []))),
            (self.view, View, "InstanceNoise(linear(0.5, 0.0, 1000))"),
        ]:
            if not isinstance(value, kind):
                raise SettingError(f"Objective: expected a {kind.__name__.lower()} such as {example}, got {value!r}")

    def __repr__(self) -> str:
        text = " + ".join(map(repr, (self.loss, *self.terms)))
        text = text if self.g is None else f"Objective({text}, g={self.g!r})"
        return text if self.view == AsItIs() else f"({text}).shown({self.view!r})"

    def __add__(self, term: Term) -> "Objective":
        if isinstance(term, Game):
            return NotImplemented
        return dataclasses.replace(self, terms=(*self.terms, term))

    def shown(self, view: View) -> "Objective":
        """This objective, with D shown what `view` makes of what it was shown."""
        return dataclasses.replace(self, view=view if self.view == AsItIs() else Composed(self.view, view))

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """The loss, and the terms that D pays."""
        turn = Turn("D", D, G, x, z, self.view)
        loss = _summed(self.loss.d, turn.d_real, turn.d_fake)
        return _plus(loss, [term.d(turn) for term in self.terms])

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """The loss, or `g` in its place, and the terms that G pays."""
        turn = Turn("G", D, G, x, z, self.view)
        if self.g:
            loss = self.g.g(turn)
        elif self.loss.g_sees_real:
            loss = _summed(self.loss.g, turn.d_fake, turn.d_real)
        else:
            loss = _summed(lambda fake: self.loss.g(fake, None), turn.d_fake)
        return _plus(loss, [term.g(turn) for term in self.terms])

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        turn = Turn("", D, G, x, z, self.view)
        loss, view, g = self.loss.remember(turn), self.view.remember(turn), self.g and self.g.remember(turn)
        return dataclasses.replace(
            self, loss=loss, terms=tuple(term.remember(turn) for term in self.terms), view=view, g=g
        )

    @property
    def output(self) -> str:  # type: ignore[override]
        return self.loss.output

    def reading(self, score: Any) -> Any:
        return self.loss.reading(score)

    def measures(self, turn: Turn) -> dict[str, Any]:
        found = [self.loss.measures(turn), *(term.measures(turn) for term in self.terms), self.view.measures(turn)]
        return {name: value for part in found for name, value in part.items()}


@dataclass(frozen=True)
class Composed(View):
    """What `second` makes of what `first` shows."""

    first: View
    second: View

    def real(self, x: Any, turn: Turn) -> Any:
        return self.second.real(self.first.real(x, turn), turn)

    def fake(self, x: Any, turn: Turn) -> Any:
        return self.second.fake(self.first.fake(x, turn), turn)

    def remember(self, turn: Turn) -> Self:
        return dataclasses.replace(self, first=self.first.remember(turn), second=self.second.remember(turn))

    def measures(self, turn: Turn) -> dict[str, Any]:
        return {**self.first.measures(turn), **self.second.measures(turn)}


def _summed(loss: Callable, *given: Any) -> Any:
    """The sum of loss(*scores) over the arrays of scores that D gave."""
    return total(loss(*each) for each in zip(*map(scores, given), strict=True))


def _plus(loss: Any, terms: list[Any]) -> Any:
    """The loss and all terms that are not the number 0."""
    return total([loss, *(term for term in terms if not isinstance(term, float) or term)])
