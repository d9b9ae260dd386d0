"""JS from a classifier: JS(p, q) = log 2 - min over f of CE(f), so each classifier f gives a lower bound.

CE(f) = -(E_p[log f(x)] + E_q[log(1 - f(x))]) / 2 is the cross-entropy of telling p from q, and -V(f) / 2. The minimum
over a larger family of classifiers is lower, so its bound is better.
"""

from math import log
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.networks.perceptrons import with_kinks
from tinygan.nn import Module
from tinygan.objectives import Minimax
from tinygan.optim import adam
from tinygan.theory.inner_loop import in_float64, outputs, quantiles, trained
from tinygan.theory.value import value


def cross_entropy(D: Module, p: Any, q: Any) -> float:
    """CE of a D that returns logits, by quadrature, so that it is not below log 2 - JS even by sampling error."""
    return -value(lambda x: outputs(D, x), p, q).value / 2


def js_bound(D: Module, p: Any, q: Any) -> float:
    """log 2 - CE(D), at most JS(p, q)."""
    return log(2) - cross_entropy(D, p, q)


def perceptron_of(units: int, rng: np.random.Generator) -> Module:
    """A perceptron on the line with `units` tanh units. Those of more units contain those of fewer."""
    hidden = with_kinks(nn.Dense(1, units, rng, initialize=nn.normal(1.5)), 2.0, rng)
    return in_float64(nn.Sequential(hidden, F.tanh, nn.Dense(units, 1, rng)))


def classifier(p: Any, q: Any, units: int, rng: np.random.Generator, steps: int = 300, m: int = 128) -> Module:
    """A perceptron of `units` units, trained to tell m quantiles of p from m quantiles of q."""
    D = perceptron_of(units, rng)
    return trained(quantiles(p, m), quantiles(q, m), D, Minimax(), adam(0.1), steps)
