"""A run follows Algorithm 1, keeps its average, and is saved and restored to the last bit."""

import itertools

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tinygan import checkpoint, nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.errors import RunError
from tinygan.recipes import Run, find

TINY = find("gan-1d").changed({"m": 8, "g_hidden": 6, "d_hidden": 6, "k": 2, "iterations": 6})


def finished(run, iterations=None):
    for step in run.steps():
        if step.last and step.iteration == iterations:
            break
    return run


def weights(module):
    return {path: to_host(raw(leaf)).copy() for path, leaf in nn.named_leaves(module)}


def same(one, other):
    return one.keys() == other.keys() and all((one[path] == other[path]).all() for path in one)


def test_steps_end_with_the_recipes_last_iteration():
    steps = [(step.iteration, step.player) for step in Run(TINY).steps()]
    assert steps == [(i, player) for i in range(1, 7) for player in "DDG"]


def test_a_seed_decides_everything():
    assert same(weights(finished(Run(TINY, seed=3)).G), weights(finished(Run(TINY, seed=3)).G))
    assert not same(weights(Run(TINY, seed=3).G), weights(Run(TINY, seed=4).G))


def test_what_one_stream_draws_does_not_disturb_another():
    more_noise = TINY.changed({"latent": 3})
    assert (Run(TINY).data(5) == Run(more_noise).data(5)).all()


def test_the_average_is_that_of_every_g_after_a_warm_start():
    run = Run(TINY.changed({"average": 0.5}))
    expected = weights(run.average)
    for step in run.steps():
        if step.player == "G":
            decay = min(0.5, step.iteration / (step.iteration + 10))
            expected = {
                path: decay * value + (1 - decay) * raw(dict(nn.named_leaves(step.G))[path])
                for path, value in expected.items()
            }
    for path, value in weights(run.average).items():
        np.testing.assert_allclose(value, expected[path], rtol=1e-6)


def test_without_an_average_samples_come_from_g():
    run = finished(Run(TINY.changed({"average": 0})))
    z = run.prior.sample(4, np.random.default_rng(5))
    np.testing.assert_allclose(run.sample(4, seed=5), raw(nn.frozen(run.G)(z)), rtol=1e-5)


@pytest.mark.parametrize("stopped", [0, 1, 5])
def test_restoring_continues_as_if_unbroken(stopped, tmp_path):
    whole = finished(Run(TINY, seed=1))
    broken = Run(TINY, seed=1)
    if stopped:
        finished(broken, stopped)
    broken.save(tmp_path / "c.npz")
    resumed = Run(TINY, seed=1)
    resumed.restore(*checkpoint.load(tmp_path / "c.npz"))
    assert resumed.iteration == stopped
    finished(resumed)
    for part in ("G", "D", "average"):
        assert same(weights(getattr(whole, part)), weights(getattr(resumed, part)))
    assert (whole.sample(9) == resumed.sample(9)).all()


@pytest.mark.parametrize("steps", range(1, 9))
def test_a_run_is_saved_between_iterations_only(steps, tmp_path):
    run, path = Run(TINY), tmp_path / "c.npz"
    run.save(path)
    taken = list(itertools.islice(run.steps(), steps))
    if steps % 3 == 0:  # D, D, G
        run.save(path)
        assert checkpoint.load(path)[1]["iteration"] == steps // 3
        return
    before = path.read_bytes()
    with pytest.raises(RunError, match=rf"amid iteration {taken[-1].iteration}\b.*save it after its last step"):
        run.save(path)
    assert path.read_bytes() == before
    run.restore(*checkpoint.load(path))
    run.save(path)  # it stands again where it stood


@pytest.mark.parametrize("whole_iterations", [0, 2])
def test_a_run_that_failed_in_mid_step_is_not_saved(whole_iterations, tmp_path):
    run = finished(Run(TINY), whole_iterations) if whole_iterations else Run(TINY)

    def failing(m):
        raise KeyboardInterrupt

    run.data = failing  # when the noise of the step has been drawn
    with pytest.raises(KeyboardInterrupt):
        next(run.steps())
    with pytest.raises(RunError, match=f"amid iteration {whole_iterations + 1}"):
        run.save(tmp_path / "c.npz")
    assert not (tmp_path / "c.npz").exists()


def test_another_network_does_not_take_the_checkpoint(tmp_path):
    finished(Run(TINY), 1).save(tmp_path / "c.npz")
    with pytest.raises(RunError, match="does not fit"):
        Run(TINY.changed({"g_hidden": 7})).restore(*checkpoint.load(tmp_path / "c.npz"))


def test_samples_do_not_depend_on_their_neighbours():
    run = finished(Run(find("dcgan-quick").changed({"m": 4, "width": 2, "latent": 5, "iterations": 2})))
    many = run.sample(600, seed=2)  # more than are generated at a time
    assert many.dtype == np.uint8
    np.testing.assert_array_equal(run.sample(3, seed=2), many[:3])


def test_the_config_names_all_that_decides():
    config = Run(TINY, seed=5).config()
    assert config["recipe"] == "gan-1d"
    assert config["seed"] == 5
    assert config["settings"]["g_hidden"] == 6


@pytest.mark.parametrize("name", ["gan-1d", "dcgan-quick"])
def test_another_device_sees_the_same_numbers(name, tmp_path):
    small = {"m": 4, "iterations": 2, "latent": 3} | ({"width": 2} if name == "dcgan-quick" else {})
    recipe = find(name).changed(small)
    here, there = finished(Run(recipe)), finished(Run(recipe, backend=strict_backend()))
    for path, value in weights(there.G).items():
        np.testing.assert_allclose(value, weights(here.G)[path], rtol=1e-5, atol=1e-6)
    there.save(tmp_path / "c.npz")
    back = Run(recipe)
    back.restore(*checkpoint.load(tmp_path / "c.npz"))
    assert same(weights(back.G), weights(there.G))
