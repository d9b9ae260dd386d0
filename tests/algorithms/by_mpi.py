"""Trains a recipe in float64 by all processes of mpiexec, and by the first alone; prints how far apart they end.

mpiexec -n 2 python -m tests.algorithms.by_mpi 50 dcgan-quick m=16
mpiexec -n 2 python -m tests.algorithms.by_mpi 50 dcgan-quick m=16 backend=cupy
"""

import json
import sys

import numpy as np

from tests.algorithms.test_parallel import doubles
from tinygan import nn
from tinygan.algorithms import in_parallel
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.communicator import alone
from tinygan.mpi import world
from tinygan.observers.history import measured
from tinygan.recipes import Run, find
from tinygan.recipes.shared import in_float64


def trained(recipe, settings, ranks, backend="numpy"):
    """(parameters by path, the numbers of the history at every iteration)."""
    run = Run(find(recipe).changed(settings), backend=backend)
    players = [player and in_float64(player) for player in (run.G, run.D)]
    streams = doubles(run.noise), doubles(run.data)
    steps = in_parallel(
        run.recipe.algorithm, ranks, *players, run.objective, run.g_optimizer, run.d_optimizer, *streams, start=1
    )
    history, losses = [], {}
    for step in steps:
        losses[step.player] = float(raw(step.loss))
        if step.last:
            history.append({**losses, **measured(step)} if ranks.rank == 0 else {})
            if step.iteration == run.recipe.iterations:
                leaves = nn.named_leaves({"G": step.G, "D": step.D})
                return {path: to_host(raw(leaf)) for path, leaf in leaves}, history
    return None


def main(iterations, recipe, *assignments):
    settings = {"iterations": int(iterations), **dict(word.split("=") for word in assignments)}
    backend = settings.pop("backend", "numpy")
    ours, history = trained(recipe, settings, world(), backend)
    if world().rank == 0:
        one, expected = trained(recipe, settings, alone, backend)
        apart = max(float(abs(ours[path] - array).max()) for path, array in one.items())
        of_history = max(
            abs(record[name] - value)
            for record, other in zip(history, expected, strict=True)
            for name, value in other.items()
        )
        print(json.dumps({"recipe": recipe, "ranks": world().size, "parameters": apart, "history": of_history}))
    world().mean(np.zeros(1))  # the others wait


if __name__ == "__main__":
    main(*sys.argv[1:])
