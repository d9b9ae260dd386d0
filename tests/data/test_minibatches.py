import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygan.data import Images, Normal, Ring, Shuffled, Stream, Uniform, as_source
from tinygan.errors import DataError


class Numbers:
    """The data set 0, 1, ..., n - 1."""

    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def examples(self, indices):
        return np.arange(self.n, dtype=np.float32)[indices]


def shuffled(n, seed=0):
    return Shuffled(Numbers(n), np.random.default_rng(seed))


def through_json(state):
    return json.loads(json.dumps(state))


sizes = st.lists(st.integers(1, 20), min_size=1, max_size=12)


@settings(deadline=None)
@given(n=st.integers(1, 13), ms=sizes, seed=st.integers(0, 2**32))
def test_every_example_comes_exactly_once_per_epoch(n, ms, seed):
    data = shuffled(n, seed)
    drawn = np.concatenate([data(m) for m in ms])
    assert len(drawn) == sum(ms)
    assert drawn.dtype == np.float32
    for start in range(0, len(drawn), n):
        epoch = drawn[start : start + n]
        assert len(set(epoch)) == len(epoch)  # a whole epoch: all n; the last, unfinished one: no repeats
    assert data.epoch == sum(ms) / n


@settings(deadline=None)
@given(n=st.integers(1, 13), before=sizes, after=sizes, seed=st.integers(0, 2**32), other=st.integers(0, 2**32))
def test_shuffled_restarts_exactly_at_any_point(n, before, after, seed, other):
    unbroken = shuffled(n, seed)
    for m in before:
        unbroken(m)
    state = through_json(unbroken.state())
    expected = [unbroken(m) for m in after]

    restarted = shuffled(n, other)
    restarted(3)
    restarted.restore(state)
    assert restarted.epoch == sum(before) / n
    for m, x in zip(after, expected, strict=True):
        np.testing.assert_array_equal(restarted(m), x)
    assert restarted.state() == unbroken.state()


@pytest.mark.parametrize("source", [Normal(3), Uniform(1), Ring()])
@pytest.mark.parametrize("cut", [0, 1, 4])
def test_stream_restarts_exactly(source, cut):
    ms = [3, 1, 7, 2, 5]
    unbroken = Stream(source, np.random.default_rng(1))
    for m in ms[:cut]:
        unbroken(m)
    state = through_json(unbroken.state())
    expected = [unbroken(m) for m in ms[cut:]]

    restarted = Stream(source, np.random.default_rng(99))
    restarted.restore(state)
    for m, z in zip(ms[cut:], expected, strict=True):
        got = restarted(m)
        assert got.dtype == np.float32
        np.testing.assert_array_equal(got, z)


def test_a_minibatch_larger_than_the_data_set():
    drawn = shuffled(4)(11)
    assert len(drawn) == 11
    assert sorted(drawn[:4]) == sorted(drawn[4:8]) == [0, 1, 2, 3]
    assert len(set(drawn[8:])) == 3


def test_orders_differ_between_epochs_and_between_seeds():
    data = shuffled(50)
    first, second = data(50), data(50)
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, np.sort(first))
    assert not np.array_equal(first, shuffled(50, seed=1)(50))


def test_the_first_place_is_uniform_over_the_examples():
    firsts = [int(shuffled(5, seed)(1)[0]) for seed in range(1000)]
    counts = np.bincount(firsts, minlength=5)
    assert np.sum((counts - 200) ** 2 / 200) < 20  # chi-square of 4 degrees: p = 0.0005


def test_the_state_is_a_snapshot():
    data = shuffled(10)
    data(4)
    state = data.state()
    kept = through_json(state)
    state["generator"]["state"]["state"] = 0
    assert data.state() == kept
    state = data.state()
    data(20)
    assert state == kept


def test_images_arrive_on_the_backend_as_float32():
    moved = []

    def asarray(host):
        moved.append(host)
        return ("device", host)

    images = Images("grey", np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1))
    where, x = Shuffled(images, np.random.default_rng(0), asarray)(4)
    assert where == "device"
    assert x is moved[0]
    assert (x.dtype, x.shape) == (np.float32, (4, 1, 1, 1))
    where, z = Stream(Normal(2), np.random.default_rng(0), asarray)(3)
    assert where == "device"
    assert z is moved[1]


