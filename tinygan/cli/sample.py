"""tinygan sample: new samples from a run, as a picture or as arrays."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from tinygan.cli.options import SEEDS, Place, Positive, Whole
from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.disk import atomic, expect_writable
from tinygan.drawing.grid import class_grid, grid
from tinygan.drawing.samples import labelled_plane, scattered
from tinygan.drawing.save import DPI, save_picture
from tinygan.folder import expect_no_part
from tinygan.nn.minibatch import Labelled
from tinygan.recipes import Run


@click.command(short_help="Draw new samples from a run.")
@click.argument("run", type=Place())
@click.option("--count", type=Whole(1, 1_000_000), default=64, show_default=True, help="How many.")
@click.option("--seed", type=SEEDS, default=0, show_default=True, help="Of the noise.")
@click.option(
    "--out", type=Place(), help="A picture, or a .npz: `images` or `points`, and `labels` (default: RUN/sampled.png)."
)
@click.option("--truncation", type=Positive(), help="Keep z within this distance of 0; 0.5, say, for typical samples.")
@click.option("--class", "label", help="Of a conditional G: the class, by name or number (default: all in turn).")
@draws
def sample(
    run: str,
    count: int,
    seed: int,
    out: str | None,
    truncation: float | None,
    label: str | None,
    format: str | None,
    dpi: int | None,
) -> None:
    """Draw new samples from RUN, the folder of a run. The training data are not needed.

    With a conditional G the classes take turns: the picture has a row for each noise sample and a column for each
    class, in whole rows (side by side where the classes are few), and a .npz has `labels` too.
    """
    folder = Path(run).parent if Path(run).is_file() else Path(run)  # a checkpoint is named, or its folder
    path = picture_path(out, folder / "sampled", format, ("npz",))
    expect_no_part(path)
    trained, _ = Run.load(run, backend="numpy", with_data=False)
    expect_writable(path)
    if path.suffix == ".npz":
        samples = trained.sample(count, seed, truncation, label)
        x, labels = samples if isinstance(samples, Labelled) else (samples, None)
        named = {} if labels is None else {"labels": labels}
        with atomic(path) as file:
            np.savez(file, **{"images" if x.ndim == 4 else "points": x}, **named)
    else:
        title = f"{trained.recipe.name} on {trained.recipe.data}, iteration {trained.iteration:,}, noise of seed {seed}"
        x, picture = _drawn(trained, count, seed, truncation, label, title, dpi or DPI)
        save_picture(path, picture, dpi=dpi or DPI)
    Terminal().unbroken(f"{len(x)} samples of {x.shape[1:]}: {path}")


def _drawn(
    trained: Run, count: int, seed: int, truncation: float | None, label: str | None, title: str, dpi: int
) -> tuple[Any, Any]:
    """The samples, and their picture; that of a conditional G shows all classes, unless one is chosen."""
    classes = trained.classes
    if classes and label is None and trained.source.has_images:
        x, _ = trained.every_class(-(-count // len(classes)), seed, truncation)
        return x, class_grid(x, classes, title=title, dpi=dpi)
    samples = trained.sample(count, seed, truncation, label)
    x, labels = samples if isinstance(samples, Labelled) else (samples, None)
    if label is not None and labels is not None:
        title += f", class {classes[labels[0]]}"
    if x.ndim == 4:
        return x, grid(x, title=title, dpi=dpi)
    if labels is not None:
        return x, labelled_plane(trained.source.unlabelled(), x, labels, classes, title)
    return x, scattered(x, trained.source.unlabelled(), title)
