"""The entry point: it imports nothing heavy before it answers signals."""

import os
import sys

from tinygan.signals import handled, immediate, leave


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit.

    0: done.   1: a failure.   2: a mistake in the command.   128 + n: stopped by signal n; 130 after Ctrl-C.
    """
    os.environ["MPLBACKEND"] = "Agg"  # pictures go to files, whatever window or notebook the environment names
    with handled(leave):
        from tinygan.cli.commands import run
        from tinygan.cli.terminal import streams

        with immediate() as asked, streams():
            code = run(args, asked)
        sys.exit(code)
