"""The oracle says what quadrature and closed forms say, and leaves out what does not exist."""

import math

import numpy as np
import pytest

from tests.backends.strict import backend as strict
from tinygan import functional as F
from tinygan import nn
from tinygan.data import Gaussian, Normal, Ring
from tinygan.drawing.portrait import portrait
from tinygan.errors import SettingError
from tinygan.metrics.divergence import histogram_js
from tinygan.observers.oracle import Oracle
from tinygan.recipes import Run, find
from tinygan.recipes.oracle import in_float64, oracle_of
from tinygan.recipes.portrait import many_z, portrait_of
from tinygan.theory import criterion, jensen_shannon, optimal_logit, wasserstein1

P, Q = Gaussian(0.0, 1.0), Gaussian(1.0, 2.0)
BEST = optimal_logit(P, Q)


def line(z):
    return 2 * z + 1


def said(G=line, logits=BEST, source=P, prior=None):
    return Oracle(source, prior or Normal(1), lambda: G, logits)(20)


def small(recipe, **settings):
    return Run(find(recipe).changed({"m": 8, "record_every": 1, **settings}))


def test_its_numbers_on_the_line_are_those_of_two_gaussians():
    found = said()
    assert found.keys() == {f"oracle/{name}" for name in ("jsd", "w1", "gap", "error_real", "error_fake")}
    assert found["oracle/jsd"] == pytest.approx(jensen_shannon(P, Q).value, abs=1e-9)
    assert found["oracle/w1"] == pytest.approx(wasserstein1(P, Q).value, abs=1e-4)
    assert [found[f"oracle/{name}"] for name in ("gap", "error_real", "error_fake")] == pytest.approx(
        [0, 0, 0], abs=1e-9
    )


def test_the_gap_of_a_d_that_says_one_half_is_c_plus_log_4():
    found = said(logits=lambda x: np.zeros(len(x)))
    assert found["oracle/gap"] == pytest.approx(criterion(P, Q).value + math.log(4), abs=1e-9)
    x = np.linspace(-30, 30, 60_001)
    apart = abs(1 / (1 + np.exp(-BEST(x))) - 0.5) * (x[1] - x[0])
    assert found["oracle/error_real"] == pytest.approx(P.density(x) @ apart, abs=2e-5)
    assert found["oracle/error_fake"] == pytest.approx(Q.density(x) @ apart, abs=2e-5)


def test_without_a_d_of_probabilities_g_alone_is_compared():
    oracle = Oracle(P, Normal(1), lambda: line)
    assert oracle(1).keys() == {"oracle/jsd", "oracle/w1"}
    assert oracle.optimal() is None
    assert oracle.about() == ["oracle: no D* and no gap, which are those of a D that gives each point a probability"]


@pytest.mark.parametrize(
    ("G", "why"),
    [
        (lambda z: 0 * z + 3.0, "p_g has no density: G is constant in float64 on z of probability 1, so single points"),
        (lambda z: z * math.nan, "p_g has no density: G(z) is not finite on z of probability 1"),
    ],
    ids=["constant", "nan"],
)
def test_what_has_no_density_is_left_out_and_said_once(G, why, capsys):
    oracle = Oracle(P, Normal(1), lambda: G, BEST)
    assert (oracle(20), oracle(40)) == ({}, {})
    said = capsys.readouterr().err
    assert said.startswith(f"oracle: nothing is recorded at iteration 20: {why}")
    assert said.count("\n") == 1
    assert np.isnan(oracle.optimal()(np.zeros((3, 1)))).all()


def test_modes_are_counted_where_there_are_several():
    assert not said().keys() & {"modes", "limit/modes"}
    found = said(lambda z: z * 0.01 + np.array([1.0, 0.0]), lambda x: np.zeros(len(x)), Ring(), Normal(2))
    assert (found["modes"], found["limit/modes"]) == (1, 8)


def test_in_the_plane_it_is_the_raster():
    """p_g is one of the eight modes, so JS is that of (1/8, ..., 1/8) and (1, 0, ..., 0)."""
    found = said(lambda z: z * 0.01 + np.array([1.0, 0.0]), lambda x: np.zeros(len(x)), Ring(), Normal(2))
    p, q = np.full(8, 1 / 8), np.eye(8)[0]
    assert found["oracle/jsd"] == pytest.approx(jensen_shannon(p, q).value, abs=2e-3)
    assert found["oracle/gap"] == pytest.approx(2 * jensen_shannon(p, q).value, abs=4e-3)
    away = np.linalg.norm(Ring().centres - [1, 0], axis=1).mean()
    assert found["oracle/w1"] == pytest.approx(away, rel=0.1)


