"""Unrolled GANs: G looks ahead at how D will answer; Metz et al. 2017."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from tinygan.autograd import grad
from tinygan.errors import SettingError
from tinygan.nn import parameters, refreshed, traced, updated
from tinygan.objectives.objective import Game
from tinygan.objectives.turn import Turn
from tinygan.optim import assigned, expect_rule


@dataclass(frozen=True)
class Unrolled(Game):
    """G's loss is that of `objective` where D will be after `steps` updates by `rule` on these examples and this noise.

    The updates are differentiated through, so G's gradient counts how D reacts to it: section 2.2, where steps is K.
    D itself learns as `objective` says, one update at a time. With 0 steps it is `objective`. Penalties on D are part
    of `objective`, so the D that G foresees pays them.

    rule: an update rule of `optim`, which begins from its initial state every time. Adam's first step from there is
    the sign of the gradient, whose derivative is 0 or huge, unless its epsilon is as large as the gradients are.
    """

    objective: Game
    steps: int
    rule: Any

    def __post_init__(self) -> None:
        if not isinstance(self.objective, Game):
            raise SettingError(f"Unrolled: expected an objective such as Minimax(), got {self.objective!r}")
        expect_rule(self.rule, "Unrolled")
        if not hasattr(self.steps, "__index__"):
            raise SettingError(f"steps is expected to be a whole number, got {self.steps!r}")
        if self.steps < 0:
            raise SettingError(f"steps is expected to be at least 0, got {self.steps}")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """That of `objective`."""
        return self.objective.d_loss(D, G, x, z)

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """That of `objective` at the D that `unrolled` gives."""
        return self.objective.g_loss(self.unrolled(D, G, x, z) if self.steps else D, G, x, z)

    def unrolled(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """D after the updates: its parameters depend on those of G."""
        D = D if parameters(D) else traced(D)  # frozen, as it comes in G's turn
        rules = assigned(self.rule, parameters(D))
        states = {path: rules[path].initial(leaf) for path, leaf in parameters(D).items()}
        fake = G(z)  # once for all steps, and so one backward pass through G for all of them
        for _ in range(self.steps):
            leaves = parameters(D)
            gradients = grad(self.objective.d_loss(D, lambda z: fake, x, z), leaves, create_graph=True)
            for path, leaf in leaves.items():
                leaves[path], states[path] = rules[path](leaf, gradients[path], states[path])
            D = refreshed(updated(D, leaves))
        return D

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        return dataclasses.replace(self, objective=self.objective.after(D, G, x, z))

    @property
    def output(self) -> str:  # type: ignore[override]
        return self.objective.output

    def reading(self, score: Any) -> Any:
        return self.objective.reading(score)

    def measures(self, turn: Turn) -> dict[str, Any]:
        return self.objective.measures(turn)
