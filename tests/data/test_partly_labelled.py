"""Few labels: balanced, chosen by the seed, the others never read; and minibatches that go on to the last bit."""

import json

import numpy as np
import pytest

from tinygan.data import Absent, Images, Points, Ring, as_source, load
from tinygan.data.partly_labelled import chosen
from tinygan.errors import DataError, SettingError
from tinygan.nn import Labelled, Semi

N, K = 60, 3
POINTS = np.arange(2 * N, dtype=np.float32).reshape(N, 2)
LABELS = np.random.default_rng(5).integers(0, K, N)
SOURCE = as_source(Labelled(POINTS, LABELS))


def rng(seed=0):
    return np.random.default_rng(seed)


def stream(source=SOURCE, count=2, seed=0):
    return source.partly_labelled(count).stream(rng(seed))


def places(x):
    """The rows of SOURCE that the points are."""
    return (x[:, 0] // 2).astype(int)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_as_many_of_each_class_all_with_their_own_labels(count):
    data = stream(count=count)
    seen = set()
    for _ in range(20):
        x = data(5)
        assert isinstance(x, Semi)
        assert x.unlabelled.shape == (5, 2)
        np.testing.assert_array_equal(x.labelled.y, LABELS[places(x.labelled.x)])
        seen |= {*places(x.labelled.x)}
    assert len(seen) == count * K
    assert np.bincount(LABELS[sorted(seen)]).tolist() == [count] * K


def test_another_seed_chooses_others():
    first, again, other = (chosen(LABELS, "abc", 3, rng(seed)).tolist() for seed in (0, 0, 1))
    assert first == again != other
    assert LABELS[first].tolist() == [0] * 3 + [1] * 3 + [2] * 3


def test_an_epoch_has_every_labelled_example_once_and_every_other_once():
    data = stream(count=2)
    labelled, unlabelled = zip(*(data(6) for _ in range(10)), strict=True)
    for part in labelled:
        assert len({*places(part.x)}) == 6
    assert sorted(places(np.concatenate(unlabelled))) == list(range(N))


class Read(list):
    """Labels that note which of them were read."""

    def __init__(self, labels):
        super().__init__(labels)
        self.places = set()

    def __getitem__(self, place):
        self.places.add(int(place))
        return super().__getitem__(place)


def test_labels_are_read_one_after_the_other_until_there_are_enough():
    labels = Read(LABELS.tolist())
    found = chosen(labels, "abc", 2, rng(3))
    order = rng(3).permutation(N).tolist()
    last = max(order.index(place) for place in found)
    assert labels.places == set(order[: last + 1])
    assert len(labels.places) < N / 2


def shuffled(labels, but):
    """The labels with all but these in another order, so that most of them are wrong."""
    others = np.setdiff1d(np.arange(len(labels)), but)
    new = labels.copy()
    new[others] = rng(9).permutation(labels[others])
    assert (new != labels).any()
    return new


def test_labels_that_were_not_read_change_nothing():
    labels = Read(LABELS.tolist())
    chosen(labels, "abc", 2, rng(0).spawn(3)[0])  # as the stream does
    other = as_source(Labelled(POINTS, shuffled(LABELS, sorted(labels.places))))
    one, two = stream(SOURCE), stream(other)
    assert one.state() == two.state()
    for _ in range(30):
        np.testing.assert_equal(one(7), two(7))


def test_once_they_are_chosen_no_other_label_changes_anything():
    one = stream()
    kept = one.labelled.dataset.places
    other = as_source(Labelled(POINTS, shuffled(LABELS, kept)))
    two = stream(other, seed=4)
    two.restore(one.state())
    for _ in range(30):
        np.testing.assert_equal(one(7), two(7))
    assert one.state() == two.state()


def test_the_state_goes_through_json_and_restarts_exactly():
    unbroken = stream()
    unbroken(7)
    state = json.loads(json.dumps(unbroken.state()))
    expected = [unbroken(m) for m in (5, 1, 40)]
    restarted = stream(seed=8)
    restarted(3)
    restarted.restore(state)
    for found, m in zip(expected, (5, 1, 40), strict=True):
        np.testing.assert_equal(found, restarted(m))
    assert restarted.state() == unbroken.state()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.pop("labelled"), "it lacks the places"),
        (lambda s: s["labelled"].update(places=[0, 1]), "2 labelled examples, but 6 are asked for"),
        (lambda s: s["labelled"].update(places=[-1] * 6), "it lacks the places"),
        (lambda s: s["labelled"].update(places=[N] * 6), "it lacks the places"),
        (lambda s: s["labelled"]["places"].reverse(), "fingerprint"),
        (lambda s: s.update(examples=3), "3 examples"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, words):
    state = stream(seed=1).state()
    change(state)
    data = stream()
    before = data.state()
    with pytest.raises(DataError, match=words) as error:
        data.restore(state)
    assert "\n" not in str(error.value)
    assert data.state() == before


def test_another_label_of_a_chosen_example_does_not_fit():
    state = stream().state()
    other = as_source(Labelled(POINTS, (LABELS + 1) % K))
    with pytest.raises(DataError, match="fingerprint"):
        stream(other).restore(state)


def test_a_class_with_too_few_is_one_line():
    few = as_source(Labelled(POINTS[:5], np.array([0, 1, 1, 2, 2])))
    message = r"^2 labelled examples of each class are expected, but class '0' has 1; choose fewer$"
    with pytest.raises(DataError, match=message):
        stream(few)


@pytest.mark.parametrize("source", [Ring(), as_source(POINTS), Images("bare", np.zeros((5, 8, 8, 1), np.uint8))])
def test_data_without_labels_or_without_end_are_one_line(source):
    with pytest.raises(SettingError, match=rf"^{source.name}: semi-supervised learning needs a data set[^\n]*$"):
        source.partly_labelled(1)


def test_the_source_is_that_of_all_examples():
    digits = load("digits")
    source = digits.partly_labelled(10)
    assert (source.name, source.shape, source.classes) == ("digits", digits.shape, digits.classes)
    assert source.fingerprint == digits.fingerprint
    assert source.unlabelled() is digits
    assert len(source.held_out()) == 2000
    assert source.has_images


def test_the_first_examples_are_those_of_a_stream():
    np.testing.assert_array_equal(SOURCE.first(4, rng(2)), SOURCE.stream(rng(2))(4))
    assert isinstance(SOURCE, Points)
    absent = Absent("images", (8, 8, 1), ("a", "b"))
    assert absent.partly_labelled(3) is absent
    np.testing.assert_array_equal(absent.first(4, rng()), np.zeros((4, 8, 8, 1), np.float32))
    with pytest.raises(SettingError, match=r"^images: semi-supervised"):
        Absent("images", (8, 8, 1)).partly_labelled(3)
