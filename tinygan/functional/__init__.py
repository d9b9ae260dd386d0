"""Differentiable functions: bare arrays in, bare arrays out; Tensors in, traced Tensors out."""

from tinygan.functional.convolution import conv2d, conv2d_weight, conv_transpose2d, fold, unfold
from tinygan.functional.elementwise import (
    abs,
    add,
    clip,
    divide,
    elu,
    exp,
    leaky_relu,
    log,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    relu,
    sigmoid,
    softplus,
    sqrt,
    subtract,
    tanh,
    where,
)
from tinygan.functional.losses import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    dropout,
    log_softmax,
    softmax,
)
from tinygan.functional.normalization import (
    batch_norm,
    instance_norm,
    layer_norm,
    standardize,
    standardize_gradient,
)
from tinygan.functional.pooling import avg_pool2d, max_pool2d, upsample_nearest
from tinygan.functional.reduction import logsumexp, max, mean, sum, var
from tinygan.functional.shape import (
    broadcast_to,
    concatenate,
    getitem,
    joined,
    matmul,
    matrix_product,
    pad,
    reshape,
    scatter,
    stack,
    sum_to,
    transpose,
)
