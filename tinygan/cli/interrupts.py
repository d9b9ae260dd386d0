"""A request to stop, by Ctrl-C or another signal, as the one error that the command line ends with."""

import contextlib
from collections.abc import Callable, Iterator

from tinygan.errors import Interrupted
from tinygan.signals import CLOSED_PIPE, number_of


def interrupted(number: int) -> Interrupted:
    """The error about a signal after which there is nothing to go on with; silent where nobody reads any more."""
    return Interrupted("" if number == CLOSED_PIPE else "interrupted", number)


@contextlib.contextmanager
def interruptible(message: Callable[[], str] | None = None, go_on: str = "") -> Iterator[None]:
    """While the block runs, a request to stop becomes Interrupted.

    message: gives what is said then.   go_on: a command to be copied that goes on with the work.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        number = number_of(stop)
        raise (Interrupted(message(), number, go_on) if message else interrupted(number)) from None
