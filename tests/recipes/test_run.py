"""A run follows Algorithm 1, keeps its average, and is saved and restored to the last bit."""

import itertools
import os
import shutil

import numpy as np
import pytest
from PIL import Image

from tests.backends.strict import backend as strict_backend
from tinygan import checkpoint, metrics, nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.data import Gaussian
from tinygan.drawing.portrait import portrait
from tinygan.errors import DataError, RunError, SettingError, TinyganError
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
    resumed.restore(checkpoint.load(tmp_path / "c.npz"))
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
    with pytest.raises(RunError, match=rf"inside iteration {taken[-1].iteration}\b.*save it after its last step"):
        run.save(path)
    assert path.read_bytes() == before
    run.restore(checkpoint.load(path))
    run.save(path)  # it stands again where it stood


@pytest.mark.parametrize("whole_iterations", [0, 2])
def test_a_run_that_failed_in_mid_step_is_not_saved(whole_iterations, tmp_path):
    run = finished(Run(TINY), whole_iterations) if whole_iterations else Run(TINY)

    def failing(m):
        raise KeyboardInterrupt

    run.data = failing  # when the noise of the step has been drawn
    with pytest.raises(KeyboardInterrupt):
        next(run.steps())
    with pytest.raises(RunError, match=f"inside iteration {whole_iterations + 1}"):
        run.save(tmp_path / "c.npz")
    assert not (tmp_path / "c.npz").exists()


def test_another_network_does_not_take_the_checkpoint(tmp_path):
    finished(Run(TINY), 1).save(tmp_path / "c.npz")
    with pytest.raises(RunError, match="does not fit"):
        Run(TINY.changed({"g_hidden": 7})).restore(checkpoint.load(tmp_path / "c.npz"))


def test_samples_do_not_depend_on_their_neighbours():
    run = finished(Run(find("dcgan-quick").changed({"m": 4, "width": 2, "latent": 5, "iterations": 2})))
    many = run.sample(600, seed=2)  # more than are generated at a time
    assert many.dtype == np.uint8
    np.testing.assert_array_equal(run.sample(3, seed=2), many[:3])


SMALL = {"m": 4, "width": 2, "latent": 5, "iterations": 3}
BYTES = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 1), dtype=np.uint8)


def test_an_array_of_images_is_what_a_run_is_trained_on_and_resumed_with(tmp_path):
    run = finished(Run(find("dcgan").changed(SMALL), data=BYTES), 1)
    assert run.source.images is BYTES
    run.save(tmp_path / "checkpoint.npz")
    with pytest.raises(DataError, match=r"give it again: Run.load\(folder, data=X\)"):
        Run.load(tmp_path)
    with pytest.raises(RunError, match="fingerprint"):
        Run.load(tmp_path, data=BYTES[::-1])
    resumed, _ = Run.load(str(tmp_path), data=BYTES.copy())
    assert same(weights(finished(run).G), weights(finished(resumed).G))


def test_an_array_of_points_is_drawn_measured_and_sampled(tmp_path):
    X = np.random.default_rng(0).normal(size=(300, 2))
    run = finished(Run(TINY, data=X))
    points, _, dots = portrait(run.source, run.sample(50), run.judge, run.output).axes[0].collections
    assert (points.get_array().size, len(dots.get_offsets())) == (160 * 160, 50)
    assert [measure.name for measure in metrics.evaluate(run.source, run.sample(50))] == [
        "js",
        "wasserstein1",
        "sliced_wasserstein",
    ]


def test_a_contender_given_images_has_the_settings_of_images_but_those_that_were_chosen():
    recipe = Run(find("hinge").changed({"m": 4, "width": 2}), data=BYTES).recipe
    assert (recipe.data, recipe.m, recipe.width) == ("images", 4, 2)
    assert (recipe.latent, recipe.iterations, recipe.decay) == (64, 2000, 0)
    assert find("hinge").changed({"m": 7}).changed({"data": "digits"}).m == 7


@pytest.mark.parametrize(
    ("recipe", "X", "says"),
    [
        ("gan-1d", BYTES, "makes points"),
        ("dcgan", np.zeros((9, 2)), "makes images"),
        ("dcgan", np.zeros((9, 8, 8)), r"X\[..., None\]"),
        ("gan", np.full((9, 2), np.nan), "9 hold NaN"),
    ],
)
def test_an_array_that_does_not_fit_is_refused_before_the_first_step(recipe, X, says):
    with pytest.raises(TinyganError, match=says) as info:
        Run(find(recipe), data=X)
    assert "\n" not in str(info.value)


def test_another_density_than_the_recipes_is_remembered_as_given(tmp_path):
    run = Run(TINY, data=Gaussian(mean=1.0))
    run.save(tmp_path / "checkpoint.npz")
    assert run.config()["settings"]["data"] == "points"
    with pytest.raises(RunError, match=r"Gaussian\(mean=1.0.*Gaussian\(mean=4.0"):
        Run.load(tmp_path, data=Gaussian())
    assert Run.load(tmp_path, data=Gaussian(mean=1.0))[0].source.mean == 1.0


@pytest.fixture
def photographs(tmp_path):
    """photographs(byte): tmp_path/photos with six grey images, which begin with it."""

    def write(byte):
        (tmp_path / "photos").mkdir(exist_ok=True)
        for i in range(6):
            Image.new("L", (8, 8), byte + i).save(tmp_path / f"photos/{i}.png")

    return write


