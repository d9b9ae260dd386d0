"""The semi-supervised GAN: the released networks and settings, few labels, an average of D, and exact resumption."""

import json

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.data import Images, load
from tinygan.data.partly_labelled import chosen
from tinygan.errors import DataError, SettingError
from tinygan.nn import Labelled
from tinygan.nn.average import unbiased
from tinygan.observers.history import History, read
from tinygan.recipes import Run, find

RNG = np.random.default_rng(0)
PIXELS, LABELS = RNG.integers(0, 256, (40, 8, 8, 1), dtype=np.uint8), RNG.integers(0, 3, 40)
SMALL = {"m": 6, "iterations": 4, "width": 8, "latent": 5, "labels": 2}


def pets(labels=LABELS, pixels=PIXELS):
    def held_out():
        return Images("tests", pixels[:9], LABELS[:9], ("cat", "dog", "cow"))

    return Images("pets", pixels, labels, ("cat", "dog", "cow"), held_out)


LARGE = pets(pixels=PIXELS.repeat(3, axis=1).repeat(3, axis=2))  # 24 x 24, the least that sgan-conv takes
DATA = {"sgan": pets(), "sgan-conv": LARGE}


def made(name="sgan", data=None, seed=0, **settings):
    return Run(find(name).changed({**SMALL, **settings}), seed=seed, data=data or DATA[name])


def gone(run, iterations=None):
    """The run, further up to this iteration or to its end, and its losses."""
    losses = []
    for step in run.steps():
        losses.append(float(step.loss.data))
        if step.last and step.iteration == iterations:
            break
    return run, losses


def contents(run):
    arrays, values = run.snapshot()
    return {name: np.asarray(array).tolist() for name, array in arrays.items()}, json.loads(json.dumps(values))


BOTH = pytest.mark.parametrize("name", ["sgan", "sgan-conv"])


def test_the_networks_are_those_of_the_released_code():
    recipe = find("sgan")
    source = recipe.examples(load("digits"))
    G, D = recipe.networks(source, np.random.default_rng(0))
    shapes = {path: leaf.shape for path, leaf in nn.named_leaves(D)}
    weights = [shape for path, shape in shapes.items() if path.endswith("weight")]
    assert weights == [(784, 1000), (1000, 500), (500, 250), (250, 250), (250, 250), (250, 10)]
    assert sum(path.endswith("fixed") for path in shapes) == 5
    assert sum(path.endswith("scale") for path in shapes) == 1  # of the last layer, learned
    noises = [layer.std for layer in D.layers if isinstance(layer, nn.GaussianNoise)]
    assert noises == [0.3] + 5 * [0.5]
    assert len({id(layer.rng) for layer in D.layers if isinstance(layer, nn.GaussianNoise)}) == 6
    shapes = {path: leaf.shape for path, leaf in nn.named_leaves(G)}
    assert [shape for path, shape in shapes.items() if path.endswith("weight")] == [(100, 500), (500, 500), (500, 784)]
    assert sum(path.endswith("shift") for path in shapes) == 2
    assert sum(path.endswith("scale") for path in shapes) == 1  # of the weight norm; the batch norms have none
    z = recipe.prior(source).sample(5000, np.random.default_rng(1))
    assert 0 <= z.min() < 0.001
    assert 0.999 < z.max() < 1
    for rule in recipe.rules():
        assert (rule.learning_rate, rule.beta1, rule.beta2, rule.epsilon, rule.in_root) == (
            3e-3,
            0.5,
            0.999,
            1e-8,
            True,
        )
    assert recipe.objective(None).layer == -2


def test_gs_images_reach_from_black_to_white_and_d_gets_them_from_0_to_1():
    recipe = find("sgan")
    G, D = recipe.networks(recipe.examples(load("digits")), np.random.default_rng(0))
    x = raw(G(np.random.default_rng(1).random((50, 100), dtype=np.float32)))
    assert x.shape == (50, 28, 28, 1)
    assert -1 < x.min() < -0.3 < 0.3 < x.max() < 1
    inside = nn.evaluated(D)[:3](np.array([-1.0, 0.0, 1.0], np.float32).repeat(784).reshape(3, 28, 28, 1))
    np.testing.assert_array_equal(inside.mean(axis=1), [0, 0.5, 1])


def test_the_convolutional_d_matches_features_of_three_convolutions_before_their_mean():
    recipe = find("sgan-conv")
    _, D = recipe.networks(recipe.examples(load("digits")), np.random.default_rng(0))
    shapes = {path: leaf.shape for path, leaf in nn.named_leaves(D)}
    weights = [shape for path, shape in shapes.items() if path.endswith("weight")]
    assert weights == [(3, 3, 1, 32), (3, 3, 32, 64), (3, 3, 64, 128), (128, 10)]
    assert sum(path.endswith("fixed") for path in shapes) == 3
    assert sum(path.endswith("scale") for path in shapes) == 1
    x = np.random.default_rng(1).uniform(-1, 1, (6, 28, 28, 1)).astype(np.float32)
    D = nn.evaluated(nn.frozen(D))
    before, pooled = D[:6](x), D[:7](x)  # the largest of each 2 x 2
    np.testing.assert_array_equal(pooled, before.reshape(6, 6, 2, 6, 2, 32).max(axis=(2, 4)))
    h = D[: recipe.objective(None).layer](x)
    assert h.shape == (6, 2, 2, 128)
    np.testing.assert_allclose(D(x), D[-1:](h.mean(axis=(1, 2))), rtol=1e-4, atol=1e-5)


