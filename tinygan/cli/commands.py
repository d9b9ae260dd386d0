"""The command `tinygan`: its subcommands, and how every failure becomes one line."""

import contextlib
import difflib
import sys
from typing import Any

import click

from tinygan import __version__
from tinygan.cli.bench import bench
from tinygan.cli.compare import compare
from tinygan.cli.data import data
from tinygan.cli.evaluate import evaluate
from tinygan.cli.gradcheck import gradcheck
from tinygan.cli.profile import profile
from tinygan.cli.recipes import recipes
from tinygan.cli.sample import sample
from tinygan.cli.train import train
from tinygan.errors import Interrupted, SettingError, TinyganError
from tinygan.signals import CLOSED_PIPE, number_of


class _Commands(click.Group):
    """A group that suggests a command for a mistyped one, and says so if one is interrupted."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.commands, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(self.commands)}."
            raise click.UsageError(f"No such command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            number = number_of(stop)
            raise Interrupted("" if number == CLOSED_PIPE else "interrupted", number) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="tinygan %(version)s")
def cli() -> None:
    """The GAN textbook as running code.

    `tinygan train` teaches a generator to write digits; `tinygan recipes` lists what else there is.
    """


for command in (train, sample, evaluate, compare, recipes, data, gradcheck, profile, bench):
    cli.add_command(command)


def run(args: list[str] | None = None) -> int:
    """Run the command line; its exit code, with a line on standard error if that is not 0."""
    try:
        return cli.main(args=args, prog_name="tinygan", standalone_mode=False) or 0
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "tinygan"
        return _failed(f"{path}: {error.format_message()}", 2)
    except SettingError as error:
        return _failed(str(error), 2)
    except Interrupted as error:
        return _failed(str(error), 128 + error.number, error.command)
    except click.ClickException as error:
        return _failed(error.format_message(), 1)
    except TinyganError as error:
        return _failed(str(error), 1)
    except UnicodeEncodeError as error:
        return _failed(
            f"{error.object!r} has letters that the encoding of this locale, {error.encoding}, lacks; "
            "set LC_ALL to a UTF-8 locale, such as C.UTF-8",
            1,
        )
    except OSError as error:
        return _failed(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", 1)
    except MemoryError as error:
        return _failed(f"out of memory{f': {error}' if str(error) else ''}; ask for less, a smaller m or width, say", 1)
    except click.Abort:
        return _failed("interrupted", 130)


def _failed(message: str, code: int, command: str = "") -> int:
    """`code`, after the message as one line; and a command to be copied as another."""
    lines = [" ".join(line.strip() for line in message.splitlines()), f"  {command}" if command else ""]
    with contextlib.suppress(OSError):  # nobody listens there either
        for line in filter(None, lines):
            print(line, file=sys.stderr, flush=True)
    return code
