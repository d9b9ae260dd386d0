"""Parts of a sequence: slices share its layers, and compose to the whole."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import nn

RNG = np.random.default_rng(0)
X = RNG.standard_normal((4, 3)).astype(np.float32)


def network():
    return nn.Sequential(nn.Dense(3, 5, RNG), F.tanh, nn.Dense(5, 2, RNG), nn.BatchNorm(2))


def test_an_index_gives_the_layer_itself():
    D = network()
    assert len(D) == 4
    assert D[1] is F.tanh
    assert D[-1] is D.layers[3]
    with pytest.raises(IndexError):
        D[4]


@pytest.mark.parametrize("cut", range(5))
def test_the_two_parts_of_a_cut_are_the_whole(cut):
    D = network()
    first, rest = D[:cut], D[cut:]
    assert type(first) is type(rest) is nn.Sequential
    assert [*first.layers, *rest.layers] == D.layers
    np.testing.assert_array_equal(rest(first(X)).data, D(X).data)


def test_a_slice_shares_leaves_but_not_the_list():
    D = network()
    trunk = D[:3]
    assert nn.parameters(trunk)["layers.2.weight"] is D[2].weight
    trunk.layers.append(F.relu)
    assert len(D) == 4
