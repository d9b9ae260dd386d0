"""The variational autoencoder: a decoder G with a likelihood, and an encoder that approximates the posterior."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.errors import SettingError
from tinygan.metrics import Measure, elbo_measures, log_p_measures
from tinygan.networks import autoencoders
from tinygan.networks.autoencoders import LIKELIHOODS
from tinygan.nn.initialize import Initializer
from tinygan.objectives import ELBO, Binarized, Likelihood
from tinygan.objectives.binarized import binarized
from tinygan.recipes import code_pictures
from tinygan.recipes.one_player import OnePlayer
from tinygan.recipes.setting import setting

QUANTILES = tuple(NormalDist().inv_cdf((i + 0.5) / 20) for i in range(20))  # of N(0, 1)


@dataclass(frozen=True)
class VAE(OnePlayer):
    """The networks and settings of PyTorch's example, pytorch/examples/vae.

    A sample is the mean of p(x|z) for a code z from N(0, I), which the codes of examples follow in the mean. Means of
    many images that a code could stand for are smooth.
    The images are grey and the likelihood is Bernoulli, as in the example, so the loss is a cross-entropy and not the
    negative log-likelihood of data; with binarize=true it is one.
    """

    name: ClassVar[str] = "vae"
    paper: ClassVar[str] = "Kingma and Welling 2014, arXiv 1312.6114"

    data: str = "digits"
    iterations: int = 4690  # 10 epochs of MNIST, as in the example
    m: int = 128
    latent: int = 20
    beta: float = setting(1.0, "weight of the KL; above 1: the beta-VAE of Higgins et al. 2017")
    likelihood: str = setting("bernoulli", "p(x|z) of a pixel", among=LIKELIHOODS)
    std: float = setting(0.0, "standard deviation of a Gaussian likelihood; 0: it is learned")
    binarize: bool = setting(False, "whether pixels become black or white at random, with the mean that they have")
    test_every: int = setting(0, "iterations between test losses in the history; 0: none", least=0)

    axis: ClassVar[tuple[float, ...]] = QUANTILES

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.std and self.likelihood != "gaussian":
            raise SettingError(f"std is that of a Gaussian likelihood, and likelihood={self.likelihood} has none")

    def examples(self, source: Any) -> Any:
        """The source. Raises DataError if `test_every` needs test images whose files are missing."""
        if self.test_every:
            source.held_out()
        return super().examples(source)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(the autoencoder, None): G decodes, G.encode gives q(z|x). Raises SettingError unless the data are images."""
        return autoencoders.variational(self.coders(source, 2 * self.latent, rng), self.likelihood, self.std), None

    def initializer(self) -> Initializer:
        return nn.uniform()  # PyTorch's; with nn.he() 109.0 nats after 5 epochs of MNIST in place of 108.3

    def bound(self) -> Likelihood:
        """The objective without its view."""
        return ELBO(self.beta)

    def objective(self, rng: np.random.Generator) -> Any:
        return self.bound().shown(Binarized(rng)) if self.binarize else self.bound()

    def _prepared(self, seed: int) -> Any:
        """The function that makes the images of a measure of test images."""
        rng = np.random.default_rng([seed, 1])
        return (lambda x: binarized(x, rng)) if self.binarize else (lambda x: x)

    def measures(self, run: Any, samples: int = 2500, seed: int = 0) -> list[Measure]:
        """The ELBO on all test images; bounds and log p(x) of 500, with `samples` draws each; errors; active units."""
        data: tuple[Any, ...] = run.generator(), run.source.held_out(), run.backend.asarray
        return [
            *elbo_measures(*data, seed=seed, prepare=self._prepared(seed)),
            *log_p_measures(*data, k=samples, seed=seed, prepare=self._prepared(seed)),
            *super().measures(run, samples, seed),
        ]

    def recorded(self, run: Any, iteration: int) -> dict[str, float]:
        """The test loss, minus the ELBO on all test images, in the first record of every `test_every` iterations."""
        if not self.test_every or iteration % self.test_every >= self.record_every:
            return {}
        data: tuple[Any, ...] = run.generator(), run.source.held_out(), run.backend.asarray
        elbo = elbo_measures(*data, prepare=self._prepared(0))
        return {"test_loss": -elbo[0].value} if elbo else {}

    def pictures(self, run: Any) -> dict[str, Any]:
        return {**super().pictures(run), "units": code_pictures.bars(run, self._prepared(0))}
