"""Black and white images: their mean, their randomness, and what is left as it is."""

import numpy as np

from tests.objectives.law import Law
from tinygan import Tensor, nn
from tinygan.backend import to_host
from tinygan.objectives import ELBO, Binarized, NonSaturating
from tinygan.objectives.binarized import binarized


def view(seed=0):
    return Binarized(np.random.default_rng(seed))


def softplus(x):
    return np.logaddexp(0, x)


def d_loss(real, fake):
    """That of black and white examples, by the first numbers of the generator."""
    drawn = np.where(np.random.default_rng(0).random(real.shape, dtype=np.float32) < (real + 1) / 2, 1.0, -1.0)
    return np.mean(softplus(-drawn)) + np.mean(softplus(fake))


LAWS = [
    Law(
        "binarized examples",
        lambda: NonSaturating().shown(view()),
        d=d_loss,
        g=lambda real, fake: np.mean(softplus(-fake)),
        signs=(0, 1, -1),
    )
]


def test_pixels_are_black_or_white_with_the_mean_of_the_grey(device):
    x = np.tile(np.linspace(-1, 1, 5, dtype=np.float32), (20_000, 1))
    drawn = view().real(device.asarray(x), None)
    assert drawn.dtype == np.float32
    drawn = to_host(drawn)
    assert set(np.unique(drawn)) == {-1, 1}
    np.testing.assert_allclose(drawn.mean(axis=0), x[0], atol=0.03)
    assert (drawn[:, 0] == -1).all()
    assert (drawn[:, -1] == 1).all()


def test_each_loss_has_another_draw_which_a_checkpoint_keeps():
    x, objective = np.zeros((2, 50)), ELBO().shown(view())
    first = objective.seen(None, x, None)
    state = objective.state()
    second = objective.seen(None, x, None)
    assert (first != second).any()
    assert (objective.restored(state).seen(None, x, None) == second).all()


def test_labels_and_samples_stay():
    x = nn.Labelled(np.zeros((3, 4)), np.arange(3))
    assert view().real(x, None).y is x.y
    samples = Tensor(np.zeros((3, 4)))
    assert view().fake(samples, None) is samples


def test_black_stays_black_for_the_smallest_number_of_a_generator():
    class Zero:
        def random(self, shape, dtype):
            return np.zeros(shape, dtype)

    np.testing.assert_array_equal(binarized(np.array([-1.0, -0.9, 1.0]), Zero()), [-1, 1, 1])
