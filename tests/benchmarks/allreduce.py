"""A model of the time of an Allreduce by ring and by tree, a simulation of both, and what follows for many devices.

    python -m tests.benchmarks.allreduce

A message of b bytes takes alpha + b / beta. A rank sends one message at a time, and receives one meanwhile.
"""

from math import ceil, log2
from typing import NamedTuple

import numpy as np


class Link(NamedTuple):
    """alpha: seconds of an empty message.   beta: bytes a second."""

    alpha: float
    beta: float

    def seconds(self, size):
        return self.alpha + size / self.beta


class Job(NamedTuple):
    """An iteration of training on one device.

    work: seconds that m examples take, which are divided among the ranks.   fixed: seconds that are not, such as the
    starts of kernels.   size: bytes of gradients.   messages: small ones, such as the statistics of batch norms.
    """

    work: float
    fixed: float
    size: float
    messages: int


def ring(n, size, link):
    """2 (n - 1) messages of size / n: n - 1 that add, and n - 1 that hand the sums round."""
    return 2 * (n - 1) * link.seconds(size / n) if n > 1 else 0.0


def tree(n, size, link):
    """To the root and back, ceil(log2 n) messages each way, all of the whole size."""
    return 2 * ceil(log2(n)) * link.seconds(size)


def simulated_ring(n, size, link):
    """The same by sending: every rank sends its next part when it has sent the last and received the one before."""
    ready = np.zeros(n)
    for _ in range(2 * (n - 1)):
        ready = np.maximum(ready, np.roll(ready, 1)) + link.seconds(size / n)
    return float(ready.max())


def simulated_tree(n, size, link):
    """Rank i sends to i - d for d = 1, 2, 4 ... when it has received all that it waits for; then the way back."""
    ready, distances = np.zeros(n), [2**i for i in range(ceil(log2(n)))]
    for d in distances:
        for i in range(d, n, 2 * d):
            ready[i - d] = max(ready[i - d], ready[i]) + link.seconds(size)
    for d in distances[::-1]:
        for i in range(d, n, 2 * d):
            ready[i] = ready[i - d] = ready[i - d] + link.seconds(size)
    return float(ready.max())


def fitted(times, algorithm, n):
    """(the link that explains the times by size best, in relative terms; the root mean square of what is left)."""
    sizes, seconds = np.array(list(times)), np.array(list(times.values()))
    unit, slope = algorithm(n, 0, Link(1.0, 1.0)), algorithm(n, 1.0, Link(0.0, 1.0))
    matrix = np.stack([np.full(len(sizes), unit), slope * sizes], axis=1) / seconds[:, np.newaxis]
    (alpha, inverse), *_ = np.linalg.lstsq(matrix, np.ones(len(sizes)), rcond=None)
    link = Link(float(alpha), float(1 / inverse))
    rest = [algorithm(n, size, link) / second - 1 for size, second in times.items()]
    return link, float(np.sqrt(np.mean(np.square(rest))))


def step(n, job, link, algorithm=ring):
    """Seconds of an iteration on n devices with the same m in all."""
    return job.fixed + job.work / n + algorithm(n, job.size, link) + job.messages * tree(n, 0, link)


def last_that_pays(job, link, gain=1.25, most=1024):
    """The largest power of two of devices up to which each doubling makes the step `gain` times as fast.

    link: of so many devices.
    """
    n = 1
    while 2 * n <= most and step(n, job, link(n)) >= gain * step(2 * n, job, link(2 * n)):
        n *= 2
    return n


def least_scale(job_of, n, link, share=0.5):
    """How many times m has to grow until n devices are at least `share` of n times as fast as one; a power of two."""
    scale = 1
    while step(1, job_of(scale), link(1)) < share * n * step(n, job_of(scale), link(n)):
        scale *= 2
    return scale


# Iterations on one GPU, by what is counted: operations, and starts of primitives (docs/scaling.md)
FLOPS = 20e12  # float32 a second, about a third of the peak of an H100
START = 15e-6  # seconds that the host takes for a primitive
NODE, NETWORK = Link(10e-6, 200e9), Link(20e-6, 25e9)  # within a machine of 8, and between machines
JOBS = {  # operations of an example, its m, primitives, bytes of gradients, small messages
    "DCGAN-64": (2.484e9, 128, 585, 25.4e6, 64),
    "biggan-mini": (0.151e9, 32, 1640, 0.785e6, 34),
}


def job(name, scale=1):
    """The iteration with `scale` times its m."""
    operations, m, primitives, size, messages = JOBS[name]
    return Job(operations * m * scale / FLOPS, primitives * START, size, messages)


def link_of(n):
    """The slowest link of a ring of n devices, eight of which are in a machine."""
    return NODE if n <= 8 else NETWORK


def main():
    for name in JOBS:
        one = step(1, job(name), NODE)
        print(f"{name}: work {1e3 * job(name).work:.2f} ms, starts {1e3 * job(name).fixed:.1f} ms")
        for n in (1, 2, 4, 8, 16, 32, 64):
            same, larger = step(n, job(name), link_of(n)), step(n, job(name, n), link_of(n))
            print(
                f"  {n:3} devices: {1e3 * same:7.2f} ms, {one / same:5.2f} times as fast; "
                f"m for each: {1e3 * larger:7.2f} ms, {n * one / larger:6.2f} times the examples"
            )
        scale = least_scale(lambda scale, name=name: job(name, scale), 64, link_of)
        print(f"  the same m in all pays up to {last_that_pays(job(name), link_of)} devices")
        print(f"  64 devices are half used from m = {scale * JOBS[name][1]:,} on")


if __name__ == "__main__":
    main()
