"""What a layer refuses when it is made: sizes, generators, and things that cannot be called."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import nn
from tinygan.errors import SettingError

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("Dense", lambda n: nn.Dense(n, 3, RNG)),
        ("Dense", lambda n: nn.Dense(3, n, RNG)),
        ("Embedding", lambda n: nn.Embedding(n, 3, RNG)),
        ("Conv2d", lambda n: nn.Conv2d(n, 2, 3, RNG)),
        ("ConvTranspose2d", lambda n: nn.ConvTranspose2d(2, n, 3, RNG)),
        ("Maxout", lambda n: nn.Maxout(2, n, 2, RNG)),
        ("Maxout", lambda n: nn.Maxout(2, 3, n, RNG)),
        ("MinibatchDiscrimination", lambda n: nn.MinibatchDiscrimination(2, 3, n, RNG)),
        ("BatchNorm", nn.BatchNorm),
        ("LayerNorm", lambda n: nn.LayerNorm((3, n))),
        ("InstanceNorm", nn.InstanceNorm),
        ("VirtualBatchNorm", nn.VirtualBatchNorm),
        ("SelfAttention", lambda n: nn.SelfAttention(n, RNG)),
        ("Packed", lambda n: nn.Packed(F.relu, n)),
    ],
)
@pytest.mark.parametrize("size", [0, -1, 2.5, "3"])
def test_sizes(name, make, size):
    with pytest.raises(SettingError) as caught:
        make(size)
    assert str(caught.value) == f"{name}: sizes are expected to be whole numbers from 1 on, got {size!r}"


@pytest.mark.parametrize("kernel", [0, (3, 0)])
@pytest.mark.parametrize("layer", [nn.Conv2d, nn.ConvTranspose2d])
def test_kernels(layer, kernel):
    with pytest.raises(
        SettingError, match=rf"^{layer.__name__}: sizes are expected to be whole numbers from 1 on, got 0"
    ):
        layer(1, 2, kernel, RNG)


@pytest.mark.parametrize("rng", [0, None, np.random, np.random.RandomState(0)], ids=["seed", "None", "module", "old"])
@pytest.mark.parametrize("layer", [nn.Dense, nn.Embedding])
def test_generators(layer, rng):
    with pytest.raises(
        SettingError, match=rf"^{layer.__name__}: rng is expected to be numpy.random.default_rng\(seed\)"
    ):
        layer(2, 3, rng)


def test_numpys_integers_are_whole_numbers():
    assert nn.Dense(np.int64(2), np.int32(3), RNG).weight.shape == (2, 3)


@pytest.mark.parametrize(("thing", "kind"), [([F.relu], "list"), (None, "NoneType"), (2, "int")])
def test_what_cannot_be_called_is_no_layer(thing, kind):
    with pytest.raises(SettingError) as caught:
        nn.Sequential(F.relu, thing)
    assert str(caught.value) == (
        f"Sequential: layer 1 is a {kind}, which cannot be called; layers are given one by one, Sequential(*layers)"
    )


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, float("nan")])
def test_rates_of_dropout(rate):
    with pytest.raises(SettingError, match=r"^Dropout: rate is expected in \[0, 1\), got"):
        nn.Dropout(rate)
