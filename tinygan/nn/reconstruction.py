"""An autoencoder as a discriminator: the energy of an example is its reconstruction error."""

from collections.abc import Callable

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.checks import expect_callable
from tinygan.nn.layer import Layer
from tinygan.nn.minibatch import Heads


class Reconstruction(Layer):
    """D(x) = Heads(energy, code), with energy = mean |decoder(code) - x|**power and code = encoder(x).

    The mean is over the numbers of an example: x (m, ...) has energies (m, 1).
    power: 1 or 2, the eta of Berthelot et al. 2017, eq. (1). The energy of Zhao et al. 2017 is the norm of the
    difference; power 2 is the square of that norm divided by the size of x, so that a margin does not depend on the
    size.
    """

    per_example = True

    def __init__(self, encoder: Callable, decoder: Callable, power: int = 2):
        if power not in (1, 2):
            raise SettingError(f"Reconstruction: power is expected to be 1 or 2, got {power}")
        expect_callable(self, encoder, decoder)
        self.encoder, self.decoder, self.power = encoder, decoder, power

    def __call__(self, x: Array) -> Heads:
        code = self.encoder(x)
        reconstruction = self.decoder(code)
        if reconstruction.shape != x.shape:
            raise ShapeMismatch(f"Reconstruction: the decoder gives {reconstruction.shape} for x of shape {x.shape}")
        error = F.reshape(reconstruction - x, shape=(len(x), -1))
        energy = F.mean(F.abs(error) if self.power == 1 else error * error, axis=1, keepdims=True)
        return Heads(energy, code)
