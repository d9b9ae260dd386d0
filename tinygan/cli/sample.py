"""tinygan sample: new samples from a run, as a picture or as numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from tinygan.cli.options import SEEDS, Place
from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.data import Source
from tinygan.disk import atomic, expect_writable
from tinygan.drawing.grid import grid
from tinygan.drawing.samples import labelled_plane, scattered
from tinygan.drawing.save import DPI, save_picture
from tinygan.folder import expect_no_part
from tinygan.nn import Labelled
from tinygan.recipes import Run


@click.command(short_help="Draw new samples from a run.")
@click.argument("run", type=Place())
@click.option("--count", type=click.IntRange(1, 1_000_000), default=64, show_default=True, help="How many.")
@click.option("--seed", type=SEEDS, default=0, show_default=True, help="Of the noise.")
@click.option("--out", type=Place(), help="A picture, or a .npz with `images` or `points` (default: RUN/sampled.png).")
@click.option("--truncation", type=float, help="Keep z within this distance of 0; 0.5, say, for typical samples.")
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
    """Draw new samples from RUN, the folder of a run. The data that it was trained on need not be there.

    A .npz with samples of a conditional G also has their `labels`.
    """
    path = picture_path(out, Path(run) / "sampled", format, ("npz",))
    expect_no_part(path)
    trained, _ = Run.load(run, backend="numpy", with_data=False)
    expect_writable(path)
    samples = trained.sample(count, seed, truncation, label)
    x, labels = samples if isinstance(samples, Labelled) else (samples, None)
    if path.suffix == ".npz":
        with atomic(path) as file:
            named = {} if labels is None else {"labels": labels}
            np.savez(file, **{"images" if x.ndim == 4 else "points": x}, **named)
    else:
        title = f"{trained.recipe.name} on {trained.recipe.data}, iteration {trained.iteration:,}, noise of seed {seed}"
        title += "" if label is None else f", class {label}"
        names = () if labels is None else trained.prior.classes
        picture = _picture(x, labels, names, trained.source.unlabelled(), title, dpi or DPI)
        save_picture(path, picture, dpi=dpi or DPI)
    Terminal().unbroken(f"{count} samples of {x.shape[1:]}: {path}")


def _picture(x: Any, labels: Any, names: Sequence[str], source: Source, title: str, dpi: int) -> Any:
    """Images in a grid; points with the density they imitate, or alone if it is not there.

    names: of the classes. Images of all classes in turn have a column for each; points have a colour for each.
    """
    if x.ndim == 4:
        in_turn = len(set(labels if labels is not None else ())) > 1
        return (
            grid(x, len(names), titles=names[: len(x)], title=title, dpi=dpi)
            if in_turn
            else grid(x, title=title, dpi=dpi)
        )
    return scattered(x, source, title) if labels is None else labelled_plane(source, x, labels, names, title)
