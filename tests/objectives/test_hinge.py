"""The hinge losses by hand, at the kinks, and where D has nothing left to gain."""

import numpy as np

from tests.objectives.law import Law
from tinygan import Tensor, grad
from tinygan.objectives import Hinge


def identity(x):
    return x


def d_loss(real, fake):
    return np.mean([max(0.0, 1 - f) for f in real.ravel()]) + np.mean([max(0.0, 1 + f) for f in fake.ravel()])


LAWS = [Law("hinge", Hinge, d_loss, lambda real, fake: -np.mean(fake))]


def test_by_hand():
    real, fake = np.array([[2.0], [0.5], [-1.0]]), np.array([[-3.0], [0.0]])
    # (0 + 0.5 + 2) / 3 + (0 + 1) / 2, and -(-3 + 0) / 2
    assert float(Hinge().d_loss(identity, identity, real, fake)) == 2.5 / 3 + 0.5
    assert float(Hinge().g_loss(identity, identity, None, fake)) == 1.5


def test_d_learns_only_inside_the_margin_and_g_everywhere():
    real, fake = Tensor(np.array([[1.5], [0.5]])), Tensor(np.array([[-1.5], [-0.5]]))
    d_real, d_fake = grad(Hinge().d_loss(identity, identity, real, fake), [real, fake])
    assert d_real.ravel().tolist() == [0, -0.5]
    assert d_fake.ravel().tolist() == [0, 0.5]
    assert grad(Hinge().g_loss(identity, identity, None, fake), fake).ravel().tolist() == [-0.5, -0.5]


def test_on_the_margin_there_is_no_gradient():
    real, fake = Tensor(np.array([[1.0]])), Tensor(np.array([[-1.0]]))
    loss = Hinge().d_loss(identity, identity, real, fake)
    assert float(loss) == 0
    assert [g.item() for g in grad(loss, [real, fake])] == [0, 0]
