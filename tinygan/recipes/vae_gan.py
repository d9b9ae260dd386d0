"""VAE-GAN: a game whose generator is the decoder of a variational autoencoder."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.metrics import Measure, elbo_measures, reconstruction_error
from tinygan.networks import dcgan
from tinygan.objectives import ELBO, Game, GradientPenalty, LikelihoodOfG, Wasserstein
from tinygan.optim import adam
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting
from tinygan.recipes.vae import VAE


@dataclass(frozen=True)
class VAEGAN(Recipe):
    """G is the autoencoder of `vae`, D judges samples G(z), and G's loss is that of WGAN-GP minus `weight` * ELBO.

    So with weight=0 it is WGAN-GP with the decoder of `vae`, whose encoder never learns; and without D it is `vae`.
    Larsen et al. judge reconstructions too, measure the error of a reconstruction in a layer of D instead of pixels,
    play the minimax game, and train on faces of 64 x 64 pixels.
    """

    name: ClassVar[str] = "vae-gan"
    paper: ClassVar[str] = "Larsen et al. 2016, arXiv 1512.09300"

    data: str = "digits"
    iterations: int = 4000
    m: int = 32  # 64 in section 4
    k: int = 2  # 1 in the paper; 5 in Gulrajani et al. 2017, algorithm 1
    g_learning_rate: float = 1e-3  # 3e-4 in section 4
    d_learning_rate: float = 1e-3
    beta1: float = 0.0  # algorithm 1 of Gulrajani et al. 2017
    weight: float = setting(0.1, "weight of the ELBO in G's loss; 0: WGAN-GP alone")  # gamma of section 2.3
    penalty: float = setting(10.0, "weight of D's gradient penalty")  # lambda of Gulrajani et al. 2017
    latent: int = setting(20, "numbers in the code, and dimensions of z")
    hidden: int = setting(400, "units in each dense hidden layer of G")
    convolutional: bool = setting(True, "whether G has two convolutions each way, and one dense hidden layer")
    width: int = setting(16, "channels of the outer convolution of each network")

    def vae(self) -> VAE:
        """The recipe of the autoencoder that G is."""
        shared = {name: getattr(self, name) for name in ("data", "latent", "hidden", "convolutional", "width")}
        return VAE(**shared)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(the autoencoder of `vae`, with the weights that it has there, and a critic of two convolutions)."""
        D = dcgan.discriminator(source.shape, 1, rng.spawn(1)[0], width=self.width, normalize=None)
        G, _ = self.vae().networks(source, rng)
        return G, D

    def objective(self, rng: np.random.Generator) -> Game:
        game = Wasserstein() + GradientPenalty(self.penalty, rng)
        return game + LikelihoodOfG(ELBO(), self.weight) if self.weight else game

    def rule(self, learning_rate: Any) -> Any:
        return adam(learning_rate, self.beta1, 0.9)  # Gulrajani et al. 2017, algorithm 1

    def measures(self, run: Any, samples: int = 2500, seed: int = 0) -> list[Measure]:
        """The ELBO, and the error of reconstructions, of all test images; none if the encoder never learns."""
        data: tuple[Any, ...] = run.generator(), run.source.held_out(), run.backend.asarray
        return [*elbo_measures(*data, seed=seed), *reconstruction_error(*data)] if self.weight else []

    def pictures(self, run: Any) -> dict[str, Any]:
        return self.vae().pictures(run) if self.weight else {}
