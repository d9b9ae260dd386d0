"""Data sets and densities that x is drawn from, loaded by name, and the priors that z is drawn from."""

from tinygan.data.absent import Absent
from tinygan.data.arrays import IMAGES, POINTS, as_source, given_as
from tinygan.data.codes import CodedNoise
from tinygan.data.curves import Moons, SwissRoll
from tinygan.data.dataset import Dataset
from tinygan.data.density import Density
from tinygan.data.files import absolute
from tinygan.data.gaussians import Gaussian, Grid, Mixture, Overlapping, Ring
from tinygan.data.images import Images, as_uint8
from tinygan.data.labels import label_of
from tinygan.data.minibatches import Shuffled, Stream
from tinygan.data.noise import LabelledNoise, Normal, Truncated, Uniform, truncated
from tinygan.data.pairs import Pairs
from tinygan.data.points import Points
from tinygan.data.registry import Entry, catalogue, has_images, load
from tinygan.data.source import Minibatches, Source
from tinygan.data.stacked import Stacked
from tinygan.data.unpaired import Unpaired

__all__ = [
    "IMAGES",
    "POINTS",
    "Absent",
    "CodedNoise",
    "Dataset",
    "Density",
    "Entry",
    "Gaussian",
    "Grid",
    "Images",
    "LabelledNoise",
    "Minibatches",
    "Mixture",
    "Moons",
    "Normal",
    "Overlapping",
    "Pairs",
    "Points",
    "Ring",
    "Shuffled",
    "Source",
    "Stacked",
    "Stream",
    "SwissRoll",
    "Truncated",
    "Uniform",
    "Unpaired",
    "absolute",
    "as_source",
    "as_uint8",
    "catalogue",
    "given_as",
    "has_images",
    "label_of",
    "load",
    "truncated",
]
