"""The semi-supervised losses: the released code's formulas, a classifier of K + 1 classes, and what each reads."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn import Labelled, Semi, frozen, parameters
from tinygan.objectives import FeatureMatching, NonSaturating, Objective, SemiSupervised, Turn

K = 3


def half_labelled(rows):
    """All rows but the last with labels, and all without."""
    return Semi(Labelled(rows[:-1], namespace(rows).asarray(np.arange(len(rows) - 1) % K)), rows)


def classifier(rng):
    G = nn.Sequential(nn.Dense(2, 2, rng), F.tanh, nn.Dense(2, 3, rng))
    return G, nn.Sequential(nn.Dense(3, 4, rng), F.tanh, nn.Dense(4, K, rng))


def law(name, make):
    return Law(name, make, signs=(0, 0, 0), game=classifier, x=half_labelled)


LAWS = [
    law("semi-supervised", SemiSupervised),
    law("semi-supervised, without the other examples", lambda: SemiSupervised(weight=0.0)),
    law("semi-supervised, features of the first layer", lambda: SemiSupervised(0.3, layer=1)),
]

RNG = np.random.default_rng(0)
LABELLED, UNLABELLED, FAKE = (2 * RNG.standard_normal((m, K)) for m in (4, 6, 5))
Y = np.array([0, 2, 1, 1])
X = Semi(Labelled(LABELLED, Y), UNLABELLED)


def identity(x):
    return x


def log_sum_exp(logits):
    return np.log(np.exp(logits).sum(axis=1))


def softplus(x):
    return np.log(1 + np.exp(x))


def d_loss(labelled, unlabelled, fake, weight=1.0):
    """The lines of the released code."""
    loss_lab = -np.mean(labelled[range(4), Y]) + np.mean(log_sum_exp(labelled))
    l_unl = log_sum_exp(unlabelled)
    loss_unl = (
        -0.5 * np.mean(l_unl)
        + 0.5 * np.mean(softplus(log_sum_exp(unlabelled)))
        + 0.5 * np.mean(softplus(log_sum_exp(fake)))
    )
    return loss_lab + weight * loss_unl


@pytest.mark.parametrize("weight", [1.0, 0.3, 0.0])
def test_ds_loss_is_that_of_the_released_code(weight):
    loss = SemiSupervised(weight).d_loss(identity, identity, X, FAKE)
    assert float(loss) == pytest.approx(d_loss(LABELLED, UNLABELLED, FAKE, weight), rel=1e-12)


def test_ds_loss_is_that_of_a_classifier_of_one_class_more():
    """p(y|x) for labelled examples, 1 - p(K+1|x) for unlabelled ones, p(K+1|x) for samples; that logit is 0."""

    def softmax(logits):
        weights = np.exp(np.hstack([logits, np.zeros((len(logits), 1))]))
        return weights / weights.sum(axis=1, keepdims=True)

    p = softmax(LABELLED)
    given = p[range(4), Y] / (1 - p[:, K])  # p(y | x, y < K + 1)
    real, fake = 1 - softmax(UNLABELLED)[:, K], softmax(FAKE)[:, K]
    expected = -np.mean(np.log(given)) - 0.5 * np.mean(np.log(real)) - 0.5 * np.mean(np.log(fake))
    assert float(SemiSupervised().d_loss(identity, identity, X, FAKE)) == pytest.approx(expected, rel=1e-12)


def test_d_is_z_over_z_plus_1():
    Z = np.exp(UNLABELLED).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(SemiSupervised().read(UNLABELLED), Z / (Z + 1), rtol=1e-12)
    assert SemiSupervised.output == "probability"


def test_gs_loss_is_a_mean_over_the_features():
    G, D = classifier(np.random.default_rng(1))
    x, z = half_labelled(RNG.standard_normal((6, 3))), RNG.standard_normal((5, 2))
    features = nn.frozen(D[:-1])
    difference = features(x.unlabelled).mean(axis=0) - features(frozen(G)(z)).mean(axis=0)
    loss = SemiSupervised().g_loss(frozen(D), G, x, z)
    assert float(loss) == pytest.approx(np.mean(difference**2), rel=1e-6)
    summed = Objective(NonSaturating(), g=FeatureMatching()).g_loss(frozen(D), G, x.unlabelled, z)
    assert float(loss) == pytest.approx(float(summed) / 4, rel=1e-6)


def test_gs_loss_reads_no_labelled_example():
    G, D = classifier(np.random.default_rng(1))
    x, z = half_labelled(RNG.standard_normal((6, 3))), RNG.standard_normal((5, 2))
    other = x._replace(labelled=Labelled(np.full((2, 3), np.nan), np.array([0, 1])))
    assert float(SemiSupervised().g_loss(frozen(D), G, x, z)) == float(SemiSupervised().g_loss(frozen(D), G, other, z))


def test_without_weight_neither_the_other_examples_nor_g_are_used():
    x = X._replace(unlabelled=None)
    expected = d_loss(LABELLED, UNLABELLED, FAKE, 0.0)
    assert float(SemiSupervised(0.0).d_loss(identity, None, x, None)) == pytest.approx(expected, rel=1e-12)


def test_each_logit_is_pushed_the_right_way():
    labelled, unlabelled, fake = Tensor(LABELLED), Tensor(UNLABELLED), Tensor(FAKE)
    loss = SemiSupervised().d_loss(identity, identity, Semi(Labelled(labelled, Y), unlabelled), fake)
    of_class, real, samples = grad(loss, [labelled, unlabelled, fake])
    own = np.arange(K) == Y[:, None]
    assert (of_class[own] < 0).all()
    assert (of_class[~own] > 0).all()
    assert (real < 0).all()  # Z rises on examples
    assert (samples > 0).all()  # and falls on samples


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits(dtype):
    huge = Tensor(np.array([[1e4, -1e4], [-1e4, -1e4]], dtype))
    loss = SemiSupervised().d_loss(identity, identity, Semi(Labelled(huge, np.array([1, 0])), huge), huge)
    assert np.isfinite(loss.data)
    assert loss.data.dtype == dtype
    assert np.isfinite(grad(loss, huge)).all()


def test_d_is_called_once_where_that_is_exact():
    calls = []

    class Counted(nn.Layer):
        per_example = True

        def __init__(self, layer):
            self.layer = layer

        def __call__(self, x):
            calls.append(len(x))
            return self.layer(x)

    G, D = classifier(np.random.default_rng(1))
    SemiSupervised().d_loss(
        nn.Sequential(Counted(D)), frozen(G), half_labelled(RNG.standard_normal((6, 3))), FAKE[:, :2]
    )
    assert calls == [5 + 6 + 5]


def test_nothing_of_the_real_features_is_on_the_tape_of_gs_loss():
    G, D = classifier(np.random.default_rng(1))
    x, z = half_labelled(RNG.standard_normal((6, 3))), RNG.standard_normal((5, 2))
    loss = SemiSupervised().g_loss(frozen(D), G, x, z)
    assert all(np.any(slope != 0) for slope in grad(loss, parameters(G)).values())
    assert isinstance(frozen(D)[:-1](x.unlabelled), np.ndarray)


def test_its_measures():
    D = nn.Sequential(nn.Dense(3, K, np.random.default_rng(1)))
    x = half_labelled(RNG.standard_normal((6, 3)))
    z = RNG.standard_normal((5, 3))
    found = SemiSupervised().measures(Turn("", frozen(D), identity, x, z))
    assert found.keys() == {"d_real", "d_fake", "train_error"}
    of_class, real, fake = (raw(D(part)) for part in (x.labelled.x, x.unlabelled, z))
    assert found["d_real"] == pytest.approx(float(np.mean(SemiSupervised().read(real))), rel=1e-6)
    assert found["d_fake"] == pytest.approx(float(np.mean(SemiSupervised().read(fake))), rel=1e-6)
    assert found["train_error"] == np.mean(of_class.argmax(axis=1) != x.labelled.y)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SemiSupervised(-1.0), "weight is expected to be at least 0"),
        (lambda: SemiSupervised(layer="h"), "layer is"),
    ],
)
def test_settings_that_do_not_fit(make, words):
    with pytest.raises(SettingError, match=words):
        make()
