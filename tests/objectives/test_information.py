"""The information term against the paper's lower bound, in probabilities and densities, and what it moves."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, grad, nn
from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.networks.heads import DQ, WithQ
from tinygan.nn import Codes
from tinygan.objectives import Information, Minimax, NonSaturating, Turn

RNG = np.random.default_rng(0)
M, K, C = 6, 4, 3
CODES = Codes(RNG.uniform(-1, 1, (M, 3)), np.array([0, 3, 1, 1, 2, 0]), RNG.uniform(-1, 1, (M, C)))
SAMPLES = DQ(RNG.standard_normal((M, 1)), 1.5 * RNG.standard_normal((M, K)), RNG.standard_normal((M, C)))
EXAMPLES = DQ(RNG.standard_normal((M, 1)), RNG.standard_normal((M, K)), RNG.standard_normal((M, C)))


def game(rng):
    """D and Q on one trunk, and a G with three categories and one continuous code."""
    G = nn.Sequential(nn.JoinCodes(3), nn.Dense(6, 2, rng), F.tanh, nn.Dense(2, 3, rng))
    trunk = nn.Sequential(nn.Dense(3, 3, rng), F.tanh)
    return G, WithQ(trunk, nn.Dense(3, 1, rng), nn.Dense(3, 4, rng), 3)


def coded(z):
    """Normal numbers (m, 2) with categories 0, 1, 2 in turn, and a continuous code."""
    return Codes(z, np.arange(len(z)) % 3, np.sin(z[:, :1]))


LAWS = [
    Law(
        "non-saturating, information",
        lambda: NonSaturating() + Information(0.7, 0.4),
        signs=(0, 0, 0),
        game=game,
        noise=coded,
    ),
    Law(
        "non-saturating, information in Q alone",
        lambda: NonSaturating() + Information(control=True),
        signs=(0, 0, 0),
        game=game,
        noise=coded,
    ),
]


def log_normal(x, mean):
    """log N(x; mean, 1)."""
    return np.log(np.exp(-0.5 * (x - mean) ** 2) / np.sqrt(2 * np.pi))


def bounds(found=SAMPLES, codes=CODES):
    """L_I(category) and L_I(continuous) of eq. (5): E[log Q(c|G(z, c))] + H(c), in probabilities and densities."""
    p = np.exp(found.category) / np.exp(found.category).sum(axis=1, keepdims=True)
    of_category = np.mean([np.log(row[c]) for row, c in zip(p, codes.category, strict=True)]) + np.log(K)
    of_codes = np.mean(log_normal(codes.continuous, found.continuous).sum(axis=1)) + C * np.log(2)
    return of_category, of_codes


ENTROPIES = np.log(K), C * (np.log(2) - 0.5 * np.log(2 * np.pi))  # the constants: of the code, and of Q's density


def losses(objective, fake=SAMPLES, real=EXAMPLES, codes=CODES):
    """(D's loss, G's loss) where D and Q return `real` for examples and `fake` for samples."""
    x = np.zeros((M, 2))

    def D(judged):
        return real if judged is x else fake

    return objective.d_loss(D, lambda z: np.ones((M, 2)), x, codes), objective.g_loss(
        D, lambda z: np.ones((M, 2)), x, codes
    )


@pytest.mark.parametrize(("weight", "continuous"), [(1.0, 1.0), (0.7, 0.0), (0.0, 0.4), (1.0, 0.1)])
def test_lambda_times_l_i_is_subtracted_from_both_losses(weight, continuous):
    """Eq. (6), min over G and Q, max over D of V(D, G) - lambda L_I(G, Q), up to the constants of L_I."""
    plain, informed = losses(Minimax()), losses(Minimax() + Information(weight, continuous))
    of_category, of_codes = (bound - constant for bound, constant in zip(bounds(), ENTROPIES, strict=True))
    expected = -weight * of_category - continuous * of_codes
    for without, with_term in zip(plain, informed, strict=True):
        assert float(with_term - without) == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_the_control_pays_in_q_alone():
    plain, informed = losses(NonSaturating()), losses(NonSaturating() + Information(control=True))
    assert float(informed[0]) - float(plain[0]) == pytest.approx(sum(ENTROPIES) - sum(bounds()), rel=1e-10)
    assert float(informed[1]) == float(plain[1])


def turn(found=SAMPLES, codes=CODES):
    made = Turn("", None, None, None, codes)
    made.d_fake = found
    return made


def test_the_history_has_l_i_beside_the_entropy_and_the_error_of_a_code():
    measured = Information(0.3, 0.2).measures(turn())  # whatever lambda is
    assert measured["information"] == pytest.approx(bounds()[0], rel=1e-12)
    assert measured["limit/information"] == np.log(K)
    assert measured["code_error"] == pytest.approx(np.mean((SAMPLES.continuous - CODES.continuous) ** 2), rel=1e-12)


@pytest.mark.parametrize("size", [0.0, 1.0, 30.0, 1e4])
def test_l_i_is_at_most_the_entropy(size):
    """And equals it where Q is certain and right. A Q that knows nothing has 0."""
    right = size * np.eye(K)[CODES.category]
    found = Information().measures(turn(SAMPLES._replace(category=right)))["information"]
    assert found <= np.log(K)
    assert found == pytest.approx({0.0: 0.0, 1.0: np.log(K) - np.log(1 + 3 / np.e)}.get(size, np.log(K)), abs=1e-12)
    for seed in range(20):
        logits = size * np.random.default_rng(seed).standard_normal((M, K))
        assert Information().measures(turn(SAMPLES._replace(category=logits)))["information"] <= np.log(K)


def test_l_i_is_below_the_mutual_information():
    """Eq. (4): of a known channel p(x|c), L_I of any Q is at most I(c; x), and of Q = p(c|x) equal to it."""
    channel = RNG.dirichlet(np.ones(5), size=K)  # p(x|c), x one of 5
    joint = channel / K
    information = np.sum(joint * np.log(joint / (joint.sum(axis=0) / K)))
    c, x = (part.ravel() for part in np.meshgrid(np.arange(K), np.arange(5), indexing="ij"))
    weights = np.rint(1e4 * joint).astype(int).ravel()
    pairs = np.repeat(c, weights), np.repeat(x, weights)
    codes = Codes(np.zeros((len(pairs[0]), 1)), pairs[0], np.zeros((len(pairs[0]), 0)))
    posterior = np.log(joint / joint.sum(axis=0)).T  # (5, K)
    for logits, is_best in ((posterior, True), (posterior + RNG.standard_normal((5, K)), False)):
        found = DQ(None, logits[pairs[1]], np.zeros((len(pairs[0]), 0)))
        bound = Information().measures(turn(found, codes))["information"]
        assert bound == pytest.approx(information, abs=2e-3) if is_best else bound < information - 0.01


def test_a_gradient_raises_the_logit_of_the_code_and_pulls_the_mean_to_the_code():
    category, continuous = Tensor(SAMPLES.category), Tensor(SAMPLES.continuous)
    found = SAMPLES._replace(category=category, continuous=continuous)
    p = np.exp(SAMPLES.category) / np.exp(SAMPLES.category).sum(axis=1, keepdims=True)
    for loss in losses(NonSaturating() + Information(0.7, 0.4), found):
        slopes = grad(loss, [category, continuous])
        np.testing.assert_allclose(slopes[0], 0.7 * (p - np.eye(K)[CODES.category]) / M, rtol=1e-12)
        np.testing.assert_allclose(slopes[1], 0.4 * (SAMPLES.continuous - CODES.continuous) / M, rtol=1e-12)


def test_examples_have_no_codes_to_find():
    """D's loss does not depend on what Q says of true examples."""
    other = EXAMPLES._replace(category=-EXAMPLES.category, continuous=EXAMPLES.continuous + 3)
    objective = NonSaturating() + Information()
    assert float(losses(objective)[0]) == float(losses(objective, real=other)[0])


