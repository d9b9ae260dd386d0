"""grad: its forms, seeds, refusals and orders, and graphs of any depth that are freed when they are dropped."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

from tinygan import Tensor, grad, primitive, raw
from tinygan import functional as F
from tinygan.autograd.differentiate import ancestors, between
from tinygan.backend import namespace, to_host
from tinygan.errors import GradientError, ShapeMismatch


@pytest.fixture
def without_collector():
    """The garbage collector is off: what is freed is freed because nothing refers to it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def two():
    return Tensor(np.array([1.0, 2.0])), Tensor(np.array([3.0, 5.0]))


@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_come_in_the_form_of_wrt(create_graph):
    x, w = two()
    y = (x * w).sum()
    dx, dw = [3.0, 5.0], [1.0, 2.0]
    kind = Tensor if create_graph else np.ndarray

    def value(gradient):
        assert type(gradient) is kind
        return (gradient.data if create_graph else gradient).tolist()

    assert value(grad(y, x, create_graph=create_graph)) == dx
    as_list = grad(y, [x, w], create_graph=create_graph)
    assert type(as_list) is list
    assert [value(g) for g in as_list] == [dx, dw]
    as_tuple = grad(y, (w, x), create_graph=create_graph)
    assert type(as_tuple) is tuple
    assert [value(g) for g in as_tuple] == [dw, dx]
    as_dict = grad(y, {"w": w, "x": x}, create_graph=create_graph)
    assert type(as_dict) is dict
    assert {name: value(g) for name, g in as_dict.items()} == {"w": dw, "x": dx}
    assert list(as_dict) == ["w", "x"]
    assert [value(g) for g in grad(y, {"x": x, "w": w}.values(), create_graph=create_graph)] == [dx, dw]
    assert [value(g) for g in grad(y, [x], create_graph=create_graph)] == [dx]
    assert grad(y, [], create_graph=create_graph) == []
    assert grad(y, {}, create_graph=create_graph) == {}


def test_the_same_tensor_twice_in_wrt():
    x, w = two()
    first, second = grad((x * w).sum(), [x, x])
    np.testing.assert_array_equal(first, [3, 5])
    np.testing.assert_array_equal(second, [3, 5])


def test_a_tensor_used_twice_receives_both_gradients():
    x, _ = two()
    y = (x * x + x + x).sum()
    np.testing.assert_array_equal(grad(y, x), 2 * x.data + 2)


@pytest.mark.parametrize("create_graph", [False, True])
def test_many_uses_are_summed_and_nothing_that_was_given_is_written_to(create_graph):
    x, seed = Tensor(np.array([1.0, 2.0])), np.array([1.0, -1.0])
    y = x + 0.0
    whole = y + y + y * 2.0 + y * x  # y has five uses, x two
    got = grad(whole, [x, y], seed=seed, create_graph=create_graph)
    np.testing.assert_allclose(raw(got[0]), seed * (4 + 2 * x.data))
    np.testing.assert_allclose(raw(got[1]), seed * (4 + x.data))
    np.testing.assert_array_equal(seed, [1.0, -1.0])
    np.testing.assert_array_equal(x.data, [1.0, 2.0])


@primitive(lambda g, out, x, y: 3 * g, lambda g, out, x, y: (2 * g).sum(axis=0, keepdims=True))
def weighted_sum(xp, x, y):
    """3 x + 2 y; one rule leaves broadcasting to the walk, the other undoes some of it."""
    return 3 * x + 2 * y


@pytest.mark.parametrize("create_graph", [False, True])
def test_broadcasting_is_undone_for_any_primitive(create_graph):
    x, y = Tensor(np.ones(3)), Tensor(np.ones((4, 1)))
    to_x = raw(grad(weighted_sum(x, y).sum(), x, create_graph=create_graph))
    np.testing.assert_array_equal(to_x, [12, 12, 12])
    z = Tensor(np.ones(()))
    assert grad(weighted_sum(np.ones((4, 3)), z).sum(), z) == 24


def test_zeros_for_what_y_does_not_depend_on(device):
    x, other = Tensor(device.asarray([1.0, 2.0])), Tensor(device.asarray(np.ones((2, 3), np.float32)))
    y = (x * 2).sum()
    zeros = grad(y, other)
    assert namespace(zeros) is device.module
    assert (zeros.shape, zeros.dtype) == ((2, 3), np.float32)
    assert not to_host(zeros).any()
    recorded = grad(y, [other], create_graph=True)[0]
    assert isinstance(recorded, Tensor)
    assert not to_host(recorded.data).any()
    younger = Tensor(device.asarray([1.0]))
    assert not to_host(grad(y, younger)).any()


def test_the_seed_weights_the_outputs():
    x, w = two()
    y = x * w
    seed = np.array([10.0, -1.0])
    np.testing.assert_array_equal(grad(y, x, seed=seed), [30, -5])
    np.testing.assert_array_equal(grad(y, x, seed=[10.0, -1.0]), [30, -5])
    np.testing.assert_array_equal(grad(y.sum(), x, seed=2.0), [6, 10])
    np.testing.assert_array_equal(seed, [10, -1])


