"""The moving average of a module's parameters, and the two rules for its decay at the start of a run.

The t-th module of a run, from 1 on, enters by averaged(average, module, rule(decay, t)). `warm` is for the G that
samples come from. `unbiased` is for the D whose test error is measured: it corrects an average that begins at 0, as in
the code of Salimans et al. 2016.
"""

from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.nn.layer import Module
from tinygan.nn.tree import named_leaves, refreshed, updated


def warm(decay: float, t: int) -> float:
    """min(decay, t / (t + 10)), by which the first modules, and what the average began with, are soon forgotten.

    As long as it is t / (t + 10), module i of t has a weight of about 10 i^9 / t^10.

    >>> warm(0.999, 10), warm(0.999, 100_000)
    (0.5, 0.999)
    """
    return min(decay, t / (t + 10))


def unbiased(decay: float, t: int) -> float:
    """The decay for the t-th module of an average, from 1 on, that makes it the mean with weights decay**(t - i).

    An average that starts at 0 has these weights times 1 - decay, whose sum is 1 - decay**t; this is its correction, as
    Adam's of m.

    >>> unbiased(0.999, 1), round(unbiased(0.999, 2), 3), round(unbiased(0.999, 100_000), 3)
    (0.0, 0.5, 0.999)
    """
    return decay * (1 - decay ** (t - 1)) / (1 - decay**t)


def averaged(average: Module, module: Module, decay: float) -> Module:
    """decay * average + (1 - decay) * module, leaf by leaf; Karras et al. 2018, section 4.

    average, module: modules of one structure. Derived state, such as the singular vectors of spectral norm, is
    recomputed from the averaged parameters.
    """
    new = dict(named_leaves(module))
    leaves = {}
    for path, leaf in named_leaves(average):
        value = decay * raw(leaf) + (1 - decay) * raw(new[path])
        leaves[path] = namespace(raw(leaf)).asarray(value)  # NumPy has made a scalar, which is no leaf, of a () array
    return refreshed(updated(average, leaves))