def test_data_are_found_from_another_folder_and_known_again(tmp_path, monkeypatch, photographs):
    photographs(10)
    monkeypatch.chdir(tmp_path)
    run = Run(find("dcgan").changed({**SMALL, "data": "folder"}), data_dir="photos")
    run.save(tmp_path / "checkpoint.npz")
    assert run.config()["data_dir"] == str(tmp_path / "photos")
    monkeypatch.chdir("/")
    assert len(Run.load(tmp_path)[0].source) == 6
    photographs(20)
    with pytest.raises(RunError, match=r"6 examples.*fingerprint.*continue with the data"):
        Run.load(tmp_path)


def test_samples_need_no_data(tmp_path, photographs):
    photographs(10)
    run = finished(Run(find("dcgan").changed({**SMALL, "data": "folder"}), data_dir=str(tmp_path / "photos")), 2)
    run.save(tmp_path / "checkpoint.npz")
    shutil.rmtree(tmp_path / "photos")
    sampled, _ = Run.load(tmp_path, with_data=False)
    assert (sampled.sample(5) == run.sample(5)).all()
    assert (sampled.iteration, sampled.config()) == (2, run.config())
    with pytest.raises(DataError, match="without its data"):
        next(sampled.steps())
    with pytest.raises(DataError, match=r"no folder .*photos"):
        Run.load(tmp_path)


@pytest.mark.parametrize("shape", [[8, "8", 1], [0], 3, [10**6, 10**6, 3]])
def test_a_checkpoint_that_says_no_shape_is_one_line(shape, tmp_path):
    run = Run(find("dcgan").changed(SMALL), data=BYTES)
    run.save(tmp_path / "checkpoint.npz")
    arrays, values = checkpoint.load(tmp_path / "checkpoint.npz")
    values["source"]["shape"] = shape
    checkpoint.save(tmp_path / "checkpoint.npz", arrays, values)
    with pytest.raises(TinyganError) as info:
        Run.load(tmp_path, with_data=False)
    assert "\n" not in str(info.value)


def test_names_are_a_recipe_and_a_backend():
    run = Run("gan-ring", seed=np.int64(3), backend="numpy")
    assert (run.recipe, type(run.seed), run.backend.name) == (find("gan-ring"), int, "numpy")


@pytest.mark.parametrize(
    ("recipe", "given", "says"),
    [
        ("gan-2d", {}, "No such recipe"),
        (type(TINY), {}, "recipe is expected to be a Recipe"),
        (None, {}, "recipe is expected"),
        (TINY, {"backend": "jax"}, "no backend"),
        (TINY, {"backend": np}, "backend is expected to be a Backend"),
        *((TINY, {"seed": seed}, "seed is expected to be a whole number") for seed in (None, -1, 1.5, "1", True)),
    ],
)
def test_what_makes_no_run_is_one_line(recipe, given, says):
    with pytest.raises(TinyganError, match=rf"^[^\n]*{says}[^\n]+$"):
        Run(recipe, **given)


@pytest.mark.parametrize("count", [0, -1, 1.5, None])
def test_so_many_samples_are_none(count):
    with pytest.raises(SettingError, match=r"^count is expected to be a whole number of at least 1, got"):
        Run(TINY).sample(count)


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
    back.restore(checkpoint.load(tmp_path / "c.npz"))
    assert same(weights(back.G), weights(there.G))


def test_what_is_printed_is_short_and_names_no_address():
    """Of a run, of what it is made of, and of a step."""
    run = Run(find("gan-ring"), seed=3)
    assert repr(run) == "Run('gan-ring' on Ring(modes=8, radius=1.0, std=0.01), seed 3, 0 of 10,000 iterations, numpy)"
    step = next(run.steps())
    parts = [
        run,
        run.G,
        run.D,
        run.noise,
        run.data,
        run.prior,
        run.source,
        run.objective,
        run.g_optimizer,
        run.recipe,
        step,
    ]
    images = Run(find("dcgan-quick"))
    for part in [*parts, images, images.data, images.D, find("unrolled").objective(np.random.default_rng(0))]:
        assert " at 0x" not in repr(part)
        assert len(repr(part)) < 1000
    assert repr(images.data) == "Shuffled(Images('digits', 10000 x 28 x 28 x 1)) in epoch 1"


def test_a_checkpoint_names_its_data_in_every_locale(tmp_path, monkeypatch):
    """A run that was made in UTF-8, taken up where LC_ALL=C makes file names ASCII: their bytes are the same."""
    Run(TINY, data_dir=tmp_path / os.fsdecode(b"d\xc3\xa4ta")).save(tmp_path / "checkpoint.npz")
    monkeypatch.setattr(os, "fsdecode", lambda found: found.decode("ascii", "surrogateescape"))
    run, _ = Run.load(tmp_path)
    assert run.data_dir.encode("ascii", "surrogateescape") == os.fsencode(tmp_path) + b"/d\xc3\xa4ta"


def test_a_run_is_saved_to_the_folder_that_it_is_loaded_from(tmp_path):
    run = Run(TINY)
    run.save(tmp_path / "own")
    assert Run.load(tmp_path / "own")[0].iteration == 0
    run.save(tmp_path / "mine.npz")
    assert Run.load(tmp_path / "mine.npz")[0].iteration == 0
    (tmp_path / "words.txt").write_text("none")
    with pytest.raises(RunError, match=r"words.txt is a file; name the folder of the run, or its checkpoint.npz$"):
        Run.load(tmp_path / "words.txt")
    (tmp_path / "own" / "checkpoint.npz").write_bytes(b"PK")
    with pytest.raises(RunError) as caught:
        Run.load(tmp_path / "own", {"iterations": 9})
    assert "perhaps" not in str(caught.value)  # the number of iterations has no part in what is kept
