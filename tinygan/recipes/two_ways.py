"""The base class of the recipes that translate both ways between two domains of which no pairs are known.

G is both translations, and D a discriminator for each domain. In the letters of Zhu et al. 2017, G makes b of a, and F
makes a of b. A recipe adds the objective.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygan import nn
from tinygan.errors import SettingError
from tinygan.networks.cyclegan import residual_generator
from tinygan.networks.patch import patch_discriminator
from tinygan.networks.perceptrons import perceptron
from tinygan.nn.minibatch import each, on_host
from tinygan.recipes.setting import setting
from tinygan.recipes.translator import Translator

SHOWN_POINTS = 1000  # in a panel of a picture


@dataclass(frozen=True)
class TwoWays(Translator):
    """On images residual generators and PatchGANs, on points perceptrons. x and z are unpaired examples, `Pair(a, b)`.

    A setting "for points" has no effect on images, and one "for images" none on points.
    """

    # images
    width: int = setting(8, "channels of the first convolution in G and in D, for images")  # 64 in Zhu et al.
    blocks: int = setting(3, "residual blocks in G, for images", least=0)  # 6 or 9 in Zhu et al.
    field: int = setting(34, "side of the patches that D judges, in pixels, for images")  # 70 of 256 in Zhu et al.
    std: float = setting(0.02, "standard deviation of the initial weights, for images")  # Zhu et al., appendix 7.1

    # points
    hidden: int = setting(128, "units in each hidden layer, for points")
    layers: int = setting(3, "hidden layers, for points")

    def examples(self, source: Any) -> Any:
        """Unpaired examples of both domains. Raises SettingError if the source has one domain."""
        return self.turned(source.unpaired())

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D). Raises SettingError if one domain has images and the other points, or images of other sides."""
        a, b = source.domains
        if len(a) != len(b) or (len(a) == 3 and a[:2] != b[:2]):
            raise SettingError(
                f"recipe {self.name!r} translates between images of one size, or points, not {a} and {b}"
            )
        of_g, of_d = rng.spawn(2)
        translation, judge = (self._of_images if len(a) == 3 else self._of_points)(of_g, of_d)
        return nn.TwoWay(translation(b, a), translation(a, b)), nn.EachDomain(judge(a), judge(b))

    def _of_images(self, of_g: np.random.Generator, of_d: np.random.Generator) -> tuple[Any, Any]:
        """The functions that make a translation from images of one shape to another's, and a discriminator."""
        sizes: dict[str, Any] = {"width": self.width, "std": self.std, "normalize": nn.InstanceNorm}
        return (
            lambda given, made: residual_generator(given, made[2], of_g, blocks=self.blocks, **sizes),
            lambda shape: patch_discriminator(shape, of_d, field=self.field, **sizes),
        )

    def _of_points(self, of_g: np.random.Generator, of_d: np.random.Generator) -> tuple[Any, Any]:
        """The same for points."""
        inner = self.layers * (self.hidden,)
        return (
            lambda given, made: perceptron((*given, *inner, *made), of_g, spread=1.0),
            lambda shape: perceptron((*shape, *inner, 1), of_d, spread=1.0),
        )

    def columns(self, run: Any) -> dict[str, Any]:
        """a, G(a), F(G(a)) if there is an F, and the true translation if it is known; for points more of b."""
        images, rng = run.source.has_images, np.random.default_rng(run.seed)
        z = each(on_host, run.shown_z) if images else run.prior.sample(SHOWN_POINTS, rng)
        made = run.translated(z)
        found = {"a": z.a, "G(a)": made.b}
        if run.both_ways:
            found["F(G(a))"] = run.translated(made).a
        if not images:
            return {**found, "b": run.prior.sample(2 * SHOWN_POINTS, rng).b}
        return {**found, "truth": z.b} if run.source.unseen().is_paired else found
