"""Modules as trees: paths, new trees that share what did not change, and what becomes of Tensors and raw arrays."""

import functools
import types
from typing import Any, NamedTuple

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import namespace
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.walk import is_leaf
from tinygan.optim import Optimizer, sgd


class Pair(NamedTuple):
    G: Any
    D: Any


class Node:
    def __init__(self, **parts):
        vars(self).update(parts)


def array(*numbers):
    return np.array(numbers, np.float32)


def tree():
    """Every kind of branch and leaf, and what is neither."""
    return Node(
        learned=Tensor([1.0]),
        state=array(2),
        labels=np.array([3, 4]),
        children=[Node(weight=Tensor([5.0, 6.0])), F.relu, Node(bias=None)],
        pair=Pair(Node(weight=Tensor([7.0])), (array(8), Tensor([[9.0]]))),
        by_name={"a": Tensor([10.0]), "b": {"c": array(11)}},
        number=3,
        text="tanh",
        dtype=np.float32,
        partial=functools.partial(F.leaky_relu, slope=0.2),
        method="x".upper,
        rng=np.random.default_rng(0),
        module=np,
    )


PATHS = [
    "learned",
    "state",
    "labels",
    "children.0.weight",
    "pair.G.weight",
    "pair.D.0",
    "pair.D.1",
    "by_name.a",
    "by_name.b.c",
]


def test_paths_in_order_of_definition():
    assert [path for path, _ in nn.named_leaves(tree())] == PATHS
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Dense(2, 3, rng), F.tanh, nn.Sequential(nn.BatchNorm(3), nn.Dense(3, 1, rng, bias=False)))
    assert [path for path, _ in nn.named_leaves(net)] == [
        "layers.0.weight",
        "layers.0.bias",
        "layers.2.layers.0.scale",
        "layers.2.layers.0.shift",
        "layers.2.layers.1.weight",
    ]
    assert list(nn.named_leaves(net, prefix="G."))[0][0] == "G.layers.0.weight"  # noqa: RUF015


def test_leaves_at_the_paths():
    module = tree()
    leaves = dict(nn.named_leaves(module))
    assert leaves["pair.D.1"] is module.pair.D[1]
    assert leaves["by_name.b.c"] is module.by_name["b"]["c"]


def test_classes_and_functions_have_no_parts():
    class Kind:
        weight = Tensor([1.0])

    def function():
        pass

    function.weight = Tensor([1.0])
    assert list(nn.named_leaves(Node(kind=Kind, function=function))) == []


def test_what_a_leaf_is():
    assert is_leaf(Tensor(1.0))
    assert is_leaf(np.ones(2))
    assert not is_leaf(np.float32)
    assert not is_leaf(np.dtype(np.float32))
    assert not is_leaf(np)
    assert not is_leaf([1.0])
    assert not is_leaf(2.0)


def test_parameters_are_the_tensors():
    assert list(nn.parameters(tree())) == ["learned", "children.0.weight", "pair.G.weight", "pair.D.1", "by_name.a"]
    assert all(isinstance(leaf, Tensor) for leaf in nn.parameters(tree()).values())


def values(module):
    return {path: raw(leaf).tolist() for path, leaf in nn.named_leaves(module)}


def test_map_leaves_changes_every_leaf_and_leaves_the_old_tree_alone():
    module = tree()
    before, parts = values(module), dict(vars(module))
    new = nn.map_leaves(module, lambda leaf: leaf * 2)
    assert values(new) == {path: (2 * np.array(numbers)).tolist() for path, numbers in before.items()}
    assert values(module) == before
    assert vars(module) == parts
    assert type(new) is Node
    assert type(new.pair) is Pair
    assert type(new.pair.D) is tuple
    assert type(new.children) is list
    assert type(new.by_name) is dict
    assert (new.number, new.text, new.dtype, new.module) == (3, "tanh", np.float32, np)
    assert new.rng is module.rng


def test_what_did_not_change_is_shared():
    module = tree()
    weight = module.children[0].weight
    new = nn.map_leaves(module, lambda leaf: Tensor([0.0, 0.0]) if leaf is weight else leaf)
    assert new is not module
    assert new.children is not module.children
    assert new.children[0] is not module.children[0]
    assert new.children[1:] == module.children[1:]
    for name in ("learned", "state", "pair", "by_name"):
        assert getattr(new, name) is getattr(module, name)
    assert nn.map_leaves(module, lambda leaf: leaf) is module


def test_a_leaf_alone_is_a_tree():
    assert nn.map_leaves(Tensor([1.0]), raw).tolist() == [1]
    assert nn.map_leaves(F.relu, raw) is F.relu


