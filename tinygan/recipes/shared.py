"""Whether several ranks can train a run together: whether they take the steps of one."""

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinygan import nn
from tinygan.algorithms import in_parallel
from tinygan.autograd import Tensor, raw
from tinygan.backend import to_host
from tinygan.communicator import Communicator, alone
from tinygan.errors import SettingError
from tinygan.nn.layer import replaced
from tinygan.nn.walk import map_nodes, walk
from tinygan.objectives import Lazy
from tinygan.optim import Optimizer

if TYPE_CHECKING:
    from tinygan.recipes.run import Run

ITERATIONS = 2  # the second has the state that the first leaves, such as a history of samples
ROUNDING = 1e-6  # share of a step; recipes that can be shared differ by 1e-9 or less, others by 1e-4 or more


def expect_shared(run: "Run") -> None:
    """Tries two iterations in float64, alone and on all ranks of the run, which is left unchanged.

    Raises SettingError if the steps differ: the loss is then no mean over examples, such as the squared difference of
    two means; or if a part of the objective says that it sees the minibatch as a whole.
    """
    start = run.snapshot()
    before = _numbers(run.G, run.D)
    of_one, of_all = (_tried(run, ranks, start) - before for ranks in (alone, run.ranks))
    together = any(getattr(type(node), "of_whole_minibatch", False) for _, node in walk(run.objective))
    if together or not np.linalg.norm(of_one - of_all) <= ROUNDING * np.linalg.norm(of_one):
        raise SettingError(
            f"recipe {run.recipe.name!r} needs one process: {run.ranks.size} ranks would take other steps, as of a "
            "loss that looks at a minibatch as a whole"
        )


def _tried(run: "Run", ranks: Communicator, start: Any) -> NDArray:
    """The parameters after the trial."""
    players = [player and in_float64(player) for player in (run.G, run.D)]
    optimizers = [optimizer and Optimizer(optimizer.rule) for optimizer in (run.g_optimizer, run.d_optimizer)]
    game = *players, _eager(run.objective), *optimizers, run.noise, run.data
    algorithm = run.recipe.algorithm if ranks.size == 1 else partial(in_parallel, run.recipe.algorithm, ranks)
    steps = (step for step in algorithm(*game, start=run.iteration + 1) if step.last)
    *_, last = islice(steps, ITERATIONS)
    run.restore(start)
    return _numbers(last.G, last.D)


def _eager(objective: Any) -> Any:
    """The objective with its lazy terms in every iteration, so that the trial has them."""
    return map_nodes(objective, lambda _, node: replaced(node, every=1) if isinstance(node, Lazy) else node)


def in_float64(module: Any) -> Any:
    """The module with its floating-point numbers in float64, on its device."""

    def converted(leaf: Any) -> Any:
        if leaf.dtype.kind != "f":
            return leaf
        array = raw(leaf).astype(np.float64)
        return Tensor(array) if isinstance(leaf, Tensor) else array

    return nn.map_leaves(module, converted)


def _numbers(*players: Any) -> NDArray:
    """All parameters, one after another, on the host."""
    arrays = [leaf.data for player in players if player for leaf in nn.parameters(player).values()]
    return np.concatenate([np.asarray(to_host(array), np.float64).ravel() for array in arrays])
