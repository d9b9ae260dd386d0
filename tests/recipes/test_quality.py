"""What the recipes promise about their samples (docs/results.md); the long ones are run by hand with -m slow."""

import numpy as np
import pytest

from tinygan.metrics import histogram_js, modes
from tinygan.recipes import Run, find


def finished(name, seed):
    run = Run(find(name), seed=seed)
    for _ in run.steps():
        pass
    return run


def js(run):
    return histogram_js(run.sample(10_000, seed=3), run.source.sample(10_000, np.random.default_rng(11)))


def test_gan_1d_meets_its_density():
    run = Run(find("gan-1d").changed({"iterations": 1500}), seed=0)  # of 4,000
    before = js(run)
    for _ in run.steps():
        pass
    assert before > 0.2
    assert js(run) < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_gan_1d_meets_its_density_from_every_seed(seed):
    assert js(finished("gan-1d", seed)) < 0.02


@pytest.mark.slow
def test_gan_ring_keeps_all_modes_from_8_of_10_seeds():
    scores = []
    for seed in range(10):
        run = finished("gan-ring", seed)
        scores.append(modes(run.sample(2500, seed=3), run.source.centres, run.source.std))
        print(seed, scores[-1])
    assert sum(score.captured == 8 and score.high_quality > 0.8 for score in scores) >= 8
