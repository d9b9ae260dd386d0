"""The moving average of a module's parameters."""

from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.nn.layer import Module
from tinygan.nn.tree import named_leaves, refreshed, updated


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
