"""pix2pix: translation of images learned from pairs, by Isola, Zhu, Zhou and Efros 2017."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.algorithms import maximize_likelihood
from tinygan.errors import SettingError
from tinygan.networks.patch import patch_discriminator
from tinygan.networks.unet import unet
from tinygan.nn.minibatch import on_host
from tinygan.objectives import L1, AbsoluteError, NonSaturating
from tinygan.recipes.setting import setting
from tinygan.recipes.translator import Translator
from tinygan.training import Step


@dataclass(frozen=True)
class Pix2Pix(Translator):
    """A U-Net that makes b of a, and a PatchGAN that tells pairs (a, b) from pairs (a, G(a)); G's loss has an L1 term.

    The adversarial loss is auxiliary: `adversarial=false` leaves the L1 distance alone, one player without a D, and
    `l1=0` the conditional GAN. Dropout in G is its only noise, in samples too.

    The paper's minibatches have 1 to 10 images, and batch norm of a single image is instance norm. Here they have 8,
    for speed, and the norm is instance norm, so a translation depends on no other image. The paper also halves D's
    loss, to slow D down. Adam's step does not change when a loss is multiplied by a number, so that has no effect and
    is left out.
    """

    name: ClassVar[str] = "pix2pix"
    paper: ClassVar[str] = "Isola et al. 2017, arXiv 1611.07004"

    data: str = "edges-digits"
    iterations: int = 2000
    m: int = setting(8, "pairs in a minibatch")  # 1 to 10 in section 3.3
    g_learning_rate: float = 2e-4  # section 3.3
    d_learning_rate: float = 2e-4
    beta1: float = 0.5
    adversarial: bool = setting(True, "whether G has an adversarial loss; without it L1 is all, and there is no D")
    l1: float = setting(100.0, "weight of the L1 term beside the adversarial loss")  # lambda; section 4.2
    field: int = setting(16, "side of the patches that D judges, in pixels; 1: pixels, 70: all of a small image")
    skips: bool = setting(True, "whether the encoder's maps reach the decoder; without them G is no U-Net")
    dropout: float = setting(0.5, "rate of the dropout in G's decoder", below=1)  # section 6.1.1
    width: int = setting(32, "channels of the first convolution in G and in D")  # 64 in section 6.1
    std: float = setting(0.02, "standard deviation of the initial weights")  # section 6.2

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.adversarial or self.l1):
            raise SettingError("adversarial=false leaves the L1 distance alone, so l1 is expected to be above 0, got 0")

    def examples(self, source: Any) -> Any:
        """The pairs of a source. Raises SettingError if it has no pairs, or if they are no images."""
        return self.turned(source.paired())

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D) for pairs of images of one size; D is None without an adversarial loss."""
        a, b = source.domains
        if a[:2] != b[:2]:
            of_a, of_b = (" x ".join(map(str, shape[:2])) for shape in (a, b))
            raise SettingError(f"recipe {self.name!r} needs images a and b of one size, got {of_a} and {of_b}")
        of_g, of_d = rng.spawn(2)
        sizes: dict[str, Any] = {"width": self.width, "std": self.std, "normalize": nn.InstanceNorm}
        U = unet(a, b[2], of_g, dropout=self.dropout, skips=self.skips, **sizes)
        G = nn.KeepInput(U)
        if not self.adversarial:
            return G, None
        D = patch_discriminator((*a[:2], a[2] + b[2]), of_d, field=self.field, **sizes)
        return G, nn.Sequential(nn.JoinPair(), *D)

    def objective(self, rng: np.random.Generator) -> Any:
        if not self.adversarial:
            return AbsoluteError()
        return NonSaturating() + L1(self.l1) if self.l1 else NonSaturating()

    def rules(self) -> tuple[Any, Any]:
        g_rule, d_rule = super().rules()
        return g_rule, d_rule if self.adversarial else None

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        """Algorithm 1; without D the steps of one player."""
        if self.adversarial:
            return super().algorithm(*game, start=start)
        G, _, objective, optimizer, _, noise, data = game
        return maximize_likelihood(G, objective, optimizer, noise, data, m=self.m, start=start)

    def columns(self, run: Any) -> dict[str, Any]:
        """Held-out pairs: x, its translation, and the true one."""
        a, b = map(on_host, run.shown_z)
        return {"x": a, "G(x)": run.translated(run.shown_z).b, "truth": b}
