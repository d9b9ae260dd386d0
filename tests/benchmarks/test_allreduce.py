"""The formulas of ring and tree are what a simulation of their messages takes."""

import pytest

from tests.benchmarks.allreduce import (
    Job,
    Link,
    fitted,
    last_that_pays,
    least_scale,
    ring,
    simulated_ring,
    simulated_tree,
    step,
    tree,
)

LINK = Link(1e-5, 1e9)


@pytest.mark.parametrize("n", [1, 2, 4, 16, 64])
@pytest.mark.parametrize("size", [0, 1e3, 1e7])
def test_a_simulation_takes_as_long(n, size):
    assert simulated_ring(n, size, LINK) == pytest.approx(ring(n, size, LINK))
    assert simulated_tree(n, size, LINK) == pytest.approx(tree(n, size, LINK))


def test_a_tree_is_for_small_arrays_and_a_ring_for_large_ones():
    assert tree(64, 1e3, LINK) < ring(64, 1e3, LINK)
    assert ring(64, 1e8, LINK) < tree(64, 1e8, LINK)


@pytest.mark.parametrize("algorithm", [ring, tree])
def test_a_link_is_found_again(algorithm):
    times = {size: algorithm(4, size, LINK) for size in (4, 1e3, 1e5, 1e7)}
    link, rest = fitted(times, algorithm, 4)
    assert link == pytest.approx(LINK)
    assert rest < 1e-9


def test_devices_pay_until_what_is_not_divided_is_all():
    job = Job(work=1.0, fixed=0.1, size=0, messages=0)
    assert step(4, job, Link(0.0, 1e9)) == pytest.approx(0.35)
    assert last_that_pays(job, lambda n: Link(0.0, 1e9)) == 16  # 0.1625 at 16; 0.13125 at 32 is 1.24 times as fast


def test_a_larger_minibatch_uses_more_devices():
    """With messages for nothing: (0.1 + s) / 4 >= 0.5 (0.1 + s / 4) from s = 0.8 on."""

    def job_of(scale):
        return Job(work=0.1 * scale, fixed=0.1, size=0, messages=0)

    assert least_scale(job_of, 4, lambda n: Link(0.0, 1e9)) == 2
