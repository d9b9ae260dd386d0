"""Ranks that compute together: processes of MPI (mpi.py), threads of this one, or a single rank.

A communicator has `rank` and `size`, and three methods. All ranks call the same ones in the same order: a rank that
calls one waits for the others.

    mean(array)         the mean of the ranks' arrays, on each rank
    broadcast(value)    rank 0's value, on each rank
    abort(code)         ends all ranks
"""

import threading
from collections.abc import Callable
from typing import Any, NoReturn, Protocol


class Communicator(Protocol):
    """rank: from 0 to size - 1.   size: the number of ranks."""

    @property
    def rank(self) -> int: ...

    @property
    def size(self) -> int: ...

    def mean(self, array: Any) -> Any:
        """The mean of the arrays of all ranks, of one shape and dtype, on the device of `array`."""

    def broadcast(self, value: Any) -> Any:
        """The value that rank 0 has; the other ranks' is ignored."""

    def abort(self, code: int) -> NoReturn:
        """Ends all ranks at once with this exit code."""


class Alone:
    """The communicator of a single rank.

    >>> alone.size, alone.mean(3.0)
    (1, 3.0)
    """

    rank = 0
    size = 1

    def mean(self, array: Any) -> Any:
        return array

    def broadcast(self, value: Any) -> Any:
        return value

    def abort(self, code: int) -> NoReturn:
        raise SystemExit(code)

    def __repr__(self) -> str:
        return "alone"


alone = Alone()


class _Thread:
    """The communicator of one thread among others.

    values: what the ranks last gave, by rank.
    """

    def __init__(self, rank: int, values: list[Any], barrier: threading.Barrier):
        self.rank, self.size = rank, len(values)
        self._values, self._barrier = values, barrier

    def _gathered(self, value: Any) -> list[Any]:
        self._values[self.rank] = value
        self._barrier.wait()
        values = list(self._values)
        self._barrier.wait()  # nobody gives the next value before all have read this one
        return values

    def mean(self, array: Any) -> Any:
        first, *others = self._gathered(array)
        return sum(others, start=first) / self.size

    def broadcast(self, value: Any) -> Any:
        return self._gathered(value)[0]

    def abort(self, code: int) -> NoReturn:
        self._barrier.abort()
        raise SystemExit(code)


def in_threads(size: int, work: Callable[[Communicator], Any]) -> list[Any]:
    """The results of work(communicator), by rank, of `size` ranks that are threads of this process.

    If a rank fails, all end, and the error of the first that failed is raised.

    >>> in_threads(3, lambda ranks: ranks.mean(float(ranks.rank)))
    [1.0, 1.0, 1.0]
    """
    barrier, values = threading.Barrier(size), [None] * size
    results: list[Any] = [None] * size
    errors: list[BaseException] = []

    def of_rank(rank: int) -> None:
        try:
            results[rank] = work(_Thread(rank, values, barrier))
        except threading.BrokenBarrierError:  # another rank has failed
            pass
        except BaseException as error:
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=of_rank, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
