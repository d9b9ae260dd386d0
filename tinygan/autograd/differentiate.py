"""Reverse-mode differentiation: walk the record from the result back to what the gradient is taken of, newest first."""

from collections.abc import Mapping
from typing import Any

from tinygan.autograd.arithmetic import cast, sum_to
from tinygan.autograd.primitive import Array, primitive
from tinygan.autograd.tensor import Tensor, raw
from tinygan.backend import namespace
from tinygan.errors import GradientError, ShapeMismatch


def grad(y: Tensor, wrt: Any, *, seed: Array | None = None, create_graph: bool = False, verify: bool = False) -> Any:
    """The gradient of <seed, y> with respect to `wrt`: of y itself where y is a scalar.

    wrt: a Tensor, a list or tuple of Tensors, or a mapping to them; the gradients come back in the same form, zero for
    a Tensor that y does not depend on.   seed: an array of y's shape, needed unless y has one entry.
    create_graph: gradients come as Tensors that can be differentiated again; otherwise as bare arrays, and nothing is
    recorded.
    verify: compute each recorded operation again first, to see that no array was changed since; off, as it takes as
    long as the forward pass.
    A gradient has the dtype of what it is the gradient of. Gradients may share memory with each other or with the seed:
    copy one before writing to it.
    Raises GradientError if y or a member of wrt is not a Tensor, or if `verify` finds a changed array; ShapeMismatch if
    seed is missing or does not fit.

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
            raise GradientError(f"grad: {name} is a {type(t).__name__}, not a Tensor: nothing was recorded about it")
    path, on_path = between(y, targets)
    if verify:
        _expect_unchanged(path)
    cotangents = _walk(path, on_path, {y.serial: _seed(y, seed)}, {t.serial for t in targets}, create_graph)
    gradients = [_found(cotangents, t, targets, create_graph) for t in targets]
    if isinstance(wrt, Mapping):
        return dict(zip(wrt, gradients, strict=True))
    if isinstance(wrt, Tensor):
        return gradients[0]
    return tuple(gradients) if isinstance(wrt, tuple) else gradients


def _walk(
    path: list[Tensor], on_path: set[int], cotangents: dict[int, Array], kept: set[int], create_graph: bool
) -> dict[int, Array]:
    """The chain rule: each result on the path sends its cotangent through its rules to its arguments, which add up.

    cotangents: by serial, at first that of y. One that is not `kept` is dropped once it was sent on.
    """
    sums = set()  # serials whose cotangent is a sum made here, so that more can be added in place
    for node in path:
        g = cotangents[node.serial] if node.serial in kept else cotangents.pop(node.serial)
        vjps, static = node.op.vjps, node.static
        out, args = (node, node.args) if create_graph else (node.data, bare(node.args))
        for i, argument in enumerate(node.args):
            if type(argument) is Tensor and argument.serial in on_path:
                piece, value = vjps[i](g, out, *args, **static), argument.data
                if piece.shape != value.shape:  # the argument was broadcast
                    piece = sum_to(piece, value.shape)
                if piece.dtype != value.dtype:
                    piece = cast(piece, dtype=value.dtype)
                total = cotangents.get(argument.serial)
                if total is None:
                    total = piece
                elif argument.serial in sums and not create_graph:  # a bare array cannot take up a Tensor in place
                    total += piece
                else:
                    total = total + piece
                    sums.add(argument.serial)
                cotangents[argument.serial] = total
    return cotangents


def bare(args: tuple) -> list[Any]:
    """The arguments of an operation with their values in place of Tensors."""
    return [a.data if type(a) is Tensor else a for a in args]


def between(y: Tensor, targets: list[Tensor]) -> tuple[list[Tensor], set[int]]:
    """The results through which y depends on `targets`, newest first, and the serials of those and of the targets."""
    on_path = {t.serial for t in targets}
    path = []
    for t in ancestors(y, since=min(on_path, default=y.serial)):  # what is older than every target depends on none
        for a in t.args:
            if type(a) is Tensor and a.serial in on_path:
                on_path.add(t.serial)
                path.append(t)
                break
    return path[::-1], on_path


def ancestors(y: Tensor, since: int = 0) -> list[Tensor]:
    """y and every Tensor it was computed from whose serial is at least `since`, oldest first.

    Needs no recursion: a graph may be as deep as memory allows.
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


def _found(cotangents: dict[int, Array], t: Tensor, targets: list[Tensor], create_graph: bool) -> Array:
    gradient = cotangents.get(t.serial)
    if gradient is None:
        gradient = namespace(t.data).zeros(t.shape, t.dtype)
    return Tensor(raw(gradient), derivative, (gradient,), {"wrt": targets}) if create_graph else gradient


@primitive(lambda g, out, value, wrt: g)
def derivative(xp, value, wrt):
    """A gradient as it stands on the tape: its value, and all that gradients were asked for with it."""
    return value


def _expect_unchanged(path: list[Tensor]) -> None:
    """Raises GradientError if an operation on the path no longer gives the value that was recorded."""
    for t in path:
        arrays = bare(t.args)
        again = t.op.forward(namespace(*arrays), *arrays, **t.static)
        if not bool(((again == t.data) | ((again != again) & (t.data != t.data))).all()):
            raise GradientError(
                f"grad: {t.op.__name__} of shape {t.shape} does not give the recorded value again: an array that it "
                "took, or its result, was changed in place; change a copy"
            )
