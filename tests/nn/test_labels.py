"""Labels beside numbers: their codes, where they enter a network, and that samples keep them."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Labelled
from tinygan.nn.together import per_example

RNG = np.random.default_rng(0)
Y = np.array([2, 0])


def test_one_hot_rows(device):
    rows = nn.OneHot(3)(device.asarray(Y))
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(to_host(rows), [[0, 0, 1], [1, 0, 0]])


def test_points_get_the_code_behind_their_numbers(device):
    x = device.asarray(np.array([[5.0, 6.0], [7.0, 8.0]]))
    joined = nn.JoinLabels(nn.OneHot(3))(Labelled(x, device.asarray(Y)))
    np.testing.assert_array_equal(to_host(joined), [[5, 6, 0, 0, 1], [7, 8, 1, 0, 0]])


def test_images_get_the_code_at_every_pixel():
    x = RNG.standard_normal((2, 3, 4, 1)).astype(np.float32)
    joined = nn.JoinLabels(nn.OneHot(3))(Labelled(x, Y))
    assert joined.shape == (2, 3, 4, 4)
    np.testing.assert_array_equal(joined[..., :1], x)
    for i, label in enumerate(Y):
        np.testing.assert_array_equal(joined[i, :, :, 1:], np.broadcast_to(np.eye(3)[label], (3, 4, 3)))


def test_a_pack_has_the_codes_of_its_examples_one_behind_the_other():
    """Packed gives D points (m / 2, 2 d) and labels (m / 2, 2)."""
    x, y = np.arange(8.0).reshape(4, 2), np.array([0, 1, 1, 1])
    joined = nn.Packed(nn.JoinLabels(nn.OneHot(2)), 2)(Labelled(x, y))
    np.testing.assert_array_equal(joined, [[0, 1, 2, 3, 1, 0, 0, 1], [4, 5, 6, 7, 0, 1, 0, 1]])


def test_an_embedding_learns_where_its_label_was():
    embedding = nn.Embedding(4, 2, RNG)
    loss = F.sum(nn.JoinLabels(embedding)(Labelled(np.ones((2, 3, 3, 1), np.float32), Y)))
    gradient = grad(loss, embedding.weight)
    np.testing.assert_array_equal(gradient, [[9, 9], [0, 0], [9, 9], [0, 0]])


def test_samples_keep_their_labels():
    G = nn.KeepLabels(nn.Sequential(nn.JoinLabels(nn.OneHot(3)), nn.Dense(5, 4, RNG)))
    z = Labelled(np.ones((2, 2), np.float32), Y)
    samples = G(z)
    assert samples.x.shape == (2, 4)
    assert samples.y is Y
    assert isinstance(samples.x, Tensor)


def test_each_example_by_itself():
    D = nn.Sequential(nn.JoinLabels(nn.Embedding(3, 2, RNG)), nn.Dense(4, 1, RNG))
    assert per_example(D)
    a, b = (Labelled(RNG.standard_normal((2, 2)).astype(np.float32), y) for y in (Y, Y[::-1]))
    for whole, alone in zip(nn.together(D, a, b), (D(a), D(b)), strict=True):
        np.testing.assert_allclose(whole.data, alone.data, rtol=1e-6)
    seen = []
    nn.together(nn.Sequential(lambda x: seen.append(x) or x.x), a, b)
    assert [s.x.shape for s in seen] == [(2, 2), (2, 2)]  # a function that is not known sees each by itself


@pytest.mark.parametrize(
    "layer", [nn.JoinLabels(nn.OneHot(2)), nn.KeepLabels(F.relu), nn.PassLabels(F.relu), nn.DropLabels()]
)
def test_labels_are_expected(layer):
    with pytest.raises(SettingError, match=rf"^{type(layer).__name__}: expected Labelled\(x, y\), got ndarray$"):
        layer(np.ones((2, 2)))


def test_a_summary_shows_labels_beside_samples():
    D = nn.Sequential(nn.JoinLabels(nn.OneHot(3)), nn.Dense(5, 1, RNG))
    x = Labelled(np.ones((2, 2), np.float32), Y)
    assert "JoinLabels  (2, 5)" in nn.summary(D, x)
    assert "Dense       (2, 1)" in nn.summary(nn.KeepLabels(D), x)


@pytest.mark.parametrize("count", [1, 4, 12])
def test_each_example_has_a_label(count):
    with pytest.raises(
        ShapeMismatch, match=rf"^JoinLabels: expected a label for each of 6 examples, got \({count},\)$"
    ):
        nn.JoinLabels(nn.OneHot(3))(Labelled(np.ones((6, 2)), np.zeros(count, int)))


def test_labels_are_passed_as_a_condition():
    class Scaled(nn.Layer):
        conditional = True

        def __call__(self, x, condition=None):
            return x * condition[:, None]

    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    network = nn.Sequential(F.tanh, Scaled())
    np.testing.assert_array_equal(nn.PassLabels(network)(Labelled(x, Y)), np.tanh(x) * Y[:, None])
    doubled = nn.PassLabels(Scaled(), lambda y: 2 * y)(Labelled(x, Y))
    np.testing.assert_array_equal(doubled, [[4, 8], [0, 0]])
    with pytest.raises(SettingError, match=r"^Sequential: none of its layers takes a condition"):
        nn.PassLabels(nn.Sequential(F.tanh))(Labelled(x, Y))


def test_labels_are_dropped():
    D = nn.Sequential(nn.DropLabels(), nn.Dense(2, 1, RNG))
    x = RNG.standard_normal((2, 2)).astype(np.float32)
    np.testing.assert_array_equal(D(Labelled(x, Y)).data, D[1](x).data)
    assert per_example(D)
