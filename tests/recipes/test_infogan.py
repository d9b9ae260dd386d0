"""InfoGAN: the paper's settings, codes that G uses, the control, what is measured, and runs that go on exactly."""

from math import log

import numpy as np
import pytest

from tinygan import nn
from tinygan.autograd import raw
from tinygan.data import Absent, Images
from tinygan.errors import SettingError
from tinygan.networks.heads import DQ
from tinygan.nn.minibatch import leaves
from tinygan.objectives import Turn
from tinygan.recipes import Run, find
from tinygan.recipes.run import CHUNK

KINDS = np.zeros((3, 8, 8, 1), np.uint8)  # a bar, a square and a frame
KINDS[0, :, 3:5], KINDS[1, 2:6, 2:6], KINDS[2] = 255, 255, 255
KINDS[2, 1:7, 1:7] = 0
LABELS = np.arange(60) % 3
NOISE = np.random.default_rng(0).integers(0, 40, (60, 8, 8, 1), dtype=np.uint8)
SHAPES = Images(
    "shapes",
    np.maximum(KINDS[LABELS], NOISE),
    LABELS,
    ("bar", "square", "frame"),
    test=lambda: Images("shapes", np.maximum(KINDS[LABELS[::-1]], NOISE), LABELS[::-1].copy(), SHAPES.classes),
)
SMALL = {"m": 16, "iterations": 4, "latent": 3, "categories": 3, "width": 4, "g_dense": 16, "d_dense": 16, "q_dense": 8}


def made(data=SHAPES, **settings):
    return Run(find("infogan").changed({**SMALL, **settings}), data=data)


def gone(run, iterations):
    for step in run.steps():
        if step.last and step.iteration == iterations:
            break
    return run


def same(run, other):
    (arrays, values), (others, other_values) = run.snapshot(), other.snapshot()
    assert arrays.keys() == others.keys()
    assert all((array == others[path]).all() for path, array in arrays.items())
    assert values == other_values


def test_the_settings_are_those_of_appendix_c_1():
    recipe = find("infogan")
    assert (recipe.m, recipe.iterations, recipe.latent, recipe.categories, recipe.continuous) == (128, 5000, 62, 10, 2)
    assert (recipe.g_learning_rate, recipe.d_learning_rate, recipe.beta1) == (1e-3, 2e-4, 0.5)
    G, D = recipe.networks(Absent("mnist", (28, 28, 1)), np.random.default_rng(0))
    shapes = {path: leaf.shape for path, leaf in nn.named_leaves([G, D]) if path.endswith("weight")}
    assert list(shapes.values()) == [
        (74, 1024),
        (1024, 7 * 7 * 128),
        (4, 4, 64, 128),
        (4, 4, 1, 64),
        (4, 4, 1, 64),
        (4, 4, 64, 128),
        (7 * 7 * 128, 1024),
        (1024, 1),
        (1024, 128),
        (128, 12),
    ]
    slopes = [layer.keywords["slope"] for layer in [*D.trunk, *D.q] if hasattr(layer, "keywords")]
    assert slopes == [0.1] * 4


def test_the_prior_is_the_papers():
    """62 noise variables and two codes uniform on (-1, 1), and a category of ten with equal probabilities."""
    z = find("infogan").prior(None).sample(1000, np.random.default_rng(0))
    assert (z.noise.shape, z.continuous.shape) == ((1000, 62), (1000, 2))
    for numbers in (z.noise, z.continuous):
        assert -1 <= numbers.min() < -0.99 < 0.99 < numbers.max() <= 1
        assert numbers.var() == pytest.approx(1 / 3, abs=0.03)
    assert np.sum((np.bincount(z.category, minlength=10) - 100) ** 2 / 100) < 28  # chi-square of 9: p = 0.001


def test_every_code_reaches_the_samples():
    run = made()
    z, G = run.noise(6), nn.frozen(run.G)
    for other in (
        z._replace(category=(z.category + 1) % 3),
        z._replace(continuous=z.continuous + np.array([0.5, 0])),
        z._replace(continuous=z.continuous + np.array([0, 0.5])),
        z._replace(noise=-z.noise),
    ):
        assert (G(z) != G(other._replace(continuous=other.continuous.astype(np.float32)))).reshape(6, -1).any(1).all()


@pytest.fixture(scope="module")
def learned():
    """{control: a run of 250 iterations}"""
    sizes = {"iterations": 250, "latent": 30, "width": 8, "g_dense": 32, "d_dense": 32, "std": 0.1}
    rates = {"g_learning_rate": 3e-3, "d_learning_rate": 1e-3}
    return {control: gone(made(**sizes, **rates, control=control), 250) for control in (False, True)}


