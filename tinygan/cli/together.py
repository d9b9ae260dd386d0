"""A command on several ranks: rank 0 alone writes, draws and prints, and a rank that fails ends all."""

import contextlib
import io
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator

import numpy as np

from tinygan.communicator import Communicator
from tinygan.mpi import workers

PATIENCE = 2.0  # seconds in which rank 0, if it has failed for the same reason, says so and ends all


def run_together(ranks: Communicator, work: Callable[[], int]) -> int:
    """The exit code of `work`. If it is not 0, all ranks end, because the others may wait for this one."""
    said = io.StringIO()
    with _unheard(said) if ranks.rank else contextlib.nullcontext():
        try:
            code = work()
        except BaseException:  # a bug: its traceback is all that is known
            traceback.print_exc()
            code = 1
    if code:
        if ranks.rank:
            time.sleep(PATIENCE)
            lines = [f"rank {ranks.rank}: {line}\n" for line in said.getvalue().splitlines()]
            sys.stderr.write("".join(lines))
        ranks.abort(code)
    return code


@contextlib.contextmanager
def _unheard(said: io.StringIO) -> Iterator[None]:
    """While the block runs nothing is printed, and `said` gets what was meant for standard error."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(said):
        yield


def serve() -> int:
    """Does tasks for rank 0, until it has no more. Ctrl-C reaches the task alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with workers():
        return 0


def asked_on_any(number: int, ranks: Communicator) -> int:
    """The number of the signal that asked this rank to stop, else that of SIGTERM if one asked another rank, else 0."""
    if ranks.size == 1:
        return number
    elsewhere = ranks.mean(np.array(float(number > 0))) > 0
    return number or (int(signal.SIGTERM) if elsewhere else 0)
