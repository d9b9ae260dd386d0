"""How often images are transformed, and how p follows what D says of examples."""

import json

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.images import AsImages, flattening
from tests.objectives.law import Law
from tinygan import Tensor, grad, nn
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives import ADA, NonSaturating, Turn, Wasserstein
from tinygan.objectives.transformations import TRANSFORMATIONS


def made(**settings):
    view = ADA(rng=np.random.default_rng(0), ramp=40, interval=2, **settings)
    return NonSaturating().shown(AsImages()).shown(view)


def softplus(x):
    return np.logaddexp(0, x)


LAWS = [
    Law(
        "ADA at its beginning",
        made,  # p is 0
        d=lambda real, fake: np.mean(softplus(-real)) + np.mean(softplus(fake)),
        g=lambda real, fake: np.mean(softplus(-fake)),
        game=flattening,
    ),
    Law("ADA", lambda: made(p=0.5), signs=(0, 0, 0), game=flattening),
]

X = np.random.default_rng(1).standard_normal((600, 4, 6, 1)) + 3


def identity(x):
    return x


def after(view, signs, m=10):
    """The view after iterations in whose minibatches of m examples D gives outputs of these mean signs."""
    for sign in signs:
        positive = round((sign + 1) / 2 * m)

        def D(x, positive=positive):
            return np.concatenate([np.full((positive, 1), 0.1), np.full((m - positive, 1), -7.0)])

        view = view.remember(Turn("", D, identity, X[:m], X[:m]))
    return view


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_each_image_gets_each_transformation_with_probability_p(p, monkeypatch):
    """Transformations that write a digit each: which have been made can be read off."""
    for place, name in enumerate(TRANSFORMATIONS):
        digit = 10.0**place
        written = TRANSFORMATIONS[name]._replace(draw=lambda rng, shape: (), apply=lambda x, digit=digit: x + digit)
        monkeypatch.setitem(TRANSFORMATIONS, name, written)
    view = ADA(p=p, rng=np.random.default_rng(2))
    for found in (view.real(np.zeros((5000, 1, 1, 1)), None), view.fake(np.zeros((5000, 1, 1, 1)), None)):
        made = [(found.ravel() // 10**place) % 10 for place in range(3)]
        for one in made:
            assert one.mean() == pytest.approx(p, abs=0.02)
        assert (made[0] * made[1]).mean() == pytest.approx(p * p, abs=0.02)  # independent
        assert (made[1] * made[2]).mean() == pytest.approx(p * p, abs=0.02)


def test_where_p_is_1_it_is_all_of_them_and_where_it_is_0_none():
    assert np.array_equal(ADA(rng=np.random.default_rng(3)).real(X, None), X)
    found, rng, expected = ADA(p=1.0, rng=np.random.default_rng(3)).real(X, None), np.random.default_rng(3), X
    for transformation in TRANSFORMATIONS.values():
        rng.random(len(X))
        expected = transformation(expected, rng)
    np.testing.assert_array_equal(found, expected)


def test_the_settings_are_the_papers():
    view = ADA()
    assert (view.target, view.ramp, view.interval, view.p, view.r_t) == (0.6, 500_000, 4, 0.0, None)


def test_p_rises_where_d_is_too_sure_and_falls_where_it_is_not():
    """m = 10, interval 4, ramp 400: a step of 0.1. r_t is the mean sign over the four iterations of an interval."""
    view = ADA(ramp=400)
    assert after(view, [1, 1, 1]).p == 0
    view = after(view, [1.0, 1.0, 0.2, 0.4])  # mean .65
    assert (float(view.p), float(view.r_t)) == (pytest.approx(0.1), pytest.approx(0.65))
    view = after(view, [1.0] * 8)
    assert (float(view.p), float(view.r_t)) == (pytest.approx(0.3), 1.0)
    view = after(view, [1.0, 1.0, 0.2, 0.0])  # mean .55
    assert (float(view.p), float(view.r_t)) == (pytest.approx(0.2), pytest.approx(0.55))
    view = after(view, [0.6] * 4)  # at the target
    assert float(view.p) == pytest.approx(0.2)
    view = after(view, [-1.0] * 12)
    assert (float(view.p), float(view.r_t)) == (0.0, -1.0)  # not below
    assert float(after(view, [1.0] * 60).p) == 1.0  # not above
    assert view.iteration == 32


def test_r_t_is_that_of_d_on_transformed_examples():
    seen = []

    class Game:
        def __call__(self, x):
            seen.append(x)
            return x[:, 0, :1, 0] - 3

    view = ADA(p=0.7, interval=1, rng=np.random.default_rng(4))
    objective = NonSaturating().shown(view)
    later = objective.after(Game(), identity, X, None)
    expected = ADA(p=0.7, rng=np.random.default_rng(4)).real(X, None)
    np.testing.assert_array_equal(seen[0], expected)
    assert float(later.view.r_t) == pytest.approx(np.sign(expected[:, 0, 0, 0] - 3).mean())


def test_of_several_discriminators_r_t_is_the_mean():
    D = nn.Ensemble(lambda x: F.reshape(x[:, 0, 0], shape=(-1, 1)), lambda x: -F.reshape(x[:, 0, 0], shape=(-1, 1)))
    view = ADA(interval=1).remember(Turn("", D, identity, np.abs(X), None))
    assert float(view.r_t) == 0


def test_the_history_has_p_and_r_t():
    turn = Turn("", lambda x: x[:, 0, :1, 0], identity, X, X)
    objective = Wasserstein().shown(ADA(p=0.25))
    measures = objective.measures(turn)
    assert set(measures) == {"d_real", "d_fake", "p"}
    assert measures["p"] == 0.25
    later = Wasserstein().shown(after(ADA(ramp=400), [1.0] * 4)).measures(turn)
    assert (float(later["p"]), float(later["r_t"])) == (pytest.approx(0.1), 1.0)


def test_its_state_through_json_in_the_middle_of_an_interval():
    view = after(ADA(ramp=400, rng=np.random.default_rng(5)), [1.0] * 6)
    state = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in view.state().items()}
    again = ADA(ramp=400).restored(json.loads(json.dumps(state)))
    rest = [0.2, 1.0, 1.0, 1.0, 1.0]
    for one, other in ((after(view, rest), after(again, rest)),):
        assert (float(one.p), float(one.r_t), one.iteration) == (float(other.p), float(other.r_t), other.iteration)
        np.testing.assert_array_equal(one.real(X, None), other.real(X, None))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"interval": 0}, "ADA: interval is expected to be a whole number of at least 1, got 0"),
        ({"interval": 2.5}, "ADA: interval is expected to be a whole number of at least 1, got 2.5"),
        ({"ramp": 0}, "ramp is expected to be"),
        ({"target": 1.5}, r"target is expected in \[-1, 1\], got 1.5"),
    ],
)
def test_settings_that_do_not_fit(settings, words):
    with pytest.raises(SettingError, match=words):
        ADA(**settings)


def test_points_are_refused():
    with pytest.raises(ShapeMismatch, match=r"^ADA: images \(m, H, W, C\) are expected, got \(5, 3\)"):
        ADA().real(np.zeros((5, 3)), None)


def test_on_a_device_nothing_waits():
    strict = strict_backend()
    with without_waiting():
        objective = Wasserstein().shown(ADA(interval=1, ramp=2000, rng=np.random.default_rng(0)))
        real, fake = (Tensor(strict.asarray(X.astype(np.float32))) for _ in range(2))

        def D(x):
            return F.reshape(F.mean(x, axis=(1, 2, 3)), shape=(-1, 1))

        for _ in range(2):
            loss = objective.d_loss(D, identity, real, fake)
            assert loss.dtype == grad(loss, fake).dtype == np.float32
            objective = objective.after(D, identity, real, fake)
            objective.measures(Turn("", D, identity, real, fake))
    assert float(to_host(objective.view.p)) == pytest.approx(0.6)
