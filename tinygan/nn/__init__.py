"""Networks as plain trees of layers; activations are the plain functions of tinygan.functional."""

from tinygan.nn.attention import SelfAttention
from tinygan.nn.autoencoder import Autoencoder
from tinygan.nn.average import averaged
from tinygan.nn.convolution import Conv2d, ConvTranspose2d
from tinygan.nn.dense import Dense, Embedding
from tinygan.nn.initialize import glorot, he, normal, orthogonal
from tinygan.nn.maxout import Maxout
from tinygan.nn.minibatch_discrimination import MinibatchDiscrimination
from tinygan.nn.normalization import BatchNorm, ConditionalBatchNorm, InstanceNorm, LayerNorm, with_statistics
from tinygan.nn.orthogonality import orthogonality
from tinygan.nn.packed import Packed
from tinygan.nn.reconstruction import Reconstruction
from tinygan.nn.sequential import Dropout, Reshape, Sequential
from tinygan.nn.spectral import SpectralNorm
from tinygan.nn.summary import count, summary
from tinygan.nn.together import together
from tinygan.nn.tree import (
    followed,
    frozen,
    map_leaves,
    map_nodes,
    moved,
    named_generators,
    named_leaves,
    parameters,
    traced,
    updated,
)
from tinygan.nn.virtual import Referenced, VirtualBatchNorm

__all__ = [
    "Autoencoder",
    "BatchNorm",
    "ConditionalBatchNorm",
    "Conv2d",
    "ConvTranspose2d",
    "Dense",
    "Dropout",
    "Embedding",
    "InstanceNorm",
    "LayerNorm",
    "Maxout",
    "MinibatchDiscrimination",
    "Packed",
    "Reconstruction",
    "Referenced",
    "Reshape",
    "SelfAttention",
    "Sequential",
    "SpectralNorm",
    "VirtualBatchNorm",
    "averaged",
    "count",
    "followed",
    "frozen",
    "glorot",
    "he",
    "map_leaves",
    "map_nodes",
    "moved",
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