def test_a_larger_z_is_an_estimate():
    oracle = Oracle(P, Normal(3), lambda: lambda z: z @ np.array([[2.0], [0.0], [0.0]]) + 1, BEST)
    assert oracle.about() == ["oracle: p_g is estimated by a histogram of 65,536 samples"]
    found = oracle(1)
    assert found["oracle/jsd"] == pytest.approx(jensen_shannon(P, Q).value, abs=3e-3)
    assert found["oracle/w1"] == pytest.approx(wasserstein1(P, Q).value, abs=0.05)
    assert 0 < found["oracle/gap"] < 5e-3  # the histogram's own noise


def test_of_a_histogram_d_star_is_the_ratio_of_densities():
    oracle = Oracle(P, Normal(3), lambda: lambda z: z @ np.array([[2.0], [0.0], [0.0]]) + 1, BEST)
    x = np.linspace(-2, 4, 7)[:, np.newaxis]
    np.testing.assert_allclose(oracle.optimal()(x), 1 / (1 + np.exp(-BEST(x))), atol=0.06)  # a box is wide


def test_modes_are_those_of_2500_samples():
    ring = Ring()

    def rarely_elsewhere(z):
        return ring.centres[(np.arange(len(z)) >= 2500).astype(int)]

    assert said(rarely_elsewhere, None, ring, Normal(3))["modes"] == 1


def test_a_number_that_is_infinite_is_left_out():
    assert "oracle/gap" not in said(logits=lambda x: np.full(len(x), np.inf))


def test_a_sample_that_is_not_finite_leaves_the_record_out(capsys):
    broken = said(lambda z: np.where(z[:, :2] > 3, np.nan, z[:, :2]), None, Ring(), Normal(3))
    assert broken == {}
    assert capsys.readouterr().err == "oracle: nothing is recorded at iteration 20: a sample is not finite\n"


def test_of_points_with_labels_the_points_are_compared():
    oracle = oracle_of(small("cgan", data="ring"))
    assert oracle.about()[0] == "oracle: p_g is estimated by a histogram of 65,536 samples"
    assert oracle(1).keys() == {"oracle/jsd", "oracle/w1", "modes", "limit/modes"}


def test_a_smaller_z_has_no_density():
    with pytest.raises(SettingError, match=r"^the oracle needs a z of 2 numbers or more: with 1 p_g lies on a curve"):
        Oracle(Ring(), Normal(1), lambda: line)


# The oracle of a run.


def test_it_is_that_of_the_runs_players():
    run = small("gan-1d", iterations=3)
    list(run.steps())
    found = oracle_of(run)(3)
    d = run.judge(x := run.source.sample(40_000, np.random.default_rng(0)))
    best = oracle_of(run).optimal()(x)
    assert found["oracle/error_real"] == pytest.approx(abs(d - best).mean(), abs=5e-3)
    assert found["oracle/gap"] > 0
    assert 0 < found["oracle/jsd"] < math.log(2)


def test_the_run_goes_on_the_same():
    one, other = (small("gan-1d", iterations=6) for _ in range(2))
    oracle = oracle_of(one)
    for _ in one.steps():
        oracle(1)
        oracle.optimal()
    list(other.steps())
    for found, expected in zip(one.snapshot(), other.snapshot(), strict=True):
        np.testing.assert_equal(found, expected)


def test_a_device_has_the_numbers_of_the_host():
    runs = [Run(find("gan-1d").changed({"m": 8, "iterations": 2}), backend=each) for each in ("numpy", strict())]
    for run in runs:
        list(run.steps())
    host, device = (oracle_of(run)(2) for run in runs)
    assert device == pytest.approx(host, rel=1e-4)


@pytest.mark.parametrize("recipe", ["wgan-gp", "lsgan", "minibatch-discrimination"])
def test_scores_and_a_d_of_whole_minibatches_have_no_optimum(recipe):
    oracle = oracle_of(small(recipe))
    assert oracle.about()[-1].startswith("oracle: no D* and no gap")
    assert "oracle/gap" not in oracle(1)


def test_a_d_of_packs_has_none_either():
    assert oracle_of(small("non-saturating", pack=2)).logits is None


