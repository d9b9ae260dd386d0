"""Pictures of a run at regular intervals, and a film of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinygan.disk import AnyPath, atomic, expect_writable, opened, read
from tinygan.drawing.save import DPI, save_picture
from tinygan.observers import warn
from tinygan.training import Step

FRAMES = 120  # at most, in a film


class Pictures:
    """Writes folder/samples/000100.png every `every` iterations, folder/samples.png, and a film at the end.

    draw(dpi): returns a picture of the run's current state.   iteration: the run's current one; at 0 the first picture
    is made at once.   more(): returns other pictures by name, which are made at the end, as folder/name.png.
    format, dpi: of additional pictures at the end, folder/samples.svg for example; those of the film are always png.
    """

    def __init__(
        self,
        folder: AnyPath,
        every: int,
        draw: Callable[[int], Any],
        iteration: int = 0,
        format: str = "png",
        dpi: int = DPI,
        more: Callable[[], dict[str, Any]] = dict,
    ):
        self.folder, self.every, self.draw, self.iteration = Path(folder), every, draw, iteration
        self.format, self.dpi, self.more = format, dpi, more
        self.others: list[str] = []  # the names of the other pictures, once they are made
        if iteration == 0:
            self._write()
        else:
            expect_writable(self._frame(iteration))  # fails now, not after an hour of work

    def __call__(self, step: Step) -> None:
        if step.last:
            self.iteration = step.iteration
            if step.iteration % self.every == 0:
                self._write()

    def frames(self) -> list[Path]:
        """The numbered pictures of this run, oldest first.

        Others, such as those from after the checkpoint that the run was resumed from, are ignored.
        """
        names = {path.name for path in (self.folder / "samples").glob("*.png")}
        numbers = sorted({int(name[:-4]) for name in names if name[:-4].isdecimal()})
        made = [n for n in numbers if n <= self.iteration and n % self.every == 0]
        return [frame for frame in map(self._frame, made) if frame.name in names]

    def _frame(self, iteration: int) -> Path:
        return self.folder / "samples" / f"{iteration:06d}.png"

    def _write(self) -> None:
        """Writes the numbered picture and, as a copy of it, samples.png."""
        frame = self._frame(self.iteration)
        save_picture(frame, self.draw(DPI))
        with atomic(self.folder / "samples.png") as file:
            file.write(read(frame))

    def close(self) -> None:
        """Writes the last picture, film.gif of all numbered ones, and the other pictures."""
        save_picture(self.folder / "samples.png", self.draw(DPI))
        if (self.format, self.dpi) != ("png", DPI):
            save_picture(self.folder / f"samples.{self.format}", self.draw(self.dpi), dpi=self.dpi)
        film(self.frames(), self.folder / "film.gif")
        others = self.more()
        for name, picture in others.items():
            for format, dpi in dict.fromkeys((("png", DPI), (self.format, self.dpi))):
                save_picture(self.folder / f"{name}.{format}", picture, dpi=dpi)
        self.others = list(others)


def film(frames: list[Path], path: AnyPath, milliseconds: int = 120) -> None:
    """Writes a looping GIF of at most 120 of the PNG files, evenly chosen; the last is shown for two seconds.

    A file that cannot be read is left out, with a warning.
    """
    from PIL import Image

    chosen = frames[:: -(-len(frames) // FRAMES) or 1]
    if frames and chosen[-1] != frames[-1]:
        chosen.append(frames[-1])
    pictures = [picture for frame in chosen if (picture := intact(frame))]
    if not pictures:
        return
    images = [picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=64) for picture in pictures]
    durations = [milliseconds] * (len(images) - 1) + [2000]
    with atomic(path) as file:
        images[0].save(file, format="GIF", save_all=True, append_images=images[1:], duration=durations, loop=0)


def intact(path: Path, otherwise: str = "left out") -> Any:
    """The picture at `path` as a PIL image; None, with a warning, if it cannot be read.

    otherwise: the consequence that the warning names, "left out" or "drawn again".
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with opened(path) as file, Image.open(file) as picture:
            return picture.copy()
    except Exception as error:  # Pillow has a dozen for a wrong byte
        known = not isinstance(error, UnidentifiedImageError)  # its message names a Python object
        why = " ".join(str(error).split()) if known else "no known format"
        warn(f"{path} is {otherwise}: it is no picture that can be read ({why})")
        return None
