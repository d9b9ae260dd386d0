"""tinygan data NAME --fetch: the files of a data set from the network, with their progress on the terminal."""

import time
from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from tinygan.cli.interrupts import interruptible
from tinygan.cli.terminal import Terminal, command
from tinygan.data import absolute
from tinygan.data.downloads import DOWNLOADS
from tinygan.data.fetch import fetch
from tinygan.data.registry import parts
from tinygan.errors import SettingError

SECONDS_BETWEEN_LINES = 5.0


def fetch_parts(terminal: Terminal, name: str, data_dir: str | None) -> None:
    """Fetches the data sets that the one called `name` is made of, and says where they are.

    Raises SettingError if none of them can be fetched, and as `fetch` does.
    """
    wanted = [part for part in parts(name) if part in DOWNLOADS]
    if not wanted:
        served = f"{', '.join(DOWNLOADS)} and what is made of them"
        raise SettingError(f"{name} has no files to fetch; --fetch is for {served}")
    place = None if data_dir is None else absolute(data_dir)
    again = command("tinygan", "data", name, "--fetch", *(() if place is None else ("--data-dir", place)))
    with interruptible(lambda: "Stopped. What has come is kept; go on from there with:", again):
        for part in wanted:
            with _Shown(terminal) as shown:
                folder, new = fetch(part, place, report=shown)
            terminal.unbroken(f"{part}: {'fetched to' if new else 'its files are already in'} {folder}")


class _Shown:
    """Shows the bytes of a transfer, inside a with block: a bar on an interactive terminal, else a line at times."""

    def __init__(self, terminal: Terminal):
        self.terminal, self.printed, self.name = terminal, time.monotonic(), ""
        self.bar: Progress | None = None
        if terminal.is_interactive:
            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=16),
                DownloadColumn(),
                TimeRemainingColumn(compact=True),
            )
            self.bar = Progress(*columns, console=terminal, refresh_per_second=4, transient=True)

    def __enter__(self) -> "_Shown":
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, name: str, done: int, whole: int) -> None:
        if self.bar:
            if name != self.name:
                for line in self.bar.task_ids:
                    self.bar.remove_task(line)
                self.line, self.name = self.bar.add_task(name, total=whole or None), name
            self.bar.update(self.line, completed=done)
        elif time.monotonic() - self.printed >= SECONDS_BETWEEN_LINES:
            self.printed = time.monotonic()
            share = f" of {whole / 1e6:.1f}" if whole else ""
            self.terminal.say(f"{name}: {done / 1e6:.1f}{share} MB")
