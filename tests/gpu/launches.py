"""How many kernels one iteration launches: python tests/gpu/launches.py cupy FOLDER, or `strict` where there is no GPU.

On CuPy, PyTorch's profiler sees every kernel of the process, whoever launches it; FOLDER gets a trace of each workload,
for chrome://tracing. On the stand-in for CuPy every operation that is no view counts as one kernel, which is what CuPy
launches for most of them: a product with a small matrix, or a sum of a large array, may take two.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import counted
from tinygan.backend import Backend
from tinygan.backend import backend as find_backend
from tinygan.bench.contestants import Contestant
from tinygan.bench.contestants.ours import ours
from tinygan.bench.workloads import WORKLOADS
from tinygan.recipes import Run, find

WARM, COUNTED = 3, 5  # iterations
RUNS: dict[str, tuple[str, str]] = {  # workloads that are runs: the recipe, and its data
    **{
        name: (name, "digits")
        for name in (
            *("cgan", "acgan", "projection", "biggan-mini", "infogan", "sgan", "sgan-conv"),
            *("r3gan", "diffaugment", "ada", "vae"),
        )
    },
    "cgan on ring": ("cgan", "ring"),
    "pix2pix": ("pix2pix", "edges-digits"),
    "cyclegan": ("cyclegan", "inverted-digits"),
}
KINDS = ("kernels", "copies", "to host", "fills")
CATEGORIES = {"kernel": "kernels", "gpu_memcpy": "copies", "gpu_memset": "fills"}  # of a trace


class Counts(NamedTuple):
    """Of one iteration: what the device did, by kind; its milliseconds, and those in which the device did something.

    kernels: by name, of all COUNTED iterations.
    """

    numbers: dict[str, float]
    kernels: Counter[str]
    milliseconds: float
    busy: float


def contestant(name: str, device: Backend, **settings: Any) -> Contestant:
    """An iteration of a workload of `tinygan bench`, or of one of RUNS, with these settings."""
    if name not in RUNS:
        return ours(name, settings, device)
    recipe, data = RUNS[name]
    steps = Run(find(recipe).changed({"data": data, **settings}), backend=device).steps()

    def iterate() -> tuple[Any, ...]:
        step = next(steps)
        while not step.last:
            step = next(steps)
        return ()

    return Contestant(iterate, device.synchronize)


def counts(name: str, device: Backend, path: Path, **settings: Any) -> Counts:
    """What an iteration launches on the stand-in for CuPy, or on a GPU, which leaves a trace in the file `path`."""
    iterate, settle = contestant(name, device, **settings)
    for _ in range(WARM):
        iterate()
    settle()
    return of_the_stand_in(iterate, settle) if device.name == "strict" else of_the_gpu(iterate, settle, path)


def of_the_stand_in(iterate: Callable, settle: Callable) -> Counts:
    """Operations that are no views, counted by the stand-in for CuPy."""
    with counted() as launches:
        for _ in range(COUNTED):
            iterate()
        settle()
    return Counts({"kernels": launches.total() / COUNTED}, launches, float("nan"), float("nan"))


def of_the_gpu(iterate: Callable, settle: Callable, path: Path) -> Counts:
    """Kernels, copies and fills of the GPU, by PyTorch's profiler; the trace is written to `path`."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    torch.cuda.init()
    for _ in range(2):  # the first profile of a process may miss what comes early
        with profile(activities=[ProfilerActivity.CUDA]) as found:
            for _ in range(COUNTED):
                iterate()
            settle()
    found.export_chrome_trace(str(path))
    began = time.perf_counter()
    for _ in range(COUNTED):
        iterate()
    settle()
    return traced(json.loads(path.read_text()), time.perf_counter() - began)


def traced(trace: dict[str, Any], seconds: float) -> Counts:
    """What stands in a trace of COUNTED iterations, which take so many seconds together when nobody watches.

    Raises RuntimeError for a trace without a kernel.
    """
    events = [event for event in trace["traceEvents"] if event.get("cat") in CATEGORIES]
    kernels = Counter(event["name"] for event in events if event["cat"] == "kernel")
    if not kernels:
        raise RuntimeError("the profiler saw no kernel: does it work on this machine?")
    # a copy to the host is what the host waits for
    numbers = Counter("to host" if "DtoH" in event["name"] else CATEGORIES[event["cat"]] for event in events)
    busy = sum(event["dur"] for event in events) / 1e3 / COUNTED  # from microseconds
    return Counts({kind: n / COUNTED for kind, n in numbers.items()}, kernels, 1e3 * seconds / COUNTED, busy)


def main(backend: str, folder: Path) -> None:
    """Print the counts of every workload; folder/launches.json has them by the name of the kernel too."""
    device = strict_backend() if backend == "strict" else find_backend(backend)
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    print(f"one iteration on {backend}")
    print(f"{'workload':18}" + "".join(f"{title:>9}" for title in (*KINDS, "ms", "busy ms")))
    for name in {**WORKLOADS, **RUNS}:
        one = counts(name, device, folder / f"{name.replace(' ', '-')}.trace.json")
        found[name] = one._asdict()
        shown = [one.numbers.get(kind, 0) for kind in KINDS] + [one.milliseconds, one.busy]
        print(f"{name:18}" + "".join("" if isnan(number) else f"{number:9.2f}" for number in shown), flush=True)
        (folder / "launches.json").write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