def test_q_learns_in_ds_turn_and_g_in_its_own():
    G, D = game(RNG)
    z, x = coded(RNG.standard_normal((9, 2))), RNG.standard_normal((9, 3))
    for control in (False, True):
        plain, informed = NonSaturating(), NonSaturating() + Information(control=control)
        of_q = grad(informed.d_loss(D, nn.frozen(G), x, z), nn.parameters(D))
        assert np.all(of_q["q.weight"])
        without, whole = (grad(o.g_loss(nn.frozen(D), G, x, z), nn.parameters(G)) for o in (plain, informed))
        assert all(np.array_equal(whole[path], without[path]) == control for path in whole)


def test_it_does_without_continuous_codes():
    none = CODES._replace(continuous=np.zeros((M, 0)))
    found = SAMPLES._replace(category=Tensor(SAMPLES.category), continuous=np.zeros((M, 0)))
    loss = losses(NonSaturating() + Information(), found, codes=none)[1]
    assert np.isfinite(grad(loss, found.category)).all()
    assert Information().measures(turn(SAMPLES._replace(continuous=np.zeros((M, 0))), none)).keys() == {
        "information",
        "limit/information",
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_outputs(dtype):
    category, continuous = Tensor(1e4 * SAMPLES.category.astype(dtype)), Tensor(1e4 * np.ones((M, C), dtype))
    codes = CODES._replace(continuous=CODES.continuous.astype(dtype))
    found = DQ(SAMPLES.score.astype(dtype), category, continuous)
    for loss in losses(NonSaturating() + Information(), found, EXAMPLES._replace(score=found.score), codes):
        for array in (loss.data, *grad(loss, [category, continuous])):
            assert array.dtype == dtype
            assert np.isfinite(array).all()


def test_what_it_needs_is_one_line():
    with pytest.raises(SettingError, match=r"^Information needs noise with codes, nn.Codes, got ndarray$"):
        losses(NonSaturating() + Information(), codes=CODES.noise)
    with pytest.raises(SettingError, match=r"^Information needs a D that returns a category .*WithQ, not function$"):
        losses(NonSaturating() + Information(), fake=SAMPLES.score, real=EXAMPLES.score)
