"""Pictures of a run as it goes, and the film of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinygan.checkpoint import atomic
from tinygan.training import Step

FRAMES = 120  # at most, in a film


class Pictures:
    """Writes folder/samples/000100.png every `every` iterations, folder/samples.png, and a film at the end.

    draw: gives a PIL image of the run as it stands.   iteration: where the run stands; at 0 the first picture is made
    at once.
    """

    def __init__(self, folder: Path, every: int, draw: Callable[[], Any], iteration: int = 0):
        self.folder, self.every, self.draw = folder, every, draw
        for frame in self.frames():
            if int(frame.stem) > iteration:
                frame.unlink()  # of a run that went on after its last checkpoint
        if iteration == 0:
            self._write(0)

    def __call__(self, step: Step) -> None:
        if step.last and step.iteration % self.every == 0:
            self._write(step.iteration)

    def frames(self) -> list[Path]:
        """The numbered pictures, oldest first."""
        return sorted(path for path in (self.folder / "samples").glob("*.png") if path.stem.isdecimal())

    def _write(self, iteration: int) -> None:
        picture = self.draw()
        for path in (self.folder / "samples" / f"{iteration:06d}.png", self.folder / "samples.png"):
            with atomic(path) as file:
                picture.save(file, format="PNG")

    def close(self) -> None:
        """The last picture, and film.gif of all numbered ones."""
        with atomic(self.folder / "samples.png") as file:
            self.draw().save(file, format="PNG")
        film(self.frames(), self.folder / "film.gif")


def film(frames: list[Path], path: Path, milliseconds: int = 120) -> None:
    """An endless GIF of the PNG files, at most 120 of them, evenly chosen, the last shown for two seconds."""
    from PIL import Image

    chosen = frames[:: -(-len(frames) // FRAMES) or 1]
    if frames and chosen[-1] != frames[-1]:
        chosen.append(frames[-1])
    if not chosen:
        return
    images = [Image.open(frame).convert("P", palette=Image.Palette.ADAPTIVE, colors=64) for frame in chosen]
    durations = [milliseconds] * (len(images) - 1) + [2000]
    with atomic(path) as file:
        images[0].save(file, format="GIF", save_all=True, append_images=images[1:], duration=durations, loop=0)
