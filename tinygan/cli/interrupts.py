"""Requests to stop, by Ctrl-C or another signal, as the error `Interrupted`, with which the command line ends."""

import contextlib
from collections.abc import Callable, Iterator

from tinygan.errors import Interrupted
from tinygan.signals import CLOSED_PIPE, number_of


def interrupted(number: int) -> Interrupted:
    """The error for a signal after which nothing can be resumed; without a message if the pipe is closed."""
    return Interrupted("" if number == CLOSED_PIPE else "interrupted", number)


@contextlib.contextmanager
def interruptible(message: Callable[[], str] | None = None, go_on: str = "") -> Iterator[None]:
    """While the block runs, a request to stop becomes Interrupted.

    message: returns the error's message.   go_on: a command to be copied that resumes the work.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        number = number_of(stop)
        raise (Interrupted(message(), number, go_on) if message else interrupted(number)) from None
