"""What a layer refuses when it is made: sizes, generators, and things that cannot be called."""

import sys
import types

import numpy as np
import pytest

from tinygan import Tensor, nn
from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.nn.state import state_of

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


@pytest.mark.parametrize(
    ("thing", "said"), [([F.relu], "list"), (None, "NoneType"), (2, "int"), (nn.Dense, "the class Dense")]
)
@pytest.mark.parametrize(
    "layer",
    [
        lambda thing: nn.Sequential(F.relu, thing),
        lambda thing: nn.Packed(thing, 2),
        lambda thing: nn.Ensemble(F.relu, thing),
        lambda thing: nn.Reconstruction(F.relu, thing),
    ],
)
def test_what_cannot_be_called_is_no_layer(layer, thing, said):
    with pytest.raises(SettingError, match=rf"^\w+: expected a layer or a function, got {said}$"):
        layer(thing)


def test_layers_in_a_list():
    with pytest.raises(SettingError, match=r"^Sequential: layers are given one by one, Sequential\(\*layers\)"):
        nn.Sequential([F.relu, F.tanh])


@pytest.mark.parametrize("epsilon", [-1e-5, float("nan"), float("inf"), None, "1e-5"])
@pytest.mark.parametrize("layer", [nn.BatchNorm, nn.LayerNorm, nn.InstanceNorm, nn.VirtualBatchNorm])
def test_epsilons(layer, epsilon):
    with pytest.raises(SettingError, match=rf"^{layer.__name__}: epsilon is expected to be at least 0, got"):
        layer(3, epsilon=epsilon)


def test_an_epsilon_of_numpy_is_a_number_like_others():
    layer = nn.BatchNorm(3, epsilon=np.float64(1e-5))
    assert list(nn.parameters(nn.traced(nn.frozen(layer)))) == ["scale", "shift"]
    assert nn.frozen(layer)(np.ones((2, 3), np.float32)).dtype == np.float32


def test_a_shape_may_be_a_list():
    assert nn.LayerNorm([7, 7, 8]).scale.shape == (7, 7, 8)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.Conv2d(1, 2, 3, RNG, stride=0), "Conv2d: stride: expected a whole number of at least 1"),
        (lambda: nn.Conv2d(1, 2, 3, RNG, padding="same"), "Conv2d: padding: expected a whole number of at least 0"),
        (lambda: nn.ConvTranspose2d(1, 2, 3, RNG, output_padding=-1), "ConvTranspose2d: output_padding: expected a"),
        (lambda: nn.Reshape((3, 4)), "Reshape: expected whole numbers one by one, Reshape"),
        (lambda: nn.Dropout(0.5, 0), "Dropout: rng is expected to be numpy.random.default_rng"),
        (lambda: nn.SpectralNorm(F.relu), "SpectralNorm: expected a layer with a weight of two axes or more"),
        (lambda: nn.SpectralNorm(nn.BatchNorm(2)), "SpectralNorm: expected a layer with a weight of two axes or more"),
        (lambda: nn.Dense(True, 3, RNG), "Dense: sizes are expected to be whole numbers from 1 on, got True"),
        (
            lambda: nn.Dense(3, 1, RNG, initialize=lambda shape, rng: np.ones((7, 7))),
            "Dense: initialize is expected to give .3, 1., got .7, 7.",
        ),
    ],
)
def test_settings_that_would_fail_later_or_not_at_all(make, words):
    with pytest.raises(SettingError, match=f"^{words}"):
        make()


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, float("nan")])
def test_rates_of_dropout(rate):
    with pytest.raises(SettingError, match=r"^Dropout: rate is expected in \[0, 1\), got"):
        nn.Dropout(rate)


class Standing(nn.Layer):
    """A layer with a parameter, and state that is annotated as such."""

    mean: nn.State = None

    def __init__(self):
        self.weight, self.mean = Tensor(np.ones(2, np.float32)), np.zeros(2, np.float32)