@BOTH
def test_ds_first_scales_are_those_of_500_examples_and_only_the_last_are_trained(name):
    """On all 500 examples that there are each unit has mean 0 and variance 1 before the ReLU, without noise."""
    side = DATA[name].shape[0]
    pixels = np.random.default_rng(1).integers(0, 256, (500, side, side, 1), dtype=np.uint8)
    run = made(name, pets(np.arange(500) % 3, pixels), noise=0.0, input_noise=0.0)
    h = run.source.unlabelled().examples(np.arange(500))
    for layer in run.D.layers:
        h = raw(layer(h))
        if isinstance(layer, nn.WeightNorm):
            by_unit = h.reshape(-1, h.shape[-1]).astype(np.float64)
            np.testing.assert_allclose(by_unit.mean(axis=0), 0, atol=1e-4)
            np.testing.assert_allclose(by_unit.std(axis=0), 1, rtol=1e-4)
    before = [(layer.fixed, raw(layer.scale)) for layer in run.D.layers if isinstance(layer, nn.WeightNorm)]
    gone(run)
    after = [(layer.fixed, raw(layer.scale)) for layer in run.D.layers if isinstance(layer, nn.WeightNorm)]
    for (fixed, _), (now, scale) in zip(before[:-1], after[:-1], strict=True):
        assert scale is None
        np.testing.assert_array_equal(now, fixed)
    assert (after[-1][1] != before[-1][1]).all()


@BOTH
def test_d_gets_the_three_minibatches_in_one_pass(name):
    run, sizes = made(name), []
    x, z = run.data(6), run.noise(6)

    class Counted(nn.Layer):
        per_example = True

        def __call__(self, x):
            sizes.append(len(x))
            return x

    D = nn.Sequential(Counted(), *run.D.layers)
    run.objective.d_loss(D, nn.frozen(run.G), x, z)
    assert sizes == [18]


@BOTH
@pytest.mark.parametrize("weight", [1.0, 0.0])
def test_a_run_that_was_saved_goes_on_to_the_last_bit(name, weight, tmp_path):
    unbroken, losses = gone(made(name, weight=weight))
    broken, before = gone(made(name, weight=weight), 2)
    broken.save(tmp_path)
    back, after = gone(Run.load(tmp_path, data=DATA[name])[0])
    assert [*before, *after] == losses
    assert contents(unbroken) == contents(back)


def test_a_look_at_a_run_does_not_change_it(tmp_path):
    run, _ = gone(made(), 2)
    before = contents(run)
    x = run.source.unlabelled().examples(np.arange(5))
    assert run.judge(x).shape == (5,)
    run.sample(3)
    run.recipe.measures(run)
    assert contents(run) == before
    assert run.output == "probability"


def test_a_history_has_the_losses_and_what_d_makes_of_each_kind(tmp_path):
    run, history = made(), History(tmp_path / "history.jsonl", 2)
    for step in run.steps():
        history(step)
    names = {"iteration", "loss/D", "loss/G", "d_real", "d_fake", "train_error"}
    assert [record.keys() for record in read(history.path)] == [names, names]


@BOTH
def test_a_device_has_the_numbers_of_the_host_and_is_not_waited_for(name):
    recipe = find(name).changed(SMALL)
    there = Run(recipe, data=DATA[name], backend=strict_backend())
    with without_waiting():
        losses = [step.loss.data for step in there.steps()]
    here, expected = gone(made(name))
    np.testing.assert_allclose([float(loss) for loss in losses], expected, rtol=1e-5)
    assert [m.value for m in recipe.measures(there)] == [m.value for m in recipe.measures(here)]


# The labels.


def read_labels(seed, labels):
    """The places of the labels that a run of this seed reads, as far as the last one that it needs."""
    stream = np.random.default_rng(np.random.SeedSequence(seed).spawn(5)[1]).spawn(3)[0]
    order = stream.bit_generator.state
    places = chosen(labels, "abc", 2, stream)
    stream.bit_generator.state = order
    walk = stream.permutation(len(labels)).tolist()
    return walk[: 1 + max(walk.index(place) for place in places)]


def shuffled(but):
    others = np.setdiff1d(np.arange(len(LABELS)), but)
    labels = LABELS.copy()
    labels[others] = np.random.default_rng(3).permutation(labels[others])
    assert (labels != LABELS).sum() > 3
    return labels


@pytest.mark.parametrize("seed", [0, 1])
def test_a_run_is_the_same_with_all_other_labels_shuffled(seed):
    labels = shuffled(read_labels(seed, LABELS))
    assert contents(gone(made(seed=seed))[0]) == contents(gone(made(data=pets(labels), seed=seed))[0])


