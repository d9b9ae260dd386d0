"""The gradient of D in its input, for each example; WGAN-GP, R1, R2 and DRAGAN penalize its norm."""

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
    x = each(_variable, x)
    numbers = [leaf for leaf in leaves(x) if is_number(leaf)]
    rows = []
    for score in scores(D(x)):
        gradients = grad(F.sum(score), numbers, create_graph=True)
        parts = [F.reshape(gradient, shape=(len(score), -1)) for gradient in gradients]
        rows.append(parts[0] if len(parts) == 1 else F.concatenate(parts, axis=1))
    return rows


def _variable(leaf: Array) -> Array:
    """A leaf to differentiate by. A Tensor is copied on the tape, since D's parameters may depend on it, too."""
    if not is_number(leaf):
        return leaf
    return F.reshape(leaf, shape=leaf.shape) if isinstance(leaf, Tensor) else Tensor(leaf)


def norms(rows: Array) -> Array:
    """The Euclidean norm of each row, (n,). Its gradient at a row of zeros is 0."""
    return F.safe_sqrt(F.sum(rows * rows, axis=1))


def mean_squared_norm(D: Module, x: Minibatch) -> Array:
    """The mean over examples of ||grad D(x)||**2, summed over the arrays of scores in D(x)."""
    return total(F.mean(F.sum(rows * rows, axis=1)) for rows in input_gradients(D, x))


def unit_norm_penalty(D: Module, x: Minibatch) -> Array:
    """The mean over examples of (||grad D(x)|| - 1)**2, summed over the arrays of scores in D(x)."""
    return total(F.mean((norms(rows) - 1) ** 2) for rows in input_gradients(D, x))
