"""BigGAN's parts in a small network: residual blocks, conditional batch norm, projection, attention, truncation."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.errors import SettingError
from tinygan.networks import biggan
from tinygan.networks.layers import identity
from tinygan.objectives import Game, Hinge, NonSaturating, OrthogonalRegularization
from tinygan.optim import adam
from tinygan.recipes.by_class import ByClass
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class BigGANMini(ByClass):
    """BigGAN for images of 28 or 32 pixels. Each of its parts is a setting, so that it can be left out.

    `tinygan sample RUN --truncation 0.5` draws from truncated noise (section 3.1), and `tinygan evaluate RUN
    --truncation-curve curve.png` shows what that costs in variety.
    """

    name: ClassVar[str] = "biggan-mini"
    paper: ClassVar[str] = "Brock, Donahue and Simonyan 2019, arXiv 1809.11096"

    data: str = "digits"
    iterations: int = 3000
    m: int = 32  # 2048 in the paper, 50 in the authors' script for CIFAR-10
    k: int = 1  # 2 in appendix C
    latent: int = 60  # 20 for each chunk, as in appendix B
    g_learning_rate: float = 1e-3  # 5e-5 in appendix C, for batches of 2048
    d_learning_rate: float = 1e-3  # 2e-4
    beta1: float = 0.0  # appendix C
    beta2: float = setting(0.999, "decay of Adam's mean of squares", below=1)  # appendix C
    average: float = 0.998  # 0.9999, for longer runs
    width: int = setting(16, "channels at the images' full size")

    # the parts
    embedding: int = setting(32, "numbers in the shared embedding of a class")  # 128 in appendix B
    shared: bool = setting(True, "one embedding of the class for all batch norms; else each has its own")
    chunks: bool = setting(True, "a part of z for each block of G; else the first layer gets all")
    conditional: bool = setting(True, "the class and z enter G's batch norms; else its first layer")
    projection: bool = setting(True, "the class enters D's last layer; else it is planes beside the image")
    attention: bool = setting(True, "self-attention at half the images' size, in both networks")
    spectral: bool = setting(True, "spectral norm in both networks")
    hinge: bool = setting(True, "hinge loss; else the non-saturating loss")
    orthogonal: bool = setting(True, "orthogonal initial weights; else N(0, 0.02^2)")
    orthogonality: float = setting(5e-5, "weight of the orthogonal regularization of G; 0: none")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("shared", "chunks"):
            if not (self.conditional or getattr(self, name)):
                raise SettingError(f"{name} does nothing in {self.name} where conditional is false; leave it out")

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D) with the parts of BigGAN that the settings leave in."""
        classes = len(source.classes)
        parts: dict[str, Any] = {
            "width": self.width,
            "attention": self.attention,
            "initialize": nn.orthogonal() if self.orthogonal else nn.normal(0.02),
            "wrap": nn.SpectralNorm if self.spectral else identity,
        }
        for_g = {name: getattr(self, name) for name in ("embedding", "shared", "chunks", "conditional")}
        G = biggan.generator(self.latent, classes, source.shape, rng, **for_g, **parts)
        return G, biggan.discriminator(classes, source.shape, rng, projection=self.projection, **parts)

    def objective(self, rng: np.random.Generator) -> Game:
        loss = Hinge() if self.hinge else NonSaturating()
        if not self.orthogonality:
            return loss
        return loss + OrthogonalRegularization(self.orthogonality, without=("code",))

    def rule(self, learning_rate: Any) -> Any:
        return adam(learning_rate, self.beta1, self.beta2)