@pytest.mark.parametrize("m", [0, -1, 2.0, None])
def test_m_is_a_whole_number_from_1(m, refused):
    with refused("m >= 1", repr(m)):
        shuffled(3)(m)
    with refused("m >= 1", repr(m)):
        Stream(Normal(1), np.random.default_rng(0))(m)


def test_no_examples_are_refused(refused):
    with refused("no examples"):
        shuffled(0)


def test_a_state_of_another_length_is_refused(refused):
    with refused("10 examples", "has 9"):
        shuffled(9).restore(shuffled(10).state())


@pytest.mark.parametrize(
    "other",
    [
        np.arange(1, 7, dtype=np.uint8).reshape(6, 1, 1, 1),
        np.arange(6, dtype=np.uint8)[::-1].reshape(6, 1, 1, 1),
        np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1).repeat(3, axis=3),
        np.arange(6, dtype=np.float32).reshape(6, 1, 1, 1) / 127.5 - 1,
        np.arange(6, dtype=np.uint8).reshape(6, 1),
    ],
    ids=["other bytes", "another order", "RGB", "the same as floats", "points"],
)
def test_a_state_of_as_many_other_examples_is_refused(other, refused):
    X = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1)
    data = Shuffled(as_source(X), np.random.default_rng(0))
    data(4)
    state = through_json(data.state())
    with refused("6 examples [1, 1, 1] with fingerprint", "continue with the data that the run was started with"):
        Shuffled(as_source(other), np.random.default_rng(0)).restore(state)
    again = Shuffled(as_source(X.copy()), np.random.default_rng(5))
    again.restore(state)
    np.testing.assert_array_equal(again(2), data(2))


def test_a_state_of_another_density_is_refused(refused):
    state = through_json(Stream(Ring(modes=3), np.random.default_rng(0)).state())
    with refused("Ring(modes=3", "Ring(modes=8", "continue with the same"):
        Stream(Ring(), np.random.default_rng(0)).restore(state)


def test_a_fingerprint_reads_a_view_as_its_elements(monkeypatch):
    monkeypatch.setattr("tinygan.data.fingerprint._ROWS", 50)  # bytes, so that there are several parts
    X = np.random.default_rng(0).integers(0, 256, (20, 4, 4, 3), dtype=np.uint8)
    turned = np.ascontiguousarray(X.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1)
    assert not turned.flags.c_contiguous
    assert Images("a", turned).fingerprint == Images("a", X).fingerprint
    X[19, 3, 3, 2] ^= 1
    assert Images("a", turned).fingerprint != Images("a", X).fingerprint


def damaged_states():
    state = through_json(shuffled(5).state())

    def changed(**values):
        return {**state, **values}

    generator = state["generator"]
    words = generator["state"]
    for key in state:
        yield f"no {key}", {k: v for k, v in state.items() if k != key}
    yield "nothing", {}
    yield "no dict", [1, 2]
    yield "position beyond", changed(position=6)
    yield "position negative", changed(position=-1)
    yield "position float", changed(position=2.0)
    yield "epochs text", changed(epochs="two")
    yield "generator text", changed(generator="PCG64")
    yield "generator without words", changed(generator={"bit_generator": "PCG64"})
    yield "words a list", changed(generator={**generator, "state": [1, 2]})
    yield "another generator", changed(generator={**generator, "bit_generator": "MT19937"})
    yield "rounded by a careless JSON writer", changed(generator={**generator, "state": {**words, "state": 1e30}})
    yield "too large", changed(generator={**generator, "state": {**words, "state": 1 << 200}})
    yield "negative", changed(generator={**generator, "state": {**words, "inc": -1}})
    yield "half a word", changed(generator={**generator, "uinteger": 1 << 70})


@pytest.mark.parametrize("state", [pytest.param(state, id=name) for name, state in damaged_states()])
def test_a_damaged_state_is_refused_and_changes_nothing(state):
    data, untouched = shuffled(5, seed=3), shuffled(5, seed=3)
    data(2), untouched(2)
    with pytest.raises(DataError) as info:
        data.restore(state)
    assert "\n" not in str(info.value)
    np.testing.assert_array_equal(data(9), untouched(9))


@pytest.mark.parametrize("state", [{}, None, {"generator": None}, {"generator": {"bit_generator": "PCG64"}}])
def test_stream_refuses_a_damaged_state_and_changes_nothing(state, refused):
    noise, untouched = (Stream(Normal(1), np.random.default_rng(5)) for _ in range(2))
    with refused("damaged state"):
        noise.restore(state)
    np.testing.assert_array_equal(noise(4), untouched(4))
