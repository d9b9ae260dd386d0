"""The history of samples: whom D is shown, how old they are, and who never sees one of them."""

import numpy as np
import pytest

from tests.objectives.law import Law
from tinygan import Tensor, nn
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Labelled, Pair
from tinygan.objectives import History, NonSaturating, Turn


def softplus(x):
    return np.log1p(np.exp(x))


LAWS = [
    Law(
        "history of samples",  # empty at first
        lambda: NonSaturating().shown(History(3, rng=np.random.default_rng(0))),
        d=lambda real, fake: np.mean(softplus(-real)) + np.mean(softplus(fake)),
        g=lambda real, fake: np.mean(softplus(-fake)),
    ),
]


def history(size=6):
    return History(size, rng=np.random.default_rng(1))


def numbered(t, m):
    """The m samples of iteration t, each of a number of its own: 1000 t + i."""
    return 1000.0 * t + np.arange(m, dtype=np.float64).reshape(m, 1)


def turn(player, fake):
    return Turn(player, None, lambda z: fake, None, None)


def shown(view, fake, player="D"):
    return view.fake(fake, turn(player, fake))


def played(view, m, iterations, start=1):
    """For each iteration (t, what D was shown of the m samples, the stored ones, the view after it)."""
    for t in range(start, start + iterations):
        seen, stored = shown(view, numbered(t, m)), view.samples.get("0")
        view = view.remember(turn("", numbered(t, m) + 0.5))  # those of G's turn are others
        yield t, seen, stored, view


def test_it_fills_first_and_shows_none_until_it_is_full():
    sizes = []
    for t, seen, _, view in played(history(10), 4, 3):
        np.testing.assert_array_equal(seen, numbered(t, 4))
        sizes.append(view.stored)
    assert sizes == [4, 8, 10]
    expected = np.concatenate([numbered(t, 4) for t in (1, 2, 3)])[:10] + 0.5
    np.testing.assert_array_equal(view.samples["0"], expected)


def test_a_stored_sample_is_shown_in_the_place_of_a_new_one_and_leaves():
    """After an iteration the stored ones are those before it, with a new one in the place of each that D was shown."""
    swaps = 0
    for t, seen, before, view in played(history(), 4, 200):
        if before is None or len(before) < 6:
            continue
        replaced = np.flatnonzero(seen != numbered(t, 4))
        swaps += len(replaced)
        places = [before.ravel().tolist().index(x) for x in seen.ravel()[replaced]]  # each is a stored one
        assert len(set(places)) == len(places)
        expected = before.copy()
        expected[places] = numbered(t, 4)[replaced] + 0.5
        np.testing.assert_array_equal(view.samples["0"], expected)
    assert swaps > 300


def test_half_are_of_earlier_iterations_and_their_ages_are_geometric():
    """A place is taken anew with probability p = m / (2 size) in an iteration: P(age = k) = p (1 - p)^(k - 1)."""
    m, size = 20, 80
    ages = []
    for t, seen, _, _ in played(history(size), m, 1500):
        ages += [t - int(x) // 1000 for x in seen.ravel()] if t > 200 else []
    old = np.array([age for age in ages if age > 0])
    assert len(old) / len(ages) == pytest.approx(0.5, abs=0.015)
    p = m / (2 * size)
    for k in (1, 2, 3, 5, 10, 20):
        assert np.mean(old == k) == pytest.approx(p * (1 - p) ** (k - 1), abs=0.012)
    assert old.mean() == pytest.approx(1 / p, rel=0.04)


@pytest.mark.parametrize("player", ["G", ""])
def test_no_one_but_d_is_shown_a_stored_sample(player):
    """Neither G in its turn nor the measures of the history."""
    *_, (_, _, _, view) = played(history(), 4, 5)
    fake = numbered(9, 4)
    assert shown(view, fake, player) is fake
    assert shown(view, fake) is not fake
    assert view.real(fake, turn("D", fake)) is fake


def test_a_loss_changes_nothing():
    *_, (_, _, _, view) = played(history(), 4, 5)
    state = view.rng.bit_generator.state
    first, second = (shown(view, numbered(9, 4)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.any(first != numbered(9, 4))
    assert view.rng.bit_generator.state == state
    view.remember(turn("", numbered(9, 4)))
    assert view.rng.bit_generator.state != state


def test_a_large_minibatch_has_each_stored_sample_once():
    *_, (_, _, before, view) = played(history(3), 40, 3)
    seen = shown(view, numbered(9, 40))
    assert sorted(seen[seen != numbered(9, 40)]) == sorted(view.samples["0"].ravel())
    assert len(np.unique(np.concatenate([before, view.samples["0"]]))) == 6  # all were replaced


def test_what_is_stored_is_of_fixed_numbers():
    """No tape of an earlier iteration is kept, and nothing that changes in place."""
    made = numbered(1, 8)
    G = nn.Sequential(nn.Dense(1, 1, np.random.default_rng(0)))
    view = history().remember(Turn("", G, G, None, made))
    assert not isinstance(view.samples["0"], Tensor)
    assert view.samples["0"].base is None or not np.shares_memory(view.samples["0"], made)
    view = history().remember(turn("", made))
    made[:] = 0
    assert view.samples["0"].min() > 0


def test_leaves_of_a_sample_stay_together():
    """Both images of a pair, and an image and its label."""
    for form in (Pair, Labelled):

        def fake(t, form=form):
            return form(numbered(t, 4), np.arange(4) + 1000 * t)

        view = history()
        for t in range(1, 8):
            seen = shown(view, fake(t))
            np.testing.assert_array_equal(leaf(seen, 0).ravel(), leaf(seen, 1))
            assert leaf(seen, 1).dtype.kind == "i"
            assert type(seen) is form
            view = view.remember(turn("", fake(t)))
        assert np.any(leaf(seen, 1) < 7000)


def test_any_number_of_leaves_keeps_its_order():
    def fake(t):
        return [np.full((4, 1), 100.0 * t + i) for i in range(12)]

    view = history(4).remember(turn("", fake(1)))
    for i, seen in enumerate(shown(view, fake(2))):
        assert set(seen.ravel()) == {100.0 + i, 200.0 + i}


def test_stored_samples_are_contiguous_as_in_a_resumed_run():
    made = np.zeros((3, 8, 2)).transpose(1, 2, 0)
    view = history(8)
    for t in range(3):
        view = view.remember(turn("", made + t))
        assert view.samples["0"].flags.c_contiguous


def leaf(tree, i):
    return nn.minibatch.leaves(tree)[i]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: History(0), SettingError, "size is expected to be at least 1, got 0"),
        (lambda: History(2.5), SettingError, "size is expected to be a whole number, got 2.5"),
        (
            lambda: shown(history(1).remember(turn("", np.zeros((4, 2)))), np.zeros((4, 3))),
            ShapeMismatch,
            r"History: the stored samples are not of the shapes of these, \(4, 3\)",
        ),
        (
            lambda: shown(history(1).remember(turn("", np.zeros((4, 2)))), Pair(np.zeros((4, 2)), np.zeros((4, 2)))),
            ShapeMismatch,
            "History: the stored samples are not of the shapes of these",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(call, error, words):
    with pytest.raises(error, match=f"^{words}[^\n]*$"):
        call()
