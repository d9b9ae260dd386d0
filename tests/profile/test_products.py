"""The recorder counts exactly, knows how operands lie, and leaves nothing behind."""

import numpy as np
import pytest

from tinygan import Tensor, grad
from tinygan.autograd.arithmetic import matrix_product
from tinygan.bench.contestants.ours import ours
from tinygan.functional import sum
from tinygan.profile import Layout, recorded


def dense(m, n, k):
    """Forward and backward of x @ w, both traced."""
    x, w = Tensor(np.ones((m, n), np.float32)), Tensor(np.ones((n, k), np.float32))
    grad(sum(x @ w), [x, w])


def test_a_dense_layer_costs_three_products():
    with recorded() as profile:
        dense(3, 5, 7)
    assert [product.flops for product, _ in profile.products] == [2 * 3 * 5 * 7] * 3
    assert all(seconds > 0 for _, seconds in profile.products)
    assert [product.out.shape for product, _ in profile.products] == [(3, 7), (3, 5), (5, 7)]


def test_a_stack_of_matrices_counts_each():
    with recorded() as profile:
        matrix_product(np.ones((4, 1, 3, 5)), np.ones((2, 5, 7)))
    assert [product.flops for product, _ in profile.products] == [4 * 2 * 2 * 3 * 5 * 7]


def test_an_iteration_of_the_ring_costs_what_its_layers_do():
    m, G, D = 4, [(16, 128), (128, 128), (128, 2)], [(2, 128), (128, 128), (128, 1)]
    forward_g, forward_d = (sum_of([2 * m * n * k for n, k in net]) for net in (G, D))
    first_g, first_d = (2 * m * net[0][0] * net[0][1] for net in (G, D))
    d_step = forward_g + 2 * (3 * forward_d - first_d)  # nobody asks for the gradient of x, nor of G(z)
    g_step = (3 * forward_g - first_g) + 2 * forward_d  # D's weights stand still; G's first layer passes nothing on
    iterate = ours("ring", {"m": m}, "numpy").iterate
    with recorded() as profile:
        iterate()
    assert sum_of([product.flops for product, _ in profile.products]) == d_step + g_step


def sum_of(numbers):
    """Python's sum, which this file's name for ours hides."""
    return int(np.sum(numbers))


def test_it_puts_back_what_it_replaced_also_after_an_error():
    before = matrix_product.forward
    with recorded():
        assert matrix_product.forward is not before
    assert matrix_product.forward is before
    with pytest.raises(KeyError), recorded():
        raise KeyError
    assert matrix_product.forward is before
    with recorded() as profile:
        pass
    dense(2, 2, 2)
    assert profile.products == []


def test_out_is_passed_on_and_results_are_unchanged():
    x, y, out = np.ones((2, 3)), np.ones((3, 2)), np.empty((2, 2))
    with recorded() as profile:
        result = matrix_product(x, y, into=out)
    assert result is out
    assert (out == 3).all()
    [(product, _)] = profile.products
    assert product.out == Layout.of(out)


def test_operands_are_kept_as_they_were_multiplied():
    x, y = np.ones((3, 5)), np.ones((7, 3))
    with recorded() as profile:
        out = matrix_product(x, y, transpose_x=True, transpose_y=True)
    assert out.shape == (5, 7)
    [(product, _)] = profile.products
    assert product == (Layout.of(x.T), Layout.of(y.T), Layout.of(out))


def test_the_seconds_of_a_product_are_its_own_on_a_device_that_works_later(monkeypatch):
    clock = {"now": 0.0, "waiting": 5.0}  # seconds: of earlier work, that nobody has waited for

    def forward(*args, done=matrix_product.forward):
        clock["waiting"] += 1
        return done(*args)

    def settle():
        clock["now"], clock["waiting"] = clock["now"] + clock["waiting"], 0.0

    monkeypatch.setattr(matrix_product, "forward", forward)
    monkeypatch.setattr("tinygan.profile.spans.time.perf_counter", lambda: clock["now"])
    with recorded(settle) as profile:
        matrix_product(np.ones((2, 2)), np.ones((2, 2)))
        clock["waiting"] += 3
        matrix_product(np.ones((2, 2)), np.ones((2, 2)))
    assert [seconds for _, seconds in profile.products] == [1, 1]


@pytest.mark.parametrize(
    "array",
    [
        np.ones((3, 4), np.float32),
        np.ones((3, 4), np.float32).T,
        np.ones((6, 8), np.float32)[::2, 1:5],
        np.broadcast_to(np.ones((1, 4), np.float32), (3, 4)),
        np.ones((2, 3, 4)).transpose(2, 0, 1),
    ],
)
def test_an_array_that_lies_the_same(array):
    made = Layout.of(array).made(lambda n: np.full(n, 7.0), np)
    assert Layout.of(made) == Layout.of(array)
    assert (made == 7).all()


def test_a_mirrored_array_moves_as_many_bytes():
    made = Layout.of(np.ones((4, 3))[::-1]).made(np.zeros, np)
    assert made.shape == (4, 3)
    assert made.strides == (24, 8)
