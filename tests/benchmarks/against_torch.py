"""Seconds per iteration beside PyTorch eager: python -m tests.benchmarks.against_torch [WORKLOAD ...] [--rounds N].

Each side is one process that keeps its state; rounds are interleaved, their order reversed each time; the ratio of each
round is a pair taken within a second, and the median of those is what counts. Before anything is timed, both sides must
have computed the same losses from the same weights, noise and data.
"""

import argparse
import multiprocessing
import os
import platform
import statistics
import time
from typing import Any

THREADS = "2"
CHECKED = 5  # iterations whose losses must agree


def worker(side: str, name: str, pipe: Any) -> None:
    """Serve one side: on a number n, run n iterations and send (seconds, losses)."""
    import numpy as np

    from tests.benchmarks import peers
    from tests.benchmarks.workloads import WORKLOADS

    if side == "torch":
        import torch

        torch.set_num_threads(int(THREADS))
    work = WORKLOADS[name]()
    rng = np.random.default_rng(1)
    examples = rng.uniform(-1, 1, (50, work.m, *work.shape)).astype(np.float32)
    order = iter(range(10**9))
    iterate = getattr(peers, side)(
        work,
        lambda m: rng.standard_normal((m, work.latent), dtype=np.float32),
        lambda m: examples[next(order) % len(examples)],
    )
    while n := pipe.recv():
        began = time.perf_counter()
        losses = [iterate() for _ in range(n)]
        pipe.send((time.perf_counter() - began, losses))


def measure(name: str, rounds: int) -> dict[str, float]:
    """Median milliseconds per iteration of both sides, and the median of the paired ratios."""
    context = multiprocessing.get_context("spawn")
    pipes = {}
    for side in ("tinygan", "torch"):
        pipes[side], theirs = context.Pipe()
        context.Process(target=worker, args=(side, name, theirs), daemon=True).start()

    def run(side: str, n: int) -> tuple[float, list]:
        pipes[side].send(n)
        return pipes[side].recv()

    checked = {side: run(side, CHECKED)[1] for side in pipes}
    for ours, theirs in zip(checked["tinygan"], checked["torch"], strict=True):
        for a, b in zip(ours, theirs, strict=True):
            if abs(a - b) > 2e-3 * max(1.0, abs(b)):
                raise SystemExit(f"{name}: the losses differ, {ours} against {theirs}: nothing was timed")
    n = max(1, round(0.4 / (run("torch", 3)[0] / 3)))
    times: dict[str, list[float]] = {"tinygan": [], "torch": []}
    for i in range(rounds):
        for side in ("tinygan", "torch") if i % 2 else ("torch", "tinygan"):
            times[side].append(1e3 * run(side, n)[0] / n)
    for pipe in pipes.values():
        pipe.send(0)
    ratios = [a / b for a, b in zip(times["tinygan"], times["torch"], strict=True)]
    return {**{side: statistics.median(t) for side, t in times.items()}, "ratio": statistics.median(ratios)}


def main() -> None:
    from tests.benchmarks.workloads import WORKLOADS

    parser = argparse.ArgumentParser()
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS))
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    import numpy
    import torch

    print(
        f"{platform.machine()}, {THREADS} threads, Python {platform.python_version()}, "
        f"NumPy {numpy.__version__}, torch {torch.__version__}"
    )
    print(f"{'workload':<10}{'tinygan ms':>12}{'torch ms':>12}{'ratio':>8}")
    for name in arguments.workloads:
        row = measure(name, arguments.rounds)
        print(f"{name:<10}{row['tinygan']:>12.2f}{row['torch']:>12.2f}{row['ratio']:>8.2f}", flush=True)


if __name__ == "__main__":
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = THREADS
    main()
