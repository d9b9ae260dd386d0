"""An average over training of a module's parameters."""

from typing import Any

from tinygan.autograd import raw
from tinygan.nn.tree import named_leaves, refreshed, updated


def averaged(average: Any, module: Any, decay: float) -> Any:
    """decay * average + (1 - decay) * module, leaf by leaf; Karras et al. 2018, section 4.

    average, module: modules of one structure. With decay 0 this is `module`, with 1 it is `average`. State that depends
    on the parameters, such as the singular vectors of spectral norm, is computed anew from the averaged ones.
    """
    new = dict(named_leaves(module))
    leaves = {path: decay * raw(leaf) + (1 - decay) * raw(new[path]) for path, leaf in named_leaves(average)}
    return refreshed(updated(average, leaves))
