"""D and Q on one trunk: what each says, what they share, and that losses take D's score alone."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import grad, nn, raw
from tinygan.errors import ShapeMismatch
from tinygan.networks.heads import DQ, WithQ
from tinygan.nn.together import per_example
from tinygan.objectives import NonSaturating
from tinygan.objectives.scores import scores

RNG = np.random.default_rng(0)
X = RNG.standard_normal((4, 3)).astype(np.float32)


def made(q_outputs=5, categories=3):
    trunk = nn.Sequential(nn.Dense(3, 6, RNG), F.tanh)
    return WithQ(trunk, nn.Dense(6, 1, RNG), nn.Dense(6, q_outputs, RNG), categories)


def test_q_gives_the_logits_and_then_the_means():
    D = nn.frozen(made())
    found = D(X)
    h = D.trunk(X)
    assert isinstance(found, DQ)
    np.testing.assert_array_equal(found.score, D.score(h))
    np.testing.assert_array_equal(np.concatenate(found[1:], axis=1), D.q(h))
    assert (found.category.shape, found.continuous.shape) == ((4, 3), (4, 2))
    assert nn.frozen(made(3))(X).continuous.shape == (4, 0)


def test_the_score_and_the_codes_learn_in_one_trunk():
    D = made()
    for part, other in (("score", "q"), ("q", "score")):
        found = D(X)
        loss = F.sum(found.score) if part == "score" else F.sum(found.category**2) + F.sum(found.continuous**2)
        slopes = grad(loss, nn.parameters(D))
        assert np.any(slopes["trunk.layers.0.weight"])
        assert np.any(slopes[f"{part}.weight"])
        assert not np.any(slopes[f"{other}.weight"])


def test_a_loss_is_that_of_the_score():
    D = nn.frozen(made())
    assert scores(D(X)) == [pytest.approx(D(X).score)]
    alone = nn.Sequential(D.trunk, D.score)
    assert float(NonSaturating().d_loss(D, lambda z: z, X, -X)) == pytest.approx(
        float(NonSaturating().d_loss(alone, lambda z: z, X, -X)), rel=1e-6
    )


def test_examples_and_samples_go_through_it_in_one_pass():
    D = made()
    assert per_example(D)
    both = nn.together(D, X, -X)
    for x, found in zip((X, -X), both, strict=True):
        for ours, expected in zip(found, D(x), strict=True):
            np.testing.assert_allclose(raw(ours), raw(expected), rtol=1e-5, atol=1e-6)
    normalized = WithQ(nn.BatchNorm(3), nn.Dense(3, 1, RNG), nn.Dense(3, 3, RNG), 3)
    assert not per_example(normalized)


def test_too_few_outputs_of_q_are_one_line():
    with pytest.raises(ShapeMismatch, match=r"^WithQ: q is expected to give at least 3 numbers .*, got \(4, 2\)$"):
        made(2)(X)
