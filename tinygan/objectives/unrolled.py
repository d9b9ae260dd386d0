"""Unrolled GANs: the loss of G is computed with a D after several further updates; Metz et al. 2017."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from tinygan.autograd import Array, grad
from tinygan.errors import SettingError
from tinygan.nn import Layer, Minibatch, Module, parameters, refreshed, traced, updated
from tinygan.objectives.objective import Game
from tinygan.objectives.turn import Turn
from tinygan.optim import assigned, expect_rule


class Computed(Layer):
    """G with its output for the minibatch z, which is computed once; any other minibatch passes through G.

    A copy with other parameters, such as a frozen one, computes its own output for z.
    """

    def __init__(self, G: Module, z: Minibatch):
        fake = G(z)
        self.G = G
        self.output = lambda network, other: fake if network is G and other is z else network(other)

    def __call__(self, z: Minibatch) -> Minibatch:
        return self.output(self.G, z)


@dataclass(frozen=True)
class Unrolled(Game):
    """G's loss is that of `objective` at the D that results from `steps` updates by `rule` on the same x and z.

    G's gradient includes the derivative of these updates in G: section 2.2, where steps is K. D's own loss is that of
    `objective`, with its penalties, in these updates and in D's turn. With 0 steps this is `objective`.

    rule: an update rule of `optim`. It starts from its initial state each time. Adam's first step is then the sign of
    the gradient, whose derivative is 0 or very large, unless epsilon is as large as the gradients.
    Raises SettingError unless steps is a whole number from 0 on.
    """

    objective: Game
    steps: int
    rule: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.objective, Game):
            raise SettingError(f"Unrolled: expected an objective such as Minimax(), got {self.objective!r}")
        expect_rule(self.rule, "Unrolled")
        if not hasattr(self.steps, "__index__"):
            raise SettingError(f"steps is expected to be a whole number, got {self.steps!r}")
        if self.steps < 0:
            raise SettingError(f"steps is expected to be at least 0, got {self.steps}")

    def d_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss of `objective`."""
        return self.objective.d_loss(D, G, x, z)

    def g_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss of `objective` at the unrolled D."""
        return self.objective.g_loss(self.unrolled(D, G, x, z) if self.steps else D, G, x, z)

    def unrolled(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Module:
        """D after the updates. Its parameters are Tensors that depend on those of G."""
        D = D if parameters(D) else traced(D)  # D is frozen in G's turn
        rules = assigned(self.rule, parameters(D))
        states = {path: rules[path].initial(leaf) for path, leaf in parameters(D).items()}
        G = Computed(G, z)  # G(z) is computed once, so that the backward pass goes through G once
        for _ in range(self.steps):
            leaves = parameters(D)
            gradients = grad(self.objective.d_loss(D, G, x, z), leaves, create_graph=True)
            for path, leaf in leaves.items():
                leaves[path], states[path] = rules[path](leaf, gradients[path], states[path])
            D = refreshed(updated(D, leaves))
        return D

    def after(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Self:
        return dataclasses.replace(self, objective=self.objective.after(D, G, x, z))

    def at_equilibrium(self) -> dict[str, float]:
        """Those of `objective`: the best D stays the same in the updates."""
        return self.objective.at_equilibrium()

    @property
    def output(self) -> str:  # type: ignore[override]
        return self.objective.output

    def reading(self, score: Array) -> Array:
        return self.objective.reading(score)

    def read(self, d_output: Any) -> Array:
        return self.objective.read(d_output)

    def measures(self, turn: Turn) -> dict[str, Any]:
        return self.objective.measures(turn)
