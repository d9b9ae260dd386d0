"""The terminal that commands print to: text is literal, and a closed pipe is a request to stop, not a failure."""

import codecs
import contextlib
import errno
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleDimensions
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from tinygan.signals import CLOSED_PIPE, ask

UNKNOWN = {("COLUMNS", "0"), ("LINES", "0")}  # a terminal that does not know its size
NEAREST = {"±": "+-", "…": "..."}  # in encodings that lack the letter


class Terminal(Console):
    """A console that prints text literally: brackets and colons in a name are no markup.

    Styled text is a rich.text.Text.
    """

    def __init__(self, **options: Any):
        known = {name: value for name, value in os.environ.items() if (name, value) not in UNKNOWN}
        super().__init__(markup=False, emoji=False, highlight=False, _environ=known, **options)
        if self.is_dumb_terminal:
            self.size = ConsoleDimensions(*shutil.get_terminal_size())  # rich assumes 80 columns

    def say(self, text: str | Text) -> None:
        """Prints a sentence: wrapped between words on a terminal, as one line elsewhere."""
        self.print(text, soft_wrap=not self.is_terminal)

    def unbroken(self, text: str) -> None:
        """Prints a line with something to be copied, such as a path, without wrapping."""
        self.file.write(f"{text}\n")
        self.file.flush()

    def command(self, *words: str | Path) -> None:
        """Prints a command to be copied, on a line of its own."""
        self.unbroken(f"  {command(*words)}")

    def table(self, table: Table) -> None:
        """Prints a table. If it is too wide, columns with `no_wrap` (numbers and names) are not wrapped."""
        for column in table.columns:
            cells = [str(cell) for cell in (column.header, *column.cells)]
            whole = cells if column.no_wrap else [word for cell in cells for word in cell.split()]
            column.min_width = max(map(cell_len, whole), default=0)
        least = Measurement.get(self, self.options.update_width(sys.maxsize), table).minimum
        table.width = least if least > self.width else None
        self.print(table, crop=False)


def command(*words: str | Path) -> str:
    """The words of a command, quoted for a shell.

    >>> command("tinygan", "sample", Path("my run"))
    "tinygan sample 'my run'"
    >>> command("--resume", Path("-run"))  # a path that looks like an option
    '--resume ./-run'
    """
    return shlex.join(f"./{word}" if isinstance(word, Path) and str(word)[0] == "-" else str(word) for word in words)


@contextlib.contextmanager
def streams() -> Iterator[None]:
    """While the block runs, standard output and error accept any text, and closed pipes are requests to stop."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed, as in `tinygan recipes >&-`
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        if hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(errors=_literal.__name__)
    output: Any = _Output(sys.stdout, "standard output")
    error: Any = _Output(sys.stderr, "standard error")
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(error):
        yield


def _literal(error: UnicodeError) -> tuple[bytes, int]:
    """An error handler of codecs: a byte of a path that is no text stays that byte, and letters become similar ones."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return b"".join(map(_nearest, letters)), error.end


def _nearest(letter: str) -> bytes:
    if 0xDC80 <= ord(letter) <= 0xDCFF:  # how Python holds a byte that is no text (PEP 383)
        return bytes([ord(letter) - 0xDC00])
    return NEAREST.get(letter, "?").encode()


codecs.register_error(_literal.__name__, _literal)


class _Output:
    """A standard stream. When its pipe is closed, the process is asked to stop, and further text is discarded."""

    def __init__(self, stream: Any, name: str):
        self.stream, self.called = stream, name

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> Any:
        return self._tried(self.stream.write, text)

    def flush(self) -> None:
        self._tried(self.stream.flush)

    def _tried(self, action: Callable, *arguments: str) -> Any:
        try:
            return action(*arguments)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)  # for text in the buffer, which is written at exit
            os.dup2(nowhere, self.stream.fileno())
            os.close(nowhere)
            if error.errno not in (errno.EPIPE, errno.EIO):
                raise OSError(error.errno, error.strerror, self.called) from None
            if error.errno == errno.EPIPE:  # EIO is a closed terminal, for which SIGHUP is sent
                ask(CLOSED_PIPE)
