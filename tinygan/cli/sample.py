"""tinygan sample: new samples from a run, as a picture or as numbers."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from tinygan.cli.options import SEEDS, Place
from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.disk import atomic, expect_writable
from tinygan.drawing.grid import grid
from tinygan.drawing.samples import scattered
from tinygan.drawing.save import DPI, save_picture
from tinygan.folder import expect_no_part
from tinygan.recipes import Run


@click.command(short_help="Draw new samples from a run.")
@click.argument("run", type=Place())
@click.option("--count", type=click.IntRange(1, 1_000_000), default=64, show_default=True, help="How many.")
@click.option("--seed", type=SEEDS, default=0, show_default=True, help="Of the noise.")
@click.option("--out", type=Place(), help="A picture, or a .npz with `images` or `points` (default: RUN/sampled.png).")
@click.option("--truncation", type=float, help="Keep z within this distance of 0; 0.5, say, for typical samples.")
@draws
def sample(
    run: str, count: int, seed: int, out: str | None, truncation: float | None, format: str | None, dpi: int | None
) -> None:
    """Draw new samples from RUN, the folder of a run. The data that it was trained on need not be there."""
    path = picture_path(out, Path(run) / "sampled", format, ("npz",))
    expect_no_part(path)
    trained, _ = Run.load(run, backend="numpy", with_data=False)
    expect_writable(path)
    samples = trained.sample(count, seed, truncation)
    if path.suffix == ".npz":
        with atomic(path) as file:
            np.savez(file, **{"images" if samples.ndim == 4 else "points": samples})
    else:
        title = f"{trained.recipe.name} on {trained.recipe.data}, iteration {trained.iteration:,}, noise of seed {seed}"
        save_picture(path, _picture(samples, trained.source, title, dpi or DPI), dpi=dpi or DPI)
    Terminal().unbroken(f"{count} samples of {samples.shape[1:]}: {path}")


def _picture(samples: Any, source: Any, title: str, dpi: int) -> Any:
    """Images in a grid; points with the density they imitate, or alone if it is not there."""
    if samples.ndim == 4:
        return grid(samples, title=title, dpi=dpi)
    return scattered(samples, source, title)
