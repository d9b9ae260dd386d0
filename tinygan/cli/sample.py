"""tinygan sample: new samples from a run, as a picture or as arrays."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any

import click
import numpy as np

from tinygan.cli.choices import Sweep, choices
from tinygan.cli.options import SEEDS, Place, Positive, Whole, assigned
from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.data import label_of
from tinygan.disk import atomic, expect_writable
from tinygan.drawing.grid import class_grid, grid
from tinygan.drawing.samples import labelled_plane, scattered
from tinygan.drawing.save import DPI, save_picture
from tinygan.errors import SettingError
from tinygan.folder import expect_no_part
from tinygan.nn.minibatch import Labelled, part
from tinygan.recipes import Run

COUNT = 64  # samples, if no number is given
ROWS = 10  # of a range, likewise


@click.command(short_help="Draw new samples from a run.")
@click.argument("run", type=Place())
@click.option("--count", type=Whole(1, 1_000_000), help="How many (default: 64, or 10 rows of a range).")
@click.option("--seed", type=SEEDS, default=0, show_default=True, help="Of the noise.")
@click.option(
    "--out", type=Place(), help="A picture, or a .npz: `images` or `points`, and `labels` (default: RUN/sampled.png)."
)
@click.option("--truncation", type=Positive(), help="Keep z within this distance of 0; 0.5, say, for typical samples.")
@click.option("--class", "label", help="Of a conditional G: the class, by name or number (default: all in turn).")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Choose a part of z: category=3, continuous.0=-2:2, truncation=0.5, class=7; repeatable.",
)
@draws
def sample(
    run: str,
    count: int | None,
    seed: int,
    out: str | None,
    truncation: float | None,
    label: str | None,
    assignments: tuple[str, ...],
    format: str | None,
    dpi: int | None,
) -> None:
    """Draw new samples from RUN, the folder of a run. The training data are not needed.

    With a conditional G the classes take turns: the picture has a row for each noise sample and a column for each
    class, in whole rows (side by side where the classes are few), and a .npz has `labels` too. The categories of an
    InfoGAN take turns in the same way, and a .npz has `category`.

    --set chooses a part of z. One value holds for all samples: category=3. A range, first:last or first:last:columns,
    or a list, a,b,c, makes a column for each value, and a row for each noise sample: continuous.0=-2:2 is the first
    continuous code, continuous=-2:2 all of them at once, truncation=0.1:2 and class=0:9 go for other recipes. One part
    can have several values.
    """
    folder = Path(run).parent if Path(run).is_file() else Path(run)  # a checkpoint is named, or its folder
    path = picture_path(out, folder / "sampled", format, ("npz",))
    expect_no_part(path)
    given = {"truncation": truncation, "class": label}
    trained, _ = Run.load(run, backend="numpy", with_data=False)
    chosen, sweep = _choices(trained, assignments, {name: value for name, value in given.items() if value is not None})
    expect_writable(path)
    if in_turn := sweep is None and (path.suffix != ".npz" or bool(trained.codes)):
        sweep, count = _columns(trained, chosen), count or COUNT
    samples = _samples(trained, sweep, count, {"seed": seed, **chosen})
    if in_turn and path.suffix == ".npz":
        samples = part(samples, 0, count or COUNT)
    x, labels = samples if isinstance(samples, Labelled) else (samples, None)
    if path.suffix == ".npz":
        _keep(path, x, labels, sweep, _categories(trained, chosen, sweep, len(x)))
    else:
        title = f"{trained.recipe.name} on {trained.recipe.data}, iteration {trained.iteration:,}, noise of seed {seed}"
        title += "".join(f", {part}" for part in _named(chosen, sweep, trained.classes))
        save_picture(path, _drawn(trained, samples, sweep, title, dpi or DPI), dpi=dpi or DPI)
    Terminal().unbroken(f"{len(x)} samples of {x.shape[1:]}: {path}")


def _categories(trained: Run, chosen: dict[str, Any], sweep: Sweep | None, count: int) -> dict[str, Any]:
    """The category of each sample that another code is set for: the one chosen, or else in turn by row."""
    if not (chosen["codes"] or (sweep and sweep.name in trained.codes)):
        return {}
    rows = np.arange(count) // (len(sweep.values) if sweep else 1)
    return {"category": np.full(count, chosen["codes"].get("category", rows % len(trained.prior.columns)))}


def _keep(path: Path, x: Any, labels: Any, sweep: Sweep | None, named: dict[str, Any]) -> None:
    """Writes the .npz file of samples, with their labels, the values of a sweep, and the arrays `named`."""
    named = named if labels is None else {**named, "labels": labels}
    if sweep is not None and sweep.name != "label":
        named[sweep.name] = np.resize(sweep.values, len(x))
    with atomic(path) as file:
        np.savez(file, **{"images" if x.ndim == 4 else "points": x}, **named)


def _choices(trained: Run, assignments: tuple[str, ...], flags: dict[str, Any]) -> tuple[dict[str, Any], Sweep | None]:
    """The choices of --set, --truncation and --class, as `choices` returns them."""
    given = assigned(assignments)
    for name in flags.keys() & given.keys():
        raise SettingError(f"--set {name} and --{name} are the same; leave out one of them")
    chosen, sweep = choices(trained, given)
    return {**chosen, **{"label" if name == "class" else name: value for name, value in flags.items()}}, sweep


def _columns(trained: Run, chosen: dict[str, Any]) -> Sweep | None:
    """The columns of a picture without a range: the classes or the categories, unless one is chosen."""
    names = getattr(trained.prior, "columns", ())
    name = "label" if trained.classes else "category"
    if not names or not trained.source.has_images or chosen["label"] is not None or "category" in chosen["codes"]:
        return None
    return Sweep(name, tuple(range(len(names))), names)


def _samples(trained: Run, sweep: Sweep | None, count: int | None, chosen: dict[str, Any]) -> Any:
    """Samples, of a sweep in whole rows."""
    if sweep is None:
        return trained.sample(count or COUNT, **chosen)
    columns = len(sweep.values)
    return trained.sweep(sweep.name, sweep.values, ceil(count / columns) if count else ROWS, **chosen)


def _named(chosen: dict[str, Any], sweep: Sweep | None, classes: Sequence[str]) -> list[str]:
    """The choices as text."""
    parts = [f"truncation {chosen['truncation']:g}"] if chosen["truncation"] is not None else []
    if chosen["label"] is not None:
        parts.append(f"class {classes[label_of(chosen['label'], classes)]}")
    parts += [f"{name} {value:g}" for name, value in chosen["codes"].items()]
    return parts if sweep is None or sweep.name == "label" else [*parts, f"columns: {sweep.name}"]


def _drawn(trained: Run, samples: Any, sweep: Sweep | None, title: str, dpi: int) -> Any:
    """The picture of the samples, with a column for each value of a sweep."""
    x, labels = samples if isinstance(samples, Labelled) else (samples, None)
    if x.ndim == 4:
        return grid(x, title=title, dpi=dpi) if sweep is None else class_grid(x, sweep.titles, title=title, dpi=dpi)
    source = trained.source.unlabelled()
    if sweep is not None:
        return labelled_plane(source, x, np.arange(len(x)) % len(sweep.values), sweep.titles, title)
    return scattered(x, source, title) if labels is None else labelled_plane(source, x, labels, trained.classes, title)