def information(run):
    D, G = nn.frozen(run.D), nn.frozen(run.G)
    z = run.prior.sample(600, np.random.default_rng(5))
    return run.objective.measures(Turn("", D, G, SHAPES.examples(np.arange(60)), z))


def test_g_learns_to_tell_its_codes_and_in_the_control_it_does_not(learned):
    """Figure 1: L_I goes towards H(c) = log 3 with the term, and stays near 0 without it in G's loss."""
    with_term, control = information(learned[False]), information(learned[True])
    assert with_term["limit/information"] == log(3)
    assert 0.6 * log(3) < with_term["information"] <= log(3)
    assert control["information"] < 0.2 * log(3)
    assert with_term["code_error"] < 0.25 < 0.3 < control["code_error"]  # 1/3 says nothing


def test_what_evaluate_prints(learned):
    found = {measure.name: measure for measure in learned[False].recipe.measures(learned[False])}
    assert list(found) == ["information", "error_one_to_one", "error_majority"]
    assert found["information"].title == "information on the category, of 1.099 nats"
    assert 0.6 * log(3) < found["information"].value <= log(3)
    assert found["error_one_to_one"].points == 60
    assert found["error_one_to_one"].value < 0.2
    assert found["error_majority"].value <= found["error_one_to_one"].value
    assert found["error_one_to_one"].shown(0.25) == "25.0%"


def with_statistics_of(h, others, layers):
    """(h, others) after the layers, whose batch norms have the mean and the variance of `others` for both."""
    for layer in layers:
        if isinstance(layer, nn.BatchNorm):
            axes = tuple(range(others.ndim - 1))
            mean, std = others.mean(axis=axes), np.sqrt(others.var(axis=axes) + layer.epsilon)
            h, others = (raw(layer.scale) * (each - mean) / std + raw(layer.shift) for each in (h, others))
        else:
            h, others = raw(layer(h)), raw(layer(others))
    return h, others


def test_the_information_is_that_of_new_samples_under_fixed_statistics_of_samples():
    """L_I = log K + mean of log q(c), with D's batch norms as a set of other samples sets them."""
    run = gone(made(std=0.4), 2)
    D, G = nn.frozen(run.D), run.generator()
    z = run.prior.sample(700, np.random.default_rng(3))
    h, _ = with_statistics_of(G(z), G(run.statistics_z), [*D.trunk, *D.q])
    logits = h[:, :3].astype(np.float64)
    log_q = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    found = run.recipe.measures(run, samples=700, seed=3)[0]
    assert (found.name, found.points) == ("information", 700)
    assert found.value == pytest.approx(log(3) + log_q[np.arange(700), z.category].mean(), rel=1e-4)


class Judge:
    """A Q that knows the kind of an image, the category being one of `names`; a square of the noise is any."""

    def __init__(self, names):
        self.names = names

    def __call__(self, x):
        x = raw(x)
        kinds = np.stack([x[:, 0, 3, 0], x[:, 3, 2, 0], x[:, 0, 0, 0]], axis=1)  # bar and frame have the first
        kind = np.where(kinds[:, 2] > 0, 2, np.where(kinds[:, 0] > 0, 0, 1))
        logits = 100 * np.eye(3, dtype=np.float32)[np.array(self.names)[kind]]
        return DQ(x[:, :1, 0, 0], logits, np.zeros((len(x), 2), np.float32))


@pytest.mark.parametrize(
    ("names", "one_to_one", "majority"), [((2, 0, 1), 0.0, 0.0), ((1, 1, 0), 1 / 3, 1 / 3)], ids=["right", "merged"]
)
def test_the_errors_are_those_of_test_images(names, one_to_one, majority):
    """The order of the categories does not matter; of two kinds in one category one is wrong."""
    run = made()
    run.D = Judge(names)
    found = {measure.name: measure.value for measure in run.recipe.measures(run)}
    assert found["error_one_to_one"] == pytest.approx(one_to_one)
    assert found["error_majority"] == pytest.approx(majority)


def test_without_labels_or_test_images_there_is_no_error():
    for data in (Images("bare", SHAPES.images), Images("alone", SHAPES.images, LABELS, SHAPES.classes)):
        run = made(data)
        assert [measure.name for measure in run.recipe.measures(run)] == ["information"]


def test_labels_are_not_used_in_training():
    other = Images("shapes", SHAPES.images, np.roll(LABELS, 1), SHAPES.classes)
    same(gone(made(), 3), gone(made(other), 3))


