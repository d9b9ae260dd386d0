"""Layers, networks as trees of layers, and functions of such trees. Activations are functions of tinygan.functional."""

from tinygan.nn.attention import SelfAttention
from tinygan.nn.average import averaged
from tinygan.nn.codes import JoinCodes
from tinygan.nn.convolution import Conv2d, ConvTranspose2d
from tinygan.nn.data_dependent import initialized
from tinygan.nn.dense import Dense
from tinygan.nn.distributions import AsBernoulli, AsGaussian, Bernoulli, Gaussian, WithVariance, standard_normal
from tinygan.nn.dropout import Dropout
from tinygan.nn.embedding import Embedding
from tinygan.nn.ensemble import Ensemble
from tinygan.nn.evaluation import evaluated, statistics_of, with_given_statistics, with_statistics
from tinygan.nn.gaussian_noise import GaussianNoise
from tinygan.nn.initialize import glorot, he, normal, orthogonal, uniform
from tinygan.nn.labels import DropLabels, JoinLabels, KeepLabels, OneHot, PassLabels
from tinygan.nn.layer import Layer, Module, replaced
from tinygan.nn.maxout import Maxout
from tinygan.nn.minibatch import Codes, Heads, Labelled, Minibatch, Pair, Semi, concatenated, each, part, rows
from tinygan.nn.minibatch_discrimination import MinibatchDiscrimination
from tinygan.nn.normalization import BatchNorm, ConditionalBatchNorm, InstanceNorm, LayerNorm
from tinygan.nn.orthogonality import orthogonality
from tinygan.nn.packed import Packed
from tinygan.nn.pairs import EachDomain, JoinPair, KeepInput, TakeB, TwoWay
from tinygan.nn.pooling import MaxPool, MeanPool, SumPool
from tinygan.nn.projection import Projection
from tinygan.nn.ranks import on_rank
from tinygan.nn.reconstruction import Reconstruction
from tinygan.nn.resampling import DownConv2d, Downsample, UpConv2d, Upsample
from tinygan.nn.sequential import Reshape, Sequential
from tinygan.nn.spectral import SpectralNorm
from tinygan.nn.state import State
from tinygan.nn.summary import Stage, count, stages, summary
from tinygan.nn.together import together
from tinygan.nn.tree import (
    frozen,
    map_leaves,
    moved,
    named_generators,
    named_leaves,
    parameters,
    refreshed,
    traced,
    updated,
)
from tinygan.nn.virtual import VirtualBatchNorm, WithReference
from tinygan.nn.walk import map_nodes
from tinygan.nn.weight_norm import WeightNorm

__all__ = [
    "AsBernoulli",
    "AsGaussian",
    "BatchNorm",
    "Bernoulli",
    "Codes",
    "ConditionalBatchNorm",
    "Conv2d",
    "ConvTranspose2d",
    "Dense",
    "DownConv2d",
    "Downsample",
    "DropLabels",
    "Dropout",
    "EachDomain",
    "Embedding",
    "Ensemble",
    "Gaussian",
    "GaussianNoise",
    "Heads",
    "InstanceNorm",
    "JoinCodes",
    "JoinLabels",
    "JoinPair",
    "KeepInput",
    "KeepLabels",
    "Labelled",
    "Layer",
    "LayerNorm",
    "MaxPool",
    "Maxout",
    "MeanPool",
    "Minibatch",
    "MinibatchDiscrimination",
    "Module",
    "OneHot",
    "Packed",
    "Pair",
    "PassLabels",
    "Projection",
    "Reconstruction",
    "Reshape",
    "SelfAttention",
    "Semi",
    "Sequential",
    "SpectralNorm",
    "Stage",
    "State",
    "SumPool",
    "TakeB",
    "TwoWay",
    "UpConv2d",
    "Upsample",
    "VirtualBatchNorm",
    "WeightNorm",
    "WithReference",
    "WithVariance",
    "averaged",
    "concatenated",
    "count",
    "each",
    "evaluated",
    "frozen",
    "glorot",
    "he",
    "initialized",
    "map_leaves",
    "map_nodes",
    "moved",
    "named_generators",
    "named_leaves",
    "normal",
    "on_rank",
    "orthogonal",
    "orthogonality",
    "parameters",
    "part",
    "refreshed",
    "replaced",
    "rows",
    "stages",
    "standard_normal",
    "statistics_of",
    "summary",
    "together",
    "traced",
    "uniform",
    "updated",
    "with_given_statistics",
    "with_statistics",
]
