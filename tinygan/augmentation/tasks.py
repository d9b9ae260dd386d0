"""The two kinds of tasks: the training of a GAN, and of the classifier of one arm."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygan import checkpoint, nn
from tinygan.augmentation.arms import ARMS, few_of_each, minibatches
from tinygan.augmentation.outcome import Outcome
from tinygan.autograd import raw
from tinygan.backend import backend as find_backend
from tinygan.data import Images, load
from tinygan.errors import Diverged, RunError
from tinygan.folder import claimed
from tinygan.metrics.classifier import Classifier, network_for, train_classifier
from tinygan.nn import Labelled
from tinygan.recipes import Recipe, Run
from tinygan.study.outcome import finished, keep
from tinygan.study.training import paced, trained

COST = 10  # updates of the classifier that take about as long as an iteration of a GAN


class Training(NamedTuple):
    """A GAN to be trained: on `per_class` images of each class with their labels, or on all images without, if it is 0.

    Its folder is that of a run, from which `tinygan sample` draws.   processes: the number of tasks at a time.
    """

    recipe: Recipe
    per_class: int
    seed: int
    folder: Path
    backend: str = "numpy"
    data_dir: str | None = None
    processes: int = 1

    @property
    def name(self) -> str:
        return "GAN same" if self.per_class else "GAN more"

    @property
    def title(self) -> str:
        size = f"{self.per_class} a class" if self.per_class else "all images"
        return f"{self.recipe.name} on {size}, seed {self.seed}"

    @property
    def iterations(self) -> int:
        return self.recipe.iterations

    def source(self) -> Any:
        """The images that the GAN is trained on."""
        images: Any = load(self.recipe.data, data_dir=self.data_dir)
        if self.per_class:
            return few_of_each(images, self.per_class, self.seed)
        return replace(images, labels=None, classes=())

    def outcome(self) -> Outcome | None:
        return finished(Outcome, self.folder, self.title, name=self.name, per_class=self.per_class, seed=self.seed)

    def perform(self, report: Callable[[int], None]) -> Outcome:
        """Trains the GAN, saves it, and returns its outcome. Raises RunError if its folder is in use."""
        with claimed(self.folder):
            run = Run(self.recipe, seed=self.seed, backend=find_backend(self.backend), data=self.source())
            seconds, diverged = trained(run, self.folder, report)
            outcome = Outcome.of_task(self, seconds, diverged, name=self.name, per_class=self.per_class)
            keep(outcome, self.folder)
            return outcome


class Trial(NamedTuple):
    """The classifier of one arm, to be trained and tested.

    updates: of the classifier.   samples: drawn from a GAN.   generator: the task whose GAN they come from, or None.
    teacher: the task whose classifier gives labels to images without, or None.
    """

    arm: str
    per_class: int
    seed: int
    folder: Path
    data: str
    updates: int
    samples: int
    generator: Training | None = None
    teacher: Any = None  # a Trial
    data_dir: str | None = None
    processes: int = 1

    @property
    def title(self) -> str:
        return f"{self.arm}, {self.per_class} a class, seed {self.seed}"

    @property
    def iterations(self) -> int:
        return -(-self.updates // COST)

    def outcome(self) -> Outcome | None:
        """The outcome; None also if the trained classifier, which others may need, is missing."""
        found = finished(Outcome, self.folder, self.title, name=self.arm, per_class=self.per_class, seed=self.seed)
        return found if found is None or found.diverged or self._kept.exists() else None

    @property
    def _kept(self) -> Path:
        """The file of the trained classifier."""
        return self.folder / "classifier.npz"

    def perform(self, report: Callable[[int], None]) -> Outcome:
        """Trains and tests the classifier, keeps it, and returns its outcome. Raises RunError if a task failed before.

        Every arm begins with the same weights, and gets the real images in the same order.
        """
        with claimed(self.folder):
            images: Any = load(self.data, data_dir=self.data_dir)
            began, accuracy, diverged = time.perf_counter(), None, ""
            try:
                data = self.minibatches(images)
            except Diverged as error:
                diverged = f"its GAN has diverged: {error}"
            else:
                network = self._trained(images, data, report)
                arrays = {path: raw(leaf) for path, leaf in nn.named_leaves(network)}
                checkpoint.save(self._kept, arrays, {})
                test = images.held_out()
                accuracy = float((Classifier(network, images.shape)(test.images) == test.labels).mean())
            seconds = time.perf_counter() - began
            found = {"name": self.arm, "per_class": self.per_class, "accuracy": accuracy}
            outcome = Outcome.of_task(self, seconds, diverged, **found)
            keep(outcome, self.folder)
            return outcome

    def minibatches(self, images: Images) -> Callable[[int], Labelled]:
        """data(m), the minibatches of the arm.   images: all training images, of which only some labels are used."""
        real, arm = few_of_each(images, self.per_class, self.seed), ARMS[self.arm]
        return minibatches(real, self.added(images), arm.moves, np.random.default_rng([self.seed, 1]))

    def added(self, images: Images) -> Images | None:
        """The images beside the real ones, with labels; None if there are none."""
        if ARMS[self.arm].pool:
            found: Any = images.images
        elif self.generator is not None:
            found = _samples(self.generator, self.samples)
        else:
            return None
        if not isinstance(found, Labelled):
            found = Labelled(found, self.teacher.classify(found))
        return Images("added", found.x, found.y, images.classes)

    def _trained(self, images: Images, data: Callable[[int], Labelled], report: Callable[[int], None]) -> Any:
        """The classifier after its updates."""
        progress, made = paced(report), 0

        def counted(m: int) -> Labelled:
            nonlocal made
            progress(made // COST)
            made += 1
            return data(m)

        rng = np.random.default_rng([self.seed, 2])
        return train_classifier(counted, images.shape, len(images.classes), rng, iterations=self.updates)

    def classify(self, images: NDArray[Any]) -> NDArray[np.int64]:
        """The labels (n,) that the classifier of this finished task gives to images (n, H, W, C).

        Raises RunError if the task has failed, or if its file is damaged.
        """
        if not self._kept.exists():
            raise RunError(f"{self.title} is needed first; it has failed")
        try:
            arrays, _ = checkpoint.load(self._kept)
        except RunError as error:
            raise RunError(f"{error}; remove it to train that classifier again") from None
        source = load(self.data, data_dir=self.data_dir)
        network = network_for(source.shape, len(source.classes), np.random.default_rng(0))
        return Classifier(nn.updated(network, arrays), source.shape)(images)


def _samples(task: Training, count: int) -> Any:
    """Samples of a trained GAN: uint8 images, with labels if it is conditional. Raises Diverged if it has diverged."""
    outcome = task.outcome()
    if outcome is None:
        raise RunError(f"{task.title} is needed first; it has failed")
    if outcome.diverged:
        raise Diverged(outcome.diverged)
    run, _ = Run.load(task.folder, backend="numpy", with_data=False)
    return run.sample(count, task.seed)
