"""tinygan demo: an experiment of a lecture, live."""

import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Group
from rich.live import Live
from rich.text import Text

from tinygan.cli.blocks import blocks
from tinygan.cli.interrupts import interruptible
from tinygan.cli.options import Whole
from tinygan.cli.pictures import picture_path
from tinygan.cli.terminal import Terminal
from tinygan.demos import DECKS, DEMOS, Frame
from tinygan.disk import expect_writable
from tinygan.drawing.save import save_picture
from tinygan.errors import SettingError, did_you_mean

EVERY = 5.0  # seconds between lines where no picture can be drawn
BELOW = 4  # rows of the terminal that are not the picture's, two of them for numbers


@click.command(short_help="Show an experiment of a lecture, live.")
@click.argument("name", required=False)
@click.option("--seed", type=Whole(0), default=0, help="Of all randomness (default: 0).")
@click.option(
    "--out", type=click.Path(), help="The picture, which is written again and again (default: demo-NAME.png)."
)
def demo(name: str | None, seed: int, out: str | None) -> None:
    """Show the demonstration NAME in the terminal, and in a picture; without a name list them by deck and slide.

    The picture is a file that is replaced at each frame; viewers that follow files show it live. A terminal without
    colours shows lines of numbers. Ctrl-C ends the demonstration and keeps the last frame.
    """
    terminal = Terminal()
    if name is None:
        _list(terminal)
        return
    if name not in DEMOS:
        raise SettingError(f"No such demonstration {name!r}. {did_you_mean(name, DEMOS)}")
    path = picture_path(out, Path(f"demo-{name}"), None)
    expect_writable(path)
    shown = DEMOS[name]
    terminal.say(f"{shown.watch} More: {shown.command}")
    with interruptible(lambda: f"stopped; the last picture is {path}"):
        (_live if _draws(terminal) else _plain)(terminal, _saved(shown.frames(seed), path))
    terminal.unbroken(f"the last picture: {path}")


def _draws(terminal: Terminal) -> bool:
    """Whether the terminal can show a picture, which is made of colours alone."""
    return terminal.is_interactive and bool(terminal.color_system) and not terminal.no_color


def _saved(frames: Iterator[Frame], path: Path) -> Iterator[Frame]:
    """The frames, each written to `path` first."""
    for frame in frames:
        save_picture(path, frame.picture)
        yield frame


def _live(terminal: Terminal, frames: Iterator[Frame]) -> None:
    """Frames in one place of the terminal, the picture above the line."""
    with Live(console=terminal, auto_refresh=False) as live:
        for frame in frames:
            picture = blocks(frame.picture, terminal.width - 1, max(4, terminal.height - BELOW))
            live.update(Group(picture, Text(frame.line, "cyan")), refresh=True)


def _plain(terminal: Terminal, frames: Iterator[Frame]) -> None:
    """The first line, the last one, and one every few seconds."""
    printed = -EVERY
    for frame in frames:
        line = frame.line
        if time.monotonic() - printed >= EVERY:
            terminal.say(line)
            printed, line = time.monotonic(), ""
    if line:
        terminal.say(line)


def _list(terminal: Terminal) -> None:
    """The decks, and under each its slides with their demonstrations."""
    for number, title in DECKS.items():
        terminal.print(Text(f"{number}. {title}", "bold"))
        names: dict[str, list[str]] = {}
        for shown in DEMOS.values():
            for deck, slide in shown.slides:
                if deck == number:
                    names.setdefault(slide, []).append(shown.name)
        for slide, found in names.items():
            terminal.say(f"   {slide}: {', '.join(found)}")
    terminal.say("Show one:")
    terminal.command("tinygan", "demo", next(iter(DEMOS)))
