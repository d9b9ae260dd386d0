"""Ranks in threads: what they exchange, and what happens when one fails."""

import threading
import time

import numpy as np
import pytest

from tinygan.communicator import alone, in_threads


def test_alone_everything_is_its_own():
    x = np.arange(3.0)
    assert alone.mean(x) is x
    assert alone.broadcast(x) is x
    assert (alone.rank, alone.size, repr(alone)) == (0, 1, "alone")
    with pytest.raises(SystemExit, match=r"^3$"):
        alone.abort(3)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_all_ranks_get_the_same_bits(size):
    def work(ranks):
        rng = np.random.default_rng(ranks.rank)
        return [ranks.mean(rng.standard_normal(7)) for _ in range(50)]

    results = in_threads(size, work)
    rngs = [np.random.default_rng(rank) for rank in range(size)]
    for i in range(50):
        expected = np.mean([rng.standard_normal(7) for rng in rngs], axis=0)
        np.testing.assert_allclose(results[0][i], expected, rtol=1e-14, atol=1e-16)
        assert all(result[i].tobytes() == results[0][i].tobytes() for result in results)


def test_a_mean_leaves_what_was_given():
    def work(ranks):
        x = np.full(2, float(ranks.rank))
        ranks.mean(x)
        return x.tolist()

    assert in_threads(2, work) == [[0.0, 0.0], [1.0, 1.0]]


def test_what_rank_0_has_goes_to_all():
    assert in_threads(3, lambda ranks: ranks.broadcast([ranks.rank, "x"])) == 3 * [[0, "x"]]


def test_a_rank_that_fails_ends_the_others_and_its_error_is_raised():
    def work(ranks):
        if ranks.rank == 1:
            time.sleep(0.05)  # the others wait for it already
            raise ValueError("no")
        ranks.mean(np.ones(2))

    before = threading.active_count()
    with pytest.raises(ValueError, match=r"^no$"):
        in_threads(3, work)
    assert threading.active_count() == before


def test_a_rank_can_end_all():
    def work(ranks):
        if ranks.rank == 1:
            ranks.abort(4)
        ranks.mean(np.ones(2))

    with pytest.raises(SystemExit, match=r"^4$"):
        in_threads(2, work)
