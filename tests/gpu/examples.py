"""How an iteration grows with its examples: python tests/gpu/examples.py cupy FOLDER, or `strict` without a GPU.

Milliseconds that the GPU is busy are what several of them could divide; those of the host are not (docs/scaling.md).
"""

import sys
from math import isnan
from pathlib import Path

from tests.backends.strict import backend as strict_backend
from tests.gpu.launches import counts
from tinygan.backend import backend as find_backend

SIZES = {"dcgan-64": (16, 128, 512), "biggan-mini": (32, 256, 1024)}  # m


def main(backend: str, folder: Path) -> None:
    """Print for each workload and each m, on the stand-in the smallest: kernels, ms, and ms that the GPU is busy."""
    device = strict_backend() if backend == "strict" else find_backend(backend)
    folder.mkdir(parents=True, exist_ok=True)
    for name, sizes in SIZES.items():
        for m in sizes[: 1 if backend == "strict" else None]:
            one = counts(name, device, folder / f"{name}-{m}.trace.json", m=m)
            numbers = one.numbers["kernels"], one.milliseconds, one.busy
            shown = "".join("" if isnan(number) else f"{number:10.2f}" for number in numbers)
            print(f"{name:12} m {m:5}{shown}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
