"""A demonstration for a lecture: a question, the slides that it belongs to, and the frames that are shown."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tinygan.drawing.curves import OUTPUTS
from tinygan.nn.minibatch import part
from tinygan.observers.history import measured
from tinygan.recipes import Run, find
from tinygan.recipes.portrait import many_z, picture_of

PAUSE = 0.5  # seconds of training between two frames


class Frame(NamedTuple):
    """One moment of a demonstration: a picture, a figure or a PIL image, and a line of numbers."""

    picture: Any
    line: str


@dataclass(frozen=True)
class Demo:
    """The training of a recipe, shown while it goes on.

    watch: what the audience is to see.   slides: (deck, slide) pairs, the decks by their numbers in DECKS.
    settings: those of the recipe that differ from its defaults.   shown: images in the picture.
    """

    name: str
    watch: str
    slides: tuple[tuple[int, str], ...]
    recipe: str
    settings: dict[str, Any] = field(default_factory=dict)
    shown: int = 12

    @property
    def command(self) -> str:
        """The command that does the same at leisure."""
        return f"tinygan train {self.recipe}"

    def frames(self, seed: int = 0, clock: Callable[[], float] = time.monotonic) -> Iterator[Frame]:
        """Frames from before the first iteration to the last, each after half a second of training."""
        run = Run(find(self.recipe).changed(self.settings), seed=seed)
        run.shown_z = part(run.shown_z, 0, self.shown) if run.source.has_images else run.shown_z
        z = run.shown_z if run.source.has_images else many_z(run)

        def frame(numbers: dict[str, float]) -> Frame:
            at = f"iteration {run.iteration:,} of {run.recipe.iterations:,}"
            outputs = (f"{OUTPUTS[name][0] if name in OUTPUTS else name} {x:.2f}" for name, x in numbers.items())
            return Frame(picture_of(run, z, "", dpi=80), "  ".join([at, *outputs]))

        yield frame({})
        losses, shown = {}, clock()
        for step in run.steps():
            losses[f"{step.player}'s loss"] = float(step.loss)
            if step.last and (clock() - shown > PAUSE or run.iteration == run.recipe.iterations):
                yield frame({**losses, **measured(step)})
                shown = clock()
