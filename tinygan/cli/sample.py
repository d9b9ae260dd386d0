"""tinygan sample: new samples from a run, as a picture or as numbers."""

from pathlib import Path

import click
import numpy as np

from tinygan import checkpoint
from tinygan.backend import backend as find_backend
from tinygan.errors import SettingError
from tinygan.recipes import Run, find


@click.command()
@click.argument("run", type=click.Path())
@click.option("--count", type=click.IntRange(1), default=64, show_default=True, help="How many.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the noise.")
@click.option("--out", type=click.Path(), help="A .png, or a .npz with `images` or `points` (default: RUN/sampled.png).")
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files, if it has moved.")
def sample(run: str, count: int, seed: int, out: str | None, data_dir: str | None) -> None:
    """Draw new samples from RUN, the folder of a run."""
    path = Path(out) if out else Path(run) / "sampled.png"
    if path.suffix not in (".png", ".npz"):
        raise SettingError(f"--out expects a .png or a .npz file, got {path}")
    arrays, values = checkpoint.load(Path(run) / "checkpoint.npz")
    config = values["config"]
    trained = Run(
        find(config["recipe"]).changed(config["settings"]),
        seed=config["seed"],
        backend=find_backend("numpy"),
        data_dir=data_dir or config.get("data_dir"),
    )
    trained.restore(arrays, values)
    samples = trained.sample(count, seed)
    with checkpoint.atomic(path) as file:
        if path.suffix == ".npz":
            np.savez(file, **{"images" if samples.ndim == 4 else "points": samples})
        else:
            _picture(samples, trained).save(file, format="PNG")
    click.echo(f"{count} samples of {samples.shape[1:]}: {path}")


def _picture(samples, trained):
    """Images in a grid; points beside the density they imitate."""
    if samples.ndim == 4:
        from tinygan.observers.grid import grid

        return grid(samples)
    from matplotlib.figure import Figure

    from tinygan.observers.portrait import as_image

    figure = Figure(figsize=(6, 5), layout="constrained")
    ax = figure.add_subplot()
    lower, upper = trained.source.box
    if samples.shape[1] == 1:
        x = np.linspace(lower[0], upper[0], 400)
        ax.hist(samples[:, 0], bins=60, range=(lower[0], upper[0]), density=True, color="tab:green", alpha=0.5, label="G(z)")
        ax.plot(x, trained.source.density(x[:, None]), ":", color="black", label="p_data")
    else:
        real = trained.source.sample(len(samples), np.random.default_rng(0))
        ax.scatter(real[:, 0], real[:, 1], s=3, color="0.7", label="data")
        ax.scatter(samples[:, 0], samples[:, 1], s=3, color="tab:green", label="G(z)")
        ax.set(xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]), aspect="equal")
    ax.legend(loc="upper right")
    return as_image(figure)
