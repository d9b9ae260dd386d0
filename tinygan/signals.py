"""Requests to stop the process: Ctrl-C, SIGTERM, SIGHUP, and a closed output pipe. All are handled in the same way."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
CLOSED_PIPE = 13  # the number of SIGPIPE; Python ignores it and raises an error at the write instead

Handler = Callable[[int, FrameType | None], Any]

_requested: list[int] = []  # numbers from other threads, each to be read when its SIGINT arrives


class Stop(KeyboardInterrupt):
    """The exception that a signal with this number raises."""

    def __init__(self, number: int):
        super().__init__(f"signal {number}")
        self.number = number


def leave(number: int, frame: FrameType | None = None) -> None:
    """A handler that ends the process at once and prints no traceback, not even during an import."""
    tell("interrupted")
    os._exit(128 + number)


def ask(number: int) -> None:
    """Call the handler of the stop signals, in the main thread, with this number.

    Another thread, such as that of a progress bar, stores the number and sends SIGINT, which the main thread receives.
    """
    handler = next(filter(callable, map(signal.getsignal, SIGNALS)), None)
    if handler and threading.current_thread() is threading.main_thread():
        handler(number, None)
    elif handler:
        _requested.append(number)
        os.kill(os.getpid(), signal.SIGINT)


def number_of(interrupt: KeyboardInterrupt) -> int:
    """The number of the signal that raised `interrupt`."""
    return interrupt.number if isinstance(interrupt, Stop) else signal.SIGINT


@contextlib.contextmanager
def handled(handler: Handler) -> Iterator[None]:
    """A context in which `handler` is called for every stop signal.

    SIGTERM and SIGHUP stay ignored if they were, as under nohup. SIGINT is always handled: a shell ignores it for the
    background jobs of a script, but it is still the way to stop such a run and save it.
    """

    def wanted(number: int) -> bool:
        return number == signal.SIGINT or signal.getsignal(number) not in (signal.SIG_IGN, None)

    with _replaced([each for each in SIGNALS if wanted(each)], handler):
        yield


@contextlib.contextmanager
def immediate() -> Iterator[Callable[[], int]]:
    """A context in which a stop signal raises Stop. Yields a function that returns its number, or 0 before a signal.

    The number is needed because an extension module that is interrupted during its import may raise another exception
    instead of Stop.
    """
    raised: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        raised.append(number)
        raise Stop(number)

    with handled(stop):
        yield lambda: raised[0] if raised else 0


@contextlib.contextmanager
def deferred(notice: Callable[[], str] = str) -> Iterator[Callable[[], int]]:
    """A context that records a stop signal. Yields a function that returns its number, or 0 before a signal.

    notice: returns a line that is printed when the signal arrives, or an empty string.
    A second Ctrl-C calls the previous handler. A second signal of another kind is ignored: when a terminal is closed,
    the shell and the system each send SIGHUP.
    A signal without a Python handler, such as SIGTERM outside the command line, keeps its default action.
    """
    received: list[int] = []
    before: Any = signal.getsignal(signal.SIGINT)

    def record(number: int, frame: FrameType | None) -> None:
        if received and number == signal.SIGINT:
            before(number, frame)
        if not received and (line := notice()):
            tell(line)
        received.append(number)

    with _replaced([each for each in SIGNALS if callable(signal.getsignal(each))], record):
        yield lambda: received[0] if received else 0


def tell(line: str) -> None:
    """Write a line to standard error without its buffer, because a handler may have interrupted a buffered write."""
    with contextlib.suppress(OSError):
        start = "\n" if os.isatty(2) else ""  # the cursor may be behind ^C or a progress bar
        os.write(2, f"{start}{line}\n".encode())


@contextlib.contextmanager
def _replaced(signals: list[int], handler: Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield
        return

    def called(number: int, frame: FrameType | None) -> None:
        handler(_requested.pop() if number == signal.SIGINT and _requested else number, frame)

    before = {each: signal.signal(each, called) for each in signals}
    try:
        yield
    finally:
        for each, previous in before.items():
            signal.signal(each, previous)
