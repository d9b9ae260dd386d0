"""InfoGAN: a generator whose codes tell what it makes, learned without labels; Chen et al. 2016."""

from dataclasses import dataclass
from functools import partial
from math import log, nan
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.data import CodedNoise, Uniform
from tinygan.metrics import Measure, cluster_errors
from tinygan.networks import dcgan
from tinygan.networks.heads import WithQ
from tinygan.nn.minibatch import on_host, part, rows
from tinygan.objectives import Game, Information, NonSaturating
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting

CHUNK = 500  # samples in a pass through D
STATISTICS = 512  # images for the statistics of D's batch norms


@dataclass(frozen=True)
class InfoGAN(Recipe):
    """The networks and the settings of the paper's MNIST experiment, appendix C.1, and of its released code.

    G gets noise, a category and continuous codes. Q, a second head on D's trunk, finds the codes of a sample. Both
    players gain by L_I, so the samples of a category get something in common: on MNIST, most often the digit.
    """

    name: ClassVar[str] = "infogan"
    paper: ClassVar[str] = "Chen et al. 2016, arXiv 1606.03657"

    data: str = "mnist"
    iterations: int = 5000  # 50 epochs of 100 updates in the released code
    m: int = 128  # the released code
    latent: int = setting(62, "dimensions of the noise, besides the codes")  # appendix C.1
    categories: int = setting(10, "values of the category", least=2)
    continuous: int = setting(2, "continuous codes", least=0)
    weight: float = setting(1.0, "weight of the information about the category")  # lambda; 1 in section 6
    continuous_weight: float = setting(1.0, "weight of the information about the continuous codes")  # 1 in the code
    control: bool = setting(False, "whether G's loss has no information term, as in the control of figure 1")
    g_learning_rate: float = 1e-3  # appendix C
    d_learning_rate: float = 2e-4  # appendix C
    beta1: float = 0.5  # the released code
    width: int = setting(64, "channels of D's first convolution")
    g_dense: int = setting(1024, "units in G's dense layer")
    d_dense: int = setting(1024, "units in D's dense layer")
    q_dense: int = setting(128, "units in Q's dense layer")
    slope: float = setting(0.1, "slope of D's and Q's leaky ReLUs")  # 0.01 in the released code
    std: float = setting(0.02, "standard deviation of the initial weights")  # the released code

    def prior(self, source: Any) -> CodedNoise:
        return CodedNoise(Uniform(self.latent), self.categories, self.continuous)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D), where D returns a score and, from the head Q, what it finds of the codes."""
        inputs = self.latent + self.categories + self.continuous
        sizes: dict[str, Any] = {"width": self.width, "std": self.std}
        G = dcgan.generator(inputs, source.shape, rng, dense=self.g_dense, **sizes)
        activation, init = partial(F.leaky_relu, slope=self.slope), nn.normal(self.std)
        D = dcgan.discriminator(source.shape, 1, rng, dense=self.d_dense, activation=activation, **sizes)
        Q = nn.Sequential(
            nn.Dense(self.d_dense, self.q_dense, rng, bias=False, initialize=init),
            nn.BatchNorm(self.q_dense),
            activation,
            nn.Dense(self.q_dense, self.categories + self.continuous, rng, initialize=init),
        )
        return nn.Sequential(nn.JoinCodes(self.categories), *G), WithQ(D[:-1], D[-1], Q, self.categories)

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + Information(self.weight, self.continuous_weight, self.control)

    def measures(self, run: Any, samples: int = 2500, seed: int = 0) -> list[Measure]:
        """L_I of the category in nats, and the errors of the category as a classifier of all test images.

        The category that Q finds most probable is the cluster of an image; see `metrics.cluster_errors`. D's batch
        norms have the statistics of samples for L_I, and of training images for the errors. Without labels, or without
        test images, there is L_I alone.
        """
        G, D, rng = run.generator(), nn.frozen(run.D), np.random.default_rng(seed)
        z = run.placed(run.prior.sample(samples, rng))
        of_samples = nn.with_statistics(D, G(run.statistics_z))
        parts = [part(z, i, i + CHUNK) for i in range(0, samples, CHUNK)]
        nats = sum(rows(z) * float(F.cross_entropy(of_samples(G(z)).category, z.category)) for z in parts) / samples
        title = f"information on the category, of {log(self.categories):.3f} nats"
        found = [Measure("information", log(self.categories) - nats, nan, samples, title=title, column="L_I")]
        training, test = run.source, run.source.held_out() if run.source.classes else None
        if test is None or not test.classes:
            return found
        seen = training.examples(rng.permutation(len(training))[:STATISTICS])
        of_images = nn.with_statistics(D, run.placed(seen))

        def clusters(images: Any) -> Any:
            return on_host(of_images(run.placed(images)).category).argmax(axis=1)

        return found + cluster_errors(clusters, training, test, self.categories, seed=seed)
