"""The option --truncation-curve of `tinygan evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinygan.data import truncated
from tinygan.disk import expect_writable
from tinygan.drawing.truncation import truncation
from tinygan.errors import SettingError
from tinygan.metrics import precision_recall
from tinygan.metrics.images import compared, judge_of
from tinygan.metrics.truncation import THRESHOLDS, truncation_curve
from tinygan.nn.minibatch import Labelled
from tinygan.recipes import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 10  # samples for each threshold


def expect_truncatable(trained: Run, path: Path) -> None:
    """Raises SettingError unless the run has a normal prior and labelled images, and `path` can be written."""
    try:
        truncated(trained.prior, 1.0)
    except SettingError as error:
        raise SettingError(f"--truncation-curve: {error}, that of {trained.recipe.name}") from None
    source: Any = trained.source.unlabelled()
    if not (source.has_images and source.classes):
        raise SettingError(
            f"--truncation-curve compares images by the features of their classifier, which needs images with labels; "
            f"{trained.recipe.data} has none"
        )
    expect_writable(path)


def drawn_curve(trained: Run, count: int, seed: int) -> "Figure":
    """The picture of the truncation curve of a run, of at most `count` samples for each threshold."""
    source: Any = trained.source.unlabelled()
    judge = judge_of(source)
    assert judge is not None  # as the images have labels
    test, true = (judge.features(images.images) for images in compared(source, count, seed)["features"])
    n = len(test)
    curve = truncation_curve(lambda threshold: judge.features(_images(trained, n, seed, threshold)), test)
    return truncation(
        THRESHOLDS,
        [(each.precision, each.recall) for each in curve],
        precision_recall(true, test),
        [_images(trained, SHOWN, seed, threshold, every=True) for threshold in THRESHOLDS],
        title=f"{trained.recipe.name} on {trained.recipe.data}, iteration {trained.iteration:,}, {n:,} samples",
    )


def _images(trained: Run, count: int, seed: int, threshold: float | None, every: bool = False) -> Any:
    """Samples without their labels.   every: for a picture, where noise of one seed must be the same draws."""
    if every and threshold is None:
        threshold = 9.0  # beyond every draw: the draws of truncated noise, not truncated
    samples = trained.sample(count, seed, threshold)
    return samples.x if isinstance(samples, Labelled) else samples
