"""PyTorch on a variational autoencoder, as in pytorch/examples/vae. PyTorch is imported inside the functions."""

from typing import Any

import numpy as np

from tinygan import nn
from tinygan.bench.contestants.pytorch_networks import translated
from tinygan.bench.workloads import Streams, Workload


def coders(work: Workload, device: str) -> Any:
    """The dense layers of the encoder and of the decoder in PyTorch."""
    import torch

    encoder, decoder = (nn.Sequential(*layers) for layers in (work.G.encoder[2:-1], work.G.decoder[:-2]))
    networks = [
        translated(encoder, np.zeros((1, *work.shape), np.float32)),
        translated(decoder, np.zeros((1, work.latent), np.float32)),
    ]
    return torch.nn.ModuleList(networks).to(device)


def vae(work: Workload, G: Any, given: Streams, fused: bool = False) -> Any:
    """An iterate of the example: binary cross-entropy of a sigmoid, summed, and the KL; both divided by m.

    fused: with Adam as one kernel, and the cross-entropy from logits.
    """
    import torch
    from torch.nn import functional

    encoder, decoder = G
    adam = torch.optim.Adam(G.parameters(), lr=1e-3, **({"fused": True} if fused else {}))

    def iterate() -> tuple[Any]:
        """One update. Returns the loss."""
        epsilon, x = given.noise(work.m), (given.data(work.m) + 1) / 2
        adam.zero_grad()
        mu, logvar = encoder(x).chunk(2, dim=1)
        logits = decoder(mu + epsilon * torch.exp(0.5 * logvar))
        if fused:
            cross_entropy = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        else:
            cross_entropy = functional.binary_cross_entropy(torch.sigmoid(logits), x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        loss = (cross_entropy + kl) / work.m
        loss.backward()
        adam.step()
        return (loss.detach(),)

    return iterate
