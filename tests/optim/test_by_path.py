"""Rules for parts of a module."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, optim, raw
from tinygan import functional as F
from tinygan.errors import RunError, SettingError
from tinygan.objectives import Minimax, Unrolled
from tinygan.optim import Optimizer, assigned, by_path

SLOW, FAST, OTHER = optim.sgd(0.1), optim.adam(0.5), optim.momentum(0.2)
PATHS = ["codes", "codes.weight", "codes_2", "layers.0.weight", "layers.0.bias", "layers.01.weight"]


def module(**arrays):
    return {path: Tensor(np.asarray(array)) for path, array in arrays.items()}


def test_a_part_is_a_path_or_what_is_below_it():
    found = assigned(by_path({"codes": FAST, "layers.0": OTHER}, SLOW), PATHS)
    assert found == {
        "codes": FAST,
        "codes.weight": FAST,
        "codes_2": SLOW,
        "layers.0.weight": OTHER,
        "layers.0.bias": OTHER,
        "layers.01.weight": SLOW,
    }


@pytest.mark.parametrize("turned", [False, True])
def test_the_longest_path_wins(turned):
    rules = {"layers": FAST, "layers.0": OTHER, "layers.0.bias": SLOW}
    found = assigned(by_path(dict(reversed(rules.items())) if turned else rules, SLOW), PATHS)
    assert [found[path] for path in PATHS[3:]] == [OTHER, SLOW, FAST]


def test_any_other_rule_is_that_of_every_parameter():
    class own:
        def initial(self, parameter):
            return {}

    rule = own()
    assert assigned(FAST, PATHS) == dict.fromkeys(PATHS, FAST)
    assert assigned(rule, PATHS) == dict.fromkeys(PATHS, rule)


def test_it_may_be_inside_a_rule_and_inside_itself():
    clipped = assigned(optim.clipped(by_path({"codes": FAST}, SLOW), 0.3), PATHS)
    assert clipped["codes"] == optim.clipped(FAST, 0.3)
    assert clipped["codes_2"] == optim.clipped(SLOW, 0.3)
    assert clipped["codes"] is clipped["codes.weight"]  # so both take their step together
    nested = by_path({"layers": by_path({"layers.0.bias": FAST}, OTHER)}, SLOW)
    assert [assigned(nested, PATHS)[path] for path in PATHS[2:5]] == [SLOW, OTHER, FAST]


def test_each_part_takes_its_own_steps(device):
    start = {"codes": np.ones(3, np.float32), "net": np.ones((2, 2)), "more": np.ones(2, np.float32)}
    tree = {path: Tensor(device.asarray(p)) for path, p in start.items()}
    optimizer = Optimizer(by_path({"codes": FAST, "more": OTHER}, SLOW))
    expected, rules = {p: device.asarray(a) for p, a in start.items()}, {"codes": FAST, "more": OTHER, "net": SLOW}
    states = {path: rule.initial(expected[path]) for path, rule in rules.items()}
    for factor in (1.0, -0.5, 2.0):
        gradients = {path: factor * leaf.data for path, leaf in tree.items()}
        tree = optimizer.apply(tree, gradients)
        for path, rule in rules.items():
            expected[path], states[path] = rule(expected[path], gradients[path], states[path])
            assert tree[path].dtype == start[path].dtype
            np.testing.assert_allclose(device.to_host(tree[path].data), device.to_host(expected[path]), rtol=1e-5)
    assert optimizer.named_state().keys() == {*(f"step/{path}" for path in rules), "m/codes", "v/codes", "v/more"}


def test_an_unrolled_discriminator_has_a_rule_for_each_part():
    D = nn.Sequential(nn.Dense(2, 3, np.random.default_rng(0)), F.tanh, nn.Dense(3, 1, np.random.default_rng(1)))
    x, z = np.ones((4, 2), np.float32), np.zeros((4, 2), np.float32)
    G = nn.Sequential(F.tanh)
    rates = {"layers.0.weight": 0.5, "layers.0.bias": 0.2, "layers.2.weight": 0.1, "layers.2.bias": 0.1}
    rule = by_path({"layers.0": optim.sgd(0.2), "layers.0.weight": optim.sgd(0.5)}, SLOW)
    foreseen = nn.parameters(Unrolled(Minimax(), 1, rule).unrolled(D, G, x, z))
    gradients = grad(Minimax().d_loss(D, G, x, z), nn.parameters(D))
    for path, leaf in nn.parameters(D).items():
        np.testing.assert_allclose(raw(foreseen[path]), leaf.data - rates[path] * gradients[path], rtol=1e-6)


def test_it_is_restored():
    tree, rule = module(codes=np.ones(3), net=np.ones(2)), by_path({"codes": FAST}, OTHER)
    optimizer, restored = Optimizer(rule), Optimizer(rule)
    gradients = {"codes": np.array([1.0, 2.0, 3.0]), "net": np.array([-1.0, 1.0])}
    tree = optimizer.apply(tree, gradients)
    saved = {name: np.copy(value) for name, value in optimizer.named_state().items()}
    restored.restore(tree, saved)
    one, other = optimizer.apply(tree, gradients), restored.apply(tree, gradients)
    for path in tree:
        np.testing.assert_array_equal(one[path].data, other[path].data)
    assert restored.named_state()["step/codes"] == 2
    with pytest.raises(RunError, match=r"does not fit its rule: .*'m/net'"):
        Optimizer(FAST).restore(tree, saved)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("code", r"at 'code'\. Did you mean 'codes'\?"),
        ("layer.0", r"at 'layer.0'\. Did you mean 'layers.0'\?"),
        ("codes.weights", r"at 'codes.weights'\. Did you mean 'codes.weight'\?"),
        ("", r"at ''\. There are codes, codes.weight, codes_2, layers, layers.0, "),
    ],
)
def test_a_part_that_is_not_there_is_refused_at_the_first_step(part, words):
    tree = {path.replace(".", "/"): Tensor([1.0]) for path in PATHS}
    with pytest.raises(SettingError, match=rf"^by_path: the module has no parameter {words}"):
        assigned(by_path({part: FAST}, SLOW), PATHS)
    with pytest.raises(SettingError, match=r"^by_path: the module has no parameter at"):
        Optimizer(by_path({part: FAST}, SLOW)).apply(tree, {path: np.ones(1) for path in tree})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: by_path({"codes": optim.adam}, SLOW), "by_path: rule is expected to be an update rule such as adam"),
        (lambda: by_path({"codes": FAST}, 1e-3), "by_path: rule is expected to be an update rule such as adam"),
        (lambda: by_path(FAST, SLOW), r"by_path: rules is expected to be a dictionary of rules by path, got adam\("),
    ],
)
def test_rules_that_are_none(make, words):
    with pytest.raises(SettingError, match=f"^{words}"):
        make()
