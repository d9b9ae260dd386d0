"""The losses of AC-GAN against the paper's log-likelihoods, in probabilities, and the sign of each gradient."""

from dataclasses import dataclass

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.networks.heads import Classified, ScoreAndCategory
from tinygan.nn import Labelled
from tinygan.objectives import AuxiliaryClassifier, Game, Minimax, NonSaturating, Turn

RNG = np.random.default_rng(0)
K = 3
Y, C = np.array([0, 2, 1, 1]), np.array([1, 1, 0, 2])  # the classes of examples, and those that samples are made for


def outputs(seed):
    """What D may return of four examples: scores and logits."""
    rng = np.random.default_rng(seed)
    return Classified(1.5 * rng.standard_normal((4, 1)), 1.5 * rng.standard_normal((4, K)))


REAL, FAKE = outputs(1), outputs(2)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def log_likelihood(category, labels):
    """E[log P(C = c | x)] by the softmax in probabilities."""
    p = np.exp(category) / np.exp(category).sum(axis=1, keepdims=True)
    return np.mean([np.log(row[label]) for row, label in zip(p, labels, strict=True)])


@dataclass(frozen=True)
class OnArrays(Game):
    """A game of labelled examples as one of arrays: the i-th example is of class i % 3, the i-th sample of i + 1.

    Of a score s D's logits are (s, 0, -s).
    """

    game: Game

    def labelled(self, D, G, x, z):
        def judge(pair):
            score = D(pair.x)
            return Classified(score, F.concatenate([score, 0 * score, -score], axis=1))

        x, z = (Labelled(a, places(a) % K) for a, places in ((x, positions), (z, lambda a: positions(a) + 1)))
        return judge, lambda pair: Labelled(G(pair.x), pair.y), x, z

    def d_loss(self, *game):
        return self.game.d_loss(*self.labelled(*game))

    def g_loss(self, *game):
        return self.game.g_loss(*self.labelled(*game))

    def measures(self, turn):
        return self.game.measures(Turn("", *self.labelled(turn.D, turn.G, turn.x, turn.z)))


def positions(a):
    return namespace(raw(a)).arange(len(a))


def source(real, fake):
    """L_S, with D = sigmoid of the score."""
    return np.mean(np.log(sigmoid(real))) + np.mean(np.log(1 - sigmoid(fake)))


def of_scores(s, first):
    return log_likelihood(np.concatenate([s, 0 * s, -s], axis=1), (np.arange(len(s)) + first) % K)


LAWS = [
    Law(
        "AC-GAN, the paper's",
        lambda: OnArrays(Minimax() + AuxiliaryClassifier()),
        d=lambda real, fake: -(source(real, fake) + of_scores(real, 0) + of_scores(fake, 1)),
        g=lambda real, fake: np.mean(np.log(1 - sigmoid(fake))) - of_scores(fake, 1),
        signs=(0, 0, 0),  # a score is a logit of a class here, too
    ),
    Law(
        "AC-GAN, non-saturating",
        lambda: OnArrays(NonSaturating() + AuxiliaryClassifier(0.5)),
        d=lambda real, fake: -(source(real, fake) + 0.5 * of_scores(real, 0) + 0.5 * of_scores(fake, 1)),
        g=lambda real, fake: -np.mean(np.log(sigmoid(fake))) - 0.5 * of_scores(fake, 1),
        signs=(0, 0, 0),
    ),
]


def losses(objective, real=REAL, fake=FAKE, y=Y, c=C):
    """(D's loss, G's loss) where D returns `real` for examples of the classes y, and `fake` for samples of c."""

    def D(judged):
        return real if judged.x is examples else fake

    examples, samples = np.zeros((4, 2)), np.ones((4, 2))

    def G(z):
        return Labelled(samples, z.y)

    x, z = Labelled(examples, y), Labelled(np.zeros((4, 1)), c)
    return objective.d_loss(D, G, x, z), objective.g_loss(D, G, x, z)


def test_d_ascends_l_s_plus_l_c_and_g_ascends_l_c_minus_l_s():
    """Odena et al. 2017, section 3, eq. (2) and (3); G's constant terms, those of examples, are left out."""
    L_S = source(REAL.score, FAKE.score)
    L_C = log_likelihood(REAL.category, Y) + log_likelihood(FAKE.category, C)
    d, g = losses(Minimax() + AuxiliaryClassifier())
    assert float(d) == pytest.approx(-(L_S + L_C), rel=1e-12)
    of_examples = log_likelihood(REAL.category, Y) - np.mean(np.log(sigmoid(REAL.score)))
    assert float(g) - of_examples == pytest.approx(-(L_C - L_S), rel=1e-12)


def test_the_weight_is_of_the_classes_alone():
    plain, weighted = losses(NonSaturating()), losses(NonSaturating() + AuxiliaryClassifier(0.25))
    of_samples = log_likelihood(FAKE.category, C)
    assert float(weighted[0] - plain[0]) == pytest.approx(-0.25 * (log_likelihood(REAL.category, Y) + of_samples))
    assert float(weighted[1] - plain[1]) == pytest.approx(-0.25 * of_samples)


def leaves():
    return [Tensor(leaf) for pair in (REAL, FAKE) for leaf in pair]


