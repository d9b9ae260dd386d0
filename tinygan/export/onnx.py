"""A generator as an ONNX model: G runs once on Tensors, and each operation on the tape becomes nodes of a graph.

Weights, standing statistics and whatever else does not depend on z are constants. So the graph has what G does, and
nothing of how it is built. `nodes.py` has the nodes of each primitive.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import Tensor, raw
from tinygan.autograd.differentiate import ancestors
from tinygan.errors import SettingError
from tinygan.export.nodes import NODES, Graph
from tinygan.nn.minibatch import Codes, Labelled, Pair, each, leaves

ROWS = 13  # of the minibatch on the tape: a prime, so that no other length is taken for it
TRIED = 3, 1  # rows of the minibatches on which the graph is compared with G
CLOSE = 5e-5
IR, OPSET = 8, 17


def model_of(G: Any, z: Any, about: dict[str, str]) -> Any:
    """The ONNX model of G, whose inputs and outputs have any number of rows.

    G: evaluated, with standing statistics, on the host.   z: a minibatch of its inputs.   about: words for the model.
    Inputs are named "z", and "labels" of a conditional G, "category" and "continuous" of one with codes, "a" and "b" of
    one that translates; outputs "x", or "made_a" and "made_b". Arrays are laid out as G has them: images (n, H, W, C).
    Raises SettingError if an operation has no ONNX form, or if the graph does not do what G does, as with random
    numbers in G.
    """
    onnx = _onnx()
    z = each(lambda leaf: np.resize(leaf, (ROWS, *leaf.shape[1:])), z)
    graph = Graph(ROWS)
    traced, labels = _inputs(graph, z)
    out = _outputs(_with_traced_labels(G, labels, graph)(traced), traced)
    for name, tensor in out.items():
        if not isinstance(tensor, Tensor):
            raise SettingError(f"ONNX: the output {name} of G does not depend on its inputs")
        for node in ancestors(tensor):
            if node.op is not None and node.serial not in graph.names:
                _convert(graph, node)
        graph.output(name, tensor)
    model = onnx.helper.make_model(
        onnx.helper.make_graph(graph.nodes, "G", graph.used_inputs(), graph.outputs, graph.constants),
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR,
        producer_name="tinygan",
    )
    onnx.helper.set_model_props(model, about)
    onnx.checker.check_model(model, full_check=True)
    _expect_equal(model, G, z)
    return model


def _onnx() -> Any:
    try:
        import onnx
        import onnx.checker
        import onnx.helper
        import onnx.reference
    except ImportError:
        raise SettingError("ONNX files need the extra onnx: pip install 'tinygan[onnx]'") from None
    return onnx


def _inputs(graph: Graph, z: Any) -> tuple[Any, Any]:
    """(z with Tensors that are inputs of the graph, its labels or None)."""
    names = _names(z)
    traced = {name: _input(graph, name, leaf) for name, leaf in zip(names, leaves(z), strict=True)}
    rest = iter(traced.values())
    labels = next((leaf for leaf in leaves(z) if leaf.dtype.kind != "f"), None)
    return each(lambda leaf: next(rest), z), labels


def _names(z: Any) -> tuple[str, ...]:
    match z:
        case Labelled():
            return "z", "labels"
        case Codes():
            return "z", "category", "continuous"
        case Pair():
            return "a", "b"
    return ("z",)


def _input(graph: Graph, name: str, leaf: NDArray) -> Any:
    """A Tensor that is an input of the graph; labels stay raw."""
    if leaf.dtype.kind != "f":
        graph.input(name, leaf)
        return leaf
    tensor = Tensor(leaf)
    graph.input(name, leaf, tensor)
    return tensor


def _with_traced_labels(G: Any, labels: Any, graph: Graph) -> Any:
    """G with layers that take labels from the graph's one-hot code of them, instead of raw labels."""
    codes: dict[int, Tensor] = {}

    def code(classes: int) -> Tensor:
        if classes not in codes:
            one_hot = (labels[:, np.newaxis] == np.arange(classes)).astype(np.float32)
            codes[classes] = Tensor(one_hot)
            graph.one_hot(codes[classes], classes)
        return codes[classes]

    def traced(path: str, node: Any) -> Any:
        match node:
            case nn.OneHot():
                return _Ignoring(lambda: code(node.classes))
            case nn.Embedding():
                return _Ignoring(lambda: F.matmul(code(len(node.weight)), node.weight))
        return node

    return G if labels is None else nn.map_nodes(G, traced)


class _Ignoring(nn.Layer):
    """A layer whose output does not depend on its input: it is on the tape already."""

    def __init__(self, make: Callable[[], Any]):
        self.make = make

    def __call__(self, labels: Any) -> Any:
        return self.make()


def _outputs(out: Any, z: Any) -> dict[str, Any]:
    """What G makes, by name: not the labels, or the domain, that it was given."""
    match out:
        case Labelled():
            return {"x": out.x}
        case Pair():
            given = leaves(z)
            return {f"made_{name}": leaf for name, leaf in out._asdict().items() if all(leaf is not x for x in given)}
    return {"x": out}


def _convert(graph: Graph, node: Tensor) -> None:
    """Adds the nodes of an operation."""
    name = node.op.__name__
    if name not in NODES:
        raise SettingError(f"ONNX: the operation {name} of G has no form there yet")
    NODES[name](graph, node, *node.args, **node.static)


def _expect_equal(model: Any, G: Any, z: Any) -> None:
    """Raises SettingError unless the graph gives what G gives, for other numbers of rows than those on the tape."""
    run = _onnx().reference.ReferenceEvaluator(model)
    used = {given.name for given in model.graph.input}
    for rows in TRIED:
        some = nn.part(z, 0, rows)
        given = {name: leaf for name, leaf in zip(_names(z), leaves(some), strict=True) if name in used}
        try:
            found = run.run(None, given)
        except Exception:  # of shapes that do not fit: a constant has the rows of the tape
            found = [np.nan]
        for array, expected in zip(found, _outputs(G(some), some).values(), strict=False):
            if np.shape(array) != expected.shape or not np.abs(array - raw(expected)).max() <= CLOSE:
                raise SettingError(
                    "ONNX: a graph cannot do what this G does: it draws random numbers in samples, or its rows depend "
                    "on each other"
                )
