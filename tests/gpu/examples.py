"""How an iteration grows with its examples: python tests/gpu/examples.py cupy FOLDER, or `strict` without a GPU.

The milliseconds of an iteration are the host's starts of kernels as long as the GPU is busy for less; what the GPU is
busy for is what several of them could divide (docs/scaling.md).
"""

import sys
from math import isnan
from pathlib import Path

from tests.backends.strict import backend as strict_backend
from tests.gpu.launches import WARM, contestant_of_run, of_the_gpu, of_the_stand_in
from tinygan.backend import backend as find_backend
from tinygan.bench.contestants.ours import ours

SIZES = {"dcgan-64": (16, 128, 512), "biggan-mini": (32, 256, 1024)}  # m


def main(backend: str, folder: Path) -> None:
    """Print a line for each workload and each m."""
    device = strict_backend() if backend == "strict" else find_backend(backend)
    folder.mkdir(parents=True, exist_ok=True)
    for name, sizes in SIZES.items():
        for m in sizes[: 1 if backend == "strict" else None]:
            settings = {"m": m}
            made = (
                ours(name, settings, device) if name == "dcgan-64" else contestant_of_run(name, "digits", device, m=m)
            )
            iterate, settle = made
            for _ in range(WARM):
                iterate()
            settle()
            if backend == "strict":
                counts = of_the_stand_in(iterate, settle)
            else:
                counts = of_the_gpu(iterate, settle, folder / f"{name}-{m}.trace.json")
            numbers = [counts.numbers["kernels"], counts.milliseconds, counts.busy]
            print(
                f"{name:12} m {m:5}" + "".join("" if isnan(number) else f"{number:10.2f}" for number in numbers),
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