def test_a_seed_that_is_a_tensor_is_differentiated_through():
    x, w = two()
    seed = Tensor(np.array([10.0, -1.0]))
    first = grad(x * w, x, seed=seed, create_graph=True)
    np.testing.assert_array_equal(grad(first.sum(), seed), w.data)


def test_a_y_of_one_entry_needs_no_seed():
    for shape in [(), (1,), (1, 1)]:
        x = Tensor(np.full(shape, 3.0))
        gradient = grad(x * x, x)
        assert gradient.shape == shape
        assert float(gradient.reshape(())) == 6.0


def test_a_y_of_several_entries_needs_a_seed_that_fits():
    x, w = two()
    with pytest.raises(ShapeMismatch, match=r"^grad: y has shape \(2,\), not one entry; pass seed= of that shape$"):
        grad(x * w, x)
    for wrong in (np.ones(3), np.ones((2, 1)), 1.0, Tensor(np.ones((1, 2)))):
        with pytest.raises(ShapeMismatch, match=r"^grad: seed has shape .*, but y has shape \(2,\)$"):
            grad(x * w, x, seed=wrong)


def test_what_was_not_recorded_has_no_gradient():
    x, w = two()
    with pytest.raises(GradientError, match=r"^grad: y is a ndarray, not a Tensor, so nothing was recorded$"):
        grad(x.data * w.data, x)
    with pytest.raises(GradientError, match=r"^grad: wrt\[0\] is a ndarray, not a Tensor"):
        grad((x * w).sum(), [x.data])
    with pytest.raises(GradientError, match=r"^grad: wrt\[0\] is a float64, not a Tensor"):
        grad((x * w).sum(), x.data)
    with pytest.raises(GradientError, match=r"^grad: wrt\[1\] is a ndarray, not a Tensor"):
        grad((x * w).sum(), [x, w.data])
    with pytest.raises(GradientError, match=r"^grad: wrt\[1\] is a float"):
        grad((x * w).sum(), {"x": x, "a": 2.0})


def test_y_itself_in_wrt():
    x, w = two()
    y = (x * w).sum()
    assert float(grad(y, y)) == 1.0
    dy, dx = grad(y, [y, x])
    assert float(dy) == 1.0
    np.testing.assert_array_equal(dx, [3, 5])
    np.testing.assert_array_equal(grad(x, x, seed=[1.0, 4.0]), [1, 4])


def test_with_respect_to_what_lies_between():
    x, w = two()
    product = x * w
    y = (product * product).sum()
    np.testing.assert_array_equal(grad(y, product), 2 * product.data)
    d_product, dx = grad(y, [product, x])  # passes through product and on
    np.testing.assert_array_equal(d_product, 2 * product.data)
    np.testing.assert_array_equal(dx, 2 * product.data * w.data)


def test_only_what_lies_between_is_walked():
    calls = []

    def rule(g, out, x):
        calls.append(out)
        return g

    @primitive(rule)
    def counted(xp, x):
        return x + 1

    x, w = two()
    beside = counted(w)
    y = (counted(x) * beside).sum()
    grad(y, x)
    assert len(calls) == 1
    calls.clear()
    grad(y, beside)
    assert calls == []


def test_rules_of_arguments_that_nobody_asks_about_are_not_called():
    def never(g, out, x, w):
        raise AssertionError("the rule of w was called")

    @primitive(lambda g, out, x, w: g * w, never)
    def product(xp, x, w):
        return x * w

    x, w = two()
    np.testing.assert_array_equal(grad(product(x, w).sum(), x), w.data)
    with pytest.raises(AssertionError, match="w was called"):
        grad(product(x, w).sum(), w)


def test_each_node_is_visited_once_however_many_paths_lead_to_it():
    x = Tensor(1.0)
    y = x
    for _ in range(60):
        y = y + y  # 2**60 paths
    assert float(grad(y, x)) == 2.0**60


def test_bare_gradients_record_nothing_and_create_graph_does():
    x, w = two()
    y = (x * w).sum()
    with pytest.raises(GradientError):
        grad(grad(y, x).sum(), w)
    np.testing.assert_array_equal(grad(grad(y, x, create_graph=True).sum(), w), [1, 1])


def test_third_and_fourth_order():
    x = Tensor(np.array([0.3, -1.2, 2.0]))
    derivatives = [F.tanh(x)]
    for _ in range(4):
        derivatives.append(grad(derivatives[-1].sum(), x, create_graph=True))
    t = np.tanh(x.data)
    u = 1 - t * t
    for got, expected in zip(
        derivatives, [t, u, -2 * t * u, u * (6 * t * t - 2), u * t * (16 - 24 * t * t)], strict=True
    ):
        np.testing.assert_allclose(got.data, expected, rtol=1e-12, atol=1e-14)


def test_a_hessian_vector_product():
    matrix = np.random.default_rng(0).standard_normal((4, 4))
    x, v = Tensor(np.arange(4.0)), np.array([1.0, -1.0, 2.0, 0.5])
    y = (x @ matrix) @ x
    gradient = grad(y, x, create_graph=True)
    np.testing.assert_allclose(grad(gradient, x, seed=v), (matrix + matrix.T) @ v, rtol=1e-13)


