"""One player: who moves when, on which minibatches, every number of it, and a run that is kept and gone on with."""

import itertools
import json

import numpy as np
import pytest

from tests.recipes.test_run import finished, same, weights
from tests.test_training import Scale, Source, normal
from tinygan import checkpoint, nn, optim
from tinygan.algorithms import maximize_likelihood
from tinygan.autograd import raw
from tinygan.errors import RunError, SettingError
from tinygan.observers.history import History, read
from tinygan.optim import Optimizer
from tinygan.recipes import Run, find

TINY = find("ae").changed({"m": 8, "hidden": 8, "latent": 3, "iterations": 6, "record_every": 2})


class Gaussian:
    """-log N(x; G(z), I) without its constant, and a note of what it was given."""

    def __init__(self, calls=None, iterations=0):
        self.calls, self.iterations = [] if calls is None else calls, iterations

    def loss(self, G, x, z):
        self.calls.append((G, x, z))
        away = x - G(z)
        return (away * away).mean() / 2

    def after(self, D, G, x, z):
        assert D is None
        return Gaussian(self.calls, self.iterations + 1)


def game(m=4, **settings):
    objective, noise, data = Gaussian(), Source(normal(1, 1)), Source(normal(2, 1))
    steps = maximize_likelihood(Scale([0.5]), objective, Optimizer(optim.sgd(0.1)), noise, data, m=m, **settings)
    return steps, objective, noise, data


@pytest.mark.parametrize("start", [1, 8])
def test_every_iteration_is_one_update_of_g(start):
    taken = list(itertools.islice(game(start=start)[0], 3))
    assert [(step.iteration - start, step.player, step.last, step.D) for step in taken] == [
        (i, "G", True, None) for i in range(3)
    ]
    assert next(game()[0]).iteration == 1


def test_every_update_has_fresh_noise_and_fresh_examples_and_the_newest_g():
    steps, objective, noise, data = game()
    taken = list(itertools.islice(steps, 4))
    assert (len(noise.drawn), len(data.drawn)) == (4, 4)
    weight = 0.5
    for step, (G, x, z), drawn_z, drawn_x in zip(taken, objective.calls, noise.drawn, data.drawn, strict=True):
        assert raw(G.weight).item() == weight
        assert step.z is z is drawn_z
        assert step.x is x is drawn_x
        assert x.shape == z.shape == (4, 1)
        weight = raw(step.G.weight).item()
    assert [step.objective.iterations for step in taken] == [1, 2, 3, 4]


def test_it_is_gradient_descent_written_out():
    """The mean of (x - w z)^2 / 2 has the derivative mean(-z (x - w z)) in w."""
    noise, data = normal(1, 1), normal(2, 1)
    w = 0.5
    for step in itertools.islice(game()[0], 10):
        z, x = noise(4), data(4)
        assert float(step.loss) == pytest.approx(np.mean((x - w * z) ** 2) / 2, rel=1e-12)
        w -= 0.1 * np.mean(-z * (x - w * z))
        assert raw(step.G.weight).item() == pytest.approx(w, rel=1e-12)
    assert abs(w - 0.5) > 0.05


def test_no_examples_make_no_game():
    with pytest.raises(SettingError, match=r"^maximize_likelihood: m is expected to be at least 1, got m = 0$"):
        next(game(m=0)[0])


def test_a_run_of_one_player_has_no_d():
    run = Run(TINY)
    assert (run.D, run.d_optimizer) == (None, None)
    assert [(step.iteration, step.player) for step in run.steps()] == [(i, "G") for i in range(1, 7)]
    assert run.D is None


@pytest.mark.parametrize("stopped", [0, 1, 5])
@pytest.mark.parametrize("average", [0.0, 0.9])
def test_it_is_saved_and_goes_on_as_if_unbroken(stopped, average, tmp_path):
    recipe = TINY.changed({"average": average})
    whole, broken = finished(Run(recipe, seed=1)), Run(recipe, seed=1)
    if stopped:
        finished(broken, stopped)
    broken.save(tmp_path)
    resumed, _ = Run.load(tmp_path)
    assert resumed.iteration == stopped
    finished(resumed)
    for part in ("G", "average"):
        assert same(weights(getattr(whole, part)), weights(getattr(resumed, part)))
    assert (whole.sample(9) == resumed.sample(9)).all()
    assert whole.sample(9).shape == (9, 28, 28, 1)


def test_a_checkpoint_of_two_players_is_none_of_one(tmp_path):
    Run(TINY).save(tmp_path)
    arrays, values = checkpoint.load(tmp_path / "checkpoint.npz")
    arrays["D/layers.0.weight"] = np.zeros(3, np.float32)
    with pytest.raises(RunError, match=r"D/layers.0.weight is no part of a run of recipe 'ae'"):
        Run(TINY).restore((arrays, values))


def test_its_history_has_the_loss_of_each_iteration(tmp_path):
    run, losses = Run(TINY), []
    history = History(tmp_path / "history.jsonl", 2)
    for step in run.steps():
        history(step)
        losses.append(float(step.loss))
    records = read(tmp_path / "history.jsonl")
    assert [record["iteration"] for record in records] == [2, 4, 6]
    for record in records:
        [loss] = [value for name, value in record.items() if name != "iteration"]
        assert loss == losses[record["iteration"] - 1]
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == len(records)
    assert json.loads((tmp_path / "history.jsonl").read_text().splitlines()[0]) == records[0]


def test_the_autoencoder_learns_to_give_digits_back():
    """After 150 of 2,000 iterations it errs less than one that gives the mean image whatever it is shown."""
    run = Run(find("ae").changed({"iterations": 150}))
    x = run.source.examples(np.arange(500))
    mean_image = np.mean((x - x.mean(axis=0)) ** 2)
    assert error(run, x) > mean_image
    assert error(finished(run), x) < 0.75 * mean_image


def error(run, x):
    G = nn.frozen(run.G)
    return float(np.mean((G(G.encode(x)) - x) ** 2))
