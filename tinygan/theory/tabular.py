"""Proposition 2 as it is proved: p_g itself is updated, with D at its optimum in each step; Goodfellow et al. 2014.

Here p_g is a table, a probability for each of n bins, made by a softmax of n logits. No network limits it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan import functional as F
from tinygan.autograd import Tensor, raw
from tinygan.optim import Optimizer
from tinygan.theory.value import optimal_probabilities


def table_value(d: ArrayLike, p_data: ArrayLike, p_g: ArrayLike) -> float:
    """V(D, G) = sum_i p_data_i log d_i + p_g_i log(1 - d_i), for D's probabilities d of the bins; (n,) each.

    >>> round(table_value([0.5, 0.5], [0.2, 0.8], [0.9, 0.1]), 12)  # -log 4
    -1.38629436112
    """
    from scipy.special import xlog1py, xlogy

    return float(np.sum(xlogy(p_data, d) + xlog1py(p_g, np.negative(d))))


def table_criterion(p_data: ArrayLike, p_g: ArrayLike) -> float:
    """C(G) = V(D*, G), the largest value over all D; theorem 1."""
    return table_value(optimal_probabilities(p_data, p_g), p_data, p_g)


def descend(p_data: ArrayLike, logits: ArrayLike, rule: Any) -> Iterator[NDArray[np.float64]]:
    """p_g before the first step and after each step, without end.

    A step: D becomes D* of p_data and p_g, then `rule` updates the logits (n,) by the gradient of V(D, G) with D fixed.
    """
    module, optimizer = {"logits": Tensor(np.array(logits, np.float64))}, Optimizer(rule)
    while True:
        p_g = F.softmax(module["logits"])
        yield raw(p_g)
        d = optimal_probabilities(p_data, raw(p_g))
        loss = F.sum(p_g * np.log(1 - d))  # the part of V that depends on G
        module = optimizer.descend(module, loss)


def second_differences(p_data: ArrayLike, one: ArrayLike, other: ArrayLike, steps: int = 20) -> NDArray[np.float64]:
    """C(p_g - h) - 2 C(p_g) + C(p_g + h) of p_g on the segment from `one` to `other`, at `steps` - 1 places.

    None is negative where C is convex.
    """
    t = np.linspace(0, 1, steps + 1)[:, np.newaxis]
    path = (1 - t) * np.asarray(one) + t * np.asarray(other)
    return np.diff([table_criterion(p_data, p_g) for p_g in path], 2)
