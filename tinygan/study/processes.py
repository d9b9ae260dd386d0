"""Runs in processes of their own, several at a time, so that no run depends on another."""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from concurrent.futures import Executor
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple, Protocol

from tinygan.bench.process import VARIABLES
from tinygan.errors import TinyganError
from tinygan.signals import Stop, deferred, immediate

BETWEEN_LOOKS = 0.5  # seconds until Ctrl-C is noticed, at most


class Work(Protocol):
    """A task: a plain tuple that another process can get, such as those of a study."""

    def perform(self, report: Callable[[int], None]) -> Any:
        """Does the work and returns its outcome.   report: called with the iteration, now and then."""


class Event(NamedTuple):
    """News of a task: its iteration or, at its end, its outcome or the reason that it failed."""

    task: Any
    iteration: int = 0
    outcome: Any = None
    failure: str = ""


def perform_all(
    tasks: Sequence[Work], processes: int, watch: Callable[[Event], None], executor: Executor | None = None
) -> None:
    """Performs all tasks in order, `processes` at a time. One that fails gives an Event, and the others continue.

    processes: if above 1, each has one thread; 0 performs the tasks in this process, one after another.
    watch: called in this process with every Event.   executor: does them in processes of its own instead.
    No process is left at the end. Ctrl-C, SIGTERM or a closed pipe stops between two calls of `watch`.
    """
    if executor:
        _spread(tasks, executor, watch)
    elif processes:
        _in_new_processes(tasks, processes, watch)
    else:
        for task in tasks:
            watch(_here(task, watch))


def _in_new_processes(tasks: Sequence[Work], processes: int, watch: Callable[[Event], None]) -> None:
    """Performs the tasks in processes that are started for them, one each."""
    waiting = iter(tasks)
    running: dict[Connection, tuple[Work, Any]] = {}
    with deferred() as asked:

        def stop_if_asked() -> None:
            if number := asked():
                raise Stop(number)

        try:
            while True:
                for task in islice(waiting, processes - len(running)):
                    stop_if_asked()
                    connection, process = _started(task, 1 if processes > 1 else None)
                    running[connection] = task, process
                if not running:
                    return
                ready: list[Any] = wait(list(running), BETWEEN_LOOKS)
                stop_if_asked()
                for connection in ready:
                    event = _heard(connection, *running[connection])
                    if event.outcome or event.failure:
                        _, process = running.pop(connection)
                        connection.close()
                        process.join()
                    watch(event)
                    stop_if_asked()
        finally:
            for connection, (_, process) in running.items():
                process.kill()
                process.join()
                connection.close()


def _spread(tasks: Sequence[Work], executor: Executor, watch: Callable[[Event], None]) -> None:
    """Performs the tasks by an executor, whose news are their ends alone."""
    waiting = {executor.submit(_elsewhere, task) for task in tasks}
    with deferred() as asked:
        try:
            while waiting:
                done, waiting = futures.wait(waiting, BETWEEN_LOOKS, futures.FIRST_COMPLETED)
                for future in done:
                    watch(future.result())
                if number := asked():
                    raise Stop(number)
        finally:
            for future in waiting:
                future.cancel()


def _elsewhere(task: Work) -> Event:
    """Performs the task in a process of an executor. A signal ends it at once: its process serves on."""
    with immediate():
        return _here(task, lambda event: None)


def _heard(connection: Connection, task: Work, process: Any) -> Event:
    """The next Event from the process, or that of its failure if it has ended."""
    try:
        return connection.recv()
    except (EOFError, OSError):
        process.join()
        return Event(task, failure=f"its process ended with exit code {process.exitcode}")


def _here(task: Work, watch: Callable[[Event], None]) -> Event:
    """Performs the task in this process, and returns the Event of its end."""
    try:
        return Event(task, outcome=task.perform(lambda iteration: watch(Event(task, iteration))))
    except (TinyganError, OSError, MemoryError) as error:
        return Event(task, failure=" ".join(f"{error or 'out of memory'}".split()))


def _started(task: Work, threads: int | None) -> tuple[Connection, Any]:
    """The connection to a new process that performs the task, and the process; threads: None for the default."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_work, args=(task, theirs), daemon=True)
    with _inherited(threads):
        process.start()
    theirs.close()
    return ours, process


@contextlib.contextmanager
def _inherited(threads: int | None) -> Iterator[None]:
    """While the block runs, new processes get so many threads, by variables that NumPy reads once, and no Ctrl-C."""
    before = {name: os.environ.get(name) for name in VARIABLES}
    if threads is not None:
        os.environ.update(dict.fromkeys(VARIABLES, str(threads)))
    try:
        with _blocked():
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _blocked() -> Iterator[None]:
    """While the block runs, SIGINT is blocked until its end; in processes started meanwhile it stays blocked."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # before: its start, which comes with the first process, unblocks SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(task: Work, connection: Connection) -> None:
    """The main function of the new process. It ends when the connection is closed."""
    with contextlib.suppress(BrokenPipeError):
        connection.send(_here(task, connection.send))
