"""The options of commands that draw: --format and --dpi."""

from collections.abc import Callable
from pathlib import Path

import click

from tinygan.cli.options import Whole
from tinygan.drawing.save import FORMATS
from tinygan.errors import SettingError

DOTS = Whole(20, 1200)


def draws(command: Callable) -> Callable:
    """`command` with the options --format and --dpi; `format` and `dpi` are None if they are not given."""
    command = click.option("--dpi", type=DOTS, help="Dots an inch of the picture; 300 prints well.")(command)
    kinds = click.Choice(FORMATS)
    return click.option("--format", type=kinds, help="Of the picture: svg and pdf stay sharp on slides.")(command)


def picture_path(
    out: str | None, default: Path, format: str | None, others: tuple[str, ...] = (), option: str = "--out"
) -> Path:
    """The path of a picture: `out`, or `default` with the format's ending.

    others: endings other than those of pictures that `out` may have.   option: the name of the option that gave `out`.
    Raises SettingError if `out` has another ending, or another one than --format.
    """
    if out is None:
        return default.with_name(f"{default.name}.{format or 'png'}")
    path = Path(out)
    if format and path.suffix != f".{format}":
        raise SettingError(
            f"--format {format} expects {option} to end in .{format}, got {out!r}; leave out one of them"
        )
    *first, last = (f".{ending}" for ending in (*FORMATS, *others))
    if path.suffix not in (*first, last):
        raise SettingError(f"{option} expects a {', '.join(first)} or {last} file, got {out!r}")
    return path
