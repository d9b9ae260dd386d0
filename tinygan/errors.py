"""The errors that tinygan raises on purpose. A message is one line: what was expected, what came, what to do."""

import signal
from collections.abc import Iterable

MOST_NAMES = 40  # that one message lists


class TinyganError(Exception):
    """The base class of the errors below. The command line prints the message without a traceback and exits with 1."""

    def __str__(self) -> str:
        return super().__str__().replace("\n", "\\n")  # a file name may contain a line break


class ShapeMismatch(TinyganError, ValueError):
    """The shapes of some arrays do not fit together."""


class DeviceMismatch(TinyganError, TypeError):
    """Arrays are on different devices, or an argument is not an array."""


class GradientError(TinyganError, ValueError):
    """A requested gradient does not exist."""


class BackendError(TinyganError, RuntimeError):
    """This machine cannot run the requested backend."""


class DataError(TinyganError, ValueError):
    """A data set is missing, damaged, or in another format than expected."""


class RunError(TinyganError, RuntimeError):
    """A run on disk cannot be written, read or continued."""


class Diverged(RunError):
    """A loss or a parameter of a run is no longer finite."""


class BenchError(TinyganError, RuntimeError):
    """A benchmark cannot be run: another library is missing or fails, or its losses differ from ours."""


class Interrupted(TinyganError):
    """A signal stopped the work. The command line exits with 128 + the number of the signal, 130 for Ctrl-C.

    command: the shell command that continues the work; empty if there is none.
    """

    def __init__(self, message: str, number: int = signal.SIGINT, command: str = ""):
        super().__init__(message)
        self.number, self.command = number, command


class SettingError(TinyganError, ValueError):
    """A name does not exist, or a setting has a value that is not allowed. The command line exits with 2."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The last sentence of an error about an unknown name: the most similar known name, or the list of all known names.

    >>> did_you_mean("wgangp", ["gan", "wgan", "wgan-gp"])
    "Did you mean 'wgan-gp'?"
    >>> did_you_mean("vae", ["gan", "wgan-gp"])
    'There are gan, wgan-gp.'
    """
    known = list(known)
    if near := nearest(name, known):
        return f"Did you mean {near!r}?"
    more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
    names = f"{', '.join(known[:MOST_NAMES])}{more}"
    return f"There are {names}." if len(known) > 1 else f"There is only {names}."


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most similar to `name`, a misspelling of it; "" if none is similar.

    >>> nearest("Dog", ["cat", "dogs"]), nearest("bird", ["cat", "dogs"])
    ('dogs', '')
    """
    import difflib  # slow to import, and needed only after a mistake

    return next(iter(difflib.get_close_matches(name.lower(), list(known), 1, cutoff=0.5)), "")
