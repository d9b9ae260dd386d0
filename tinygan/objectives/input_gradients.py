"""The gradient of D in its input, for each example; WGAN-GP, R1, R2 and DRAGAN penalize its norm."""

from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array, Tensor, grad
from tinygan.nn import Minibatch, Module
from tinygan.nn.minibatch import each, is_number, leaves
from tinygan.objectives.scores import scores, total


def input_gradients(D: Module, x: Minibatch) -> list[Array]:
    """For each array of scores in D(x): the gradient of each score in its example (or pack), as a row.
    Of an example with several patches it is the gradient of the sum of their scores.

    x: a minibatch, Tensors or raw. Labels in it have no gradient.
    D: its score of an example, or of a pack, must not depend on other examples.
    Returns Tensors (len(scores), -1), which can be differentiated again.
    """
    [x] = variables([x])
    return gradients_of([D(x)], [x])[0]


def gradients_of(outputs: list[Any], inputs: list[Minibatch]) -> list[list[Array]]:
    """For each minibatch of `inputs`, variables on the tape: the rows of `input_gradients`, of D's outputs for it.

    outputs: for each minibatch, from one pass through D or from several. One backward pass serves all of them.
    """
    numbers = [[leaf for leaf in leaves(x) if is_number(leaf)] for x in inputs]
    rows: list[list[Array]] = [[] for _ in inputs]
    for of_each in zip(*map(scores, outputs), strict=True):
        gradients = iter(
            grad(total(map(F.sum, of_each)), [leaf for part in numbers for leaf in part], create_graph=True)
        )
        for found, score, part in zip(rows, of_each, numbers, strict=True):
            parts = [F.reshape(next(gradients), shape=(len(score), -1)) for _ in part]
            found.append(parts[0] if len(parts) == 1 else F.concatenate(parts, axis=1))
    return rows


def variables(inputs: list[Minibatch]) -> list[Minibatch]:
    """The minibatches as leaves of the tape to differentiate by."""
    return [each(_variable, x) for x in inputs]


def _variable(leaf: Array) -> Array:
    """A leaf to differentiate by. A Tensor is copied on the tape, since D's parameters may depend on it, too."""
    if not is_number(leaf):
        return leaf
    return F.reshape(leaf, shape=leaf.shape) if isinstance(leaf, Tensor) else Tensor(leaf)


def norms(rows: Array) -> Array:
    """The Euclidean norm of each row, (n,). Its gradient at a row of zeros is 0."""
    return F.safe_sqrt(F.sum(rows * rows, axis=1))


def mean_squared_norm(gradients: list[Array]) -> Array:
    """The mean over examples of ||grad D(x)||**2, summed over the arrays of scores in D(x).

    gradients: those of D, as `input_gradients` returns them.
    """
    return total(F.mean(F.sum(rows * rows, axis=1)) for rows in gradients)


def unit_norm_penalty(D: Module, x: Minibatch) -> Array:
    """The mean over examples of (||grad D(x)|| - 1)**2, summed over the arrays of scores in D(x)."""
    return total(F.mean((norms(rows) - 1) ** 2) for rows in input_gradients(D, x))
