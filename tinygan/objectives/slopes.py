"""The gradient of D in its input, example by example: what the penalties of WGAN-GP, R1 and DRAGAN hold small."""

from typing import Any

from tinygan import functional as F
from tinygan.autograd import Tensor, grad, raw
from tinygan.errors import SettingError


def slopes(D: Any, x: Any) -> Any:
    """The gradient of each output of D in the examples that it is made from, as a row: (len(D(x)), -1).

    x: (m, ...), Tensor or raw.   D must take each example, or each pack of them, on its own.
    Returns a Tensor that can be differentiated again, in D's parameters and in what x was made from.
    """
    if isinstance(D, (list, tuple)):
        raise SettingError("a penalty is on one discriminator; for several, Ensemble(R1(...)), not R1(Ensemble(...))")
    x = x if isinstance(x, Tensor) else Tensor(x)
    score = D(x)
    return F.reshape(grad(F.sum(score), x, create_graph=True), shape=(len(score), -1))


def norms(rows: Any) -> Any:
    """The Euclidean length of each row, (n,); where it is 0 its gradient is 0, not 0 / 0."""
    squared = F.sum(rows * rows, axis=1)
    flat = raw(squared) == 0
    return F.where(flat, 0.0, F.sqrt(F.where(flat, 1.0, squared)))
