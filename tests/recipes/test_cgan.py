"""The conditional GAN: G and D see one label, a run with labels goes on to the last bit, and samples are by class."""

import numpy as np
import pytest

from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.data import Images, Points, Ring
from tinygan.errors import RunError, SettingError
from tinygan.nn import Labelled
from tinygan.nn.minibatch import leaves, rows
from tinygan.recipes import Run, find
from tinygan.recipes.run import CHUNK

RNG = np.random.default_rng(0)
PIXELS, LABELS = RNG.integers(0, 256, (12, 8, 8, 1), dtype=np.uint8), np.arange(12) % 3
PETS = Images("pets", PIXELS, LABELS, ("cat", "dog", "cow"))
SMALL = {"m": 4, "iterations": 4, "hidden": 8, "width": 2, "latent": 3}


def made(data="ring", **settings):
    """A small run: on data with that name, or on a source."""
    recipe = find("cgan").changed({**SMALL, **settings, **({"data": data} if isinstance(data, str) else {})})
    return Run(recipe, data=None if isinstance(data, str) else data)


def gone(run, iterations):
    """The run, further by so many iterations, and the labels that D and G were given."""
    labels = []
    for step in run.steps():
        labels.append(to_host(step.x.y if step.player == "D" else step.z.y).tolist())
        if step.last and step.iteration == iterations:
            break
    return run, labels


@pytest.fixture(params=["ring", "pets"])
def data(request):
    return PETS if request.param == "pets" else request.param


def test_a_sample_has_the_label_that_g_was_given_and_both_players_look_at_it(data):
    run = made(data)
    for step in run.steps():
        assert step.G(step.z).y is step.z.y
    z = run.noise(6)
    others = Labelled(z.x, (z.y + 1) % len(run.classes))
    assert (raw(run.G(z).x) != raw(run.G(others).x)).reshape(6, -1).any(axis=1).all()
    x = run.data(6)
    assert (raw(run.D(x)) != raw(run.D(Labelled(x.x, (x.y + 1) % len(run.classes))))).all()


def test_what_g_made_for_a_class_comes_to_d_as_that_class():
    run, seen = made("ring"), []
    z, x = run.noise(5), run.data(5)

    def D(labelled):
        seen.append(labelled.y.tolist())
        return run.D(labelled)

    run.objective.d_loss(D, nn.frozen(run.G), x, z)
    run.objective.g_loss(D, run.G, x, z)
    assert seen == [x.y.tolist(), z.y.tolist(), z.y.tolist()]


def test_examples_have_their_own_labels():
    x, y = made(PETS).data(12)  # an epoch
    rows = [PETS.examples([i])[0].tolist() for i in range(12)]
    assert [LABELS[rows.index(image.tolist())] for image in x] == y.tolist()


def test_a_run_that_was_saved_goes_on_to_the_last_bit_with_its_labels(data, tmp_path):
    unbroken, labels = gone(made(data), 4)
    broken, before = gone(made(data), 2)
    broken.save(tmp_path)
    kept = None if isinstance(data, str) else data
    back, after = gone(Run.load(tmp_path, data=kept)[0], 4)
    assert [*before, *after] == labels
    (arrays, values), (others, other_values) = unbroken.snapshot(), back.snapshot()
    assert arrays.keys() == others.keys()
    assert all((array == others[path]).all() for path, array in arrays.items())
    assert values == other_values


@pytest.mark.parametrize(
    "other",
    [
        Images("pets", PIXELS, np.roll(LABELS, 1), PETS.classes),
        Images("pets", PIXELS, LABELS, ("cat", "cow", "dog")),
        Images("pets", PIXELS[::-1].copy(), LABELS, PETS.classes),
    ],
    ids=["other labels", "other names", "other images"],
)
def test_a_run_does_not_go_on_with_other_labels(other, tmp_path):
    gone(made(PETS), 2)[0].save(tmp_path)
    with pytest.raises(RunError, match=r"fingerprint|classes=") as error:
        Run.load(tmp_path, data=other)
    assert "\n" not in str(error.value)


