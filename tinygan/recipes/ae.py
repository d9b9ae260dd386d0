"""The autoencoder: a game of one player, which encodes an image in a few numbers and decodes them."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.data import Uniform
from tinygan.networks import autoencoders
from tinygan.objectives import InstanceNoise, SquaredError
from tinygan.optim import constant
from tinygan.recipes import code_pictures
from tinygan.recipes.one_player import OnePlayer
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class AE(OnePlayer):
    """Two networks: an encoder to codes in the cube (-1, 1)^latent, and the decoder G.

    A sample is a decoded code that was drawn uniformly from the cube. Training does not make the codes of examples
    uniform, so most samples are blends of digits and few are digits: an autoencoder is not a generative model.
    With noise it is a denoising autoencoder: the encoder gets noisy images, and the loss is that of the clean ones.
    """

    name: ClassVar[str] = "ae"
    paper: ClassVar[str] = "Hinton and Salakhutdinov 2006, Science 313"

    data: str = "digits"
    iterations: int = 2000
    m: int = 100
    latent: int = 16  # 30 in the paper
    hidden: int = 256  # three layers in the paper
    noise: float = setting(0.0, "standard deviation of the noise on the encoder's images")  # Vincent et al. 2010, 3.3

    axis: ClassVar[tuple[float, ...]] = tuple((np.arange(20) + 0.5) / 10 - 1)

    def prior(self, source: Any) -> Any:
        return Uniform(self.latent)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(the autoencoder, None): G decodes, G.encode encodes. Raises SettingError unless the source has images."""
        return autoencoders.autoencoder(self.coders(source, self.latent, rng)), None

    def objective(self, rng: np.random.Generator) -> Any:
        return SquaredError().shown(InstanceNoise(constant(self.noise), rng=rng)) if self.noise else SquaredError()

    def pictures(self, run: Any) -> dict[str, Any]:
        found = super().pictures(run)
        if self.noise:
            noise = np.random.default_rng(run.seed).standard_normal

            def disturbed(x: Any) -> Any:
                return (x + self.noise * noise(x.shape)).astype(np.float32)

            found["denoised"] = code_pictures.reconstructions(run, disturbed)
        return found