def test_map_nodes_replaces_whole_nodes_by_path():
    module = tree()
    seen = []

    def replace(path, node):
        seen.append(path)
        return Node(new=Tensor([0.0])) if path == "children.0" else node

    new = nn.map_nodes(module, replace)
    assert isinstance(new.children[0].new, Tensor)
    assert "children.0.weight" not in seen
    assert "children.0.new" not in seen  # below a replaced node nothing is visited
    assert not {"number", "text"} & set(seen)  # settings
    assert seen[0] == ""
    assert set(PATHS) - {"children.0.weight"} <= set(seen)


def small():
    rng = np.random.default_rng(0)
    return nn.Sequential(
        nn.Conv2d(1, 2, 3, rng, padding=1),
        nn.BatchNorm(2),
        F.tanh,
        nn.Reshape(18),
        nn.Dense(18, 1, rng),
        nn.Dropout(0.1),
    )


IMAGES = np.random.default_rng(0).standard_normal((4, 3, 3, 1)).astype(np.float32)


def test_evaluating_a_frozen_module_makes_no_tensor():
    module = nn.frozen(small())
    assert nn.parameters(module) == {}
    before = Tensor(0.0).serial
    out = module(IMAGES)
    assert Tensor(0.0).serial == before + 1
    assert type(out) is np.ndarray
    np.testing.assert_array_equal(out, small()(IMAGES).data)


def test_no_gradient_reaches_a_frozen_module_and_one_passes_through_it():
    module, x = small(), Tensor(IMAGES)
    gradients = grad(nn.frozen(module)(x).sum(), {**nn.parameters(module), "x": x})
    assert np.any(gradients.pop("x"))
    assert len(gradients) == 6
    assert not any(np.any(g) for g in gradients.values())


def test_frozen_shares_memory_and_keeps_state():
    module = tree()
    still = nn.frozen(module)
    assert still.learned is module.learned.data
    assert still.state is module.state


def test_traced_is_the_way_back():
    module = small()
    back = nn.traced(nn.frozen(module))
    assert nn.parameters(back).keys() == nn.parameters(module).keys()
    for path, leaf in nn.parameters(back).items():
        old = nn.parameters(module)[path]
        assert leaf is not old
        assert leaf.op is None
        assert leaf.data is old.data


def test_traced_leaves_state_raw():
    rng = np.random.default_rng(0)
    layers = nn.Dense(2, 3, rng), nn.BatchNorm(3), nn.SpectralNorm(nn.Dense(3, 3, rng)), nn.VirtualBatchNorm(3)
    module = nn.WithReference(
        nn.with_statistics(nn.Sequential(*layers[:2]), np.ones((4, 2), np.float32)), np.ones((4, 2))
    )
    for each in (module, nn.Sequential(*layers)):
        back = nn.traced(nn.frozen(each))
        assert nn.parameters(back).keys() == nn.parameters(each).keys()
        assert [path for path, _ in nn.named_leaves(back)] == [path for path, _ in nn.named_leaves(each)]


def test_traced_has_no_history_and_leaves_integers_raw():
    w = Tensor([2.0])
    new = nn.traced(Node(weight=w * w, labels=np.array([1])))
    assert new.weight.op is None
    assert new.weight.data.tolist() == [4]
    assert isinstance(new.labels, np.ndarray)


def test_updated():
    module = tree()
    weight = Tensor([0.0, 0.0])
    new = nn.updated(module, {"children.0.weight": weight, "pair.D.0": array(1), "by_name.a": array(2)})
    assert new.children[0].weight is weight
    assert new.pair.D[0].tolist() == [1]
    assert isinstance(new.by_name["a"], Tensor)  # a raw array in a Tensor's place
    assert new.by_name["a"].data.tolist() == [2]
    assert isinstance(new.pair.D[0], np.ndarray)
    assert [path for path, _ in nn.named_leaves(new)] == PATHS
    assert new.by_name["b"] is module.by_name["b"]
    assert values(module) == values(tree())
    assert nn.updated(module, {}) is module


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("children.0.wieght", "updated: no leaf 'children.0.wieght'. Did you mean 'children.0.weight'?"),
        ("children.0", "updated: no leaf 'children.0'. Did you mean 'children.0.weight'?"),
        ("zzz", f"updated: no leaf 'zzz'. There are {', '.join(PATHS)}."),
        ("number", f"updated: no leaf 'number'. There are {', '.join(PATHS)}."),
    ],
)
def test_a_path_that_does_not_exist(path, message):
    with pytest.raises(ShapeMismatch) as caught:
        nn.updated(tree(), {path: array(1, 2)})
    assert str(caught.value) == message


def test_a_leaf_of_another_shape():
    with pytest.raises(ShapeMismatch) as caught:
        nn.updated(tree(), {"children.0.weight": array(1, 2, 3)})
    assert str(caught.value) == "updated: children.0.weight has shape (2,), but (3,) was given"


