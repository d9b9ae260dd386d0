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
    """An iteration of training on one device, whose host starts kernels while the device works on earlier ones.

    host: seconds that the host takes to start its kernels.   sending: more of them, for messages to other devices.
    work: seconds of the device that are divided among devices.   update: those that are not.
    size: bytes of gradients.   messages: small ones, such as the statistics of batch norms.
    """

    host: float
    sending: float
    work: float
    update: float
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
    """Seconds of an iteration on n devices with the same m in all: of the host or of its device, which is longer."""
    host = job.host + (job.sending if n > 1 else 0.0)
    device = job.update + job.work / n + algorithm(n, job.size, link) + job.messages * tree(n, 0, link)
    return max(host, device)


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


# Iterations on an NVIDIA H200, as `tests/gpu.sh` measured them (docs/performance.md)
START = 40e-6  # seconds that the host takes for a kernel: 44.3 ms of DCGAN-64 for 1,115
KERNELS_OF_A_MESSAGE = 2  # the sum of all devices, and its quotient
# Between devices, assumed: within a machine of 8, and between machines
NODE, NETWORK = Link(10e-6, 200e9), Link(20e-6, 25e9)


class Measured(NamedTuple):
    """kernels: of an iteration.   busy: seconds of the GPU by m; the first m is that of the paper or recipe.

    size, messages: as of a Job.
    """

    kernels: int
    busy: dict[int, float]
    size: float
    messages: int


ITERATIONS = {
    "DCGAN-64": Measured(1115, {128: 20.46e-3, 16: 4.80e-3, 512: 75.69e-3}, 25.4e6, 64),
    "biggan-mini": Measured(3240, {32: 6.20e-3, 256: 15.24e-3, 1024: 46.00e-3}, 0.785e6, 34),
}


def job(name, scale=1):
    """The iteration with `scale` times its m, whose work is proportional to m."""
    kernels, busy, size, messages = ITERATIONS[name]
    m, *_ = busy
    for_an_example, update = np.polyfit(list(busy), list(busy.values()), 1)
    sending = START * KERNELS_OF_A_MESSAGE * messages
    return Job(START * kernels, sending, float(for_an_example) * m * scale, float(update), size, messages)


def link_of(n):
    """The slowest link of a ring of n devices, eight of which are in a machine."""
    return NODE if n <= 8 else NETWORK


def main():
    for name, (_, busy, *_) in ITERATIONS.items():
        m, one = next(iter(busy)), job(name)
        print(f"{name}, m = {m}: host {1e3 * one.host:.1f} ms and {1e3 * one.sending:.1f} for messages,", end=" ")
        print(f"examples {1e3 * one.work:.2f} ms, {1e6 * one.work / m:.0f} us each, update {1e3 * one.update:.2f} ms")
        for scale in (1, 8, 64, 1024):
            seconds = {n: step(n, job(name, scale), link_of(n)) for n in (1, 2, 4, 8, 16, 32, 64)}
            times = "".join(f"{n:4}: {seconds[1] / second:5.2f}" for n, second in seconds.items())
            last = last_that_pays(job(name, scale), link_of)
            print(f"  m = {scale * m:7,} in all: {1e3 * seconds[1]:8.1f} ms, times as fast{times}; pays up to {last}")
        for n in (2, 8, 16, 64):
            larger = step(n, job(name, n), link_of(n))
            print(f"  {n:3} devices with m = {m} each: {n * step(1, one, NODE) / larger:6.2f} times the examples")
        half = least_scale(lambda scale, name=name: job(name, scale), 64, link_of)
        print(f"  64 devices are half used from m = {half * m:,} on")


if __name__ == "__main__":
    main()
