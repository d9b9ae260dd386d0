"""Checks of an optimizer's arguments: the module has parameters, and the loss depends on no other Tensors."""

from tinygan.autograd import Array, Tensor
from tinygan.autograd.differentiate import ancestors, derivative
from tinygan.errors import GradientError, ShapeMismatch
from tinygan.nn.layer import Module


def expect_tree(module: Module) -> None:
    """Raises GradientError if the module is a single Tensor, which has no path."""
    if isinstance(module, Tensor):
        raise GradientError("Optimizer: the module is a Tensor; hold it in a list or a dictionary, as in [x]")


def expect_parameters(leaves: dict[str, Tensor]) -> None:
    """Raises GradientError if the module has no parameters, or if a parameter was computed from other Tensors."""
    if not any(leaf.size for leaf in leaves.values()):
        raise GradientError("Optimizer: the module has no parameters: its leaves are raw, or it has none")
    for path, leaf in leaves.items():
        if leaf.op is not None:
            raise GradientError(
                f"Optimizer: {path} is no parameter: it was computed, by {leaf.op.__name__}; compute it where it is "
                "used, or store its value, raw(x) or Tensor(raw(x))"
            )


def expect_gradients(leaves: dict[str, Tensor], gradients: dict[str, Array]) -> None:
    """Raises ShapeMismatch unless the gradients have the paths and shapes of the parameters."""
    shapes = {path: leaf.shape for path, leaf in leaves.items()}
    if shapes != (received := {path: gradient.shape for path, gradient in gradients.items()}):
        path = min(path for path in {*shapes, *received} if shapes.get(path) != received.get(path))
        raise ShapeMismatch(
            f"Optimizer: the gradient of {path} is expected to be {shapes.get(path, 'absent')}, "
            f"got {received.get(path, 'none')}"
        )


def expect_held(leaves: dict[str, Tensor], loss: Tensor) -> None:
    """Raises GradientError if `loss` depends on a leaf Tensor that the module does not hold.

    Such a leaf would never be updated. It may be a parameter in a closure or a set, which the tree does not contain; a
    parameter of an older version of the module, or of the other player; or data. Two kinds of leaves are correct:
    examples that a penalty differentiates by, and copies of the parameters in an unrolled loss. A `derivative` on the
    tape names both.
    """
    program = ancestors(loss)
    known = {leaf.serial for leaf in leaves.values()}
    unknown = [t for t in program if t.op is None and t.serial not in known]
    if not unknown:
        return
    allowed = {target.serial for t in program if t.op is derivative for target in t.static["wrt"]}
    for t in reversed(program):
        if t.serial in allowed:
            allowed.update(a.serial for a in t.args if isinstance(a, Tensor))
    shapes = [str(t.shape) for t in unknown if t.serial not in allowed]
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
