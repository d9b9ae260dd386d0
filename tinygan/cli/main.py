"""The command `tinygan`: its subcommands, and how every failure becomes one line."""

import difflib
import os
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


class _Commands(click.Group):
    """A group that suggests a command for a mistyped one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.commands, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(self.commands)}."
            raise click.UsageError(f"No such command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="tinygan %(version)s")
def cli() -> None:
    """The GAN textbook as running code.

    `tinygan train` teaches a generator to write digits; `tinygan recipes` lists what else there is.
    """


for command in (train, sample, evaluate, compare, recipes, data, gradcheck, profile, bench):
    cli.add_command(command)


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0, 1 for a failure, 2 for a mistake in the command, 130 after Ctrl-C."""
    try:
        sys.exit(cli.main(args=args, prog_name="tinygan", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "tinygan"
        _fail(f"{path}: {error.format_message()}", 2)
    except SettingError as error:
        _fail(str(error), 2)
    except Interrupted as error:
        _fail(str(error), 130)
    except click.ClickException as error:
        _fail(error.format_message(), 1)
    except TinyganError as error:
        _fail(str(error), 1)
    except BrokenPipeError:  # the reader of our output has gone, as in `tinygan recipes | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", 1)
    except MemoryError:
        _fail("out of memory; try a smaller m or width", 1)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted", 130)


def _fail(message: str, code: int) -> None:
    click.echo(" ".join(message.split()), err=True)
    sys.exit(code)