def test_a_d_with_noise_is_evaluated_without_it():
    run = small("gan-1d")
    run.D = nn.Sequential(nn.GaussianNoise(0.5, np.random.default_rng(0)), run.D)
    logits, x = oracle_of(run).logits, np.zeros((3, 1))
    assert logits is not None
    np.testing.assert_array_equal(logits(x), logits(x))


def test_an_ensemble_has_the_logit_of_its_mean_probability():
    run = small("ensemble")
    x = run.source.sample(50, np.random.default_rng(0))
    logits = oracle_of(run).logits(x)
    np.testing.assert_allclose(1 / (1 + np.exp(-logits)), run.judge(x), rtol=1e-5)


@pytest.mark.parametrize(
    ("recipe", "settings", "why"),
    [
        ("discogan", {}, r"and rings has two domains in recipe 'discogan'; choose recipe gan-1d or gan-ring"),
        (
            "gan",
            {"data": "digits"},
            r"and digits has no known density in recipe 'gan'; choose recipe gan-1d or gan-ring",
        ),
        ("gan-1d", {"data": "ring"}, r"p_g lies on a curve and has no density; choose latent=2$"),
    ],
)
def test_other_runs_have_none(recipe, settings, why):
    with pytest.raises(SettingError, match=why):
        oracle_of(small(recipe, **settings))


def test_the_picture_has_d_star_the_right_way_up():
    """It is p / (p + q): above D = 1/2 where the data are, and G is not."""
    run = small("gan-1d")
    figure = portrait(**portrait_of(run, many_z(run)), optimal=oracle_of(run).optimal())
    *_, drawn = figure.axes[0].lines[:4]
    assert drawn.get_label() == "D*(x), the optimal D"
    assert drawn.get_linestyle() == ":"
    x, best = drawn.get_data()
    assert best[abs(x - 4).argmin()] > 0.9  # G is near 0 at first, and the data are near 4
    assert best.min() >= 0


def test_in_the_plane_it_has_a_panel_of_its_own():
    run = small("gan-ring", hidden=8)
    found = portrait(**portrait_of(run, many_z(run)), optimal=oracle_of(run).optimal())
    panels = [ax for ax in found.axes if ax.get_xlabel()]
    assert len(panels) == 2
    words = [text.get_text() for text in panels[1].get_legend().get_texts()]
    assert words[2:] == ["D*(x) near 1: real to D", "D*(x) near 0: fake to D"]


@pytest.mark.parametrize("latent", [2, 3], ids=["mesh", "histogram"])
def test_d_star_is_left_open_where_neither_density_is(latent):
    best = oracle_of(small("gan-ring", latent=latent)).optimal()
    box = Ring().box
    found = best(np.array([[1.0, 0.0], box[0] + 0.01, box[1] - 0.01]))
    assert np.isfinite(found).tolist() == [True, False, False]


def test_in_float64_a_module_keeps_its_labels():
    module = in_float64(nn.Sequential(nn.Dense(2, 3, np.random.default_rng(0)), F.tanh))
    assert {leaf.dtype.name for _, leaf in nn.named_leaves(module)} == {"float64"}
    assert in_float64([np.arange(3)])[0].dtype == np.int64


# A run that is trained for a while.


@pytest.fixture(scope="module")
def trained():
    """(run, the oracle's record every 20 iterations) of 400 iterations of gan-1d."""
    run = Run(find("gan-1d").changed({"iterations": 400}))
    oracle = oracle_of(run)
    return run, [oracle(step.iteration) for step in run.steps() if step.last and step.iteration % 20 == 0]


def test_its_js_is_that_of_histograms_within_their_floor(trained):
    run, records = trained
    n, bins = 400_000, 400
    rng = np.random.default_rng([0, 1])
    x, examples, others = run.sample(n), run.source.sample(n, rng), run.source.sample(n, rng)
    measured, floor = (histogram_js(each, examples, bins, run.source.box) for each in (x, others))
    exact = records[-1]["oracle/jsd"]
    assert exact > 50 * floor
    assert measured == pytest.approx(exact, abs=2 * floor)


def test_over_the_training_the_gap_closes(trained):
    _, records = trained
    gaps = [record["oracle/gap"] for record in records]
    assert min(gaps) > 0
    assert gaps[-1] < np.mean(gaps[:10]) / 3
    assert records[-1]["oracle/jsd"] < records[0]["oracle/jsd"] / 10
