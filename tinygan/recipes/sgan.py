"""Semi-supervised learning with GANs: Salimans et al. 2016, with the settings of their released code."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.data import Uniform
from tinygan.errors import SettingError
from tinygan.metrics import Measure, error_rate
from tinygan.networks import dcgan, semi_supervised
from tinygan.objectives import Game, SemiSupervised
from tinygan.optim import adam
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting

FIRST = 500  # examples in the minibatch that initializes D


@dataclass(frozen=True)
class SemiSupervisedGAN(Recipe):
    """D classifies images by the labels of a few and tells all others from samples; G matches D's mean features.

    The networks are perceptrons. `--set weight=0` leaves the supervised classifier alone, with the same D and noise.
    The minibatch has m labelled examples, m unlabelled ones and m samples. The test error is that of an average of D.
    """

    name: ClassVar[str] = "sgan"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 5.1, and the released code"
    matched: ClassVar[int] = -2  # the layers of D whose mean output G matches: all but the last two

    data: str = "mnist"
    iterations: int = 18000  # 30 epochs of 600 for 60,000 images; 300 epochs in the code
    m: int = 100
    latent: int = 100
    g_learning_rate: float = 3e-3
    d_learning_rate: float = 3e-3
    # 0.9999 in the code, whose run is ten times as long
    d_average: float = setting(0.999, "decay of the moving average of D whose test error is measured; 0: D", below=1)
    record_every: int = 50
    sample_every: int = 600
    test_every: int = setting(600, "iterations between the test errors in the history; 0: none", least=0)
    labels: int = setting(10, "labelled examples of each class")
    weight: float = setting(1.0, "weight of the loss without labels; 0: a supervised classifier")
    width: int = setting(1000, "units of D's first hidden layer; G has half as many, and D's others half or a quarter")
    input_noise: float = setting(0.3, "standard deviation of the noise on D's input, whose pixels are in [0, 1]")
    noise: float = setting(0.5, "standard deviation of the noise after each hidden layer of D")

    def examples(self, source: Any) -> Any:
        """The source with labels for a few examples. Raises SettingError unless it has images with labels."""
        if not source.has_images:
            raise SettingError(
                f"recipe {self.name!r} makes images, not examples of shape {source.shape}; "
                "choose data with images, such as digits"
            )
        return source.partly_labelled(self.labels)

    def prior(self, source: Any) -> Any:
        return Uniform(self.latent, 0.0, 1.0)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D), where D is initialized by a minibatch of unlabelled examples."""
        G, D = self.players(source, rng)
        x = source.unlabelled().first(FIRST, rng.spawn(1)[0])
        return G, nn.initialized(D, x)

    def players(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D) before the data-dependent initialization."""
        half, quarter = max(1, self.width // 2), max(1, self.width // 4)
        hidden = (self.width, half, quarter, quarter, quarter)
        noise: dict[str, Any] = {"input_noise": self.input_noise, "noise": self.noise}
        G = semi_supervised.generator(self.latent, source.shape, (half, half), rng)
        return G, semi_supervised.classifier(source.shape, len(source.classes), hidden, rng, **noise)

    def objective(self, rng: np.random.Generator) -> Game:
        return SemiSupervised(self.weight, layer=self.matched)

    def rule(self, learning_rate: Any) -> Any:
        return adam(learning_rate, self.beta1, in_root=True)

    def averages(self) -> tuple[float, float]:
        return self.average, self.d_average

    def measures(self, run: Any, samples: int = 2500, seed: int = 0) -> list[Measure]:
        """The test error of D or, if it is averaged, of the average and of the last D; on all test examples."""
        data = run.source.held_out(), run.backend.asarray
        last = nn.evaluated(nn.frozen(run.D))
        if not self.d_average:
            return error_rate(last, *data)
        average = error_rate(run.discriminator(), *data, title="test error of D's average")
        return average + [each._replace(by_class=()) for each in error_rate(last, *data, name="last_test_error")]

    def recorded(self, run: Any, iteration: int) -> dict[str, float]:
        """The test errors in the first record of every `test_every` iterations."""
        if not self.test_every or iteration % self.test_every >= self.record_every:
            return {}
        return {measure.name: measure.value for measure in self.measures(run)}


@dataclass(frozen=True)
class ConvolutionalSGAN(SemiSupervisedGAN):
    """The same losses with small convolutional networks, for the embedded digits: G is a small DCGAN.

    D has three convolutions and takes the mean over the positions before its logits. G matches its features before that
    mean, position by position.
    """

    name: ClassVar[str] = "sgan-conv"
    matched: ClassVar[int] = -3  # before the mean over positions

    data: str = "digits"
    iterations: int = 2400
    m: int = 50
    latent: int = 64
    g_learning_rate: float = 1e-3
    d_average: float = setting(0.998, "decay of the moving average of D whose test error is measured; 0: D", below=1)
    record_every: int = 10
    sample_every: int = 100
    test_every: int = 200
    width: int = setting(32, "channels of D's first convolution; G has half as many before its last layer")
    noise: float = setting(0.3, "standard deviation of the noise after each convolution of D")
    dense: int = setting(256, "units of G's first layer")

    def players(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        noise: dict[str, Any] = {"input_noise": self.input_noise, "noise": self.noise}
        G = dcgan.generator(self.latent, source.shape, rng, width=max(1, self.width // 2), dense=self.dense)
        return G, semi_supervised.convolutional(source.shape, len(source.classes), rng, width=self.width, **noise)
