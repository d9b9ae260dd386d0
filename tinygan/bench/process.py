"""Contestants in processes of their own, each with a given number of threads."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import tinygan
from tinygan.errors import BenchError

# OpenBLAS, OpenMP (PyTorch's pool), MKL and XLA: each reads its variable once, when it is loaded
VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")


class Round(NamedTuple):
    """The seconds of some iterations together, and the losses of each."""

    seconds: float
    losses: list[list[float]]


class Process:
    """A contestant's process, connected by two pipes; made by `process`."""

    def __init__(self, name: str, child: subprocess.Popen, complaints: IO[bytes]):
        self.name, self.child, self.complaints = name, child, complaints

    def ask(self, request: str, argument: Any = True) -> dict[str, Any]:
        """The reply to a request, as tinygan.bench.worker lists them. Raises BenchError, in one line, if it failed."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        reply = ""
        with contextlib.suppress(BrokenPipeError):
            self.child.stdin.write(json.dumps({request: argument}) + "\n")
            self.child.stdin.flush()
            reply = self.child.stdout.readline()
        if not reply:
            raise BenchError(f"contestant {self.name!r} has ended: {self._last_words()}")
        found = json.loads(reply)
        if "error" in found:
            raise BenchError(f"contestant {self.name!r}: {found['error']}")
        return found

    def run(self, n: int) -> Round:
        """Runs n iterations."""
        return Round(**self.ask("run", n))

    def _last_words(self) -> str:
        """The last line of its standard error or, without one, its exit code."""
        code = self.child.wait()
        self.complaints.seek(0)
        lines = self.complaints.read().decode(errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), f"exit code {code}")


@contextlib.contextmanager
def process(name: str, target: str, arguments: list[Any], threads: int) -> Iterator[Process]:
    """While the block runs, a process with the contestant that `target`, 'module:function', makes from `arguments`."""
    here = str(Path(tinygan.__file__).parents[1])
    environment = {
        **os.environ,
        **dict.fromkeys(VARIABLES, str(threads)),
        "PYTHONPATH": os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")])),
    }
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            [sys.executable, "-P", "-m", "tinygan.bench.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=environment,
            start_new_session=True,  # Ctrl-C goes to this process alone, which ends the child
        ) as child,
    ):
        running = Process(name, child, complaints)
        try:
            running.ask("make", [target, arguments])
            yield running
        finally:
            child.kill()
            child.communicate()  # closes the pipes, also a broken one