def test_a_run_goes_on_the_same_with_all_labels_shuffled_but_the_chosen(tmp_path):
    unbroken, _ = gone(made())
    gone(made(), 2)[0].save(tmp_path)
    kept = unbroken.data.labelled.dataset.places
    back, _ = Run.load(tmp_path, data=pets(shuffled(kept)))
    assert contents(gone(back)[0]) == contents(unbroken)


def test_a_run_does_not_go_on_with_another_label_of_a_chosen_example(tmp_path):
    gone(made(), 2)[0].save(tmp_path)
    with pytest.raises(Exception, match="fingerprint") as error:
        Run.load(tmp_path, data=pets((LABELS + 1) % 3))
    assert "\n" not in str(error.value)


def test_another_seed_has_other_labelled_examples_and_sees_no_more():
    seen = []
    for seed in range(2):
        run = made(seed=seed)
        for step in run.steps():
            assert np.bincount(step.x.labelled.y).tolist() == [2, 2, 2]  # m = 6 is an epoch of them
        seen.append(run.data.labelled.dataset.places.tolist())
    assert sorted(seen[0]) != sorted(seen[1])


# The test error.


def test_the_average_of_d_is_the_weighted_mean_of_all_its_iterations():
    run, average = made(d_average=0.7), None
    for t, step in enumerate((step for step in run.steps() if step.last), 1):
        now = {path: np.float64(raw(leaf)) for path, leaf in nn.named_leaves(step.D)}
        decay = unbiased(0.7, t)
        average = now if t == 1 else {p: decay * average[p] + (1 - decay) * now[p] for p in now}
    for path, leaf in nn.named_leaves(run.discriminator()):
        np.testing.assert_allclose(leaf, average[path], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("decay", [0.0, 0.9])
def test_the_measure_is_the_error_of_the_average_without_noise(decay):
    run, _ = gone(made(d_average=decay))
    found, *last = run.recipe.measures(run)
    D = nn.evaluated(nn.frozen(run.D) if decay == 0 else run.d_average)
    tests = run.source.held_out().examples(np.arange(9))
    wrong = D(tests).argmax(axis=1) != LABELS[:9]
    assert (found.name, found.value, found.points) == ("test_error", wrong.mean(), 9)
    wrong = nn.evaluated(nn.frozen(run.D))(tests).argmax(axis=1) != LABELS[:9]
    assert [(each.name, each.value) for each in last] == ([("last_test_error", wrong.mean())] if decay else [])


def test_without_test_images_there_is_no_measure():
    run = made(data=Images("bare", PIXELS, LABELS))
    assert run.recipe.measures(run) == []


def test_without_the_data_a_run_is_sampled(tmp_path):
    run, _ = gone(made(), 2)
    run.save(tmp_path)
    alone, _ = Run.load(tmp_path, with_data=False)
    np.testing.assert_array_equal(alone.sample(7, seed=1), run.sample(7, seed=1))
    alone.save(tmp_path / "again")
    assert contents(gone(Run.load(tmp_path / "again", data=pets())[0])[0]) == contents(gone(made())[0])


def test_one_label_of_each_class_is_enough_where_the_classes_lie_apart():
    rng = np.random.default_rng(4)
    y = rng.integers(0, 3, 600)
    prototypes = rng.choice([-1.0, 1.0], (3, 8, 8, 1))
    x = (0.5 * prototypes[y] + 0.45 * rng.uniform(-1, 1, (600, 8, 8, 1))).clip(-1, 1).astype(np.float32)
    source = Images("patterns", x[:400], y[:400], ("a", "b", "c"), lambda: Images("held out", x[400:], y[400:]))
    run, _ = gone(made(data=source, labels=1, m=30, iterations=60, width=32, d_average=0.9))
    assert run.recipe.measures(run)[0].value < 0.02


# Mistakes.


def test_images_too_small_for_the_convolutions_are_one_line():
    with pytest.raises(SettingError, match=r"^the convolutional D needs images of 24 pixels or more[^\n]*\(8, 8, 1\)"):
        made("sgan-conv", data=pets())


def test_points_and_data_without_labels_are_one_line():
    with pytest.raises(SettingError, match=r"^recipe 'sgan' makes images, not examples of shape \(2,\)[^\n]*$"):
        Run(find("sgan").changed({"data": "ring"}))
    with pytest.raises(SettingError, match=r"^bare: semi-supervised learning needs a data set[^\n]*$"):
        made(data=Images("bare", PIXELS))


def test_more_labels_than_there_are_examples_is_one_line():
    with pytest.raises(DataError, match=r"^30 labelled examples of each class are expected, but class '\w+' has \d+;"):
        made(labels=30)


def test_labels_given_in_a_program():
    run = Run(find("sgan").changed(SMALL), data=Labelled(PIXELS, LABELS))
    assert run.source.describe() == "40 images of 8 x 8 x 1 in 3 classes, 2 of each with a label"
    assert F.softplus in run.G.layers
