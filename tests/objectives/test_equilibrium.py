"""The known losses and outputs of the best D where p_g = p_data: a minimum for D, and the losses themselves there."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from tinygan import nn
from tinygan.objectives import (
    DRAGAN,
    R1,
    R2,
    FeatureMatching,
    Hinge,
    InstanceNoise,
    Minimax,
    NonSaturating,
    Objective,
    Unrolled,
    Wasserstein,
    ZeroSum,
)
from tinygan.optim import adam, linear
from tinygan.recipes import Run, find
from tinygan.recipes.gan_1d import GAN1D

LOSSES = [Minimax(), NonSaturating(), NonSaturating(real=0.9), ZeroSum(Minimax()), ZeroSum(NonSaturating(real=0.5))]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_losses_are_those_of_the_d_that_is_best_there(loss):
    found = loss.at_equilibrium()
    score = math.log(found["output"] / (1 - found["output"]))

    def losses(score):
        same = np.full((3, 1), score)
        return float(loss.d(same, same)), float(loss.g(same, same))

    assert losses(score) == pytest.approx((found["D"], found["G"]))
    assert all(losses(score + step)[0] > found["D"] for step in (-1e-3, 1e-3))


def test_goodfellow_s_numbers():
    log2 = math.log(2)
    assert Minimax().at_equilibrium() == pytest.approx({"D": 2 * log2, "G": -log2, "output": 0.5})
    assert NonSaturating().at_equilibrium() == pytest.approx({"D": 2 * log2, "G": log2, "output": 0.5})


@pytest.mark.parametrize(
    "objective",
    [
        NonSaturating() + R1(0.2) + R2(),
        NonSaturating().shown(InstanceNoise(linear(0.5, 0.0, 10))),
        Unrolled(NonSaturating() + R1(), steps=5, rule=adam(1e-3)),
    ],
)
def test_penalties_that_vanish_views_and_unrolling_keep_the_numbers(objective):
    assert objective.at_equilibrium() == NonSaturating().at_equilibrium()


def test_a_term_in_place_of_g_s_loss_leaves_those_of_d():
    assert set(Objective(NonSaturating(), g=FeatureMatching()).at_equilibrium()) == {"D", "output"}


@pytest.mark.parametrize(
    "objective", [Hinge(), Wasserstein(), ZeroSum(Hinge()), NonSaturating() + DRAGAN(rng=np.random.default_rng(0))]
)
def test_without_known_constants_there_are_none(objective):
    assert objective.at_equilibrium() == {}


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ("minimax", {"D": math.log(4), "G": -math.log(2), "output": 0.5}),
        ("ensemble", {"D": 3 * math.log(4), "G": 3 * math.log(2), "output": 0.5}),
        ("label-smoothing", {"D": NonSaturating(real=0.9).at_equilibrium()["D"], "G": -math.log(0.45), "output": 0.45}),
        ("wgan-gp", {}),
        ("ae", {}),
    ],
)
def test_a_run_has_the_numbers_of_its_objective(recipe, expected):
    assert Run(find(recipe)).at_equilibrium() == pytest.approx(expected)


class Twice(nn.Layer):
    """A pack's two logits, one with a dropout."""

    def __init__(self, D):
        self.D, self.dropout = D, nn.Dropout(0.5, np.random.default_rng(0))

    def __call__(self, x):
        score = self.D(x)
        return nn.Pair(score, self.dropout(score))


@dataclass(frozen=True)
class TwoScores(GAN1D):
    """A D that returns two arrays of scores for packs of three."""

    def networks(self, source, rng):
        D = nn.Sequential(nn.Dense(3, 1, rng))
        return nn.Dense(self.latent, 1, rng), nn.Packed(Twice(D), 3)


def test_the_losses_are_sums_over_the_arrays_of_scores():
    run = Run(TwoScores(m=6, iterations=2, latent=2))
    before = run.snapshot().values
    once = NonSaturating().at_equilibrium()
    assert run.at_equilibrium() == pytest.approx({"D": 2 * once["D"], "G": 2 * once["G"], "output": once["output"]})
    assert run.snapshot().values == before  # the dropout is where it was
    run.G.weight.data[...] = np.inf  # as in a run that has diverged
    assert run.at_equilibrium()["D"] == 2 * once["D"]
