"""The optimizer: an update rule, with its state for the parameters of one module."""

from dataclasses import dataclass
from typing import Any

from tinygan.autograd import Array, Tensor, grad
from tinygan.backend import namespace
from tinygan.errors import RunError, ShapeMismatch
from tinygan.nn.layer import Module
from tinygan.nn.tree import parameters, refreshed, updated
from tinygan.optim import fast
from tinygan.optim.checks import expect_gradients, expect_held, expect_parameters, expect_tree
from tinygan.optim.rule import State, assigned, expect_rule


@dataclass
class Part:
    """One parameter: its path, its rule and the state of the rule."""

    path: str
    rule: Any
    state: State

    def step(self, parameters: dict[str, Array], gradients: dict[str, Array]) -> dict[str, Array]:
        """The updated parameter, by path."""
        parameter, self.state = self.rule(parameters[self.path], gradients[self.path], self.state)
        return {self.path: parameter}

    def states(self) -> dict[str, State]:
        """The state by the path of its parameter."""
        return {self.path: self.state}


class Optimizer:
    """An update rule with its state for the parameters of one module. It returns a new module at each step.

    A rule with a fast form (`optim.fast`) uses it, for many parameters at once. It computes the same step but writes
    the state in place. So after an interrupted step the state is invalid: restore a checkpoint.
    """

    def __init__(self, rule: Any):
        expect_rule(rule, "Optimizer")
        self.rule = rule
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.parts: list[Part | fast.Flat] = []  # empty before the first step
        self.refreshes = False  # whether the module has layers with derived state, see nn.refreshed

    def __repr__(self) -> str:
        return f"Optimizer({self.rule}) after {self.parts[0].state.get('step', 0) if self.parts else 0} steps"

    def descend(self, module: Module, loss: Tensor) -> Module:
        """The module after one step of the rule with the gradient of `loss`.

        Raises GradientError if the loss depends on a leaf Tensor that the module does not hold. To update several
        modules by one loss, call apply(module, grad(loss, nn.parameters(module))) for each.
        """
        return self.apply(module, self.gradients(module, loss))

    def gradients(self, module: Module, loss: Tensor) -> dict[str, Array]:
        """The gradient of `loss` for each parameter of the module, by path. The errors are those of `descend`."""
        expect_tree(module)
        leaves = parameters(module)
        gradients = grad(loss, leaves)
        expect_held(leaves, loss)
        return gradients

    def apply(self, module: Module, gradients: dict[str, Array]) -> Module:
        """The module after one step of the rule. gradients: by path, one for each parameter.

        Raises GradientError if the module has no parameters, and ShapeMismatch if paths or shapes differ.
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
        return refreshed(module) if self.refreshes else module

    def _begin(self, module: Module) -> None:
        """Assign a rule and its initial state to each parameter."""
        arrays = {path: leaf.data for path, leaf in parameters(module).items()}
        rules = assigned(self.rule, arrays)
        flat = {path for path, rule in rules.items() if fast.has_form(rule)}
        self.parts = [
            *fast.flats(rules, {path: array for path, array in arrays.items() if path in flat}),
            *(Part(path, rules[path], rules[path].initial(arrays[path].copy())) for path in arrays if path not in flat),
        ]
        self.shapes = {path: array.shape for path, array in arrays.items()}
        self.refreshes = refreshed(module) is not module

    def named_state(self) -> dict[str, Any]:
        """The state by name and path, such as 'm/layers.0.weight' and 'step/layers.0.weight'.

        The arrays may be views that the next step overwrites.
        """
        states = [(path, state) for part in self.parts for path, state in part.states().items()]
        return {f"{name}/{path}": value for path, state in states for name, value in state.items()}

    def restore(self, module: Module, named: dict[str, Any]) -> None:
        """Set the state to `named`, a result of `named_state`. Raises RunError if it does not fit the module."""
        self.shapes, self.parts = {}, []
        if not named:  # saved before the first step
            return
        self._begin(module)
        expected = self.named_state()
        if expected.keys() != named.keys():
            raise RunError(
                f"the optimizer's state does not fit its rule: {sorted(expected.keys() ^ named.keys())[:3]} differ"
            )
        for part in self.parts:
            for path, state in part.states().items():
                numbers = {name: value for name, value in state.items() if not hasattr(value, "shape")}
                part.state.update({name: type(value)(named[f"{name}/{path}"]) for name, value in numbers.items()})
        for name, value in expected.items():
            if not hasattr(value, "shape"):
                continue
            if value.shape == named[name].shape:
                value[...] = namespace(value).asarray(named[name])  # arrays from a file are on the host
            else:
                raise RunError(
                    f"the optimizer's state {name} has shape {named[name].shape}, its parameter {value.shape}"
                )
