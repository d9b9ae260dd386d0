"""The conditional recipes with each way in which the label enters: they train, resume exactly, and are judged."""

import numpy as np
import pytest

from tests.recipes.test_run import same, weights
from tinygan import nn, objectives
from tinygan.data import Images, Overlapping
from tinygan.errors import SettingError
from tinygan.nn import Labelled
from tinygan.recipes import Run, find

RNG = np.random.default_rng(0)
PETS = Images("pets", RNG.integers(0, 256, (12, 8, 8, 1), dtype=np.uint8), np.arange(12) % 3, ("cat", "dog", "cow"))
SMALL = {"m": 4, "iterations": 4, "hidden": 8, "width": 2, "latent": 3, "embedding": 5, "average": 0.9}
WAYS = [
    ("cgan", {"g_label": "embedded", "d_label": "embedded"}),
    ("cgan", {"g_label": "batch-norm", "d_label": "projected"}),
    ("cgan", {"d_label": "projected"}),
    ("projection", {"spectral": True}),
    ("projection", {"spectral": False}),
    ("projection", {"g_label": "joined", "d_label": "embedded", "spectral": True}),
    ("acgan", {}),
    ("acgan", {"g_label": "embedded"}),
    ("acgan", {"g_label": "batch-norm"}),
]
ways = pytest.mark.parametrize(
    ("name", "settings"), WAYS, ids=[f"{n} {' '.join(map(str, s.values()))}" for n, s in WAYS]
)
both = pytest.mark.parametrize("data", ["overlapping", "pets"])


def made(name, data, **settings):
    recipe = find(name).changed({**SMALL, **settings, "data": "digits" if data == "pets" else data})
    return Run(recipe, seed=1, data=PETS if data == "pets" else None)


def gone(run, iterations):
    for step in run.steps():
        if step.last and step.iteration == iterations:
            break
    return run


@ways
@both
def test_it_trains_and_resumes_to_the_last_bit_whatever_is_sampled(name, settings, data, tmp_path):
    whole, broken = gone(made(name, data, **settings), 4), gone(made(name, data, **settings), 2)
    broken.sample(5, seed=3)
    broken.judge(_examples(broken, 3))
    broken.save(tmp_path)
    back = gone(Run.load(tmp_path, data=PETS if data == "pets" else None)[0], 4)
    for part in ("G", "D", "average"):
        assert same(weights(getattr(whole, part)), weights(getattr(back, part)))
    first = made(name, data, **settings)
    for part in ("G", "D"):  # both have learned
        assert not same(weights(getattr(first, part)), weights(getattr(whole, part)))


def _examples(run, n):
    return Labelled(np.zeros((n, *run.source.shape), np.float32), np.arange(n) % 3)


@ways
@both
def test_samples_are_of_every_class_and_d_judges_them(name, settings, data):
    run = gone(made(name, data, **settings), 1)
    samples = run.sample(6)
    assert samples.y.tolist() == [0, 1, 2, 0, 1, 2]
    assert samples.x.shape == (6, *run.source.shape)
    read = run.judge(_examples(run, 3))
    assert read.shape == (3,)
    assert np.isfinite(read).all()
    assert run.sample(4, label=2).y.tolist() == [2] * 4


def test_the_default_ways_are_the_papers():
    acgan, projection, cgan = (find(name) for name in ("acgan", "projection", "cgan"))
    assert (cgan.g_label, cgan.d_label) == ("joined", "joined")
    assert (projection.g_label, projection.d_label) == ("batch-norm", "projected")
    assert acgan.g_label == "joined"
    assert cgan.objective(RNG) == objectives.NonSaturating()
    assert projection.objective(RNG) == objectives.Hinge()
    assert acgan.objective(RNG) == objectives.NonSaturating() + objectives.AuxiliaryClassifier(1.0)
    assert acgan.changed({"class_weight": 0.5}).objective(RNG).terms == (objectives.AuxiliaryClassifier(0.5),)


def test_with_spectral_every_weight_of_d_is_normalized_in_place_of_batch_norms():
    D = made("projection", "pets", spectral=True).D.network
    last = D[-1]
    kinds = [type(layer) for layer in [*D, last.linear, last.embed]]
    assert kinds.count(nn.SpectralNorm) == 5
    assert not {nn.BatchNorm, nn.Dense, nn.Conv2d, nn.Embedding} & {*kinds}
    plain = made("projection", "pets", spectral=False).D.network
    assert nn.SpectralNorm not in map(type, [*plain, plain[-1].linear, plain[-1].embed])


def test_every_player_of_acgan_is_given_the_labels_of_its_minibatch(monkeypatch):
    """The labels of the cross-entropies are those of the examples, and those that G was given."""
    run, seen = made("acgan", "overlapping"), []
    cross_entropy = objectives.auxiliary_classifier.F.cross_entropy
    noted = lambda logits, labels: seen.append(labels.tolist()) or cross_entropy(logits, labels)  # noqa: E731
    x, z = run.data(5), run.noise(5)
    monkeypatch.setattr(objectives.auxiliary_classifier.F, "cross_entropy", noted)
    run.objective.d_loss(run.D, nn.frozen(run.G), x, z)
    run.objective.g_loss(nn.frozen(run.D), run.G, x, z)
    assert seen == [x.y.tolist(), z.y.tolist(), z.y.tolist()]


def test_the_history_has_the_accuracy_of_ds_classes(tmp_path):
    from tinygan.observers.history import measured

    run = made("acgan", "overlapping")
    for step in run.steps():
        if step.last:
            found = measured(step)
    assert found.keys() == {"d_real", "d_fake", "class_real", "class_fake"}
    assert 0 <= found["class_real"] <= 1


def test_the_measures_of_points_have_the_spread_of_each_class():
    run = gone(made("acgan", "overlapping"), 1)
    std, distance = run.recipe.measures(run)
    assert [each.name for each in std.by_class] == list(Overlapping().classes)
    assert [each.floor for each in std.by_class] == pytest.approx([1, 2, 3], rel=0.06)
    assert distance.floor < 0.3
    assert made("acgan", "pets").recipe.measures(made("acgan", "pets")) == []


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        (
            "cgan",
            {"g_label": "projected"},
            "^g_label is expected to be joined or embedded or batch-norm, got 'projected'$",
        ),
        ("cgan", {"d_label": "batch-norm"}, "^d_label is expected to be joined or embedded or projected"),
        ("acgan", {"d_label": "joined"}, "^Recipe 'acgan' has no setting 'd_label'"),
        ("acgan", {"class_weight": -1}, "^class_weight is expected to be at least 0"),
        ("projection", {"embedding": 0}, "^embedding is expected to be at least 1"),
    ],
)
def test_another_way_is_one_line(name, settings, words):
    with pytest.raises(SettingError, match=words):
        find(name).changed(settings)


@pytest.mark.parametrize("name", ["acgan", "projection"])
def test_a_single_class_is_no_condition(name):
    with pytest.raises(SettingError, match=rf"^gaussian: {name} needs at least 2 classes, got 1"):
        Run(find(name).changed({"data": "gaussian"}))
