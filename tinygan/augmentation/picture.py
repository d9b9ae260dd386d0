"""The pictures of the experiment: accuracy by the number of real images, and what each arm's classifier gets."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.augmentation.arms import ARMS
from tinygan.augmentation.table import rows
from tinygan.augmentation.tasks import Trial
from tinygan.data import load
from tinygan.drawing.grid import grid
from tinygan.drawing.save import save_picture
from tinygan.errors import TinyganError
from tinygan.observers import warn

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tinygan.augmentation.experiment import Experiment

COLUMNS = 20  # images of each arm, about
DRAWN = 400  # from which they are chosen
LOOKS = {"none": "black", "shifts": "tab:blue", "gan-same": "tab:red", "gan-more": "tab:orange", "both": "tab:green"}


def draw(experiment: "Experiment", folder: Path, format: str = "png", dpi: int = 100) -> None:
    """Draws folder/accuracy.<format> and folder/examples.<format> of what is finished.

    Without the data, or a GAN of the first seed, examples are left out, with a warning.
    """
    found = [row for row in rows(experiment.outcomes(folder)) if row.seeds]
    if not found:
        return
    save_picture(folder / f"accuracy.{format}", curves(found, experiment), dpi=dpi)
    n = experiment.per_class[0]
    shown = [
        task for task in experiment.tasks(folder) if isinstance(task, Trial) and (task.seed, task.per_class) == (0, n)
    ]
    done = {task.arm: task for task in shown if (outcome := task.outcome()) and not outcome.diverged}
    try:
        save_picture(
            folder / f"examples.{format}", examples([done[arm] for arm in experiment.arms if arm in done]), dpi=dpi
        )
    except TinyganError as error:
        warn(f"examples are not drawn: {error}")


def curves(found: list[Any], experiment: "Experiment") -> "Figure":
    """Accuracy, and the gain over real images alone, by the number of real images, with 95% intervals."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    arms = [arm for arm in experiment.arms if any(row.arm == arm for row in found)]
    for place, arm in enumerate(arms):
        own = [row for row in found if row.arm == arm]
        shift = 1.04 ** (place - (len(arms) - 1) / 2)  # so that intervals stand side by side
        for ax, name in ((left, "accuracy"), (right, "gain")):
            if name == "gain" and arm == "none":
                continue
            numbers = [getattr(row, name) for row in own]
            ax.errorbar(
                [row.per_class * shift for row in own],
                [100 * number.value for number in numbers],
                [100 * np.nan_to_num(number.half_width) for number in numbers],
                label=ARMS[arm].words, color=LOOKS.get(arm, "tab:purple"), lw=1, marker="o", ms=3, capsize=2,
            )  # fmt: skip
    for ax, name in ((left, "accuracy on test images, %"), (right, "gain over real images alone, points")):
        ax.set(xscale="log", xlabel="real images of each class", ylabel=name)
        ax.set_xticks(experiment.per_class, [f"{n:,}" for n in experiment.per_class])
        ax.minorticks_off()
    right.axhline(0, color="black", lw=0.8)
    left.legend(fontsize=8, frameon=False)
    seeds = max(row.seeds for row in found)
    figure.suptitle(f"{experiment.gan.data}, {seeds} seed{'s' if seeds > 1 else ''}, 95% intervals", size=11)
    return figure


def examples(trials: list[Trial]) -> "Figure":
    """Images that the classifier of each arm gets, a row for each arm: the added ones where there are any.

    They are in the order of their labels, as many of each class; a class that no label names is left white.
    """
    from matplotlib.figure import Figure

    images: Any = load(trials[0].data, data_dir=trials[0].data_dir)
    k = len(images.classes)
    each = max(1, COLUMNS // k)
    shown = np.full((len(trials), k, each, *images.shape), 1.0, np.float32)
    for row, trial in zip(shown, trials, strict=True):
        x, y = trial.minibatches(images)(2 * DRAWN)
        if trial.added(images) is not None:
            x, y = x[DRAWN:], y[DRAWN:]
        for label in range(k):
            own = x[y == label][:each]
            row[label, : len(own)] = own
    sheet = np.asarray(grid(shown.reshape(-1, *images.shape), k * each, scale=2))
    height = len(sheet) / len(trials)
    figure = Figure(figsize=(12, 12 * len(sheet) / sheet.shape[1]), layout="constrained")
    ax = figure.add_subplot()
    ax.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.set_yticks(height * (np.arange(len(trials)) + 0.5), [ARMS[trial.arm].words for trial in trials], fontsize=9)
    ax.set_xticks([])
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    return figure
