"""profiled(): what it counts, that every second is somewhere, and that nothing is left of it and nothing changed by it.

Times are counted by a clock that ticks once a reading, so that every number is exact.
"""

import itertools
import sys
from types import FunctionType

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, primitive
from tinygan import functional as F
from tinygan.autograd.arithmetic import matrix_product
from tinygan.errors import ShapeMismatch
from tinygan.optim import Optimizer
from tinygan.profile import Row, profiled
from tinygan.recipes import Run, find


@pytest.fixture
def ticks(monkeypatch):
    """A clock whose every reading is a second later: a span then takes 1 second and 2 for each span inside."""
    count = itertools.count()
    monkeypatch.setattr("tinygan.profile.spans.time.perf_counter", lambda: float(next(count)))


def leaves():
    """x (2, 3) and w (3, 4)."""
    return Tensor(np.arange(6.0).reshape(2, 3)), Tensor(np.arange(12.0).reshape(3, 4))


def calls(profile):
    return {(row.name, row.part): row.calls for row in profile.rows()}


def small_run():
    return Run(find("gan-1d").changed({"m": 8, "k": 2}))


def played(run, iterations):
    steps = list(itertools.islice(run.steps(), 3 * iterations))  # k = 2: two steps of D, one of G
    return [leaf.data.tobytes() for step in steps for net in (step.G, step.D) for leaf in nn.parameters(net).values()]


def attributes():
    """Everything that a profile may have swapped, by identity."""
    found = {("Optimizer", "apply"): Optimizer.apply}
    for module_name, module in sys.modules.items():
        if module_name.split(".")[0] == "tinygan":
            for name, value in vars(module).items():
                if isinstance(value, FunctionType):
                    found[module_name, name] = value
                    if hasattr(value, "vjps"):
                        found[module_name, name, "rules"] = value.forward, value.vjps
    return found


def same(before, after):
    return before.keys() == after.keys() and all(
        a is b if not isinstance(a, tuple) else all(map(lambda p, q: p is q, a, b))
        for a, b in ((before[key], after[key]) for key in before)
    )


def test_every_call_of_a_small_graph_is_counted_with_its_seconds(ticks):
    x, w = leaves()
    with profiled() as profile:
        grad(F.sum(F.tanh(x @ w)), w)
    rows = {(row.name, row.part): row for row in profile.rows()}
    assert rows[("matrix_product", "forward")] == Row("matrix_product", "forward", 2, 2.0, 2.0)
    assert rows[("tanh", "forward")] == Row("tanh", "forward", 1, 1.0, 1.0)
    assert rows[("sum", "forward")] == Row("sum", "forward", 1, 1.0, 1.0)
    assert rows[("sum", "backward")] == Row("sum", "backward", 1, 2.0, 3.0)  # broadcast_to inside
    assert rows[("matrix_product", "backward")] == Row("matrix_product", "backward", 1, 2.0, 3.0)  # a product inside
    assert rows[("backward", "")].calls == 1
    assert rows[("block", "")] == Row("block", "", 1, 5.0, profile.seconds)
    assert calls(profile) == {
        ("block", ""): 1,
        ("backward", ""): 1,
        ("matrix_product", "forward"): 2,
        ("matrix_product", "backward"): 1,
        ("tanh", "forward"): 1,
        ("tanh", "backward"): 1,
        ("sum", "forward"): 1,
        ("sum", "backward"): 1,
        ("broadcast_to", "forward"): 1,
    }


def test_own_seconds_sum_to_the_whole(ticks):
    run = small_run()
    with profiled() as profile:
        played(run, 3)
    assert sum(row.own for row in profile.rows()) == profile.seconds == 2 * len(profile.spans) - 1
    assert all(row.own > 0 for row in profile.rows())


def test_spans_lie_inside_one_another_by_the_real_clock():
    run = small_run()
    with profiled() as profile:
        played(run, 2)
    inside = [0.0] * len(profile.spans)
    for i, span in enumerate(profile.spans[1:], 1):
        assert span.parent < i
        inside[span.parent] += span.seconds
    assert all(span.seconds >= total * (1 - 1e-9) for span, total in zip(profile.spans, inside, strict=True))
    assert sum(row.own for row in profile.rows()) == pytest.approx(profile.seconds, rel=1e-9)


def test_flops_of_every_product_backward_and_broadcast_too(ticks):
    x, w = leaves()
    stack, matrices = np.ones((5, 1, 2, 3)), np.ones((7, 3, 4))
    with profiled() as profile:
        grad(F.sum(x @ w), [x, w])
        matrix_product(stack, matrices)
        matrix_product.forward(np, np.ones((2, 3)), np.ones((3, 1)), into=np.empty((2, 1)))  # as a convolution may
    assert profile.gemm.shapes == [
        ((2, 3), (3, 4)),
        ((2, 4), (4, 3)),
        ((3, 2), (2, 4)),
        ((5, 1, 2, 3), (7, 3, 4)),
        ((2, 3), (3, 1)),
    ]
    assert profile.gemm.flops == 3 * 2 * (2 * 3 * 4) + 2 * 5 * 7 * (2 * 3 * 4) + 2 * (2 * 3 * 1)
    assert profile.gemm.seconds == 5