def gradients(objective, player):
    """The gradients of a player's loss in (score of examples, logits of examples, score and logits of samples)."""
    scores, logits, fake_scores, fake_logits = made = leaves()
    loss = losses(objective, Classified(scores, logits), Classified(fake_scores, fake_logits))[player]
    return grad(loss, made)


def test_both_players_raise_the_logit_of_the_label_and_lower_the_others():
    """The gradient of a cross-entropy is (p - one-hot) / m, for both players alike."""
    objective = Minimax() + AuxiliaryClassifier()
    expected = []
    for pair, labels in ((REAL, Y), (FAKE, C)):
        p = np.exp(pair.category) / np.exp(pair.category).sum(axis=1, keepdims=True)
        expected.append((p - np.eye(K)[labels]) / 4)
    of_d, of_g = gradients(objective, 0), gradients(objective, 1)
    np.testing.assert_allclose(of_d[1], expected[0], rtol=1e-12)
    np.testing.assert_allclose(of_d[3], expected[1], rtol=1e-12)
    np.testing.assert_allclose(of_g[3], expected[1], rtol=1e-12)
    np.testing.assert_array_equal(of_g[1], np.zeros((4, K)))  # G does not depend on examples
    for slope, labels in ((of_d[1], Y), (of_d[3], C), (of_g[3], C)):
        own = np.eye(K)[labels] == 1
        assert (slope[own] < 0).all()
        assert (slope[~own] > 0).all()


def test_the_players_disagree_about_the_score_alone():
    for loss in (Minimax(), NonSaturating()):
        objective = loss + AuxiliaryClassifier()
        of_d, of_g = gradients(objective, 0), gradients(objective, 1)
        assert (of_d[0] < 0).all()
        assert (of_d[2] > 0).all()
        assert (of_g[2] < 0).all()


def test_labels_are_those_of_their_examples():
    d, g = losses(Minimax() + AuxiliaryClassifier())
    order = np.array([2, 0, 3, 1])
    moved = [Classified(pair.score[order], pair.category[order]) for pair in (REAL, FAKE)]
    together = losses(Minimax() + AuxiliaryClassifier(), *moved, Y[order], C[order])
    assert [float(loss) for loss in together] == pytest.approx([float(d), float(g)], rel=1e-12)
    other = losses(Minimax() + AuxiliaryClassifier(), *moved, Y, C)
    assert not np.isclose(float(other[0]), float(d))
    assert not np.isclose(float(other[1]), float(g))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits(dtype):
    logits = np.array([[1e4, -1e4, 0]] * 4, dtype)
    made = [Tensor(np.array([[1e4], [-1e4], [0], [0]], dtype)), Tensor(logits), Tensor(np.zeros((4, 1), dtype))]
    made.append(Tensor(-logits))
    for loss in losses(Minimax() + AuxiliaryClassifier(), Classified(*made[:2]), Classified(*made[2:])):
        for array in (loss.data, *grad(loss, made)):
            assert array.dtype == dtype
            assert np.isfinite(array).all()


def test_accuracies_by_hand():
    right, wrong = np.eye(K)[Y], np.eye(K)[[1, 1, 0, 0]]  # of samples, classes 1, 1, 0, 2, the last is wrong
    turn = Turn("", None, None, Labelled(np.zeros((4, 2)), Y), None)
    turn.d_real, turn.d_fake = Classified(REAL.score, right), Classified(FAKE.score, wrong)
    turn.fake = Labelled(np.zeros((4, 2)), C)
    assert AuxiliaryClassifier().measures(turn) == {"class_real": 1.0, "class_fake": 0.75}


@pytest.mark.parametrize(
    ("real", "x", "got"),
    [
        (np.zeros((4, 1)), Labelled(np.zeros((4, 2)), Y), "Labelled and ndarray"),
        (REAL, np.zeros((4, 2)), "ndarray and Classified"),
    ],
    ids=["no category", "no labels"],
)
def test_what_it_needs_is_one_line(real, x, got):
    with pytest.raises(SettingError, match=rf"^AuxiliaryClassifier needs Labelled [^\n]*, got {got}$"):
        (Minimax() + AuxiliaryClassifier()).d_loss(lambda _: real, lambda z: z, x, x)


def test_networks_of_the_recipe_learn_the_class_in_every_layer():
    """The class enters D's trunk through the logits, and G through D."""
    D = nn.Sequential(nn.DropLabels(), nn.Dense(2, 4, RNG), F.tanh, ScoreAndCategory(4, K, RNG))
    G = nn.KeepLabels(nn.Sequential(nn.JoinLabels(nn.OneHot(K)), nn.Dense(5, 2, RNG)))
    x, z = (Labelled(RNG.standard_normal((4, 2)).astype(np.float32), labels) for labels in (Y, C))
    plain, term = Minimax(), Minimax() + AuxiliaryClassifier()
    for loss, network in (
        (lambda o: o.d_loss(D, nn.frozen(G), x, z), D),
        (lambda o: o.g_loss(nn.frozen(D), G, x, z), G),
    ):
        without, whole = (grad(loss(objective), nn.parameters(network)) for objective in (plain, term))
        assert all((without[path] != whole[path]).any() for path in whole if "score" not in path)
