"""Optimizer: an update rule, and what it remembers of the parameters of one module."""

from dataclasses import dataclass
from typing import Any

from tinygan.autograd import Tensor, grad
from tinygan.backend import namespace
from tinygan.errors import RunError, ShapeMismatch
from tinygan.nn.tree import parameters, refreshed, updated
from tinygan.optim import fast
from tinygan.optim.checks import expect_gradients, expect_held, expect_parameters, expect_tree
from tinygan.optim.rule import State, assigned, expect_rule


@dataclass
class Part:
    """One parameter, its rule, and what the rule remembers of it."""

    path: str
    rule: Any
    state: State

    def step(self, parameters: dict[str, Any], gradients: dict[str, Any]) -> dict[str, Any]:
        """The parameter, by path, after one step of its rule."""
        parameter, self.state = self.rule(parameters[self.path], gradients[self.path], self.state)
        return {self.path: parameter}

    def states(self) -> dict[str, State]:
        """The state by the path of its parameter."""
        return {self.path: self.state}


class Optimizer:
    """An update rule, and what it remembers of the parameters of one module.

    Each parameter takes a step of its rule. Rules that have a fast form (`optim.fast`) take it, for many parameters at
    once; it is equal to the rule, but writes the state in place. So a step that was interrupted cannot be taken up
    again: go back to a checkpoint. The module that went in stays as it was.
    """

    def __init__(self, rule: Any):
        expect_rule(rule, "Optimizer")
        self.rule = rule
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.parts: list[Part | fast.Flat] = []  # none before the first step
        self.follows = False  # whether the module has layers whose state follows their parameters

    def __repr__(self) -> str:
        return f"Optimizer({self.rule}) after {self.parts[0].state.get('step', 0) if self.parts else 0} steps"

    def descend(self, module: Any, loss: Tensor) -> Any:
        """`module` after one step of the rule down the gradient of `loss`.

        Raises GradientError if the loss depends on a leaf Tensor that the module does not hold. Where several modules
        are to learn from one loss, apply(module, grad(loss, nn.parameters(module))) takes each one's gradients.
        """
        expect_tree(module)
        leaves = parameters(module)
        gradients = grad(loss, leaves)
        expect_held(leaves, loss)
        return self.apply(module, gradients)

    def apply(self, module: Any, gradients: dict[str, Any]) -> Any:
        """`module` after one step of the rule with `gradients` by path, one for each of its parameters.

        Raises GradientError or ShapeMismatch if they are those of other parameters.
        """
        leaves = parameters(module)
        expect_parameters(leaves)
        expect_gradients(leaves, gradients)
        if not self.parts:
            self._begin(module)
        if self.shapes != {path: leaf.shape for path, leaf in leaves.items()}:
            raise ShapeMismatch("Optimizer: its state belongs to a module with other parameters; make a new Optimizer")
        before = {path: leaf.data for path, leaf in leaves.items()}
        after: dict[str, Any] = {}
        for part in self.parts:
            after |= part.step(before, gradients)
        module = updated(module, after)
        return refreshed(module) if self.follows else module

    def _begin(self, module: Any) -> None:
        """Give each parameter its rule and an initial state."""
        arrays = {path: leaf.data for path, leaf in parameters(module).items()}
        rules = assigned(self.rule, arrays)
        flat = {path for path, rule in rules.items() if fast.known(rule)}
        self.parts = [
            *fast.flats(rules, {path: array for path, array in arrays.items() if path in flat}),
            *(Part(path, rules[path], rules[path].initial(arrays[path].copy())) for path in arrays if path not in flat),
        ]
        self.shapes = {path: array.shape for path, array in arrays.items()}
        self.follows = refreshed(module) is not module

    def named_state(self) -> dict[str, Any]:
        """The state by name and path, such as 'm/layers.0.weight', and the number of steps.

        The arrays may be views, which the next step overwrites.
        """
        named = {}
        for part in self.parts:
            for path, state in part.states().items():
                for name, value in state.items():
                    named[f"{name}/{path}" if hasattr(value, "shape") else name] = value
        return named

    def restore(self, module: Any, named: dict[str, Any]) -> None:
        """Take up what `named_state` gave for a module with the same parameters; raises RunError if it does not fit."""
        self.shapes, self.parts = {}, []
        if not named:  # of an optimizer that had not stepped
            return
        self._begin(module)
        expected = self.named_state()
        if expected.keys() != named.keys():
            raise RunError(
                f"the optimizer's state does not fit its rule: {sorted(expected.keys() ^ named.keys())[:3]} differ"
            )
        for name, value in expected.items():
            if not hasattr(value, "shape"):
                for part in self.parts:
                    if name in part.state:
                        part.state[name] = type(value)(named[name])
            elif value.shape == named[name].shape:
                value[...] = namespace(value).asarray(named[name])  # from a file, so on the host
            else:
                raise RunError(
                    f"the optimizer's state {name} has shape {named[name].shape}, its parameter {value.shape}"
                )
