"""Times an iteration on several ranks, and an Allreduce by its size; one process prints the numbers as JSON.

mpiexec -n 2 python -m tests.benchmarks.by_ranks iteration dcgan-28
mpiexec -n 2 python -m tests.benchmarks.by_ranks allreduce
python -m tests.benchmarks.by_ranks turns       # all of them in turns, several times: docs/scaling.md
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from tinygan.algorithms import in_parallel
from tinygan.bench.workloads import WORKLOADS, streams
from tinygan.mpi import world
from tinygan.nn import named_leaves
from tinygan.objectives import NonSaturating
from tinygan.optim import Optimizer, adam
from tinygan.training import train

SIZES = [2**i for i in range(2, 25, 2)]  # bytes
SECONDS = 3.0
TURNS = 5
CASES = {  # (processes, threads of each)
    "1 process, 1 thread": (1, 1),
    "1 process, 2 threads": (1, 2),
    "2 processes, 1 thread": (2, 1),
    "4 processes, 1 thread": (4, 1),
}


def steps_of(name, ranks):
    """The steps of a workload on these ranks, and the number of its examples."""
    work = WORKLOADS[name]()
    noise, data, _ = streams(work, np.asarray)
    optimizers = (Optimizer(adam(2e-4, 0.5)) for _ in range(2))
    return in_parallel(train, ranks, work.G, work.D, NonSaturating(), *optimizers, noise, data, m=work.m), work


def iteration(name):
    """Seconds of an iteration, the median over a few seconds, without the first ones."""
    steps, work = steps_of(name, world())
    seconds, began = [], time.perf_counter()
    for step in steps:
        if not step.last:
            continue
        now = time.perf_counter()
        seconds.append(now - began)
        began = now
        if world().mean(np.array(float(sum(seconds) > SECONDS))) > 0 and len(seconds) > 5:  # all stop together
            return {"seconds": float(np.median(seconds[3:])), "m": work.m}
    return None


def allreduce():
    """Seconds of an Allreduce of so many bytes, the median."""
    found = {}
    for size in SIZES:
        x = np.ones(size // 4, np.float32)
        seconds = []
        for _ in range(200 if size < 2**20 else 20):
            began = time.perf_counter()
            world().mean(x)
            seconds.append(time.perf_counter() - began)
        found[size] = float(np.median(seconds[5:]))
    return found


def messages(name):
    """(messages, bytes) of an iteration on each rank: gradients, losses, statistics of batch norms."""
    from tinygan.communicator import in_threads

    sizes = []

    def work(ranks):
        class Counted:
            rank, size = ranks.rank, ranks.size

            def mean(self, array):
                sizes.extend([np.asarray(array).nbytes] * (ranks.rank == 0))
                return ranks.mean(array)

        steps, _ = steps_of(name, Counted())
        next(step for step in steps if step.last)

    in_threads(2, work)
    parameters = {
        player: sum(leaf.size for _, leaf in named_leaves(getattr(WORKLOADS[name](), player))) for player in "GD"
    }
    return {"messages": len(sizes), "bytes": sum(sizes), **parameters}


def turns():
    """Every case of every workload, in turns."""
    mpiexec = shutil.which("mpiexec", path=str(Path(sys.executable).parent)) or "mpiexec"

    def run(processes, threads, *words):
        command = [mpiexec, "-n", str(processes), sys.executable, "-m", "tests.benchmarks.by_ranks", *words]
        done = subprocess.run(
            command,
            env={**os.environ, "OPENBLAS_NUM_THREADS": str(threads)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(done.stdout)

    for name in ("mlp", "dcgan-28", "dcgan-64"):
        print(name, json.dumps(messages(name)), flush=True)
        found = {case: [] for case in CASES}
        for turn in range(TURNS):
            for case in list(CASES)[:: -1 if turn % 2 else 1]:
                found[case].append(run(*CASES[case], "iteration", name)["seconds"])
        for case, seconds in found.items():
            ms = 1e3 * np.array(seconds)
            print(f"{name:10} {case:24} {np.median(ms):8.2f} ms  {ms.min():.2f} to {ms.max():.2f}", flush=True)
    for processes in (2, 4):
        print(f"allreduce, {processes} processes:", json.dumps(run(processes, 1, "allreduce")), flush=True)


if __name__ == "__main__":
    what, *words = sys.argv[1:]
    result = {"iteration": iteration, "allreduce": allreduce, "turns": turns}[what](*words)
    if result and world().rank == 0:
        print(json.dumps(result))
