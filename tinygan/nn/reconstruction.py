"""An autoencoder as a discriminator: how far it leaves an example from itself is the example's energy."""

from collections.abc import Callable
from typing import Any

from tinygan import functional as F
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.layer import Layer, expect_callable
from tinygan.nn.minibatch import Heads


class Reconstruction(Layer):
    """The mean over an example's numbers of |decoder(encoder(x)) - x|**power: (m, ...) to energies (m, 1).

    D(x) is Heads(energy, code): the code is what the decoder sees of x.

    power: 1 or 2; Berthelot et al. 2017, eq. (1), whose eta it is. Zhao et al. 2017 write the norm of the difference
    as their energy; power 2 is the square of that over the number of numbers, so that a margin means the same at any
    size.
    """

    per_example = True

    def __init__(self, encoder: Callable, decoder: Callable, power: int = 2):
        if power not in (1, 2):
            raise SettingError(f"Reconstruction: power is expected to be 1 or 2, got {power}")
        expect_callable(self, encoder, decoder)
        self.encoder, self.decoder, self.power = encoder, decoder, power

    def __call__(self, x: Any) -> Heads:
        code = self.encoder(x)
        found = self.decoder(code)
        if found.shape != x.shape:
            raise ShapeMismatch(f"Reconstruction: the decoder gives {found.shape} for x of shape {x.shape}")
        away = F.reshape(found - x, shape=(len(x), -1))
        energy = F.mean(F.abs(away) if self.power == 1 else away * away, axis=1, keepdims=True)
        return Heads(energy, code)
