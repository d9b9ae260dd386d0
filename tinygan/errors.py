"""The errors that tinygan raises on purpose: one line each, saying what was expected, what came, what to do."""

import signal
from collections.abc import Iterable

MOST_NAMES = 40  # in a message


class TinyganError(Exception):
    """Every error below; the command line prints its message alone and exits with 1."""

    def __str__(self) -> str:
        return super().__str__().replace("\n", "\\n")  # which a name of a file may hold


class ShapeMismatch(TinyganError, ValueError):
    """Arrays whose shapes do not fit together."""


class DeviceMismatch(TinyganError, TypeError):
    """Arrays that live on different devices, or something that is no array at all."""


class GradientError(TinyganError, ValueError):
    """A gradient that was asked for and does not exist."""


class BackendError(TinyganError, RuntimeError):
    """A backend that this machine cannot run."""


class DataError(TinyganError, ValueError):
    """A data set that is missing, damaged, or not what it says it is."""


class RunError(TinyganError, RuntimeError):
    """A run on disk that cannot be written, read or continued."""


class Diverged(RunError):
    """A run whose numbers are no longer finite."""


class BenchError(TinyganError, RuntimeError):
    """A comparison that cannot be made: a peer that is missing or fails, or losses that are not ours."""


class Interrupted(TinyganError):
    """Work that stopped because a signal asked for it: the command line exits with 128 + its number, 130 for Ctrl-C.

    command: how to go on, ready to be copied.
    """

    def __init__(self, message: str, number: int = signal.SIGINT, command: str = ""):
        super().__init__(message)
        self.number, self.command = number, command


class SettingError(TinyganError, ValueError):
    """A name that does not exist, or a value that a setting cannot take: the command line exits with 2."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence for the end of an error about a name that does not exist: the nearest that does, or all that do.

    >>> did_you_mean("wgangp", ["gan", "wgan", "wgan-gp"])
    "Did you mean 'wgan-gp'?"
    >>> did_you_mean("vae", ["gan", "wgan-gp"])
    'There are gan, wgan-gp.'
    """
    known = list(known)
    if near := nearest(name, known):
        return f"Did you mean {near!r}?"
    more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
    return f"There are {', '.join(known[:MOST_NAMES])}{more}."


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` may be a misspelling of; "" if none is near.

    >>> nearest("Dog", ["cat", "dogs"]), nearest("bird", ["cat", "dogs"])
    ('dogs', '')
    """
    import difflib  # which takes its time, and only after a mistake

    return next(iter(difflib.get_close_matches(name.lower(), list(known), 1, cutoff=0.5)), "")