def test_a_module_moves_to_a_device(device):
    module = nn.map_leaves(small(), lambda leaf: Tensor(device.asarray(raw(leaf))))
    out = module(device.asarray(IMAGES))
    assert namespace(raw(out)) is device.module
    np.testing.assert_allclose(device.to_host(raw(out)), small()(IMAGES).data, rtol=1e-5, atol=1e-6)


def test_gradients_by_path():
    module = small()
    gradients = grad(module(IMAGES).sum(), nn.parameters(module))
    assert list(gradients) == list(nn.parameters(module))
    assert {path: g.shape for path, g in gradients.items()} == {p: t.shape for p, t in nn.parameters(module).items()}


class Slots:
    """A layer that keeps its parameters in slots, one of them private."""

    __slots__ = ("__shift", "weight")

    def __init__(self):
        self.weight, self.__shift = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])

    def __call__(self, x):
        return x * self.weight + self.__shift


class MoreSlots(Slots):
    __slots__ = ["factor"]

    def __init__(self):
        super().__init__()
        self.factor = Tensor([5.0, 6.0])

    def __call__(self, x):
        return self.factor * super().__call__(x)


class HoldsItself:
    """A layer with its own bound method for an attribute."""

    def __init__(self):
        self.weight = Tensor([1.0, 2.0])
        self.activation = self.forward

    def forward(self, x):
        return x * self.weight

    def __call__(self, x):
        return self.activation(x)


class Stack(list):
    """A list with an attribute."""

    def __call__(self, x):
        return self.scale * self[0] * x


def stack():
    made = Stack([Tensor([1.0, 2.0])])
    made.scale = Tensor([3.0, 4.0])
    return made


def scaled(x, weight):
    return x * weight


HOLDERS = {
    "partial by name": lambda: functools.partial(scaled, weight=Tensor([1.0, 2.0])),
    "partial by place": lambda: functools.partial(scaled, Tensor([1.0, 2.0])),
    "partial of a layer": lambda: functools.partial(HoldsItself()),
    "bound method": lambda: HoldsItself().forward,
    "its own bound method": HoldsItself,
    "slots": Slots,
    "inherited slots": MoreSlots,
    "list with an attribute": stack,
    "dictionary with any key": lambda: Node(parts={0: Tensor([1.0, 2.0]), (1, "a"): [Tensor([3.0, 4.0])]}),
}


@pytest.mark.parametrize("made", HOLDERS.values(), ids=HOLDERS)
def test_what_can_be_walked_is_walked(made):
    """The oracle is the sum by hand: each of the numbers, and what one step of SGD at rate 1 makes of it."""
    module = nn.Sequential(F.tanh)
    module.layers.append(made())
    before = values(module)
    assert before
    new = nn.updated(module, {path: 10 * np.array(numbers, np.float32) for path, numbers in before.items()})
    assert values(new) == {path: (10 * np.array(numbers)).tolist() for path, numbers in before.items()}
    assert values(module) == before
    assert type(new.layers[1]) is type(module.layers[1])
    assert nn.parameters(nn.frozen(module)) == {}
    assert nn.parameters(nn.traced(nn.frozen(module))).keys() == before.keys()


@pytest.mark.parametrize("kind", [name for name in HOLDERS if name != "dictionary with any key"])
def test_what_is_walked_is_what_is_called(kind):
    module, x = HOLDERS[kind](), array(1, 1)
    tenfold = nn.updated(module, {path: 10 * raw(leaf) for path, leaf in nn.parameters(module).items()})
    assert np.all(raw(tenfold(x)) >= 10 * raw(module(x)))
    assert type(nn.frozen(module)(x)) is np.ndarray  # it records nothing
    learned = Optimizer(sgd(1.0)).descend(module, F.sum(module(x)))
    gradient = grad(F.sum(module(x)), nn.parameters(module))
    for path, leaf in nn.parameters(learned).items():
        np.testing.assert_array_equal(leaf.data, nn.parameters(module)[path].data - gradient[path])


def tied():
    layer = nn.Dense(1, 1, np.random.default_rng(0), bias=False, initialize=lambda shape, rng: np.full(shape, 0.5))
    return nn.Sequential(layer, nn.Sequential(F.negative, layer)), layer


def test_a_layer_in_two_places_is_one_layer():
    """y = -w w x: the gradient of its sum is -2 w x, the sum of both places; SGD by hand from w = 1 / 2."""
    net, _ = tied()
    optimizer, w, x = Optimizer(sgd(0.1)), 0.5, np.array([[2.0]])
    for _ in range(3):
        net = optimizer.descend(net, F.sum(net(x)))
        w += 0.1 * 2 * w * 2
        assert net.layers[0] is net.layers[1].layers[1]
        assert net.layers[0].weight.data.item() == pytest.approx(w, rel=1e-12)
    assert list(nn.parameters(net)) == ["layers.0.weight"]
    assert nn.count(net) == 1


