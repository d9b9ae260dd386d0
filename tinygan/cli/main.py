"""The entry point, which handles signals before it imports anything large."""

import os
import sys

from tinygan.machine import share_cores
from tinygan.signals import handled, immediate, leave


def main(args: list[str] | None = None) -> None:
    """Runs the command line and exits.

    Exit codes: 0 done, 1 a failure, 2 a mistake in the command, 128 + n stopped by signal n; 130 after Ctrl-C.
    """
    os.environ["MPLBACKEND"] = "Agg"  # pictures are files; the environment may name a window or a notebook
    share_cores(alone=(sys.argv[1:] if args is None else args)[:1] != ["train"])
    with handled(leave):
        from tinygan.cli.commands import run
        from tinygan.cli.terminal import streams

        with immediate() as asked, streams():
            code = run(args, asked)
        sys.exit(code)
