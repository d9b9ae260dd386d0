"""Our critic step of WGAN on the networks of WGAN-GP; the difference in time is the gradient penalty.

Its loss is another one, so it returns none to be compared.
"""

from typing import Any

from tinygan.bench.contestants import Contestant
from tinygan.bench.contestants.ours import critic_step, here
from tinygan.errors import BenchError
from tinygan.objectives import Wasserstein
from tinygan.optim import clipped, rmsprop


def wgan(name: str, settings: dict[str, Any], backend: str) -> Contestant:
    """Algorithm 1 of Arjovsky et al. 2017, lines 3 to 7, on the workload called `name`."""
    work, given, device = here(name, settings, backend)
    if not work.critic:
        raise BenchError(f"{name} is no critic step, so there is none of WGAN to compare it with")
    step = critic_step(work, given, Wasserstein(), clipped(rmsprop(5e-5), 0.01))

    def iterate() -> tuple[()]:
        step()
        return ()

    return Contestant(iterate, device.synchronize)