def test_the_steps_of_algorithm_1_and_their_phases_are_spans():
    run = small_run()
    with profiled() as profile:
        played(run, 3)
        next(run.steps())
    found = {}
    for span in profile.spans[1:]:
        if not span.part:
            found.setdefault(profile.spans[span.parent].name, []).append(span.name)
    d, g = ["minibatch", "minibatch", "forward", "backward", "update"], ["minibatch", "forward", "backward", "update"]
    assert found["D step"] == 7 * d
    assert found["G step"] == 3 * g
    steps = [name for name in found["block"] if name != "average"]
    assert steps == 3 * ["D step", "D step", "G step"] + ["D step"]
    assert found["block"].count("average") == 3


def test_a_gradient_inside_a_loss_is_a_backward_inside_it():
    x, w = leaves()
    with profiled() as profile, profile.span("penalty"):
        first = grad(F.sum(F.tanh(x @ w)), x, create_graph=True)
        grad(F.sum(first * first), w)
    outer = [i for i, span in enumerate(profile.spans) if span.name == "penalty"]
    assert [span.name for span in profile.spans if span.parent in outer and not span.part] == ["backward"] * 2
    assert calls(profile)[("subtract", "backward")] == 1  # a rule of what the first rules recorded


def test_what_is_computed_is_the_same_to_the_last_bit():
    plain = played(small_run(), 4)
    with profiled():
        assert played(small_run(), 4) == plain
    x, w = leaves()
    plain = grad(F.sum(F.concatenated(x, w.T, axis=0) ** 2), [x, w])
    with profiled() as profile:
        timed = grad(F.sum(F.concatenated(x, w.T, axis=0) ** 2), [x, w])
    assert [g.tobytes() for g in timed] == [g.tobytes() for g in plain]
    assert calls(profile)[("concatenated", "backward")] == 2  # one rule for any number of arguments


def test_everything_is_restored_after_the_block():
    before = attributes()
    with profiled():
        assert not same(before, attributes())
        assert Optimizer.apply is not before["Optimizer", "apply"]
    assert same(before, attributes())


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_everything_is_restored_after_an_exception(error):
    before = attributes()

    profiles = []

    def fail():
        with profiled() as profile:
            profiles.append(profile)
            with profile.span("mine"):
                F.exp(np.ones(3))
                raise error

    with pytest.raises(error):
        fail()
    assert same(before, attributes())
    [profile] = profiles
    assert [(span.name, span.parent) for span in profile.spans] == [("block", -1), ("mine", 0), ("exp", 1)]
    assert profile.seconds >= profile.spans[1].seconds > 0


def test_a_primitive_that_refuses_closes_its_span_and_is_no_product():
    with profiled() as profile:
        with pytest.raises(ShapeMismatch, match="matrix_product: x has 3 columns"):
            matrix_product(np.ones((2, 3)), np.ones((2, 3)))
        F.exp(np.ones(3))
    assert [(span.name, span.parent) for span in profile.spans] == [("block", -1), ("matrix_product", 0), ("exp", 0)]
    assert profile.gemm == (0, 0, [])


def test_blocks_nest_and_each_has_its_own():
    x = np.ones(3)
    before = attributes()
    with profiled() as outer:
        F.exp(x)
        with profiled() as inner:
            F.tanh(x)
        F.exp(x)
    assert calls(inner) == {("block", ""): 1, ("tanh", "forward"): 1}
    assert calls(outer) == {("block", ""): 1, ("tanh", "forward"): 1, ("exp", "forward"): 2}
    assert same(before, attributes())


def test_a_game_that_outlives_the_block_changes_nothing_recorded():
    steps = small_run().steps()
    with profiled() as profile:
        next(steps)
    count, seconds = len(profile.spans), profile.seconds
    for _ in range(4):
        next(steps)
    assert (len(profile.spans), profile.seconds) == (count, seconds)


def test_a_primitive_of_the_reader_is_timed_too(monkeypatch):
    @primitive(lambda g, out, x: 3 * g * x * x)
    def cube(xp, x):
        return x**3

    monkeypatch.setattr(sys.modules[__name__], "cube", cube, raising=False)
    x = Tensor([2.0])
    with profiled() as profile:
        grad(cube(x), x)
    assert calls(profile)[("cube", "forward")] == calls(profile)[("cube", "backward")] == 1


def test_products_are_seen_on_every_device(device):
    x, w = (Tensor(device.asarray(leaf.data)) for leaf in leaves())
    with profiled(device.synchronize) as profile:
        grad(F.sum(x @ w), w)
    assert profile.gemm.flops == 2 * 2 * (2 * 3 * 4)


def test_the_device_is_waited_for_at_both_ends_of_every_span():
    waited = []
    with profiled(lambda: waited.append(None)) as profile:
        F.exp(np.ones(3))
        F.tanh(np.ones(3))
    assert len(profile.spans) == 3
    assert len(waited) == 6
