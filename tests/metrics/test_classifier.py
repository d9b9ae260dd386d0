"""The classifier of images: the packaged weights, training on other images, and what it refuses."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from tests.metrics.halves import halves, source_of_halves
from tinygan import nn
from tinygan.data import Images, Points, load
from tinygan.errors import DataError, SettingError, ShapeMismatch
from tinygan.metrics import Classifier, chunks, classifier, classifier_of, make_weights, train_classifier, weights
from tinygan.nn import Labelled


def test_the_packaged_digits_classifier_knows_digits_that_it_has_not_seen():
    digits = load("digits")
    judge, test = classifier_of(digits), digits.held_out()
    assert repr(judge) == "Classifier of digits, 28 x 28 x 1"
    assert (judge(test.images) == test.labels).mean() >= 0.99
    assert classifier_of(digits.labelled()) is judge  # the same data, whichever way they are given


def test_labels_scores_and_features_belong_together():
    digits = load("digits")
    judge, x = classifier_of(digits), digits.images[:30]
    features, logits = judge.features(x), judge.logits(x)
    assert (features.shape, logits.shape) == ((30, 128), (30, 10))
    np.testing.assert_array_equal(judge.network[-1](features), logits)
    np.testing.assert_array_equal(judge(x), logits.argmax(axis=1))
    np.testing.assert_allclose(judge.network(digits.examples(np.arange(30))), logits, rtol=1e-5, atol=1e-4)
    assert judge(x).dtype == np.int64
    np.testing.assert_array_equal(judge.logits(digits.examples(np.arange(30))), logits)  # floats from -1 to 1


def test_images_in_many_chunks_are_those_in_one(monkeypatch, device):
    digits = load("digits")
    judge, x = classifier_of(digits), digits.images[:37]
    whole = judge.features(x)
    monkeypatch.setattr(chunks, "CHUNK", 10)
    np.testing.assert_allclose(judge.features(device.asarray(x)), whole, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_weights_are_those_that_are_recorded(name):
    facts = weights.facts()[name]
    content = weights._bytes(f"{name}.npz")
    assert hashlib.sha256(content).hexdigest() == facts["sha256"]
    assert facts["test_accuracy"] >= {"mnist": 0.99, "fashion-mnist": 0.905}[name]
    assert facts.keys() == {"seed", "iterations", "m", "test_accuracy", "sha256"}
    assert all(leaf.dtype == np.float32 for leaf in weights.load(name).values())
    assert sum(len(weights._bytes(f"{each}.npz")) for each in weights.facts()) < 1e6


def test_damaged_or_missing_weights_are_one_line(monkeypatch):
    content = bytearray(weights._bytes("mnist.npz"))
    content[5000] ^= 1
    read = weights._bytes
    monkeypatch.setattr(weights, "_bytes", lambda file: bytes(content) if file == "mnist.npz" else read(file))
    with pytest.raises(DataError, match=r"^the weights of the digits classifier, mnist.npz, are damaged; install tin"):
        classifier_of(load("digits"))
    monkeypatch.undo()
    with pytest.raises(DataError, match=r"^the classifier's file none.npz is missing; install tinygan again$"):
        weights._bytes("none.npz")


def test_only_digits_of_their_own_size_and_classes_have_packaged_weights():
    digits = load("digits")
    assert weights.fit(digits)
    assert not weights.fit(digits.padded(32, 32))
    assert not weights.fit(replace(digits, classes=(*digits.classes, "none")))
    assert not weights.fit(replace(digits, name="folder"))


@pytest.mark.usefixtures("brief")
def test_other_images_are_learned_and_alike_each_time():
    source, (x, y) = source_of_halves(300, 12, 0), halves(1100, 12, 3)
    judge, again = classifier_of(source), classifier_of(source_of_halves(300, 12, 0))
    assert (judge(x) == y).mean() > 0.99
    for (path, one), (_, other) in zip(nn.named_leaves(judge.network), nn.named_leaves(again.network), strict=True):
        np.testing.assert_array_equal(one, other, err_msg=path)
    assert classifier_of(source) is judge  # not trained twice


def test_train_classifier_takes_any_minibatches_of_labelled_images():
    source = source_of_halves(200, 9, 0, channels=3)
    data = source.labelled().stream(np.random.default_rng(1))
    made = [
        train_classifier(data_of(source), source.shape, 2, np.random.default_rng(seed), iterations=40, m=16)
        for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(made[0][0].weight, made[1][0].weight)
    assert not np.array_equal(made[0][0].weight, made[2][0].weight)
    assert (Classifier(made[0], source.shape)(source.images) == source.labels).mean() > 0.99
    x, y = data(8)
    assert len(np.unique(Classifier(made[0], source.shape)(x))) == len(np.unique(y))


def data_of(source):
    return source.labelled().stream(np.random.default_rng(1))


def test_images_are_shifted_by_at_most_two_pixels_and_labels_stay():
    x = np.full((500, 28, 28, 1), -1, np.float32)
    x[:, 14, 14] = 1
    moved, y = classifier.shifted(lambda m: Labelled(x[:m], np.arange(m)), np.random.default_rng(0))(500)
    _, rows, columns, _ = np.nonzero(moved == 1)
    np.testing.assert_array_equal(y, np.arange(500))
    assert set(rows - 14) == set(columns - 14) == {-2, -1, 0, 1, 2}
    assert (moved == 1).sum() == 500
    assert (moved == -1).sum() == 500 * (28 * 28 - 1)  # the gap is black


def test_what_it_cannot_classify_is_one_line():
    digits = load("digits")
    with pytest.raises(
        ShapeMismatch, match=r"^the classifier of digits expects images of 28 x 28 x 1, got 12 x 12 x 1$"
    ):
        classifier_of(digits)(halves(3, 12, 0).x)
    with pytest.raises(DataError, match="expected images as uint8"):
        classifier_of(digits)(digits.images[:3, :, :, 0])
    with pytest.raises(SettingError, match="no labels"):
        classifier_of(Images("halves", halves(3, 12, 0).x))
    with pytest.raises(DataError, match="needs images, got mine"):
        classifier_of(Points("mine", np.zeros((2, 2), np.float32), np.array([0, 1])))


def test_weights_are_made_as_those_of_the_package(tmp_path, monkeypatch):
    """With few iterations: the same bytes again, as float16, and the accuracy is that of the file's weights."""
    digits = load("digits")
    content, accuracy = make_weights.made(digits, seed=3, iterations=30)
    assert make_weights.made(digits, seed=3, iterations=30) == (content, accuracy)
    (tmp_path / "mnist.npz").write_bytes(content)
    with np.load(tmp_path / "mnist.npz") as arrays:
        assert {arrays[path].dtype for path in arrays} == {np.dtype(np.float16)}
    digest = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(weights, "_bytes", lambda file: content)
    monkeypatch.setattr(weights, "facts", lambda: {"mnist": {"sha256": digest}})
    test = digits.held_out()
    assert 0.5 < accuracy == (classifier_of(digits)(test.images) == test.labels).mean()