def test_a_run_is_sampled_by_class_without_its_data(tmp_path):
    run, _ = gone(made(PETS), 2)
    run.save(tmp_path)
    alone, _ = Run.load(tmp_path, with_data=False)
    assert alone.classes == PETS.classes
    for wanted in (None, "cow", 2):
        found, expected = alone.sample(7, seed=1, label=wanted), run.sample(7, seed=1, label=wanted)
        np.testing.assert_array_equal(found.x, expected.x)
        np.testing.assert_array_equal(found.y, expected.y)


@pytest.mark.parametrize("recipe", ["cgan", "gan-ring"])
def test_a_run_on_a_density_of_a_program_is_sampled_without_it(recipe, tmp_path):
    run = Run(find(recipe).changed({"average": 0.5}), data=Ring(modes=5))
    run.save(tmp_path / "a")
    alone, _ = Run.load(tmp_path / "a", with_data=False)
    alone.save(tmp_path / "b")  # it can be saved again
    for back in (alone, Run.load(tmp_path / "b", with_data=False)[0], Run.load(tmp_path / "b", data=Ring(modes=5))[0]):
        assert back.classes == run.classes
        for found, expected in zip(leaves(back.sample(7, seed=1)), leaves(run.sample(7, seed=1)), strict=True):
            np.testing.assert_array_equal(found, expected)


def test_a_row_of_a_picture_is_one_noise_in_every_class():
    run, _ = gone(made(PETS), 2)
    z = run.prior.shown(6, np.random.default_rng(5))
    found = run.every_class(2, seed=5)
    assert found.y.tolist() == z.y.tolist() == [0, 1, 2, 0, 1, 2]
    assert [row.tolist() for row in z.x[:3]] == [z.x[0].tolist()] * 3
    by_label = [run.generator()(Labelled(z.x, np.full(6, label))).x for label in range(3)]
    for i, label in enumerate(z.y):
        image = np.clip(np.rint(127.5 * (by_label[label][i] + 1)), 0, 255)
        assert abs(found.x[i].astype(int) - image).max() <= 1
    assert [leaf.tolist() for leaf in run.shown_z.x[:3]] == [run.shown_z.x[0].tolist()] * 3


def test_samples_of_every_class_are_made_in_minibatches_of_one_size(monkeypatch):
    """The last bits of a matrix product depend on its size."""
    run, sizes = made("ring"), []
    G = run.generator()

    def noted(z):
        sizes.append(rows(z))
        return G(z)

    monkeypatch.setattr(run, "generator", lambda: noted)
    few, many = run.every_class(3, seed=1), run.every_class(150, seed=1)
    run.sample(10)
    assert sizes == [CHUNK] * 5
    assert many.x.shape == (1200, 2)
    np.testing.assert_array_equal(many.y, np.tile(np.arange(8), 150))
    np.testing.assert_array_equal(many.x[:24], few.x)


@pytest.mark.parametrize(
    "source", [Images("bare", PIXELS), Points("mine", np.zeros((5, 2), np.float32))], ids=["images", "points"]
)
def test_data_without_labels_are_one_line(source):
    with pytest.raises(SettingError, match=rf"^{source.name}: these examples have no labels; choose data with classes"):
        made(source)


def test_an_array_without_labels_is_told_how_to_have_them():
    with pytest.raises(SettingError, match=r"^points: [^\n]*Labelled\(x, y\)[^\n]*$"):
        made(np.zeros((5, 2)))


@pytest.mark.parametrize("data", ["gaussian", Labelled(np.zeros((5, 2)), np.zeros(5, int))], ids=["gaussian", "points"])
def test_a_single_class_is_no_condition(data):
    with pytest.raises(SettingError, match=r"^\w+: cgan needs at least 2 classes, got 1[^\n]*$"):
        made(data)
