"""The formulas of ring and tree are what a simulation of their messages takes."""

import pytest

from tests.benchmarks.allreduce import (
    ITERATIONS,
    Job,
    Link,
    fitted,
    job,
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


NOTHING = Link(0.0, 1e9)


def test_devices_pay_until_the_host_takes_as_long():
    made = Job(host=0.2, sending=0.05, work=1.0, update=0.1, size=0, messages=0)
    assert [step(n, made, NOTHING) for n in (1, 2, 4, 8, 16)] == pytest.approx([1.1, 0.6, 0.35, 0.25, 0.25])
    assert last_that_pays(made, lambda n: NOTHING) == 8


def test_devices_pay_until_messages_take_as_long():
    """A tree's small message and a ring of no gradients, empty messages of 10 ms: 0.54, 0.35 and 0.325 s."""
    made = Job(host=0.0, sending=0.0, work=1.0, update=0.0, size=0, messages=1)
    assert [step(n, made, Link(0.01, 1e9)) for n in (1, 2, 4, 8)] == pytest.approx([1.0, 0.54, 0.35, 0.325])
    assert last_that_pays(made, lambda n: Link(0.01, 1e9)) == 4


def test_a_larger_minibatch_uses_more_devices():
    """With messages for nothing: max(0.1, 0.1 s) >= 0.5 x 4 max(0.1, 0.1 s / 4) from s = 2 on."""

    def job_of(scale):
        return Job(host=0.1, sending=0.0, work=0.1 * scale, update=0.0, size=0, messages=0)

    assert least_scale(job_of, 4, lambda n: NOTHING) == 2


def test_a_measured_iteration_is_found_again():
    """From 16 to 1,024 examples within a tenth of what the GPU was busy for."""
    for name, (_, busy, *_) in ITERATIONS.items():
        first, *_ = busy
        for m, seconds in busy.items():
            one = job(name, m / first)
            assert one.work + one.update == pytest.approx(seconds, rel=0.1)