@pytest.mark.parametrize("f", [nn.frozen, lambda net: nn.traced(nn.frozen(net)), nn.refreshed])
def test_it_stays_one_through_every_map(f):
    net, layer = tied()
    net.shared = [layer.weight, layer.weight]  # a Tensor in several places, too
    new = f(net)
    assert new.layers[0] is new.layers[1].layers[1]
    assert new.layers[0].weight is new.shared[0] is new.shared[1]


def test_what_an_average_ties_stays_tied():
    net, _ = tied()
    average = nn.averaged(nn.frozen(net), nn.updated(net, {"layers.0.weight": np.array([[1.5]])}), 0.5)
    assert average.layers[0] is average.layers[1].layers[1]
    assert average.layers[0].weight.tolist() == [[1.0]]


def test_two_tensors_of_one_array_stay_two():
    zeros = array(0, 0)
    module = Node(a=Tensor(zeros), b=Tensor(zeros), c=zeros)
    still = nn.frozen(module)
    assert list(dict(nn.named_leaves(still))) == ["a", "b", "c"]
    assert nn.traced(still).a is not nn.traced(still).b
    assert np.shares_memory(still.a, still.b)


def test_a_shared_generator_has_one_path():
    rng = np.random.default_rng(0)
    assert list(dict(nn.named_generators([nn.Dropout(0.1, rng), nn.Dropout(0.2, rng)]))) == ["0.rng"]


@pytest.mark.parametrize("parts", [{0: Tensor(1.0), "0": Tensor(2.0)}, {"a.b": Tensor(1.0), "a": {"b": Tensor(2.0)}}])
def test_two_leaves_of_one_path_are_refused(parts):
    with pytest.raises(SettingError, match=r"^two leaves of the module have the path '(0|a\.b)'; rename one$"):
        nn.parameters(parts)


def test_parts_of_one_name_stay_apart():
    """An item and an attribute, or two keys, that read the same: each keeps what it has."""

    class Table(dict):
        pass

    table = Table(scale=Tensor([1.0]))
    table.scale = 2.0
    module = [{"True": Tensor([1.0]), True: 3}, table, {0: {"a": Tensor([1.0])}, "0": {"b": Tensor([2.0])}}]
    new = nn.updated(module, {path: 10 * leaf.data for path, leaf in nn.parameters(module).items()})
    assert new[0][True] == 3
    assert new[0]["True"].data == new[1]["scale"].data == new[2][0]["a"].data == 10
    assert (new[1].scale, type(new[1]), new[2]["0"]["b"].data) == (2.0, Table, 20)


def test_tuples_of_ones_own():
    class Two(tuple):
        def __new__(cls, a, b):
            return super().__new__(cls, (a, b))

    new = nn.frozen(Two(Tensor([1.0]), F.relu))
    assert type(new) is Two
    assert isinstance(new[0], np.ndarray)
    ring = []
    pair = (ring, Tensor([1.0]))
    ring.append(pair)
    turned = nn.frozen(pair)
    assert turned[0][0][0] is turned[0]


def test_what_cannot_be_made_anew_is_a_line():
    class Cached:
        def __init__(self):
            self.weight = Tensor([1.0])
            self.table = functools.lru_cache(self.forward)

        def forward(self, x):
            return x * self.weight

    with pytest.raises(SettingError, match=r"^a _lru_cache_wrapper holds a layer or an array and cannot be copied"):
        nn.frozen(Cached())
    space = nn.frozen(types.SimpleNamespace(weight=Tensor([1.0])))
    assert isinstance(space.weight, np.ndarray)


def test_updated_takes_any_path_of_a_leaf():
    """A layer in two places, and a parameter under two names."""
    net, layer = tied()
    net.name = layer.weight
    for path in ("layers.0.weight", "layers.1.layers.1.weight", "name"):
        new = nn.updated(net, {path: np.array([[7.0]])})
        assert new.layers[0].weight.data == new.layers[1].layers[1].weight.data == new.name.data == 7
    with pytest.raises(ShapeMismatch, match=r"^updated: no leaf 'layers.1.weight'. Did you mean 'layers.0.weight'\?$"):
        nn.updated(net, {"layers.1.weight": np.array([[7.0]])})


def test_a_spectral_norm_around_a_tied_layer():
    class Tied:
        def __init__(self, encoder):
            self.encoder, self.weight = encoder, encoder.weight

        def __call__(self, x):
            return F.matmul(x, self.weight)

    norm = nn.SpectralNorm(Tied(nn.Dense(3, 2, np.random.default_rng(0))))
    assert np.linalg.norm(nn.frozen(norm)(np.eye(3, dtype=np.float32)), 2) == pytest.approx(1, rel=1e-4)
