"""Gradient checks of every function in tinygan.functional, with broadcasting, strides, paddings and odd sizes."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd.arithmetic import cast
from tinygan.autograd.differentiate import derivative
from tinygan.gradcheck.case import Case

ROWS = np.array([0, 2, 2])  # an index that repeats a row
MASK = np.array([[True, False, True]])
LABELS = np.array([1, 3, 0])


def _apart(*shape: int) -> Any:
    """Numbers in random order, away from kinks: they differ from each other, 0 and 1 by more than a step."""
    n = int(np.prod(shape))
    return (np.random.default_rng(0).permutation(n) - n / 2 + 0.31).reshape(shape) * (4 / n)


def _case(name: str, f: Any, *arguments: Any, order: int = 2, of: Any = None) -> Case:
    return Case("function", name, of or getattr(F, name.split()[0]), f, arguments, order)


def _on_device(f: Any, host: Any) -> Any:
    """f with a host array as its first argument, moved to the device of the other arguments."""
    from tinygan.autograd import raw
    from tinygan.backend import namespace

    return lambda *args: f(namespace(raw(args[0])).asarray(host), *args)


def _moved(x: Any) -> Any:
    """Images squared after one translation each: by less than a side, by more, and by nothing."""
    from tinygan.autograd import raw
    from tinygan.backend import namespace

    rows, columns = map(namespace(raw(x)).asarray, (np.array([1, -5, 0]), np.array([-2, 1, 0])))
    return F.translate(x, rows, columns) ** 2


POSITIVE = np.abs(_apart(3, 4)) + 0.5

CASES = [
    _case("add", F.add, (3, 4), (4,)),
    _case("subtract", F.subtract, (2, 3, 1), (3, 4)),
    _case("multiply", F.multiply, (3, 1), (3, 4)),
    _case("divide", F.divide, (4,), POSITIVE),
    _case("negative", F.negative, (3, 4)),
    _case("power", F.power, POSITIVE, (4,)),
    _case("power 3", lambda x: F.power(x, 3), (3, 4)),
    _case("power 0", lambda x: F.power(x, 0) * x, (3, 4)),
    _case("cast", lambda x: cast(x, dtype=x.dtype) ** 2, (3, 4), of=cast),
    _case("derivative", lambda x: derivative(x, wrt=[]) ** 2, (3, 4), of=derivative),
    _case("abs", F.abs, _apart(3, 4)),
    _case("exp", F.exp, (3, 4)),
    _case("log", F.log, POSITIVE),
    _case("sqrt", F.sqrt, POSITIVE),
    _case("safe_sqrt", F.safe_sqrt, POSITIVE),
    _case("maximum", F.maximum, _apart(3, 4), (3, 1)),
    _case("minimum", F.minimum, _apart(3, 4), (3, 1)),
    _case("clip", lambda x: F.clip(x, -1.0, 1.0), _apart(3, 4)),
    _case("clip above", lambda x: F.clip(x, None, 1.0), _apart(3, 4)),
    _case("where", _on_device(F.where, MASK), (4, 3), (3,)),
    _case("tanh", F.tanh, (3, 4)),
    _case("sigmoid", F.sigmoid, (3, 4)),
    _case("softplus", F.softplus, (3, 4)),
    _case("relu", F.relu, _apart(3, 4)),
    _case("leaky_relu", lambda x: F.leaky_relu(x, 0.2), _apart(3, 4)),
    _case("leaky_relu 1.5", lambda x: F.leaky_relu(x, 1.5), _apart(3, 4)),
    _case("elu", lambda x: F.elu(x, 1.5), _apart(3, 4)),
    _case("wright_omega", F.wright_omega, np.array([-20.0, -3.0, -0.4, 0.9, 1.1, 2.5, 7.0, 60.0]), order=3),
    _case("sum", lambda x: F.sum(x, axis=(0, 1)), (3, 4, 2)),
    _case("sum keepdims", lambda x: F.sum(x, axis=1, keepdims=True), (3, 4, 2)),
    _case("mean", lambda x: F.mean(x, axis=-1), (3, 4, 2)),
    _case("mean of all", F.mean, (3, 4)),
    _case("var", lambda x: F.var(x, axis=(0, 2)), (3, 4, 2)),
    _case("max", lambda x: F.max(x, axis=1), _apart(3, 4, 2)),
    _case("max of all", F.max, _apart(3, 4)),
    _case("logsumexp", lambda x: F.logsumexp(x, axis=(0, 2)), (3, 4, 2)),
    _case("logsumexp keepdims", lambda x: F.logsumexp(x, axis=-1, keepdims=True), (3, 4)),
    _case("reshape", lambda x: F.reshape(x, shape=(2, -1)) ** 2, (3, 4)),
    _case("transpose", lambda x: F.transpose(x, axes=(2, 0, 1)) ** 2, (3, 4, 2)),
    _case("broadcast_to", lambda x: F.broadcast_to(x, shape=(2, 3, 4)) ** 2, (3, 1)),
    _case("sum_to", lambda x: F.sum_to(x, (3, 1)) ** 2, (2, 3, 4)),
    _case("concatenate", lambda x, y: F.concatenate([x, y, x], axis=-1) ** 2, (3, 4), (3, 1)),
    _case("concatenated", lambda x, y: F.concatenated(x, y, axis=0) ** 2, (3, 4), (1, 4)),
    _case("stack", lambda x, y: F.stack([x, y], axis=1) ** 2, (3, 4), (3, 4)),
    _case("pad", lambda x: F.pad(x, ((1, 2), (0, 1))) ** 2, (3, 4)),
    _case("pad_reflected", lambda x: F.pad_reflected(x, (2, 1)) ** 2, (2, 3, 4, 2)),
    _case("fold_reflected", lambda y: F.fold_reflected(y, (1, 2)) ** 2, (2, 4, 7, 1)),
    _case("translate", _moved, (3, 4, 5, 2)),
    _case("getitem slice", lambda x: x[1:, ::2] ** 2, (4, 3)),
    _case("getitem rows", lambda x: x[ROWS] ** 2, (4, 3)),
    _case("scatter", lambda x: F.scatter(x, index=ROWS, shape=(4, 2)) ** 2, (3, 2)),
    _case("matmul", F.matmul, (2, 1, 3, 4), (3, 4, 2)),
    _case("matmul vector", F.matmul, (3, 4), (4,)),
    _case("matrix_product", F.matrix_product, (3, 4), (4, 2)),
    _case("matrix_product transposed x", lambda x, y: F.matrix_product(x, y, transpose_x=True), (4, 3), (4, 2)),
    _case("matrix_product transposed y", lambda x, y: F.matrix_product(x, y, transpose_y=True), (3, 4), (5, 2, 4)),
    _case(
        "matrix_product transposed both",
        lambda x, y: F.matrix_product(x, y, transpose_x=True, transpose_y=True),
        (5, 4, 3),
        (2, 4),
        order=3,
    ),
    _case("matrix_product outer", F.matrix_product, (3, 1), (1, 2)),
    _case("affine", F.affine, (3, 4), (4, 2), (2,)),
    _case("affine stacked", F.affine, (2, 3, 4), (4, 2), (2,)),
    _case("column_lengths", F.column_lengths, (4, 3)),
    _case("conv2d", lambda x, w: F.conv2d(x, w, stride=2, padding=1), (2, 5, 6, 2), (3, 3, 2, 3), order=3),
    _case("conv2d 1x1", F.conv2d, (2, 3, 3, 2), (1, 1, 2, 3), order=3),
    _case("conv2d whole image", F.conv2d, (2, 3, 4, 2), (3, 4, 2, 3), order=3),
    _case("conv2d pairs", lambda x, w: F.conv2d(x, w, (1, 3), (2, 1)), (1, 4, 7, 2), (2, 3, 2, 2), order=3),
    _case(
        "conv_transpose2d",
        lambda y, w: F.conv_transpose2d(y, w, stride=2, padding=1, output_padding=1),
        (2, 3, 2, 3),
        (3, 3, 2, 3),
        order=3,
    ),
    _case("conv_transpose2d 4x4", lambda y, w: F.conv_transpose2d(y, w, 2, 1), (1, 2, 3, 2), (4, 4, 1, 2), order=3),
    _case("conv_transpose2d gaps", lambda y, w: F.conv_transpose2d(y, w, (3, 2)), (1, 2, 3, 2), (2, 2, 1, 2), order=3),
    _case(
        "conv2d_weight",
        lambda x, y: F.conv2d_weight(x, y, (3, 2), stride=2, padding=(1, 0)),
        (2, 6, 5, 2),
        (2, 3, 2, 3),
        order=3,
    ),
    _case("unfold", lambda x: F.unfold(x, (3, 2), stride=2, padding=1) ** 2, (2, 5, 4, 2)),
    _case("fold", lambda y: F.fold(y, (5, 4), stride=2, padding=1) ** 2, (1, 3, 3, 3, 2, 2)),
    _case("avg_pool2d", lambda x: F.avg_pool2d(x, 3, 2, 1) ** 2, (2, 6, 5, 2)),
    _case("max_pool2d", lambda x: F.max_pool2d(x, (3, 2), 2, 1), _apart(2, 6, 5, 2)),
    _case("upsample_nearest", lambda x: F.upsample_nearest(x, (2, 3)) ** 2, (2, 2, 3, 2)),
    _case("standardize", lambda x: F.standardize(x, axes=(0, 2), epsilon=0.1), (3, 4, 2)),
    _case("centred", lambda x: F.centred(x, axes=(0, 2)) ** 2, (3, 4, 2)),
    _case("inverse_std", lambda x: F.inverse_std(x, axes=(0, 2), epsilon=0.1), (3, 4, 2)),
    _case("rescaled", F.rescaled, (3, 2, 4), (4,), (3, 1, 4)),
    _case("batch_norm", lambda x, a, b: F.batch_norm(x, a, b, 1e-3), (3, 2, 2, 3), (3,), (3,)),
    _case("batch_norm rows", lambda x, a, b: F.batch_norm(x, a, b, 1e-3), (5, 3), (3,), (3,)),
    _case("layer_norm", F.layer_norm, (3, 4, 3), (4, 3), (4, 3)),
    _case("instance_norm", F.instance_norm, (2, 3, 3, 2), (2,), (2,)),
    _case("log_softmax", F.log_softmax, (3, 4)),
    _case("softmax", lambda x: F.softmax(x, axis=0), (3, 4)),
    _case("cross_entropy", _on_device(lambda labels, x: F.cross_entropy(x, labels), LABELS), (3, 4)),
    _case("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, (3, 4), (3, 4)),
    _case("dropout", lambda x: F.dropout(x, 0.4, np.random.default_rng(0)) ** 2, (3, 4)),
]
