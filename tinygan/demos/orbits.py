"""The Dirac-GAN as a demonstration: orbits of three trainings, which grow step by step."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.demos.demo import Frame
from tinygan.drawing.field import Field
from tinygan.drawing.panels import panels
from tinygan.objectives import R1, Minimax
from tinygan.optim import sgd
from tinygan.theory import SmallGame, alternating, dirac_gan, orbit, simultaneous

H, STEPS = 0.5, 60
PAUSE = 0.05  # seconds between two frames
PLAIN, WITH_R1 = dirac_gan(Minimax()), dirac_gan(Minimax() + R1(0.5))
TRAININGS = {
    "at once: a spiral out": (PLAIN, simultaneous(PLAIN, sgd(H)), (0.2, 0.0)),
    "in turn: a closed curve": (PLAIN, alternating(PLAIN, sgd(H)), (0.8, 0.0)),
    "with R1: a spiral in": (WITH_R1, simultaneous(WITH_R1, sgd(H)), (1.3, 0.0)),
}


@dataclass(frozen=True)
class Orbits:
    """Training of theta and psi by simultaneous steps, alternating ones, and simultaneous ones with R1."""

    name: str
    watch: str
    slides: tuple[tuple[int, str], ...]
    command: str = "tinygan theory rates"

    def frames(self, seed: int = 0, sleep: Callable[[float], None] = time.sleep) -> Iterator[Frame]:
        """A frame for every fourth step. There is nothing random, so `seed` has no effect."""
        whole = {title: orbit(steps, start, STEPS) for title, (_, steps, start) in TRAININGS.items()}
        fields = {title: partial(_vectors, game) for title, (game, _, _) in TRAININGS.items()}
        places: list[Any] = []
        for step in range(0, STEPS + 1, 4):
            shown = [Field(title, fields[title], {"orbit": path[: step + 1]}) for title, path in whole.items()]
            numbers = (f"{title.split(':')[0]} {np.linalg.norm(path[step]):.2f}" for title, path in whole.items())
            figure = panels(shown)
            places = _placed(figure, places)
            yield Frame(figure, f"step {step} of {STEPS}, distance: {', '.join(numbers)}")
            sleep(PAUSE)


def _placed(figure: Any, places: list[Any]) -> list[Any]:
    """Gives the panels their places, or finds them if there are none yet, which takes most of the time of a frame."""
    if not places:
        figure.draw_without_rendering()
        places = [ax.get_position(original=True) for ax in figure.axes]
    figure.set_layout_engine(None)
    for ax, place in zip(figure.axes, places, strict=True):
        ax.set_position(place)
        ax.set_in_layout(True)  # for a layout without text, on a terminal
    return places


def _vectors(game: SmallGame, points: NDArray) -> NDArray:
    """The field of the game at points (n, 2)."""
    return np.stack([game.field(w) for w in points])
