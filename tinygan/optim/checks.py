"""Checks of an optimizer: that there is something to learn, and that the loss depends on nothing else."""

from typing import Any

from tinygan.autograd import Tensor
from tinygan.autograd.differentiate import ancestors, derivative
from tinygan.errors import GradientError, ShapeMismatch


def expect_tree(module: Any) -> None:
    """Raises GradientError if the module is a Tensor alone, which has no path."""
    if isinstance(module, Tensor):
        raise GradientError("Optimizer: the module is a Tensor; hold it in a list or a dictionary, as in [x]")


def expect_parameters(leaves: dict[str, Tensor]) -> None:
    """Raises GradientError if there is nothing to learn, or if a leaf was computed from another."""
    if not any(leaf.size for leaf in leaves.values()):
        raise GradientError("Optimizer: the module has no parameters: its leaves are raw, or it has none")
    for path, leaf in leaves.items():
        if leaf.op is not None:
            raise GradientError(
                f"Optimizer: {path} is no parameter: it was computed, by {leaf.op.__name__}; compute it where it is "
                "used, or hold its value, raw(x) or Tensor(raw(x))"
            )


def expect_gradients(leaves: dict[str, Tensor], gradients: dict[str, Any]) -> None:
    """Raises ShapeMismatch unless there is a gradient of its shape for each parameter, and no other."""
    shapes = {path: leaf.shape for path, leaf in leaves.items()}
    if shapes != (given := {path: gradient.shape for path, gradient in gradients.items()}):
        path = min(path for path in {*shapes, *given} if shapes.get(path) != given.get(path))
        raise ShapeMismatch(
            f"Optimizer: the gradient of {path} is expected to be {shapes.get(path, 'absent')}, "
            f"got {given.get(path, 'none')}"
        )


def expect_held(leaves: dict[str, Tensor], loss: Tensor) -> None:
    """Raises GradientError if `loss` depends on a leaf Tensor that the module does not hold.

    Such a leaf would never learn. It is a parameter in a closure or a set, where the tree does not reach; or of a
    module as it was before its update; or another player's; or it is data. Two kinds of leaves are no fault: a penalty
    differentiates by examples, and unrolling by copies of the parameters. Both stand on the tape as what a
    `derivative` was asked for.
    """
    program = ancestors(loss)
    known = {leaf.serial for leaf in leaves.values()}
    strange = [t for t in program if t.op is None and t.serial not in known]
    if not strange:
        return
    behind = {target.serial for t in program if t.op is derivative for target in t.static["wrt"]}
    for t in reversed(program):
        if t.serial in behind:
            behind.update(a.serial for a in t.args if isinstance(a, Tensor))
    shapes = [str(t.shape) for t in strange if t.serial not in behind]
    if shapes:
        named = " and ".join(shapes[:3]) + (f" and {len(shapes) - 3} more" if len(shapes) > 3 else "")
        if not leaves:
            raise GradientError(
                "Optimizer: the module has no parameters: its leaves are raw, or in a closure or a set; "
                f"the loss depends on Tensors of shape {named}"
            )
        raise GradientError(
            f"Optimizer: the loss depends on Tensors of shape {named} that the module does not hold; hold layers in "
            "attributes or items (a closure or a set is not seen), compute the loss with the newest module and "
            "frozen(other), and pass data as raw arrays"
        )
