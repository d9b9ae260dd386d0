"""The autoencoder: an encoder, then a decoder, each within reach."""

from collections.abc import Callable
from typing import Any

from tinygan.nn.layer import Layer, expect_callable


class Autoencoder(Layer):
    """decoder(encoder(x)): the energy of EBGAN (Zhao et al. 2017) and of BEGAN is how far that is from x."""

    per_example = True

    def __init__(self, encoder: Callable, decoder: Callable):
        expect_callable(self, encoder, decoder)
        self.encoder, self.decoder = encoder, decoder

    def __call__(self, x: Any) -> Any:
        return self.decoder(self.encoder(x))

    def stages(self) -> list[Callable]:
        """What x passes through, one after another: a line each in a summary."""
        return [self.encoder, self.decoder]
