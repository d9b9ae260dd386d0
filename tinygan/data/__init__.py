"""Where x comes from: images, and densities that are known exactly; and where z comes from. Loaded by name."""

from tinygan.data.curves import Moons, SwissRoll
from tinygan.data.density import Density
from tinygan.data.gaussians import Gaussian, Grid, Mixture, Ring
from tinygan.data.images import Images, as_uint8
from tinygan.data.minibatches import Shuffled, Stream
from tinygan.data.noise import Normal, Truncated, Uniform
from tinygan.data.registry import Entry, catalogue, load

__all__ = [
    "Density",
    "Entry",
    "Gaussian",
    "Grid",
    "Images",
    "Mixture",
    "Moons",
    "Normal",
    "Ring",
    "Shuffled",
    "Stream",
    "SwissRoll",
    "Truncated",
    "Uniform",
    "as_uint8",
    "catalogue",
    "load",
]
