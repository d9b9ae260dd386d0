"""Reverse-mode differentiation: the backward pass goes through the recorded operations, newest first."""

from collections.abc import Mapping
from typing import Any

from tinygan.autograd.arithmetic import cast, sum_to
from tinygan.autograd.primitive import Array, primitive
from tinygan.autograd.tensor import Tensor, raw
from tinygan.backend import namespace
from tinygan.errors import GradientError, ShapeMismatch


def grad(y: Tensor, wrt: Any, *, seed: Array | None = None, create_graph: bool = False, verify: bool = False) -> Any:
    """The gradient of the scalar <seed, y> with respect to `wrt`. The seed of a scalar y is 1.

    wrt: a Tensor, or a list, a tuple or a mapping of Tensors. The gradients have the same form. They are zero for a
    Tensor that y does not depend on.   seed: an array of y's shape, required unless y has one entry.
    create_graph: if true, gradients are Tensors that can be differentiated again; if false, bare arrays.
    verify: compute each recorded operation again and compare, to detect arrays that were changed in place. It takes as
    long as the forward pass.
    A gradient has the dtype of its argument. Gradients may share memory with each other or with the seed: copy a
    gradient before you write to it.
    Raises GradientError if y or a member of wrt is not a Tensor, or if `verify` detects a changed array. Raises
    ShapeMismatch if seed is missing or has another shape.

    >>> x = Tensor([3.0])
    >>> grad(x**3, x)
    array([27.], dtype=float32)
    >>> first = grad(x**3, x, create_graph=True)
    >>> grad(first, x)
    array([18.], dtype=float32)
    """
    targets = list(wrt.values()) if isinstance(wrt, Mapping) else [wrt] if isinstance(wrt, Tensor) else list(wrt)
    for name, t in (("y", y), *((f"wrt[{i}]", t) for i, t in enumerate(targets))):
        if not isinstance(t, Tensor):
            raise GradientError(f"grad: {name} is a {type(t).__name__}, not a Tensor, so nothing was recorded")
    path, on_path = between(y, targets)
    if verify:
        _expect_unchanged(path)
    cotangents = _walk(path, on_path, {y.serial: _seed(y, seed)}, {t.serial for t in targets}, create_graph)
    gradients = [_result(cotangents, t, targets, create_graph) for t in targets]
    if isinstance(wrt, Mapping):
        return dict(zip(wrt, gradients, strict=True))
    if isinstance(wrt, Tensor):
        return gradients[0]
    return tuple(gradients) if isinstance(wrt, tuple) else gradients


def _walk(
    path: list[Tensor], on_path: set[int], cotangents: dict[int, Array], kept: set[int], create_graph: bool
) -> dict[int, Array]:
    """The chain rule: the rules of each operation map its cotangent to its arguments, where cotangents are added.

    cotangents: by serial; at first that of y. Those whose serial is not in `kept` are deleted after use.
    """
    sums = set()  # serials whose cotangent is an array made here, which may be changed in place
    for node in path:
        g = cotangents[node.serial] if node.serial in kept else cotangents.pop(node.serial)
        vjps, static = node.op.vjps, node.static
        out, args = (node, node.args) if create_graph else (node.data, bare(node.args))
        for i, argument in enumerate(node.args):
            if type(argument) is Tensor and argument.serial in on_path:
                piece, value = vjps[i](g, out, *args, **static), argument.data
                if getattr(piece, "shape", None) != value.shape:
                    piece = _summed(piece, value.shape, node, i)
                if piece.dtype != value.dtype:
                    piece = cast(piece, dtype=value.dtype)
                total = cotangents.get(argument.serial)
                if total is None:
                    total = piece
                elif argument.serial in sums and not create_graph:  # a Tensor cannot be changed in place
                    total += piece
                else:
                    total = total + piece
                    sums.add(argument.serial)
                cotangents[argument.serial] = total
    return cotangents


def _summed(piece: Any, shape: tuple[int, ...], node: Tensor, i: int) -> Array:
    """A gradient summed over the axes along which argument i of an operation was broadcast."""
    try:
        return sum_to(piece, shape)
    except (AttributeError, ValueError):  # not an array, or of a shape to which this one does not broadcast
        raise GradientError(
            f"{node.op.__name__}: the rule of argument {i} is expected to give the shape {shape} or that of the "
            f"result, {node.shape}, but gives {getattr(piece, 'shape', type(piece).__name__)}"
        ) from None


def bare(args: tuple) -> list[Any]:
    """The arguments of an operation, each Tensor replaced by its value."""
    return [a.data if type(a) is Tensor else a for a in args]


def between(y: Tensor, targets: list[Tensor]) -> tuple[list[Tensor], set[int]]:
    """The Tensors on paths from `targets` to y, newest first without the targets; and all serials, with the targets."""
    on_path = {t.serial for t in targets}
    path = []
    for t in ancestors(y, since=min(on_path, default=y.serial)):  # older Tensors depend on no target
        for a in t.args:
            if type(a) is Tensor and a.serial in on_path:
                on_path.add(t.serial)
                path.append(t)
                break
    return path[::-1], on_path


def ancestors(y: Tensor, since: int = 0) -> list[Tensor]:
    """y and every Tensor it was computed from whose serial is at least `since`, oldest first.

    It is iterative, so the depth of the graph is not limited by the recursion limit.
    """
    seen = {y.serial: y}
    waiting = [y]
    while waiting:
        for a in waiting.pop().args:
            if type(a) is Tensor and a.serial >= since and a.serial not in seen:
                seen[a.serial] = a
                waiting.append(a)
    return [seen[serial] for serial in sorted(seen)]


def _seed(y: Tensor, seed: Array | None) -> Array:
    xp = namespace(y.data)
    if seed is None:
        if y.size != 1:
            raise ShapeMismatch(f"grad: y has shape {y.shape}, not one entry; pass seed= of that shape")
        return xp.ones(y.shape, y.dtype)
    seed = seed if isinstance(seed, Tensor) or hasattr(seed, "shape") else xp.asarray(seed, dtype=y.dtype)
    if seed.shape != y.shape:
        raise ShapeMismatch(f"grad: seed has shape {seed.shape}, but y has shape {y.shape}")
    return seed


def _result(cotangents: dict[int, Array], t: Tensor, targets: list[Tensor], create_graph: bool) -> Array:
    gradient = cotangents.get(t.serial)
    if gradient is None:
        gradient = namespace(t.data).zeros(t.shape, t.dtype)
    return Tensor(raw(gradient), derivative, (gradient,), {"wrt": targets}) if create_graph else gradient


@primitive(lambda g, out, value, wrt: g)
def derivative(xp, value, wrt):
    """The identity: it marks a gradient on the tape, with the Tensors `wrt` that the gradient was taken of."""
    return value


def _expect_unchanged(path: list[Tensor]) -> None:
    """Raises GradientError if an operation on the path now gives another value than the recorded one."""
    for t in path:
        arrays = bare(t.args)
        again = t.op.forward(namespace(*arrays), *arrays, **t.static)
        if not bool(((again == t.data) | ((again != again) & (t.data != t.data))).all()):
            raise GradientError(
                f"grad: {t.op.__name__} of shape {t.shape} does not give the recorded value again: an argument or "
                "the result was changed in place; change a copy"
            )
