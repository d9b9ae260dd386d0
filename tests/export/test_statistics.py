"""Statistics that came with a G are those of its samples, in checkpoints too, until G is updated."""

import numpy as np
import pytest

from tinygan import nn
from tinygan.recipes import Run, find


@pytest.fixture
def run():
    run = Run(find("dcgan-quick").changed({"width": 4, "g_dense": 8, "m": 4, "iterations": 3}))
    rng = np.random.default_rng(0)
    standing = nn.statistics_of(run.generator())
    run.statistics = {
        path: array + rng.uniform(0.1, 0.3, array.shape).astype(np.float32) for path, array in standing.items()
    }
    return run


def test_they_are_those_of_the_generator_and_of_the_checkpoint(run, tmp_path):
    given = dict(run.statistics)
    assert set(given) == {f"layers.{i}.{name}" for i in (1, 5, 8) for name in ("mean", "variance")}
    run.save(tmp_path)
    for one in (run, Run.load(tmp_path)[0]):
        for path, array in nn.statistics_of(one.generator()).items():
            np.testing.assert_array_equal(array, given[path])
    x, y = (one.sample(3) for one in (run, Run.load(tmp_path)[0]))
    np.testing.assert_array_equal(x, y)


def test_an_update_of_g_ends_them(run):
    steps = run.steps()
    assert next(steps).player == "D"
    assert run.statistics
    assert next(steps).player == "G"
    assert run.statistics == {}
    assert all(array is not None for array in nn.statistics_of(run.generator()).values())
