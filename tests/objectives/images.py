"""Points as images, for laws of views that need images in a suite whose examples are points."""

from dataclasses import dataclass

from tinygan import functional as F
from tinygan import nn
from tinygan.objectives import View


@dataclass(frozen=True)
class AsImages(View):
    """Points (m, d) as images of 1 x d pixels, or 1 x 1 for a single number."""

    def real(self, x, turn):
        return F.reshape(x, shape=(len(x), 1, -1, 1))

    def fake(self, x, turn):
        return self.real(x, turn)


def flattening(rng):
    """G and D, whose first layer makes points of images again."""
    G = nn.Sequential(nn.Dense(2, 2, rng), F.tanh, nn.Dense(2, 3, rng))
    return G, nn.Sequential(nn.Reshape(3), nn.Dense(3, 2, rng), F.tanh, nn.Dense(2, 1, rng))
