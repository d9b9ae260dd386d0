"""The order of the layers of networks that papers show as figures: each row is a line of the figure, input first."""

from functools import partial

import numpy as np
import pytest

from tinygan import nn
from tinygan.networks import biggan, metz, r3gan, semi_supervised
from tinygan.networks.cyclegan import residual_generator
from tinygan.networks.patch import patch_discriminator
from tinygan.networks.residual import Residual
from tinygan.networks.unet import Joined, unet

SHAPE = (8, 8, 1)


def words(layer):
    """The kinds of the layers that x passes, in order. A block is [ main path + shortcut ], or [ main path ] beside the
    identity. { path } is a path that is joined with its input. A number is the side of a kernel, and its stride where
    that is not 1.
    """
    if isinstance(layer, Residual):
        beside = [] if layer.shortcut is None else ["+", *words(layer.shortcut)]
        return ["[", *words(layer.main), *beside, "]"]
    if isinstance(layer, Joined):
        return ["{", *words(layer.inner), "}"]
    if isinstance(layer, biggan.Chunked):
        return [word for part in (layer.first, *layer.blocks, layer.last) for word in words(part)]
    if isinstance(layer, nn.KeepLabels | nn.PassLabels):
        return words(layer.network)
    if isinstance(layer, nn.Sequential):
        return [word for part in layer for word in words(part)]
    if isinstance(layer, partial):
        return [layer.func.__name__]
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        stride = f"/{layer.stride}" if layer.stride != 1 else ""
        return [f"{type(layer).__name__}-{layer.weight.shape[0]}{stride}"]
    return [type(layer).__name__ if isinstance(layer, nn.Layer) else layer.__name__]


def generator(**settings):
    return partial(biggan.generator, 7, 3, SHAPE, width=4, embedding=5, **settings)


def discriminator(**settings):
    return partial(biggan.discriminator, 3, SHAPE, width=4, **settings)


UP = "[ {0} relu UpConv2d-3 {0} relu Conv2d-3 + Conv2d-1 Upsample ]"
G_BLOCK, PLAIN_BLOCK = UP.format("ConditionalBatchNorm"), UP.format("BatchNorm")
BOTTLENECK = "[ Conv2d-1 leaky_relu Conv2d-3 leaky_relu Conv2d-1 ]"
DEEP = {"width": 4, "blocks": 2, "dense": 8}

