"""The table of a module, to the letter."""

import functools

import numpy as np
import pytest

from tinygan import Tensor, nn
from tinygan import functional as F
from tinygan.errors import ShapeMismatch
from tinygan.networks.residual import Residual


def rng():
    return np.random.default_rng(0)


def test_a_generator():
    net = nn.Sequential(
        nn.Dense(100, 4 * 4 * 64, rng(), bias=False),
        nn.Reshape(4, 4, 64),
        nn.BatchNorm(64),
        functools.partial(F.leaky_relu, slope=0.2),
        nn.Sequential(nn.ConvTranspose2d(64, 1, 4, rng(), stride=2, padding=1), F.tanh),
    )
    assert nn.summary(net).splitlines() == [
        "layer                  output         parameters",
        "Dense                  (1, 1024)         102,400",
        "Reshape                (1, 4, 4, 64)           0",
        "BatchNorm              (1, 4, 4, 64)         128",
        "leaky_relu(slope=0.2)  (1, 4, 4, 64)           0",
        "ConvTranspose2d        (1, 8, 8, 1)        1,025",
        "tanh                   (1, 8, 8, 1)            0",
        "total                                    103,553",
    ]


def test_an_example_gives_the_shapes_and_without_one_they_are_left_out():
    net = nn.Sequential(nn.Conv2d(3, 2, 3, rng()), F.relu)
    assert nn.summary(net, np.zeros((7, 5, 5, 3), np.float32)).splitlines() == [
        "layer   output        parameters",
        "Conv2d  (7, 3, 3, 2)          56",
        "relu    (7, 3, 3, 2)           0",
        "total                         56",
    ]
    assert nn.summary(net).splitlines() == [
        "layer   output  parameters",
        "Conv2d                  56",
        "relu                     0",
        "total                   56",
    ]


def test_a_layer_that_is_no_sequential():
    assert nn.summary(nn.Dense(2, 3, rng())).splitlines() == [
        "layer  output  parameters",
        "Dense  (1, 3)           9",
        "total                   9",
    ]
    assert "Embedding  (1, 2)           8" in nn.summary(nn.Sequential(nn.Embedding(4, 2, rng())))
    assert nn.summary(nn.Sequential()).splitlines()[-1].split() == ["total", "0"]


def test_an_example_that_does_not_fit_is_refused_by_the_layer():
    with pytest.raises(ShapeMismatch, match="Dense: x has 5 features"):
        nn.summary(nn.Dense(2, 3, rng()), np.zeros((1, 5), np.float32))


def test_a_summary_records_nothing():
    net = nn.Sequential(nn.Dense(2, 3, rng()), F.tanh)
    before = Tensor(0.0).serial
    nn.summary(net)
    assert Tensor(0.0).serial == before + 1


def test_the_repr_of_a_module_is_its_summary():
    norm = nn.Sequential(nn.Dense(2, 3, rng()), nn.BatchNorm(3), nn.Dense(3, 1, rng()))
    assert repr(norm).splitlines() == [  # two examples, as the batch norm needs
        "layer      output  parameters",
        "Dense      (2, 3)           9",
        "BatchNorm  (2, 3)           6",
        "Dense      (2, 1)           4",
        "total                      19",
    ]
    for module in (norm, nn.Dense(2, 3, rng()), nn.Packed(norm, 2), nn.Dropout(0.1), nn.SelfAttention(8, rng())):
        assert repr(module) == nn.summary(module)


def test_a_module_that_cannot_run_has_a_repr():
    net = nn.Sequential(nn.Dense(2, 3, rng()), nn.Dense(4, 1, rng()), lambda x: x.nonsense)
    assert repr(net).splitlines() == [
        "layer     output  parameters",
        "Dense                      9",
        "Dense                      5",
        "<lambda>                   0",
        "total                     14",
    ]


def test_looking_at_a_module_changes_nothing():
    """A dropout draws from its generator when it is called, and not when it is printed."""
    net = nn.Sequential(nn.Dense(2, 3, rng()), nn.Dropout(0.5, rng()), nn.Dense(3, 1, rng()))
    before = net.layers[1].rng.bit_generator.state
    assert "Dropout" in repr(net)
    nn.summary(net, np.ones((4, 2), np.float32))
    assert net.layers[1].rng.bit_generator.state == before


def test_odd_modules_have_a_repr():
    holds_itself = nn.Sequential(nn.Dense(2, 3, rng()))
    holds_itself.layers.append(holds_itself)
    assert "total" in repr(holds_itself)
    assert "Dense()" in repr(nn.Sequential(functools.partial(nn.Dense(2, 3, rng()))))
    assert "Sequential object" in repr(object.__new__(nn.Sequential))


def test_a_layer_in_two_places_is_counted_once():
    layer = nn.Dense(3, 3, rng())
    assert nn.summary(nn.Sequential(layer, F.tanh, layer)).splitlines() == [
        "layer  output  parameters",
        "Dense  (1, 3)          12",
        "tanh   (1, 3)           0",
        "Dense  (1, 3)      shared",
        "total                  12",
    ]


def test_a_summary_on_every_device(device):
    net = nn.map_leaves(nn.Dense(2, 3, rng()), lambda leaf: Tensor(device.asarray(leaf.data)))
    assert "Dense  (1, 3)           9" in repr(net)


def test_count():
    assert nn.count(nn.Dense(2, 3, rng())) == 9
    standing = nn.with_statistics(nn.BatchNorm(3), np.ones((4, 3), np.float32))
    assert nn.count(standing) == 6  # statistics are not learned
    assert nn.count(nn.frozen(nn.Dense(2, 3, rng()))) == 0


def test_a_layer_with_branches_has_their_lines_and_then_its_own():
    block = Residual(nn.Sequential(nn.Dense(2, 3, rng()), F.tanh), nn.Dense(2, 3, rng()))
    assert nn.summary(nn.Sequential(nn.Dense(2, 2, rng()), block)).splitlines() == [
        "layer     output  parameters",
        "Dense     (1, 2)           6",
        "Dense     (1, 3)           9",
        "tanh      (1, 3)           0",
        "Dense     (1, 3)           9",  # from the input of the block
        "Residual  (1, 3)           0",
        "total                     24",
    ]


def test_stages_say_what_a_skip_connection_brings():
    block = Residual(nn.Sequential(F.tanh, Residual(F.tanh)))
    found = nn.stages(nn.Sequential(block, nn.Dense(2, 3, rng())), np.ones((1, 2), np.float32))
    assert [(stage.name, stage.shapes, stage.skip) for stage in found] == [
        ("tanh", ((1, 2),), None),
        ("tanh", ((1, 2),), None),
        ("Residual", ((1, 2),), 0),
        ("Residual", ((1, 2),), -1),  # the input of the network
        ("Dense", ((1, 3),), None),
    ]
    assert nn.stages(nn.Conv2d(1, 1, 1, rng()))[0].shapes == ()
