"""This package on a workload: Algorithm 1, one critic step of WGAN-GP, or an update of a VAE."""

from typing import Any

from tinygan import nn
from tinygan.algorithms import maximize_likelihood
from tinygan.autograd import raw
from tinygan.backend import Backend
from tinygan.backend import backend as find_backend
from tinygan.bench.contestants import Contestant
from tinygan.bench.workloads import Streams, Workload, streams, workload
from tinygan.objectives import ELBO, Game, GradientPenalty, NonSaturating, Wasserstein
from tinygan.optim import Optimizer, adam
from tinygan.training import train


def ours(name: str, settings: dict[str, Any], backend: Backend | str) -> Contestant:
    """The workload called `name` on `backend`, or on the one with that name."""
    work, given, device = here(name, settings, backend)
    if work.D is None:
        step = _one_player(work, given)
    elif work.critic:
        step = critic_step(work, given, Wasserstein() + GradientPenalty(rng=given.epsilon), adam(1e-4, 0.0, 0.9))
    else:
        step = _algorithm_1(work, given)
    return Contestant(step, device.synchronize)


def here(name: str, settings: dict[str, Any], backend: Backend | str) -> tuple[Workload, Streams, Backend]:
    """The workload called `name` with its networks on `backend`, its streams, and the backend."""
    device = find_backend(backend) if isinstance(backend, str) else backend
    work = workload(name, **settings)
    work = work._replace(G=nn.moved(work.G, device.asarray), D=nn.moved(work.D, device.asarray))
    return work, streams(work, device.asarray), device


def _algorithm_1(work: Workload, given: Streams) -> Any:
    g_optimizer, d_optimizer = Optimizer(adam(2e-4, 0.5)), Optimizer(adam(2e-4, 0.5))
    run = train(work.G, work.D, NonSaturating(), g_optimizer, d_optimizer, given.noise, given.data, m=work.m)
    return lambda: (raw(next(run).loss), raw(next(run).loss))


def _one_player(work: Workload, given: Streams) -> Any:
    run = maximize_likelihood(work.G, ELBO(), Optimizer(adam(1e-3)), given.noise, given.data, m=work.m)
    return lambda: (raw(next(run).loss),)


def critic_step(work: Workload, given: Streams, objective: Game, rule: Any) -> Any:
    """An iterate: one update of D by `rule`, on fresh noise and examples."""
    optimizer = Optimizer(rule)
    G, D = nn.frozen(work.G), work.D

    def iterate() -> tuple[Any]:
        nonlocal D
        z, x = given.noise(work.m), given.data(work.m)
        loss = objective.d_loss(D, G, x, z)
        D = optimizer.descend(D, loss)
        return (raw(loss),)

    return iterate