def test_the_gradient_of_a_broadcast_is_summed():
    x, row, number = Tensor(np.ones((3, 2))), Tensor(np.ones(2)), Tensor(np.float64(1.0))
    y = (x * row * number + row).sum()
    dx, d_row, d_number = grad(y, [x, row, number])
    assert (dx.shape, d_row.shape, d_number.shape) == ((3, 2), (2,), ())
    np.testing.assert_array_equal(d_row, [6, 6])
    assert float(d_number) == 6.0


def chain(length):
    x = Tensor(np.array([0.5]))
    y = x
    for _ in range(length):
        y = y * 1.00001
    return x, y


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_chain_of_100_000_nodes(create_graph):
    x, y = chain(100_000)
    gradient = grad(y, x, create_graph=create_graph)
    expected = 1.00001**100_000
    np.testing.assert_allclose(gradient.data if create_graph else gradient, [expected], rtol=1e-9)
    if create_graph:
        np.testing.assert_array_equal(grad(gradient, x), [0.0])
    node = weakref.ref(ancestors(y)[50_000])
    assert node() is not None
    del y, gradient
    assert node() is None


def test_a_dropped_graph_is_freed_at_once(without_collector):
    x, w = two()
    hidden = F.tanh(x * w)
    loss = (hidden * hidden).sum()
    watched = [weakref.ref(hidden), weakref.ref(loss)]
    gradient = grad(loss, x)
    second = grad(grad(loss, x, create_graph=True).sum(), x)
    del hidden, loss
    assert [ref() for ref in watched] == [None, None]
    assert gradient.shape == second.shape == (2,)


def test_a_recorded_gradient_is_freed_with_its_last_reference(without_collector):
    x, w = two()
    hidden = F.tanh(x * w)  # tanh's rule needs its result
    gradient = grad(hidden.sum(), x, create_graph=True)
    watched = [weakref.ref(gradient), weakref.ref(hidden)]
    del hidden
    assert None not in [ref() for ref in watched]
    del gradient
    assert [ref() for ref in watched] == [None, None]


def test_backward_lets_cotangents_go_as_it_walks(without_collector):
    """Of 50 cotangents of 1 MB, few are alive at a time."""
    x = Tensor(np.ones(131_072))
    y = x
    for _ in range(50):
        y = F.tanh(y)
    y = y.sum()
    tracemalloc.start()
    grad(y, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_ancestors_come_oldest_first():
    x, w = two()
    a, b = x * w, w + 1
    y = (a * b).sum()
    program = ancestors(y)
    assert program == sorted(program, key=lambda t: t.serial)
    assert {x, w, a, b, y} < set(program)
    assert len(program) == 6
    path, on_path = between(y, [a])
    assert path[0] is y
    assert {t.serial for t in path} | {a.serial} == on_path
    assert not {x.serial, w.serial, b.serial} & on_path


def test_a_changed_array_is_found_where_it_is_asked_for():
    """The closed form is 2 w x: with w changed afterwards the gradient is of another function, and nobody says so."""
    x, w = Tensor(np.array([1.0, 2.0])), np.array([3.0, 5.0])
    y = (x * x * w).sum()
    np.testing.assert_array_equal(grad(y, x, verify=True), [6, 20])
    w[1] = 7.0
    np.testing.assert_array_equal(grad(y, x), [6, 28])
    with pytest.raises(GradientError, match=r"^grad: multiply of shape \(2,\) does not give the recorded value again"):
        grad(y, x, verify=True)


@pytest.mark.parametrize("changed", ["leaf", "result"])
def test_a_changed_leaf_or_result_is_found_too(changed):
    x = Tensor(np.array([0.5, np.nan]))
    hidden = F.tanh(x)
    y = F.sum(hidden * hidden)
    assert grad(y, x, verify=True).shape == (2,)  # nan is nan again
    (x if changed == "leaf" else hidden).data[0] = 0.25
    with pytest.raises(GradientError, match="was changed in place"):
        grad(y, x, verify=True)


def test_a_gradient_on_the_tape_says_what_it_is_of():
    x = Tensor([3.0])
    first = grad(x**3, x, create_graph=True)
    assert (first.op.__name__, first.static["wrt"]) == ("derivative", [x])
    nothing = grad(x * 2, Tensor([1.0]), create_graph=True)
    assert nothing.op is first.op
    assert nothing.data.tolist() == [0]


@pytest.mark.parametrize(("gradient", "found"), [(np.ones((7,)), r"\(7,\)"), (2.0, "float"), (None, "NoneType")])
def test_a_rule_that_gives_another_shape_is_named(gradient, found):
    @primitive(lambda g, out, x: gradient)
    def wrong(xp, x):
        return x * 1.0

    x = Tensor(np.ones((2, 3)))
    with pytest.raises(
        GradientError, match=rf"^wrong: the rule of argument 0 is expected to give .*, but gives {found}$"
    ):
        grad(wrong(x).sum(), x)
