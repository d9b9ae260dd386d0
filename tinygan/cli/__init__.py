"""The command line: one file for each command."""

from tinygan.cli.main import main

__all__ = ["main"]
