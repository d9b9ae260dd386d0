"""Networks as plain trees of layers; activations are the plain functions of tinygan.functional."""

from tinygan.nn.average import averaged
from tinygan.nn.convolution import Conv2d, ConvTranspose2d
from tinygan.nn.dense import Dense, Embedding
from tinygan.nn.initialize import glorot, he, normal, orthogonal
from tinygan.nn.normalization import BatchNorm, InstanceNorm, LayerNorm, with_statistics
from tinygan.nn.orthogonality import orthogonality
from tinygan.nn.reconstruction import Reconstruction
from tinygan.nn.sequential import Dropout, Reshape, Sequential
from tinygan.nn.summary import count, summary
from tinygan.nn.together import together
from tinygan.nn.tree import frozen, map_leaves, map_nodes, named_generators, named_leaves, parameters, traced, updated

__all__ = [
    "BatchNorm",
    "Conv2d",
    "ConvTranspose2d",
    "Dense",
    "Dropout",
    "Embedding",
    "InstanceNorm",
    "LayerNorm",
    "Reconstruction",
    "Reshape",
    "Sequential",
    "averaged",
    "count",
    "frozen",
    "glorot",
    "he",
    "map_leaves",
    "map_nodes",
    "named_generators",
    "named_leaves",
    "normal",
    "orthogonal",
    "orthogonality",
    "parameters",
    "summary",
    "together",
    "traced",
    "updated",
    "with_statistics",
]
