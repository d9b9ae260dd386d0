"""tinygan sample: new samples from a run, as a picture or as numbers."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from tinygan.cli.options import SEEDS, Place
from tinygan.cli.terminal import Terminal
from tinygan.disk import atomic, expect_writable
from tinygan.errors import SettingError
from tinygan.folder import expect_no_part
from tinygan.nn.minibatch import Labelled
from tinygan.observers.portrait import INK, as_image, draw_samples
from tinygan.recipes import Run


@click.command(short_help="Draw new samples from a run.")
@click.argument("run", type=Place())
@click.option("--count", type=click.IntRange(1, 1_000_000), default=64, show_default=True, help="How many.")
@click.option("--seed", type=SEEDS, default=0, show_default=True, help="Of the noise.")
@click.option(
    "--out", type=Place(), help="A .png, or a .npz with `images` or `points`, and `labels` (default: RUN/sampled.png)."
)
@click.option("--truncation", type=float, help="Keep z within this distance of 0; 0.5, say, for typical samples.")
@click.option("--class", "label", help="Of a conditional G: the class, by name or number (default: all in turn).")
def sample(run: str, count: int, seed: int, out: str | None, truncation: float | None, label: str | None) -> None:
    """Draw new samples from RUN, the folder of a run. The data that it was trained on need not be there.

    A .npz with samples of a conditional G also has their `labels`.
    """
    path = Path(out) if out else Path(run) / "sampled.png"
    if path.suffix not in (".png", ".npz"):
        raise SettingError(f"--out expects a .png or a .npz file, got {path}")
    expect_no_part(path)
    trained, _ = Run.load(run, backend="numpy", with_data=False)
    expect_writable(path)
    samples = trained.sample(count, seed, truncation, label)
    x, labels = samples if isinstance(samples, Labelled) else (samples, None)
    with atomic(path) as file:
        if path.suffix == ".npz":
            named = {} if labels is None else {"labels": labels}
            np.savez(file, **{"images" if x.ndim == 4 else "points": x}, **named)
        else:
            columns = None if labels is None or label is not None else len(trained.prior.classes)
            _picture(x, trained.source, columns).save(file, format="PNG")
    Terminal().unbroken(f"{count} samples of {x.shape[1:]}: {path}")


def _picture(samples: Any, source: Any, columns: int | None) -> Any:
    """Images in a grid of so many columns; points with the density they imitate, or alone if it is not there."""
    if samples.ndim == 4:
        from tinygan.observers.grid import grid

        return grid(samples, columns)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 5), layout="constrained")
    ax = figure.add_subplot()
    if hasattr(source, "density"):
        draw_samples(ax, source, samples)
    elif samples.shape[1] == 1:
        ax.hist(samples[:, 0], bins=60, density=True, color=INK["p_g"])
    else:
        ax.scatter(samples[:, 0], samples[:, 1], s=3, color=INK["p_g"])
    return as_image(figure)
