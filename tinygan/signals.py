"""Requests to stop: Ctrl-C, SIGTERM, SIGHUP, and a pipe that nobody reads any more, all treated alike."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
CLOSED_PIPE = 13  # the number of SIGPIPE, which Python ignores in favour of an error at the write

Handler = Callable[[int, FrameType | None], Any]

_behind: list[int] = []  # the numbers that other threads asked for, each behind a SIGINT that is on its way


class Stop(KeyboardInterrupt):
    """The process was asked to stop by the signal of this number."""

    def __init__(self, number: int):
        super().__init__(f"signal {number}")
        self.number = number


def leave(number: int, frame: FrameType | None = None) -> None:
    """A handler that ends the process at once, without a traceback from whatever it was importing."""
    tell("interrupted")
    os._exit(128 + number)


def ask(number: int) -> None:
    """Treat what happened as a signal of this number: call the handler that the others have, in the main thread.

    From another thread, such as the one that moves a bar, a SIGINT goes to the main thread with the number behind it.
    """
    handler = next(filter(callable, map(signal.getsignal, SIGNALS)), None)
    if handler and threading.current_thread() is threading.main_thread():
        handler(number, None)
    elif handler:
        _behind.append(number)
        os.kill(os.getpid(), signal.SIGINT)


def number_of(interrupt: KeyboardInterrupt) -> int:
    """The number of the signal behind `interrupt`."""
    return interrupt.number if isinstance(interrupt, Stop) else signal.SIGINT


@contextlib.contextmanager
def handled(handler: Handler) -> Iterator[None]:
    """While the block runs, `handler` is called for every signal that asks to stop.

    SIGTERM and SIGHUP stay ignored where they are, as under nohup. SIGINT is taken all the same: a shell ignores it for
    what a script runs in the background, where it still is the way to stop a run that is to be saved.
    """

    def wanted(number: int) -> bool:
        return number == signal.SIGINT or signal.getsignal(number) not in (signal.SIG_IGN, None)

    with _replaced([each for each in SIGNALS if wanted(each)], handler):
        yield


@contextlib.contextmanager
def immediate() -> Iterator[Callable[[], int]]:
    """While the block runs, a request to stop raises Stop; a call of what this gives returns its number, 0 before one.

    The number is needed where Stop does not come out as it was raised: an extension amid its import makes another
    exception of it.
    """
    raised: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        raised.append(number)
        raise Stop(number)

    with handled(stop):
        yield lambda: raised[0] if raised else 0


@contextlib.contextmanager
def deferred(notice: Callable[[], str] = str) -> Iterator[Callable[[], int]]:
    """While the block runs, a request to stop is noted; a call of what this gives returns its number, 0 before one.

    notice: gives a line that is told at once, or nothing.
    A second Ctrl-C goes to the handler from before the block. Other signals come in pairs without anybody's impatience,
    as SIGHUP does from the shell and from the system when a terminal is closed.
    A signal that nobody has a handler for, such as SIGTERM outside the command line, is left alone.
    """
    noted: list[int] = []
    before: Any = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        if noted and number == signal.SIGINT:
            before(number, frame)
        if not noted and (line := notice()):
            tell(line)
        noted.append(number)

    with _replaced([each for each in SIGNALS if callable(signal.getsignal(each))], note):
        yield lambda: noted[0] if noted else 0


def tell(line: str) -> None:
    """Write a line to standard error, past its buffer: a handler may have interrupted a write to it."""
    with contextlib.suppress(OSError):
        start = "\n" if os.isatty(2) else ""  # the cursor stands behind ^C, or a bar
        os.write(2, f"{start}{line}\n".encode())


@contextlib.contextmanager
def _replaced(signals: list[int], handler: Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # nobody else may set signals
        yield
        return

    def called(number: int, frame: FrameType | None) -> None:
        handler(_behind.pop() if number == signal.SIGINT and _behind else number, frame)

    before = {each: signal.signal(each, called) for each in signals}
    try:
        yield
    finally:
        for each, previous in before.items():
            signal.signal(each, previous)
