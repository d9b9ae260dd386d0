"""Ranks that are processes of MPI, as `mpiexec -n 4 tinygan train` starts them.

It is the only file that imports mpi4py, and CuPy's NCCL, which averages arrays of devices without a way over the host.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import cache
from typing import Any, NoReturn, cast

import numpy as np

from tinygan.backend import namespace, to_host
from tinygan.communicator import Communicator, alone
from tinygan.errors import SettingError

SIZES = "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS"  # what mpiexec or srun set, the number of processes
RANKS = "PMI_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"  # and which of them this is


class World:
    """The communicator of all processes that mpiexec started. A rank has the GPU of its number on its machine."""

    def __init__(self) -> None:
        from mpi4py import MPI

        self._comm = MPI.COMM_WORLD
        self.rank, self.size = self._comm.rank, self._comm.size
        _choose_device(self._comm.Split_type(MPI.COMM_TYPE_SHARED).rank)
        self._summed: Callable[[Any], Any] | None = None  # of arrays of devices

    def __repr__(self) -> str:
        return f"rank {self.rank} of {self.size}"

    def mean(self, array: Any) -> Any:
        xp = namespace(array)
        if xp.__name__ == "cupy":
            self._summed = self._summed or _by_nccl(self.size, self.rank) or self._staged
            return self._summed(array) / self.size
        return self._staged(array) / self.size

    def _staged(self, array: Any) -> Any:
        """The sum over ranks, by way of the host."""
        given = np.array(to_host(array), order="C", copy=None)
        total = np.empty_like(given)
        self._comm.Allreduce(given, total)
        return namespace(array).asarray(total)

    def broadcast(self, value: Any) -> Any:
        return self._comm.bcast(value)

    def abort(self, code: int) -> NoReturn:
        sys.stdout.flush()
        sys.stderr.flush()
        time.sleep(0.2)  # mpiexec passes the lines on
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # this rank has said why; MPI would add a line
        self._comm.Abort(code)
        raise SystemExit(code)


def _choose_device(number: int) -> None:
    """Leaves this process the GPU of its number on this machine; CuPy, which is imported later, sees no other.

    Of those that CUDA_VISIBLE_DEVICES names, if it does, they are counted round.
    """
    visible = [each for each in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if each]
    os.environ["CUDA_VISIBLE_DEVICES"] = visible[number % len(visible)] if visible else str(number)


def _by_nccl(size: int, rank: int) -> Callable[[Any], Any] | None:
    """A function of a device's array to the sum of those of all ranks, which call this together; None without NCCL."""
    from cupyx.distributed import init_process_group

    try:
        group = init_process_group(size, rank, use_mpi=True)
    except RuntimeError:
        return None

    def summed(array: Any) -> Any:
        xp = namespace(array)
        given = xp.ascontiguousarray(array).reshape(array.shape)
        total = xp.empty_like(given)
        group.all_reduce(given, total, op="sum")
        return total

    return summed


def started_rank() -> int:
    """The rank of this process by the variables of mpiexec, for which MPI is not needed; 0 without it."""
    return _number(RANKS, 0) if _number(SIZES, 1) > 1 else 0


def _number(variables: Sequence[str], default: int) -> int:
    """The whole number that the first of these variables has."""
    found = [os.environ[variable] for variable in variables if os.environ.get(variable, "").isdigit()]
    return int(found[0]) if found else default


@cache
def world() -> Communicator:
    """All processes, if mpiexec started several, else `alone`.

    Raises SettingError if it did and mpi4py is missing, or finds no MPI library.
    """
    if _number(SIZES, 1) < 2:
        return alone
    try:
        return World()
    except (ImportError, RuntimeError) as error:  # RuntimeError: there is no library of MPI
        raise SettingError(f"several processes need the extra mpi: pip install 'tinygan[mpi]' ({error})") from None


@contextmanager
def workers() -> Iterator[Executor | None]:
    """An executor on rank 0, whose tasks the other ranks do; they leave the context when rank 0 does, and get None.

    None on a single rank, too.
    """
    if world().size == 1:
        yield None
        return
    from mpi4py.futures import MPICommExecutor

    with MPICommExecutor(root=0) as executor:
        yield cast("Executor | None", executor)
