"""The nodes of an ONNX graph for each primitive on a tape.

Images are (n, H, W, C) on the tape and (n, C, H, W) in ONNX, so convolutions stand between two transpositions, most of
which a runtime cancels.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygan.autograd import Tensor, raw
from tinygan.errors import SettingError
from tinygan.functional.windows import pair

END = np.iinfo(np.int64).max


class Graph:
    """Inputs, nodes, constants and outputs; `names` has the name of each Tensor on the tape by its serial.

    rows: of the minibatch on the tape; in the graph they are any number.
    """

    def __init__(self, rows: int):
        self.rows = rows
        self.names: dict[int, str] = {}
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._known: dict[Any, tuple[str, Any]] = {}  # constants by identity, with the array that must stay alive
        self._labels = ""

    def input(self, name: str, leaf: Any, tensor: Tensor | None = None) -> None:
        """An input like `leaf`; `tensor` is it on the tape."""
        self.inputs.append(_described(name, leaf))
        if tensor is None:
            self._labels = name
        else:
            self.names[tensor.serial] = name

    def used_inputs(self) -> list[Any]:
        """The inputs that a node takes: a translation from a to b needs no b."""
        taken = {name for node in self.nodes for name in node.input}
        return [each for each in self.inputs if each.name in taken]

    def output(self, name: str, tensor: Tensor) -> None:
        self.outputs.append(_described(name, tensor.data))
        self._add("Identity", [self.names[tensor.serial]], name)

    def one_hot(self, code: Tensor, classes: int) -> None:
        """The one-hot code of the labels, which is `code` on the tape."""
        depth = self.constant(np.array(classes, np.int64))
        self.names[code.serial] = self.node("OneHot", self._labels, depth, self.constant(np.array([0, 1], np.float32)))

    def node(self, kind: str, *inputs: Any, **attributes: Any) -> str:
        """A new node; its inputs are names, Tensors and constants. Returns the name of its output."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self._add(kind, [self.name(each) for each in inputs], name, **attributes)
        return name

    def _add(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> None:
        from onnx.helper import make_node

        self.nodes.append(make_node(kind, inputs, [output], **attributes))

    def name(self, value: Any) -> str:
        """The name of a value: a name itself, a Tensor on the tape, or a constant."""
        if isinstance(value, str):
            return value
        if isinstance(value, Tensor):
            name = self.names.get(value.serial)
            if name == "":
                raise SettingError(f"ONNX: the operation {value.op.__name__} of G has no form there yet")
            return self.constant(value.data) if name is None else name
        return self.constant(value)

    def constant(self, value: Any) -> str:
        """A constant; numbers are float32, and so are arrays but those of integers."""
        from onnx.numpy_helper import from_array

        if id(value) not in self._known:
            array = np.asarray(value if hasattr(value, "dtype") else float(value))
            array = np.ascontiguousarray(array, np.float32 if array.dtype.kind == "f" else np.int64).reshape(
                array.shape
            )
            name = f"constant_{len(self.constants)}"
            self.constants.append(from_array(array, name))
            self._known[id(value)] = name, value
        return self._known[id(value)][0]

    def integers(self, values: Sequence[int]) -> str:
        return self.constant(np.array(values, np.int64))

    def is_whole(self, value: Any) -> bool:
        """Whether the first axis of a Tensor is that of the minibatch."""
        return raw(value).ndim > 0 and raw(value).shape[0] == self.rows


def _described(name: str, array: Any) -> Any:
    """The type of an input or output, with any number of rows."""
    from onnx import TensorProto
    from onnx.helper import make_tensor_value_info

    kind = TensorProto.FLOAT if array.dtype.kind == "f" else TensorProto.INT64
    return make_tensor_value_info(name, kind, ["n", *array.shape[1:]])


NODES: dict[str, Callable[..., None]] = {}  # by the name of a primitive: f(graph, out, *args, **static)


def _nodes_of(*names: str) -> Callable[[Callable], Callable]:
    """A decorator: the function returns the name of the result of these primitives."""

    def decorate(f: Callable) -> Callable:
        def added(graph: Graph, out: Tensor, *args: Any, **static: Any) -> None:
            graph.names[out.serial] = f(graph, out, *args, **static)

        NODES.update(dict.fromkeys(names, added))
        return f

    return decorate


for _ours, _theirs in {
    "add": "Add",
    "subtract": "Sub",
    "multiply": "Mul",
    "divide": "Div",
    "power": "Pow",
    "negative": "Neg",
    "abs": "Abs",
    "exp": "Exp",
    "log": "Log",
    "sqrt": "Sqrt",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "softplus": "Softplus",
    "relu": "Relu",
    "maximum": "Max",
    "minimum": "Min",
}.items():
    _nodes_of(_ours)(lambda graph, out, *args, kind=_theirs: graph.node(kind, *args))


@_nodes_of("leaky_relu")
def _leaky_relu(graph: Graph, out: Tensor, x: Any, slope: float) -> str:
    return graph.node("LeakyRelu", x, alpha=float(slope))


@_nodes_of("elu")
def _elu(graph: Graph, out: Tensor, x: Any, alpha: float = 1.0) -> str:
    return graph.node("Elu", x, alpha=float(alpha))


@_nodes_of("softmax")
def _softmax(graph: Graph, out: Tensor, x: Any, axis: int = -1) -> str:
    return graph.node("Softmax", x, axis=axis)


@_nodes_of("affine")
def _affine(graph: Graph, out: Tensor, x: Any, weight: Any, bias: Any) -> str:
    return graph.node("Add", graph.node("MatMul", x, weight), bias)


@_nodes_of("rescaled")
def _rescaled(graph: Graph, out: Tensor, x: Any, scale: Any, shift: Any) -> str:
    return graph.node("Add", graph.node("Mul", x, scale), shift)


@_nodes_of("matrix_product")
def _matrix_product(
    graph: Graph, out: Tensor, x: Any, y: Any, transpose_x: bool = False, transpose_y: bool = False, into: Any = None
) -> str:
    def turned(value: Any, wanted: bool) -> Any:
        axes = list(range(raw(value).ndim))
        return graph.node("Transpose", value, perm=[*axes[:-2], axes[-1], axes[-2]]) if wanted else value

    return graph.node("MatMul", turned(x, transpose_x), turned(y, transpose_y))


@_nodes_of("reshape")
def _reshape(graph: Graph, out: Tensor, x: Any, shape: Any) -> str:
    shape = list(out.shape)
    if graph.is_whole(x) and graph.is_whole(out):
        shape[0] = 0  # as many as x has
    elif shape and shape[0] % graph.rows == 0:
        shape[0] = -1
    return graph.node("Reshape", x, graph.integers(shape))


@_nodes_of("broadcast_to")
def _broadcast_to(graph: Graph, out: Tensor, x: Any, shape: Any) -> str:
    shape = list(out.shape)
    if graph.is_whole(x) and graph.is_whole(out):
        shape[0] = 1
    return graph.node("Expand", x, graph.integers(shape))


@_nodes_of("transpose")
def _transpose(graph: Graph, out: Tensor, x: Any, axes: Any = None) -> str:
    return graph.node("Transpose", x, perm=list(axes if axes is not None else range(raw(x).ndim)[::-1]))


@_nodes_of("concatenated")
def _concatenated(graph: Graph, out: Tensor, *arrays: Any, axis: int) -> str:
    return graph.node("Concat", *arrays, axis=axis)


@_nodes_of("getitem")
def _getitem(graph: Graph, out: Tensor, x: Any, index: Any) -> str:
    index = index if isinstance(index, tuple) else (index,)
    if not all(isinstance(each, slice) and each.step in (None, 1) for each in index):
        raise SettingError(f"ONNX: the index {index} of G has no form there yet")
    cuts = [(axis, *each.indices(n)[:2], n) for axis, (each, n) in enumerate(zip(index, raw(x).shape, strict=False))]
    axes, starts, stops = zip(
        *[(axis, start, END if stop == n else stop) for axis, start, stop, n in cuts], strict=True
    )
    return graph.node("Slice", x, *map(graph.integers, (starts, stops, axes)))


@_nodes_of("sum")
def _sum(graph: Graph, out: Tensor, x: Any, axis: Any = None, keepdims: bool = False) -> str:
    if isinstance(x, Tensor) and x.op is not None and x.op.__name__ == "where":  # as max_pool2d chooses the largest
        return _reduced(graph, "ReduceMax", x.args[1], axis, keepdims)
    axes = range(raw(x).ndim) if axis is None else np.atleast_1d(axis)
    return graph.node("ReduceSum", x, graph.integers(list(axes)), keepdims=int(keepdims))


@_nodes_of("where")
def _where(graph: Graph, out: Tensor, condition: Any, x: Any, y: Any) -> str:
    return ""  # none of its own: in max_pool2d it is part of a sum


@_nodes_of("mean")
def _mean(graph: Graph, out: Tensor, x: Any, axis: Any = None, keepdims: bool = False) -> str:
    return _reduced(graph, "ReduceMean", x, axis, keepdims)


@_nodes_of("max")
def _max(graph: Graph, out: Tensor, x: Any, axis: Any = None, keepdims: bool = False) -> str:
    return _reduced(graph, "ReduceMax", x, axis, keepdims)


@_nodes_of("var")
def _var(graph: Graph, out: Tensor, x: Any, axis: Any = None, keepdims: bool = False, correction: int = 1) -> str:
    centred = graph.node("Sub", x, _reduced(graph, "ReduceMean", x, axis, True))
    mean = _reduced(graph, "ReduceMean", graph.node("Mul", centred, centred), axis, keepdims)
    n = raw(x).size / max(out.size, 1)
    return graph.node("Mul", mean, n / (n - correction)) if correction else mean


@_nodes_of("centred")
def _centred(graph: Graph, out: Tensor, x: Any, axes: Any, ranks: Any = None) -> str:
    return graph.node("Sub", x, _reduced(graph, "ReduceMean", x, axes, True))


@_nodes_of("inverse_std")
def _inverse_std(graph: Graph, out: Tensor, x: Any, axes: Any, epsilon: float, ranks: Any = None) -> str:
    mean = _reduced(graph, "ReduceMean", graph.node("Mul", x, x), axes, True)
    return graph.node("Reciprocal", graph.node("Sqrt", graph.node("Add", mean, epsilon)))


def _reduced(graph: Graph, kind: str, x: Any, axis: Any, keepdims: bool) -> str:
    axes = range(raw(x).ndim) if axis is None else np.atleast_1d(axis)
    return graph.node(kind, x, axes=[int(each) for each in axes], keepdims=int(keepdims))


@_nodes_of("conv2d")
def _conv2d(graph: Graph, out: Tensor, x: Any, w: Any, stride: Any = 1, padding: Any = 0) -> str:
    """w: (KH, KW, inputs, outputs)."""
    return _of_images(
        graph, "Conv", x, raw(w).transpose(3, 2, 0, 1), strides=list(pair(stride)), pads=2 * list(pair(padding))
    )


@_nodes_of("conv_transpose2d")
def _conv_transpose2d(
    graph: Graph, out: Tensor, y: Any, w: Any, stride: Any = 1, padding: Any = 0, output_padding: Any = 0
) -> str:
    """w: (KH, KW, outputs, inputs)."""
    return _of_images(
        graph,
        "ConvTranspose",
        y,
        raw(w).transpose(3, 2, 0, 1),
        strides=list(pair(stride)),
        pads=2 * list(pair(padding)),
        output_padding=list(pair(output_padding)),
    )


def _of_images(graph: Graph, kind: str, x: Any, w: Any, **attributes: Any) -> str:
    """A node of images (n, C, H, W) between transpositions from and to (n, H, W, C)."""
    made = graph.node(kind, graph.node("Transpose", x, perm=[0, 3, 1, 2]), w, **attributes)
    return graph.node("Transpose", made, perm=[0, 2, 3, 1])


@_nodes_of("pad_reflected")
def _pad_reflected(graph: Graph, out: Tensor, x: Any, border: Any) -> str:
    top, left = pair(border)
    return graph.node("Pad", x, graph.integers([0, top, left, 0, 0, top, left, 0]), mode="reflect")


@_nodes_of("unfold")
def _unfold(graph: Graph, out: Tensor, x: Any, kernel: Any, stride: Any = 1, padding: Any = 0) -> str:
    """Windows side by side, (n, OH, OW, KH, KW, C)."""
    if pair(stride) != pair(kernel) or any(pair(padding)):
        raise SettingError("ONNX: windows that overlap, or with padding, have no form there yet")
    _, oh, ow, kh, kw, c = out.shape
    parts = graph.node("Reshape", x, graph.integers([0, oh, kh, ow, kw, c]))
    return graph.node("Transpose", parts, perm=[0, 1, 3, 2, 4, 5])