TABLE = {
    "biggan G": (  # Brock et al. 2019, figure 15 (a), (b): the last norm is not conditional
        generator(),
        f"""Dense Reshape
            {G_BLOCK}
            SelfAttention
            {G_BLOCK}
            BatchNorm relu Conv2d-3 tanh""",
    ),
    "biggan G without attention": (
        generator(attention=False),
        f"""Dense Reshape
            {G_BLOCK}
            {G_BLOCK}
            BatchNorm relu Conv2d-3 tanh""",
    ),
    "biggan G without conditional norms": (
        generator(conditional=False),
        f"""JoinLabels Dense Reshape
            {PLAIN_BLOCK}
            SelfAttention
            {PLAIN_BLOCK}
            BatchNorm relu Conv2d-3 tanh""",
    ),
    "biggan D": (  # figure 15 (c): no ReLU before the first block, one before the sum
        discriminator(),
        """[ Conv2d-3 relu DownConv2d-3 + Downsample Conv2d-1 ]
           SelfAttention
           [ relu Conv2d-3 relu DownConv2d-3 + Downsample Conv2d-1 ]
           [ relu Conv2d-3 relu Conv2d-3 + Conv2d-1 ]
           relu SumPool Projection""",
    ),
    "biggan D without projection": (
        discriminator(projection=False, attention=False),
        """JoinLabels
           [ Conv2d-3 relu DownConv2d-3 + Downsample Conv2d-1 ]
           [ relu Conv2d-3 relu DownConv2d-3 + Downsample Conv2d-1 ]
           [ relu Conv2d-3 relu Conv2d-3 + Conv2d-1 ]
           relu SumPool Dense""",
    ),
    "r3gan G": (  # Huang et al. 2024, section 3.3; the dense layers and the convolution of stride 2 are not the paper's
        partial(r3gan.generator, 7, SHAPE, **DEEP),
        f"""Dense leaky_relu Dense Reshape
            {BOTTLENECK} {BOTTLENECK}
            Conv2d-1 Upsample
            {BOTTLENECK} {BOTTLENECK}
            ConvTranspose2d-4/2 tanh""",
    ),
    "r3gan D": (
        partial(r3gan.discriminator, SHAPE, **DEEP),
        f"""Conv2d-4/2
            {BOTTLENECK} {BOTTLENECK}
            Downsample Conv2d-1
            {BOTTLENECK} {BOTTLENECK}
            Reshape Dense leaky_relu Dense""",
    ),
    "metz G": (  # Metz et al. 2017, the networks for stacked MNIST: batch norm after each layer but the last
        partial(metz.generator, 7, SHAPE),
        """Dense Reshape BatchNorm relu
           ConvTranspose2d-3/2 BatchNorm relu
           ConvTranspose2d-3/2 BatchNorm relu
           ConvTranspose2d-3/2 BatchNorm relu
           Conv2d-3 tanh""",
    ),
    "metz D": (
        partial(metz.discriminator, SHAPE),
        """Conv2d-3/2 BatchNorm leaky_relu
           Conv2d-3/2 BatchNorm leaky_relu
           Conv2d-3/2 BatchNorm leaky_relu
           Reshape Dense""",
    ),
    "U-Net": (  # Isola et al. 2017, section 6.1.1, and the authors' code: no norm at the first, innermost and last map
        partial(unet, SHAPE, 1, width=4),
        """Conv2d-4/2
           { leaky_relu Conv2d-4/2 BatchNorm
             { leaky_relu Conv2d-4/2 relu ConvTranspose2d-4/2 BatchNorm Dropout }
             relu ConvTranspose2d-4/2 BatchNorm Dropout }
           relu ConvTranspose2d-4/2 tanh""",
    ),
    "PatchGAN": (  # Isola et al. 2017, section 6.1.2
        partial(patch_discriminator, (28, 28, 2), field=34, width=4),
        """Conv2d-4/2 leaky_relu
           Conv2d-4/2 BatchNorm leaky_relu
           Conv2d-4 BatchNorm leaky_relu
           Conv2d-4""",
    ),
    "PatchGAN of pixels": (
        partial(patch_discriminator, SHAPE, field=1, width=4),
        "Conv2d-1 leaky_relu Conv2d-1 BatchNorm leaky_relu Conv2d-1",
    ),
    "CycleGAN G": (  # Zhu et al. 2017, appendix 7.2: c7s1-64, d128, d256, R256, R256, u128, u64, c7s1-3
        partial(residual_generator, SHAPE, 1, width=4, blocks=2),
        """Conv2d-7 InstanceNorm relu
           Conv2d-3/2 InstanceNorm relu
           Conv2d-3/2 InstanceNorm relu
           [ Conv2d-3 InstanceNorm relu Conv2d-3 InstanceNorm ]
           [ Conv2d-3 InstanceNorm relu Conv2d-3 InstanceNorm ]
           ConvTranspose2d-3/2 InstanceNorm relu
           ConvTranspose2d-3/2 InstanceNorm relu
           Conv2d-7 tanh""",
    ),
    "sgan-conv D": (  # as the perceptron of Salimans et al. 2016: noise on the input and after each activation
        partial(semi_supervised.convolutional, (24, 24, 1), 3, width=4, input_noise=0.3, noise=0.5),
        """Rescaled Downsample GaussianNoise
           WeightNorm leaky_relu GaussianNoise MaxPool
           WeightNorm leaky_relu GaussianNoise
           WeightNorm leaky_relu GaussianNoise
           MeanPool WeightNorm""",
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_layers_stand_in_the_papers_order(name):
    network, rows = TABLE[name]
    assert words(network(rng=np.random.default_rng(0))) == rows.split()
