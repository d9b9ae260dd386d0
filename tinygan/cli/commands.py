"""The command `tinygan`: its subcommands, and the one line that every failure becomes."""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import click
import numpy as np

from tinygan import __version__
from tinygan.cli.augment import augment
from tinygan.cli.bench import bench
from tinygan.cli.compare import compare
from tinygan.cli.data import data
from tinygan.cli.demo import demo
from tinygan.cli.evaluate import evaluate
from tinygan.cli.export import export
from tinygan.cli.gradcheck import gradcheck
from tinygan.cli.import_ import import_
from tinygan.cli.interrupts import interrupted, interruptible
from tinygan.cli.networks import networks
from tinygan.cli.profile import profile
from tinygan.cli.recipes import recipes
from tinygan.cli.sample import sample
from tinygan.cli.theory import theory
from tinygan.cli.together import run_together, serve
from tinygan.cli.train import train
from tinygan.cli.translate import translate
from tinygan.errors import Interrupted, SettingError, TinyganError, did_you_mean
from tinygan.mpi import started_rank, world


class _Commands(click.Group):
    """A group that suggests a command for a mistyped one, and handles Ctrl-C before click, which would print a line."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"No such command {args[0]!r}. {did_you_mean(args[0], self.commands)}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        with interruptible():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with interruptible():
            return super().invoke(ctx)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="tinygan %(version)s")
def cli() -> None:
    """The GAN textbook as running code.

    `tinygan train` teaches a generator to write digits; `tinygan recipes` lists what else there is.
    """


_ALL = (
    train,
    sample,
    translate,
    evaluate,
    export,
    import_,
    compare,
    augment,
    recipes,
    data,
    networks,
    theory,
    demo,
    gradcheck,
    profile,
    bench,
)
for command in _ALL:
    cli.add_command(command)


TRAINS = "train"  # the command of which each rank does a part
STUDIES = "compare", "augment"  # those whose tasks the other ranks do; any other command is rank 0's alone


def run(args: list[str] | None, asked: Callable[[], int]) -> int:
    """Runs the command line, on this rank, and returns its exit code.

    asked: returns the number of the signal that asked to stop, or 0. Any error after a signal is an interruption.
    """
    given = sys.argv[1:] if args is None else args
    name = given[0] if given else ""
    if name not in (TRAINS, *STUDIES):
        return 0 if started_rank() else _code(args, asked)
    try:
        ranks = world()
    except (TinyganError, KeyboardInterrupt) as error:
        return _failed(*_report(interrupted(asked()) if asked() else error))
    if ranks.size == 1:
        return _code(args, asked)
    return run_together(ranks, serve if ranks.rank and name in STUDIES else lambda: _code(args, asked))


def _code(args: list[str] | None, asked: Callable[[], int]) -> int:
    """The exit code of the command, after a line on standard error if that is not 0."""
    try:
        with np.errstate(all="ignore"):  # numbers are checked where it matters, with an error of one line
            return cli.main(args=args, prog_name="tinygan", standalone_mode=False) or 0
    except click.exceptions.NoArgsIsHelpError as error:
        _say(error.format_message())
        return 2
    except (Exception, KeyboardInterrupt) as error:
        stopped = asked() and not isinstance(error, Interrupted)
        return _failed(*_report(interrupted(asked()) if stopped else error))


def _report(error: BaseException) -> tuple[str, int, str]:
    """(message, exit code, a command to be copied or "") for `error`. Raises `error` if it is a bug."""
    match error:
        case click.UsageError():
            return f"{error.ctx.command_path if error.ctx else 'tinygan'}: {error.format_message()}", 2, ""
        case SettingError():
            return str(error), 2, ""
        case Interrupted():
            return str(error), 128 + error.number, error.command
        case click.ClickException():
            return error.format_message(), 1, ""
        case TinyganError():
            return str(error), 1, ""
        case UnicodeEncodeError():
            lacks = f"{error.object!r} has letters that the encoding of this locale, {error.encoding}, lacks"
            return f"{lacks}; set LC_ALL to a UTF-8 locale, such as C.UTF-8", 1, ""
        case OSError():
            return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", 1, ""
        case MemoryError():
            why = f": {error}" if str(error) else ""
            return f"out of memory{why}; ask for less, a smaller m or width, say", 1, ""
    raise error


def _failed(message: str, code: int, command: str) -> int:
    """Prints the message as one line, and a command to be copied as another; returns `code`."""
    lines = [" ".join(line.strip() for line in message.splitlines()), f"  {command}" if command else ""]
    for line in filter(None, lines):
        _say(line)
    return code


def _say(text: str) -> None:
    with contextlib.suppress(OSError, KeyboardInterrupt):  # standard error may be closed too
        print(text, file=sys.stderr, flush=True)
