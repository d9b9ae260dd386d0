"""PyTorch eager on a workload, twice: as in its tutorials, and with all that its tuning guide recommends.

Tuned: Adam as one fused kernel, D frozen in G's step, fakes for D made without a graph, and real and fake examples in
one minibatch if D has no batch norm. PyTorch is imported inside the functions.
"""

import os
from typing import Any

import numpy as np

from tinygan.bench.contestants import Contestant
from tinygan.bench.contestants.pytorch_networks import translated
from tinygan.bench.contestants.pytorch_vae import coders, vae
from tinygan.bench.workloads import Streams, Workload, streams, workload
from tinygan.errors import BenchError


def idiomatic(name: str, settings: dict[str, Any], backend: str) -> Contestant:
    """Default Adam, `fake.detach()`, two backward passes for D; the DCGAN tutorial, and the usual WGAN-GP."""
    work, G, D, given, settle = _prepared(name, settings, backend)
    if D is None:
        return Contestant(vae(work, G, given), settle)
    return Contestant((_critic_step if work.critic else _tutorial)(work, G, D, given), settle)


def tuned(name: str, settings: dict[str, Any], backend: str) -> Contestant:
    """The same mathematics with the fewest passes."""
    work, G, D, given, settle = _prepared(name, settings, backend)
    if D is None:
        return Contestant(vae(work, G, given, fused=True), settle)
    return Contestant((_tuned_critic_step if work.critic else _tuned)(work, G, D, given), settle)


def _prepared(name: str, settings: dict[str, Any], backend: str) -> tuple[Workload, Any, Any, Streams, Any]:
    """The workload, both networks, its streams, and a function that waits, on the device of `backend`."""
    import torch

    if backend == "cupy" and not torch.cuda.is_available():
        raise BenchError("this PyTorch finds no GPU to stand beside --backend cupy; install its CUDA build")
    device = "cuda" if backend == "cupy" else "cpu"
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))

    def place(x: Any) -> Any:
        channels_first = np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if x.ndim == 4 else x
        return torch.from_numpy(channels_first).to(device)

    work = workload(name, **settings)
    if work.D is None:
        G, D = coders(work, device), None
    else:
        G = translated(work.G, np.zeros((1, work.latent), np.float32)).to(device)
        D = translated(work.D, np.zeros((1, *work.shape), np.float32)).to(device)
    settle = torch.cuda.synchronize if device == "cuda" else lambda: None
    return work, G, D, streams(work, place), settle


def _tutorial(work: Workload, G: Any, D: Any, given: Streams) -> Any:
    """An iterate of the DCGAN tutorial: D is updated on real and on generated examples, then G."""
    import torch

    g_adam = torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999))
    d_adam = torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.5, 0.999))
    criterion = torch.nn.BCEWithLogitsLoss()
    like = next(D.parameters()).new_zeros(work.m, 1)
    ones, zeros = torch.ones_like(like), torch.zeros_like(like)

    def iterate() -> tuple[Any, Any]:
        """One iteration of Algorithm 1. Returns the losses of D and of G."""
        z, x = given.noise(work.m), given.data(work.m)
        D.zero_grad()
        real = criterion(D(x), ones)
        real.backward()
        fake = criterion(D(G(z).detach()), zeros)
        fake.backward()
        d_adam.step()
        G.zero_grad()
        g_loss = criterion(D(G(given.noise(work.m))), ones)
        g_loss.backward()
        g_adam.step()
        return real.detach() + fake.detach(), g_loss.detach()

    return iterate


def _tuned(work: Workload, G: Any, D: Any, given: Streams) -> Any:
    """An iterate with the same two updates in the fewest passes."""
    import torch

    g_adam = torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999), fused=True)
    d_adam = torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.5, 0.999), fused=True)
    criterion = torch.nn.BCEWithLogitsLoss()
    like = next(D.parameters()).new_zeros(work.m, 1)
    ones, zeros = torch.ones_like(like), torch.zeros_like(like)
    both = torch.cat([ones, zeros])
    apart = any(isinstance(layer, torch.nn.BatchNorm2d) for layer in D)

    def iterate() -> tuple[Any, Any]:
        """One iteration of Algorithm 1. Returns the losses of D and of G."""
        z, x = given.noise(work.m), given.data(work.m)
        with torch.no_grad():
            fake = G(z)
        D.requires_grad_(True)
        if apart:
            d_loss = criterion(D(x), ones) + criterion(D(fake), zeros)
        else:
            d_loss = 2 * criterion(D(torch.cat([x, fake])), both)  # the mean over 2 m is half the sum of two means
        d_adam.zero_grad()
        d_loss.backward()
        d_adam.step()
        D.requires_grad_(False)
        g_loss = criterion(D(G(given.noise(work.m))), ones)
        g_adam.zero_grad()
        g_loss.backward()
        g_adam.step()
        return d_loss.detach(), g_loss.detach()

    return iterate


def _penalty(D: Any, x: Any, fake: Any, epsilon: Any) -> Any:
    """10 * mean (||grad D(x_hat)|| - 1)**2."""
    import torch

    x_hat = (epsilon * x + (1 - epsilon) * fake).requires_grad_(True)
    d_hat = D(x_hat)
    slope = torch.autograd.grad(d_hat, x_hat, grad_outputs=torch.ones_like(d_hat), create_graph=True)[0]
    return 10 * ((slope.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


def _epsilon(work: Workload, given: Streams, like: Any) -> Any:
    """The places of x_hat on the segments, (m, 1, ...) in [0, 1], on the device of `like`."""
    import torch

    drawn = given.epsilon.random((work.m, *(1,) * len(work.shape))).astype(np.float32)
    return torch.from_numpy(drawn).to(like.device)


def _critic_step(work: Workload, G: Any, D: Any, given: Streams) -> Any:
    """An iterate of WGAN-GP as it is usually written: one update of the critic."""
    import torch

    adam = torch.optim.Adam(D.parameters(), lr=1e-4, betas=(0.0, 0.9))

    def iterate() -> tuple[Any]:
        """One update of the critic. Returns its loss."""
        z, x = given.noise(work.m), given.data(work.m)
        adam.zero_grad()
        fake = G(z).detach()
        loss = D(fake).mean() - D(x).mean() + _penalty(D, x, fake, _epsilon(work, given, x))
        loss.backward()
        adam.step()
        return (loss.detach(),)

    return iterate


def _tuned_critic_step(work: Workload, G: Any, D: Any, given: Streams) -> Any:
    """An iterate of the same update, with one pass for real and generated examples."""
    import torch

    adam = torch.optim.Adam(D.parameters(), lr=1e-4, betas=(0.0, 0.9), fused=True)

    def iterate() -> tuple[Any]:
        """One update of the critic. Returns its loss."""
        z, x = given.noise(work.m), given.data(work.m)
        with torch.no_grad():
            fake = G(z)
        scores = D(torch.cat([x, fake]))
        loss = scores[work.m :].mean() - scores[: work.m].mean() + _penalty(D, x, fake, _epsilon(work, given, x))
        adam.zero_grad()
        loss.backward()
        adam.step()
        return (loss.detach(),)

    return iterate
