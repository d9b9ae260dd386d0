"""Softmax and the losses against their formulas in probabilities, at logits of +-1e4, and dropout by its statistics."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

RNG = np.random.default_rng(0)
LOGITS = 3 * RNG.standard_normal((6, 4))
LABELS = np.array([0, 3, 1, 1, 2, 0])
floats = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_softmax_and_log_softmax(axis, device):
    probabilities = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=axis, keepdims=True)
    on_device = device.asarray(LOGITS)
    np.testing.assert_allclose(to_host(F.softmax(on_device, axis=axis)), probabilities, rtol=1e-12)
    np.testing.assert_allclose(to_host(F.log_softmax(on_device, axis=axis)), np.log(probabilities), rtol=1e-12)


def test_the_last_axis_is_the_default():
    np.testing.assert_array_equal(F.softmax(LOGITS), F.softmax(LOGITS, axis=1))
    np.testing.assert_array_equal(F.log_softmax(LOGITS), F.log_softmax(LOGITS, axis=1))


def test_softmax_of_shifted_logits_is_the_same():
    np.testing.assert_allclose(F.softmax(LOGITS + 100), F.softmax(LOGITS), rtol=1e-11)


def test_cross_entropy_in_probabilities(device):
    probabilities = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    expected = -np.mean([np.log(p[label]) for p, label in zip(probabilities, LABELS, strict=True)])
    logits = Tensor(device.asarray(LOGITS))
    loss = F.cross_entropy(logits, LABELS)
    assert loss.shape == ()
    assert float(loss) == pytest.approx(expected, rel=1e-13)
    one_hot = np.eye(4)[LABELS]
    np.testing.assert_allclose(to_host(grad(loss, logits)), (probabilities - one_hot) / 6, rtol=1e-12, atol=1e-15)


def test_cross_entropy_of_labels_on_the_device(device):
    on_device = F.cross_entropy(device.asarray(LOGITS), device.asarray(LABELS))
    assert float(on_device) == float(F.cross_entropy(LOGITS, LABELS))


def test_cross_entropy_does_not_apply_softmax_twice():
    """At logits of +-20 the loss of a wrong label is 40; of softmaxed logits it would be 1.3."""
    assert float(F.cross_entropy(np.array([[20.0, -20.0]]), np.array([1]))) == pytest.approx(40, rel=1e-12)


def test_cross_entropy_of_more_axes_is_that_of_all_examples():
    logits, labels = LOGITS.reshape(2, 3, 4), LABELS.reshape(2, 3)
    assert float(F.cross_entropy(logits, labels)) == pytest.approx(float(F.cross_entropy(LOGITS, LABELS)), rel=1e-15)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], r"logits \(6, 4\) need integer labels of shape \(6,\), got int64 \(2,\)"),
        ([[0], [1], [1], [1], [2], [0]], r"of shape \(6,\), got int64 \(6, 1\)"),
        ([0.0, 1.0, 1.0, 1.0, 2.0, 0.0], r"got float64 \(6,\)"),
    ],
)
def test_labels_that_do_not_fit(labels, message, device):
    with pytest.raises(ShapeMismatch, match=f"^cross_entropy: .*{message}$"):
        F.cross_entropy(device.asarray(LOGITS), device.asarray(np.array(labels)))


@pytest.mark.parametrize("wrong", [-1, -4, 4, 1000])
def test_a_label_out_of_range_gives_nan_on_every_device(wrong, device):
    """Neither the last class, as an index of -1 would, nor an error that a GPU would have to be waited for."""
    logits, host = Tensor(device.asarray(LOGITS)), np.array([0, wrong, 1, 1, 2, 0])
    for labels in (host, device.asarray(host)):
        loss = F.cross_entropy(logits, labels)
        assert np.isnan(float(loss))
        gradient = to_host(grad(loss, logits))
        assert np.isnan(gradient[1]).all()
        assert np.isfinite(np.delete(gradient, 1, axis=0)).all()


def test_cross_entropy_of_impossible_classes():
    """A class whose logit is -inf has probability 0, and takes no part in the loss of another."""
    loss = F.cross_entropy(np.array([[0.0, 0.0, -np.inf]]), np.array([1]))
    assert float(loss) == pytest.approx(np.log(2), rel=1e-15)


def test_binary_cross_entropy_in_probabilities():
    logits, targets = LOGITS, RNG.random(LOGITS.shape)
    p = 1 / (1 + np.exp(-logits))
    expected = -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))
    leaf = Tensor(logits)
    loss = F.binary_cross_entropy_with_logits(leaf, targets)
    assert float(loss) == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(grad(loss, leaf), (p - targets) / p.size, rtol=1e-10, atol=1e-15)


def test_binary_cross_entropy_with_one_target_for_all():
    smooth = float(F.binary_cross_entropy_with_logits(LOGITS, 0.9))
    assert smooth == pytest.approx(
        float(F.binary_cross_entropy_with_logits(LOGITS, np.full_like(LOGITS, 0.9))), rel=1e-14
    )


@floats
def test_losses_at_huge_logits(dtype):
    logits = Tensor(np.array([1e4, -1e4, 1e4, -1e4], dtype))
    targets = np.array([1, 0, 0, 1], dtype)
    loss = F.binary_cross_entropy_with_logits(logits, targets)
    assert float(loss) == 5000  # right, right, wrong, wrong: (0 + 0 + 1e4 + 1e4) / 4
    np.testing.assert_array_equal(grad(loss, logits), np.array([0, 0, 0.25, -0.25], dtype))

    logits = Tensor(np.array([[1e4, -1e4], [1e4, -1e4]], dtype))
    loss = F.cross_entropy(logits, np.array([0, 1]))
    assert float(loss) == 10000  # (0 + 2e4) / 2
    np.testing.assert_array_equal(grad(loss, logits), np.array([[0, 0], [0.5, -0.5]], dtype))

    x = Tensor(np.array([[1e4, -1e4, 1e4]], dtype))
    for f, expected in [(F.softmax, [[0.5, 0, 0.5]]), (F.log_softmax, [[-np.log(2), -2e4 - np.log(2), -np.log(2)]])]:
        out = f(x)
        np.testing.assert_allclose(out.data, expected, rtol=1e-6)
        assert np.isfinite(grad(out, x, seed=np.array([[1, 2, 3]], dtype))).all()
        assert out.dtype == dtype


def test_losses_wait_for_no_device():
    with without_waiting():
        logits = Tensor(strict_backend().asarray(LOGITS))
        grad(F.binary_cross_entropy_with_logits(logits, 1.0), logits)
        grad(F.cross_entropy(logits, LABELS), logits)
        grad(F.cross_entropy(logits, strict_backend().asarray(LABELS)), logits)


def test_dropout_keeps_the_mean_and_scales_what_it_keeps(device):
    x = device.asarray(np.full(40_000, 3.0))
    out = to_host(F.dropout(x, 0.3, np.random.default_rng(0)))
    assert set(np.unique(out)) == {0.0, 3 / 0.7}
    assert np.mean(out == 0) == pytest.approx(0.3, abs=0.01)  # 4 standard deviations of sqrt(0.3 * 0.7 / 40000)
    assert out.mean() == pytest.approx(3.0, abs=0.05)


def test_dropout_is_repeated_by_its_seed_and_by_no_other(device):
    x = device.asarray(np.ones((5, 40), np.float32))
    first, again, other = (to_host(F.dropout(x, 0.5, np.random.default_rng(seed))) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.dtype == np.float32
    assert len({row.tobytes() for row in first}) == 5  # every example has a mask of its own
    rng = np.random.default_rng(1)
    assert not np.array_equal(to_host(F.dropout(x, 0.5, rng)), to_host(F.dropout(x, 0.5, rng)))


def test_dropouts_gradient_is_its_mask():
    x = Tensor(RNG.standard_normal(100))
    out = F.dropout(x, 0.4, np.random.default_rng(0))
    np.testing.assert_allclose(grad(out.sum(), x) * x.data, out.data, rtol=1e-15)
    np.testing.assert_array_equal(F.dropout(x, 0.0, np.random.default_rng(0)).data, x.data)


@pytest.mark.parametrize("rate", [1.0, -0.1, 2, float("nan")])
def test_a_rate_that_is_none(rate):
    with pytest.raises(ValueError, match=r"^dropout: rate is expected in \[0, 1\), got"):
        F.dropout(LOGITS, rate, np.random.default_rng(0))
