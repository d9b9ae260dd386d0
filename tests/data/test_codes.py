"""Noise with codes: how each is distributed, the rows and columns of a picture, and codes that are set."""

import numpy as np
import pytest

from tinygan.data import CodedNoise, Normal, Stream, Truncated, Uniform, truncated
from tinygan.errors import DataError, SettingError
from tinygan.nn.minibatch import leaves

PRIOR = CodedNoise(Uniform(3), 4, 2)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_each_part_has_its_distribution():
    z = CodedNoise(Uniform(62), 10, 2).sample(20_000, rng())
    assert [leaf.shape for leaf in z] == [(20_000, 62), (20_000,), (20_000, 2)]
    assert [leaf.dtype for leaf in z] == [np.float32, np.int64, np.float32]
    assert np.sum((np.bincount(z.category, minlength=10) - 2000) ** 2 / 2000) < 28  # chi-square of 9: p = 0.001
    for numbers in (z.noise, z.continuous):  # uniform on (-1, 1): mean 0, variance 1/3, and never beyond
        assert -1 <= numbers.min() < -0.99
        assert 0.99 < numbers.max() <= 1
        assert abs(numbers.mean()) < 0.02
        assert numbers.var() == pytest.approx(1 / 3, abs=0.01)
    codes = np.column_stack([z.noise[:, 0], z.category, z.continuous])
    assert abs(np.corrcoef(codes.T) - np.eye(4)).max() < 0.03


def test_a_stream_goes_on_with_the_same_codes():
    stream = Stream(PRIOR, rng())
    stream(5)
    state, following = stream.state(), stream(5)
    again = Stream(PRIOR, rng(1))
    again.restore(state)
    for found, expected in zip(again(5), following, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_shown_is_every_noise_in_every_category():
    z = PRIOR.shown(9, rng())
    assert z.category.tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
    for part in (z.noise, z.continuous):
        assert (part[:4] == part[0]).all()
        assert (part[4:] == part[4]).all()
        assert (part[0] != part[4]).all()
    assert PRIOR.shown(3, rng()).category.tolist() == [0, 1, 2, 3]
    assert PRIOR.columns == ("0", "1", "2", "3")


def test_what_is_set_is_the_same_for_all_and_the_rest_is_drawn():
    z, drawn = PRIOR.given(6, rng(), {"category": 3, "continuous.1": -2}), PRIOR.given(6, rng(), {})
    assert z.category.tolist() == [3] * 6
    assert z.continuous[:, 1].tolist() == [-2] * 6
    np.testing.assert_array_equal(z.continuous[:, 0], drawn.continuous[:, 0])
    np.testing.assert_array_equal(z.noise, drawn.noise)
    assert PRIOR.given(2, rng(), {"continuous": 0.5}).continuous.tolist() == [[0.5, 0.5]] * 2
    both = PRIOR.given(2, rng(), {"continuous.1": 1, "continuous": 0.5})  # the order does not matter
    assert both.continuous.tolist() == [[0.5, 1]] * 2
    assert [leaf.dtype for leaf in z] == [np.float32, np.int64, np.float32]


def test_categories_take_turns_also_over_several_minibatches():
    assert PRIOR.given(6, rng(), {}, first=6).category.tolist() == [2, 3, 0, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("categroy", 1, "No such code 'categroy'. Did you mean 'category'?"),
        ("continuous.2", 1, "No such code 'continuous.2'. Did you mean 'continuous.1'?"),
        ("category", 4, "category is expected to be from 0 to 3, got 4"),
        ("category", -1, "category is expected to be from 0 to 3, got -1"),
        ("category", 1.5, "category is expected to be from 0 to 3, got 1.5"),
        ("continuous", float("nan"), "continuous is expected to be a number, got nan"),
        ("continuous", "1", "continuous is expected to be a number, got '1'"),
    ],
)
def test_a_code_that_cannot_be_set_is_one_line(name, value, message):
    with pytest.raises(SettingError) as error:
        PRIOR.given(2, rng(), {name: value})
    assert str(error.value) == message


def test_there_may_be_no_continuous_codes():
    prior = CodedNoise(Normal(2), 3, 0)
    assert [leaf.shape for leaf in prior.sample(5, rng())] == [(5, 2), (5,), (5, 0)]
    assert prior.codes == ("category",)
    with pytest.raises(SettingError, match=r"^No such code 'continuous'"):
        prior.given(2, rng(), {"continuous": 1})


def test_normal_noise_beside_codes_can_be_truncated():
    assert truncated(CodedNoise(Normal(2), 3, 1), 0.5) == CodedNoise(Truncated(2, 0.5), 3, 1)
    with pytest.raises(SettingError, match="truncation is for normal noise, got Uniform"):
        truncated(PRIOR, 0.5)


@pytest.mark.parametrize("numbers", [(1, 2), (10, -1)])
def test_too_few_codes_are_refused(numbers):
    with pytest.raises(DataError, match=r"^codes need at least 2 categories and 0 continuous codes, got "):
        CodedNoise(Normal(2), *numbers)


def test_a_seed_gives_the_same_codes():
    for first, second in zip(leaves(PRIOR.sample(5, rng())), leaves(PRIOR.sample(5, rng())), strict=True):
        np.testing.assert_array_equal(first, second)
