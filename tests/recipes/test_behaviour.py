"""What papers say that their objectives do, each on the smallest real run that shows it."""

import json

import numpy as np
import pytest

from tinygan import nn
from tinygan.observers.history import History
from tinygan.recipes import Run, find

SMALL = {"data": "ring", "m": 32, "g_hidden": 32, "d_hidden": 32, "g_layers": 2, "decay": 0}
SLOW = {"g_learning_rate": 1e-3, "d_learning_rate": 1e-3}


def energies(name, **settings):
    """D's mean energies of samples and of examples after each iteration, (iterations, 2), and each's last step."""
    found, steps = [], []
    for step in Run(find(name).changed({**SMALL, **SLOW, **settings})).steps():
        if step.last:
            D = nn.frozen(step.D)
            found.append([float(D(x).score.mean()) for x in (nn.frozen(step.G)(step.z), step.x)])
            steps.append(step)
    return np.array(found), steps


BALANCED = {"code": 1, "gamma": 0.8, "lambda_k": 0.05, "iterations": 800}


@pytest.fixture(scope="module")
def balanced():
    """A run of BEGAN with its controller."""
    return energies("began", **BALANCED)


def test_begans_convergence_falls(balanced):
    """The global measure M of Berthelot et al. 2017, section 3.4.1; here from 10 to 0.3."""
    _, steps = balanced
    M = np.array([float(step.objective.convergence) for step in steps])
    assert M[:10].mean() > 2
    assert M[-100:].mean() < 0.1 * M[:10].mean()
    assert M[-400:].mean() < M[100:400].mean()  # and it goes on falling when both have learned the scale of the data


def test_begans_controller_holds_the_players_in_balance(balanced):
    """L(G(z)) / L(x) is held at gamma; without the controller G leaves D behind and the ratio falls."""

    def ratio(run):
        samples, examples = run[0][-400:].mean(axis=0)
        return samples / examples

    assert ratio(balanced) == pytest.approx(0.8, rel=0.15)
    assert ratio(energies("began", **{**BALANCED, "lambda_k": 0.0})) < 0.4


@pytest.mark.parametrize("margin", [0.1, 0.5, 2.0])
def test_ebgans_samples_settle_at_the_margin(margin):
    """D raises their energies up to the margin and no further, G lowers them.

    At the Nash equilibrium of Zhao et al. 2017, theorem 1, what D pays is the margin.
    """
    found, _ = energies("ebgan", margin=margin, pulling_away=0.0, iterations=600)
    samples, examples = found[-100:].mean(axis=0)
    assert samples == pytest.approx(margin, rel=0.3)
    assert examples < 0.6 * samples
    assert found[0, 0] > 5 * margin  # where they began


def test_instance_noise_anneals_to_zero(tmp_path):
    """In a straight line; then D's loss is that of the base, and with the noise it was not."""
    run = Run(find("instance-noise").changed({**SMALL, "start": 0.3, "fade": 20, "iterations": 30}))
    history = History(tmp_path / "history.jsonl", 1)
    noisy = {}
    for step in run.steps():
        history(step)
        if step.last:
            D, G, objective = nn.frozen(step.D), nn.frozen(step.G), step.objective
            losses = [float(each.d_loss(D, G, step.x, step.z)) for each in (objective, objective.loss)]
            noisy[step.iteration] = losses[0] != losses[1]
    noise = [json.loads(line)["noise"] for line in (tmp_path / "history.jsonl").read_text().splitlines()]
    expected = np.maximum(0.3 * (1 - np.arange(1, 31) / 20), 0)
    np.testing.assert_allclose(noise, expected, rtol=1e-12, atol=1e-15)
    assert noise[19:] == [0.0] * 11
    assert [i for i in noisy if noisy[i]] == list(range(1, 20))


def test_instance_noise_keeps_d_from_being_sure():
    """Samples far from the narrow modes are told apart at once without it, and with it are not."""

    def loss(start):
        settings = {**SMALL, **SLOW, "start": start, "fade": 1000, "iterations": 200, "g_learning_rate": 0.0}
        losses = [float(step.loss) for step in Run(find("instance-noise").changed(settings)).steps() if not step.last]
        return np.mean(losses[-50:])

    assert loss(3.0) > 3 * loss(0.0)