@pytest.mark.parametrize("control", [False, True])
def test_a_run_that_was_saved_goes_on_to_the_last_bit(control, tmp_path):
    unbroken = gone(made(control=control, average=0.9), 4)
    broken = gone(made(control=control, average=0.9), 2)
    broken.save(tmp_path)
    same(gone(Run.load(tmp_path, data=SHAPES)[0], 4), unbroken)


def test_samples_and_measures_do_not_change_a_run():
    watched, alone = gone(made(), 2), gone(made(), 2)
    watched.sample(3, codes={"category": 1})
    watched.sweep("continuous.0", (-1, 1), 2)
    watched.recipe.measures(watched)
    same(gone(watched, 4), gone(alone, 4))


def test_a_run_is_sampled_without_its_data(tmp_path):
    run = gone(made(), 2)
    run.save(tmp_path)
    alone, _ = Run.load(tmp_path, with_data=False)
    assert alone.codes == ("category", "continuous", "continuous.0", "continuous.1")
    for given in ({}, {"codes": {"category": 2, "continuous": 0.5}}):
        np.testing.assert_array_equal(alone.sample(5, seed=1, **given), run.sample(5, seed=1, **given))


def test_codes_that_are_set_are_those_of_the_samples():
    run = made()
    found = run.sample(4, seed=3, codes={"category": 2, "continuous.1": 0.5})
    z = run.prior.given(CHUNK, np.random.default_rng(3), {"category": 2, "continuous.1": 0.5})
    assert set(z.category) == {2}
    expected = np.rint(127.5 * (raw(run.generator()(z))[:4] + 1))
    assert abs(found.astype(int) - expected).max() <= 1
    assert (found != run.sample(4, seed=3, codes={"category": 1, "continuous.1": 0.5})).any()


@pytest.mark.parametrize("name", ["category", "continuous", "continuous.1"])
def test_a_column_of_a_sweep_has_the_samples_of_its_value(name):
    run, values = made(), (0, 1, 2)
    found = run.sweep(name, values, 4, seed=2, codes={"continuous.0": 0.25})
    assert found.shape == (12, 8, 8, 1)
    for j, value in enumerate(values):
        column = run.sample(4, seed=2, codes={"continuous.0": 0.25, name: value})
        assert abs(found[j::3].astype(int) - column).max() <= 1
    assert run.sweep(name, values, 600, seed=2).shape == (1800, 8, 8, 1)


def test_sweeps_of_other_recipes():
    ring = Run(find("gan-ring").changed({"hidden": 4}))
    found = ring.sweep("truncation", (0.1, 1.0), 3)
    for j, value in enumerate((0.1, 1.0)):
        np.testing.assert_allclose(found[j::2], ring.sample(3, truncation=value), rtol=1e-4, atol=1e-5)
    classes = Run(find("cgan").changed({"data": "ring", "hidden": 4}))
    found = classes.sweep("label", (3, 5), 3, truncation=0.5)
    assert found.y.tolist() == [3, 5] * 3
    np.testing.assert_allclose(found.x[::2], classes.sample(3, truncation=0.5, label=3).x, rtol=1e-4, atol=1e-5)


def test_codes_that_g_does_not_have_are_one_line():
    with pytest.raises(SettingError, match=r"^recipe 'gan-ring' has no codes; leave out category$"):
        Run("gan-ring").sample(2, codes={"category": 1})
    with pytest.raises(SettingError, match=r"^recipe 'infogan' has no classes; leave out the class 1$"):
        made().sample(2, label=1)
    with pytest.raises(SettingError, match=r"^No such code 'categry'"):
        made().sweep("categry", (1, 2), 2)
    with pytest.raises(SettingError, match=r"^sweep: values of category are expected, got none$"):
        made().sweep("category", (), 2)


def test_pictures_have_rows_of_one_noise_in_every_category():
    run = made()
    assert run.shown_z.category.tolist() == [0, 1, 2] * 21
    assert (run.shown_z.noise[:3] == run.shown_z.noise[0]).all()
    assert [len(leaf) for leaf in leaves(run.shown_z)] == [63] * 3


def test_there_may_be_more_categories_and_no_continuous_codes():
    run = gone(made(categories=5, continuous=0), 2)
    assert run.codes == ("category",)
    assert [measure.name for measure in run.recipe.measures(run)][1:] == ["error_one_to_one", "error_majority"]


def test_points_are_refused_in_one_line():
    with pytest.raises(SettingError, match=r"^this recipe makes images [^\n]*$"):
        Run(find("infogan").changed({"data": "ring"}))
