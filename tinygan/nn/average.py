"""An average over training of a module's parameters."""

from typing import Any

from tinygan.autograd import raw
from tinygan.nn.tree import named_leaves, refreshed, updated


def averaged(average: Any, module: Any, decay: float) -> Any:
    """decay * average + (1 - decay) * module, leaf by leaf; Karras et al. 2018, section 4.

    Both are modules of one structure. decay 0 gives `module`, 1 gives `average`, but for state that follows the
    parameters, which then follows their average.
    """
    new = dict(named_leaves(module))
    leaves = {path: decay * raw(leaf) + (1 - decay) * raw(new[path]) for path, leaf in named_leaves(average)}
    return refreshed(updated(average, leaves))