def test_the_script_writes_weights_and_their_record(tmp_path, monkeypatch):
    monkeypatch.setattr(make_weights, "load", lambda name, data_dir: replace(load("digits"), name=name))
    for name in ("mnist", "fashion-mnist"):
        arguments = ["--data-dir", "x", "--data", name, "--iterations", "3", "--seed", "5", "--out", str(tmp_path)]
        result = CliRunner().invoke(make_weights.main, arguments)
        assert result.exit_code == 0, result.output
        assert result.output.startswith(f"{name}: ")
    facts = json.loads((tmp_path / "weights.json").read_text())
    assert list(facts) == ["fashion-mnist", "mnist"]
    assert facts["mnist"].items() >= {"seed": 5, "iterations": 3, "m": 64}.items()
    content = (tmp_path / "mnist.npz").read_bytes()
    assert facts["mnist"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_script_says_what_is_missing_in_one_line(tmp_path):
    result = CliRunner().invoke(make_weights.main, ["--data-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: mnist: no train-images-idx3-ubyte[.gz] in")
    assert result.output.count("\n") == 1
    assert (
        "'mnits' is not one of" in CliRunner().invoke(make_weights.main, ["--data-dir", "x", "--data", "mnits"]).output
    )


def accuracy(iterations, monkeypatch):
    """The share of the test digits that a classifier trained on the digits alone classifies rightly."""
    monkeypatch.setattr(classifier, "ITERATIONS", iterations)
    digits = replace(load("digits"), name="folder")
    test = digits.held_out()
    return (classifier_of(digits)(test.images) == test.labels).mean()


def test_it_learns_the_digits(monkeypatch):
    assert accuracy(200, monkeypatch) > 0.93


@pytest.mark.slow
def test_it_knows_97_of_100_digits_it_has_not_seen(monkeypatch):
    assert accuracy(classifier.ITERATIONS, monkeypatch) >= 0.97
