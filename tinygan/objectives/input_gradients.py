"""The gradient of D in its input, example by example: what the penalties of WGAN-GP, R1, R2 and DRAGAN hold small."""

from typing import Any

from tinygan import functional as F
from tinygan.autograd import Tensor, grad, raw
from tinygan.nn.minibatch import each, is_number, leaves
from tinygan.objectives.scores import scores, total


def input_gradients(D: Any, x: Any) -> list[Any]:
    """For each array of scores that D gives: the gradient of each score in the examples that it is made from, a row.

    x: a minibatch, Tensors or raw; labels in it are no numbers and have no gradient.
    D: must take each example, or each pack of them, on its own.
    Returns Tensors (len(scores), -1) that can be differentiated again, in D's parameters and in what x was made from.
    """
    x = each(lambda leaf: Tensor(leaf) if is_number(leaf) and not isinstance(leaf, Tensor) else leaf, x)
    numbers = [leaf for leaf in leaves(x) if is_number(leaf)]
    found = []
    for score in scores(D(x)):
        gradients = grad(F.sum(score), numbers, create_graph=True)
        parts = [F.reshape(gradient, shape=(len(score), -1)) for gradient in gradients]
        found.append(parts[0] if len(parts) == 1 else F.concatenate(parts, axis=1))
    return found


def norms(rows: Any) -> Any:
    """The Euclidean length of each row, (n,); where it is 0 its gradient is 0, not 0 / 0."""
    squared = F.sum(rows * rows, axis=1)
    flat = raw(squared) == 0
    return F.where(flat, 0.0, F.sqrt(F.where(flat, 1.0, squared)))


def squared_norm(D: Any, x: Any) -> Any:
    """The mean over examples of ||grad D(x)||**2, summed over the arrays of scores that D gives."""
    return total(F.mean(F.sum(rows * rows, axis=1)) for rows in input_gradients(D, x))


def distance_from_1(D: Any, x: Any) -> Any:
    """The mean over examples of (||grad D(x)|| - 1)**2, summed over the arrays of scores that D gives."""
    return total(F.mean((norms(rows) - 1) ** 2) for rows in input_gradients(D, x))