class Textual(Standing):
    """Annotations of a file with `from __future__ import annotations` are text."""

    moment: "nn.State"

    def __init__(self):
        super().__init__()
        self.moment = np.zeros(3, np.float32)


def test_what_is_annotated_as_state_is_not_learned():
    for layer, learned in ((Standing(), {"weight"}), (Textual(), {"weight"})):
        assert nn.parameters(nn.traced(nn.frozen(layer))).keys() == learned
    assert state_of(Textual) == ("moment", "mean")


def test_what_is_not_annotated_is_learned():
    class Forgetful(nn.Layer):
        def __init__(self):
            self.weight, self.mean = Tensor(np.ones(2, np.float32)), np.zeros(2, np.float32)

    assert nn.parameters(nn.traced(nn.frozen(Forgetful()))).keys() == {"weight", "mean"}


def test_a_copy_with_a_change():
    layer = nn.Dense(2, 3, RNG)
    other = nn.replaced(layer, bias=None)
    assert other.bias is None
    assert other.weight is layer.weight
    assert layer.bias is not None
    with pytest.raises(SettingError, match=r"^replaced: a Dense has no slope that can be replaced$"):
        nn.replaced(layer, slope=0.1)


def test_a_condition_reaches_the_layers_that_take_one():
    condition = np.eye(2, dtype=np.float32)
    inner = nn.Sequential(nn.ConditionalBatchNorm(3, 2, RNG), F.relu)
    net = nn.Sequential(nn.Dense(2, 3, RNG), inner, nn.Sequential(F.tanh), nn.Dense(3, 1, RNG))
    x = RNG.standard_normal((2, 2)).astype(np.float32)
    expected = net[3](F.tanh(F.relu(inner[0](net[0](x), condition))))
    np.testing.assert_array_equal(net(x, condition).data, expected.data)
    with pytest.raises(SettingError, match=r"^Sequential: none of its layers takes a condition"):
        nn.Sequential(F.relu)(x, condition)


def test_stages_are_gone_through_in_order_and_a_layer_without_them_is_no_sequence():
    layer = nn.Dense(2, 3, RNG)
    assert list(nn.Sequential(layer, F.relu)) == [layer, F.relu]
    with pytest.raises(TypeError, match="not iterable"):
        list(layer)


class Kept(nn.Layer):
    """State in a list, state that may be None, and state that was never set."""

    past: nn.State
    moment: "nn.State | None" = None
    unset: nn.State

    def __init__(self):
        self.weight, self.past = Tensor(np.ones(2, np.float32)), [np.zeros(2, np.float32)]


def test_state_may_be_a_tree_or_missing():
    assert state_of(Kept) == ("past", "moment", "unset")
    assert nn.parameters(nn.traced(nn.frozen(Kept()))).keys() == {"weight"}


FUTURE = """
from __future__ import annotations
from tinygan import nn
from tinygan.nn import State as Remembered
from tinygan.optim import State

class Layer(nn.Layer):
    a: nn.State
    b: Remembered
    c: State
    d: Nowhere
"""


def test_annotations_as_text_mean_what_they_name(monkeypatch):
    module = types.ModuleType("future_layer")
    monkeypatch.setitem(sys.modules, "future_layer", module)
    exec(FUTURE, vars(module))
    assert state_of(module.Layer) == ("a", "b")


def test_a_namedtuple_is_replaced_too_and_a_property_is_not():
    assert nn.replaced(nn.Pair(1, 2), a=3) == nn.Pair(3, 2)
    with pytest.raises(SettingError, match=r"^replaced: a Sequential has no conditional that can be replaced$"):
        nn.replaced(nn.Sequential(F.relu), conditional=True)


def test_a_condition_that_is_missing():
    with pytest.raises(SettingError, match=r"^ConditionalBatchNorm: it is called with a condition"):
        nn.Sequential(nn.ConditionalBatchNorm(3, 2, RNG))(np.ones((4, 3), np.float32))
