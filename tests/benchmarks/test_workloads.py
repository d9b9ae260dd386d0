"""The workloads are the networks that they are said to be, and every one of them runs."""

import contextlib
from types import SimpleNamespace

import numpy as np
import pytest

from tinygan import nn
from tinygan.autograd.arithmetic import matrix_product
from tinygan.bench.contestants.floor import floor
from tinygan.bench.contestants.ours import ours
from tinygan.bench.contestants.wgan import wgan
from tinygan.bench.workloads import AGREEMENT, WORKLOADS, streams, workload
from tinygan.errors import BenchError, SettingError

STATED = {  # latent, shape of x, m, parameters of G, parameters of D, whether a critic step
    "vae": (20, (784,), 128, 785 * 400 + 401 * 40 + 21 * 400 + 401 * 784, 0, False),
    "ring": (16, (2,), 256, 16 * 128 + 128 + 128 * 129 + 129 * 2, 3 * 128 + 129 * 128 + 129, False),
    "mlp": (100, (784,), 100, 101 * 512 + 513 * 512 + 513 * 784, 785 * 512 + 513 * 512 + 513, False),
    "dcgan-28": (
        *(100, (28, 28, 1), 64),
        100 * 49 * 128 + 2 * 128 + 16 * 128 * 64 + 2 * 64 + 16 * 64 + 1,
        16 * 64 + 64 + 16 * 64 * 128 + 2 * 128 + 49 * 128 + 1,
        False,
    ),
    "dcgan-64": (100, (64, 64, 3), 16, 3_576_704, 2_765_568, False),  # as PyTorch's tutorial counts its own
    "wgan-gp-mlp": (100, (784,), 100, 101 * 512 + 513 * 512 + 513 * 784, 785 * 512 + 513 * 512 + 513, True),
    "wgan-gp-dcgan-28": (
        *(100, (28, 28, 1), 64),
        100 * 49 * 128 + 2 * 128 + 16 * 128 * 64 + 2 * 64 + 16 * 64 + 1,
        16 * 64 + 64 + 16 * 64 * 128 + 128 + 49 * 128 + 1,
        True,
    ),
}
TINY = {
    "ring": {"m": 4},
    "mlp": {"m": 2},
    "dcgan-28": {"m": 2, "width": 4},
    "dcgan-64": {"m": 2, "width": 4},
    "wgan-gp-mlp": {"m": 2},
    "wgan-gp-dcgan-28": {"m": 2, "width": 4},
    "vae": {"m": 2},
}
TWO_PLAYERS = [name for name in WORKLOADS if name != "vae"]


def test_all_workloads_are_stated_here():
    assert STATED.keys() == TINY.keys() == WORKLOADS.keys()
    assert AGREEMENT.keys() <= WORKLOADS.keys()


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_is_what_was_stated(name):
    work = workload(name)
    found = (work.latent, work.shape, work.m, nn.count(work.G), nn.count(work.D), work.critic)
    assert found == STATED[name]


@pytest.mark.parametrize("name", TWO_PLAYERS)
def test_g_makes_examples_and_d_judges_each(name):
    work = workload(name, **TINY[name])
    fake = nn.frozen(work.G)(np.ones((2, work.latent), np.float32))
    assert fake.shape == (2, *work.shape)
    assert fake.dtype == np.float32
    assert nn.frozen(work.D)(fake).shape == (2, 1)


@pytest.mark.parametrize("name", TWO_PLAYERS)
def test_a_critic_has_no_batch_norm(name):
    work = workload(name, **TINY[name])
    if work.critic:
        assert not any(isinstance(layer, nn.BatchNorm) for layer in work.D.layers)
    else:
        assert any(isinstance(layer, nn.BatchNorm) for layer in work.D.layers) == name.startswith("dcgan")


@pytest.mark.parametrize("name", WORKLOADS)
def test_iterations_give_finite_losses_that_move(name):
    iterate = ours(name, TINY[name], "numpy").iterate
    first, second = ([float(loss) for loss in iterate()] for _ in range(2))
    work = workload(name, **TINY[name])
    assert len(first) == (1 if work.critic or work.D is None else 2)
    assert np.isfinite([first, second]).all()
    assert first != second


def test_everyone_is_given_the_same_numbers_and_fresh_noise():
    work = workload("ring", m=3)
    a, b = (streams(work, lambda x: x) for _ in range(2))
    assert (a.noise(3) == b.noise(3)).all()
    assert (a.data(3) == b.data(3)).all()
    assert a.epsilon.random() == b.epsilon.random()
    assert (a.noise(3) != a.noise(3)).any()
    assert (a.data(3) != a.data(3)).any()


def test_other_sizes_and_widths_for_scaling():
    work = workload("dcgan-28", m=2, size=16, width=4)
    assert nn.frozen(work.G)(np.ones((2, 100), np.float32)).shape == (2, 16, 16, 1)


def test_the_floor_does_our_products_on_operands_that_lie_as_ours_do(monkeypatch):
    done = []
    forward = matrix_product.forward

    def noted(xp, x, y, transpose_x=False, transpose_y=False, into=None):
        x, y = x.T if transpose_x else x, y.T if transpose_y else y
        out = forward(xp, x, y, into=into)
        done.append((x.shape, x.strides, y.shape, y.strides, out.strides))
        return out

    iterate = floor("ring", {"m": 4}, "numpy").iterate
    monkeypatch.setattr(matrix_product, "forward", noted)
    assert iterate() == ()
    by_floor = done[:]
    done.clear()
    ours("ring", {"m": 4}, "numpy").iterate()
    assert by_floor == done
    assert len(done) > 10


def test_a_critic_step_of_wgan_has_no_second_derivative_and_its_weights_are_clipped(monkeypatch):
    def never(*arguments, **settings):
        raise AssertionError("the gradient of a gradient")

    monkeypatch.setattr("tinygan.objectives.gradient_penalty.unit_norm_penalty", never)
    iterate = wgan("wgan-gp-mlp", {"m": 2}, "numpy").iterate
    assert [iterate(), iterate()] == [(), ()]  # another loss than that of the others: none to agree about
    [step] = [cell.cell_contents for cell in iterate.__closure__]
    D = dict(zip(step.__code__.co_freevars, step.__closure__, strict=True))["D"].cell_contents
    assert max(abs(leaf).max() for _, leaf in nn.named_leaves(nn.frozen(D))) <= np.float32(0.01)
    with pytest.raises(AssertionError, match="of a gradient"):
        ours("wgan-gp-mlp", {"m": 2}, "numpy").iterate()


def test_a_workload_of_algorithm_1_has_no_critic_step():
    with pytest.raises(BenchError, match="mlp is no critic step"):
        wgan("mlp", {"m": 2}, "numpy")


def test_without_products_there_is_no_floor(monkeypatch):
    monkeypatch.setattr(
        "tinygan.bench.contestants.floor.recorded", lambda: contextlib.nullcontext(SimpleNamespace(products=[]))
    )
    with pytest.raises(BenchError, match=r"an iteration of ring calls matrix_product nowhere"):
        floor("ring", {"m": 4}, "numpy")


@pytest.mark.parametrize(("typed", "meant"), [("dcgan28", "dcgan-28"), ("wgan-gp", "wgan-gp-mlp"), ("rings", "ring")])
def test_a_mistyped_name_is_met_by_the_nearest(typed, meant):
    with pytest.raises(SettingError, match=f"Did you mean '{meant}'"):
        workload(typed)
    with pytest.raises(SettingError, match="There are ring, mlp"):
        workload("zzz")
