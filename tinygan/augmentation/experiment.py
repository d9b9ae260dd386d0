"""The experiment: arms, numbers of real images, seeds, and a folder that keeps every finished task."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from tinygan.augmentation import table
from tinygan.augmentation.arms import ARMS, few_of_each
from tinygan.augmentation.outcome import Outcome
from tinygan.augmentation.picture import draw
from tinygan.augmentation.tasks import Training, Trial
from tinygan.data import load
from tinygan.drawing.save import DPI
from tinygan.errors import DataError, SettingError, did_you_mean
from tinygan.recipes import Recipe, Run, find
from tinygan.study import Study
from tinygan.study.processes import Event


@dataclass(frozen=True)
class Experiment(Study):
    """The settings of the experiment.

    gan: the recipe of the GAN on the same images with their labels.   more: that of the GAN on all images without.
    per_class: numbers of real images of each class, increasing.   updates: of each classifier.   samples: drawn from
    each GAN.   arms: names of ARMS.   backend: of the GANs; classifiers are trained on the host.
    Raises SettingError if an arm does not exist or lacks the one that gives its labels, or if a number is below 1 or
    too large.
    """

    kind: ClassVar[str] = "augmentation"
    command: ClassVar[str] = "augment"
    many: ClassVar[str] = "tasks"
    most: ClassVar[dict[str, int]] = {**Study.most, "updates": 10**6, "samples": 100_000}

    gan: Recipe
    more: Recipe
    per_class: tuple[int, ...] = (10, 20, 50, 100, 500)
    updates: int = 600
    samples: int = 5000
    arms: tuple[str, ...] = tuple(ARMS)

    def __post_init__(self) -> None:
        super().__post_init__()
        sizes = self.per_class
        if not sizes or any(not isinstance(n, int) or n < 1 for n in sizes) or list(sizes) != sorted(set(sizes)):
            got = ",".join(map(str, sizes))
            raise SettingError(f"per-class expects increasing whole numbers such as 10,100, got {got or 'nothing'}")
        for arm in self.arms:
            if arm not in ARMS:
                raise SettingError(f"No such arm {arm!r}. {did_you_mean(arm, ARMS)}")
            if (teacher := ARMS[arm].teacher) and teacher not in self.arms:
                raise SettingError(f"arm {arm} gets its labels from arm {teacher}: add {teacher}")
        if not self.arms or len({*self.arms}) < len(self.arms):
            raise SettingError(f"arms are expected to differ, at least one, got {','.join(self.arms) or 'none'}")
        if self.gan.data != self.more.data:
            raise SettingError(f"both GANs are expected to have the same data, got {self.gan.data}, {self.more.data}")

    @property
    def data(self) -> str:
        return self.gan.data

    def examined(self) -> str:
        """The fingerprint of the data.

        Raises SettingError if there are too few images of a class, if a GAN cannot be trained, or if it is of the wrong
        kind; DataError if there are no images with labels, or no such test images.
        """
        images: Any = load(self.gan.data, data_dir=self.data_dir)
        if not (images.has_images and images.classes):
            raise DataError(f"augment needs images with labels, which {images.name} lacks; choose digits, say")
        test = images.held_out()
        if test is None or not test.classes:
            raise DataError(f"augment needs test images with labels, which {images.name} lacks")
        counts = images.class_counts
        if self.per_class[-1] > min(counts):
            least = images.classes[counts.index(min(counts))]
            raise SettingError(
                f"{images.name} has {min(counts):,} images of class {least}, fewer than {self.per_class[-1]:,}; "
                "ask for fewer by --per-class"
            )
        self._expect_kinds(images)
        return f"{images.labelled().fingerprint} {test.labelled().fingerprint}"

    def _expect_kinds(self, images: Any) -> None:
        """Raises SettingError unless both GANs can be trained, that on the same images with a condition."""
        kinds = {ARMS[arm].generator for arm in self.arms}
        if "same" in kinds:
            run = Run(self.gan, data=few_of_each(images, self.per_class[0], 0)).tried()
            if not run.classes:
                raise SettingError(f"--gan expects a conditional recipe such as cgan, got {self.gan.name}")
        if "more" in kinds:
            try:
                Run(self.more, data=dataclasses.replace(images, labels=None, classes=())).tried()
            except SettingError as error:
                if Run(self.more, data=images).source is images:
                    raise
                raise SettingError(
                    f"--more expects a recipe without labels such as dcgan-quick, got {self.more.name}"
                ) from error

    def stages(
        self, folder: Path, processes: int = 1, format: str = "png", dpi: int = DPI
    ) -> Iterator[list[Training | Trial]]:
        """The tasks of each seed in two lists: those that need no other, and then the others."""
        for seed in range(self.seeds):
            first: list[Training | Trial] = []
            second: list[Training | Trial] = []
            where = folder / "runs" / f"seed-{seed}"
            settings: Any = {"data_dir": self.data_dir, "processes": processes}
            kinds = {ARMS[arm].generator for arm in self.arms}
            more = Training(self.more, 0, seed, where / "gan-more", self.backend, **settings)
            first += [more] if "more" in kinds else []
            for n in self.per_class:
                same = Training(self.gan, n, seed, where / f"{n}" / "gan", self.backend, **settings)
                first += [same] if "same" in kinds else []
                trials: dict[str, Trial] = {}
                for name in sorted(self.arms, key=lambda name: bool(ARMS[name].teacher)):  # teachers first
                    generator, teacher = {"same": same, "more": more}.get(ARMS[name].generator), ARMS[name].teacher
                    trials[name] = Trial(
                        name, n, seed, where / f"{n}" / name, self.gan.data, self.updates, self.samples,
                        generator, trials.get(teacher), **settings,
                    )  # fmt: skip
                    (second if generator or teacher else first).append(trials[name])
            yield first
            yield second

    def settings(self) -> dict[str, Any]:
        recipes = {
            name: {"recipe": recipe.name, "settings": dataclasses.asdict(recipe)}
            for name, recipe in (("gan", self.gan), ("more", self.more))
        }
        numbers = {"updates": self.updates, "samples": self.samples}
        return {**numbers, "per_class": list(self.per_class), "arms": list(self.arms), **recipes}

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Self:
        recipes = {name: find(settings[name]["recipe"]).changed(settings[name]["settings"]) for name in ("gan", "more")}
        lists = {name: tuple(settings[name]) for name in ("per_class", "arms")}
        return cls(**{**settings, **recipes, **lists})

    def covers(self, other: Self) -> bool:
        return (
            all(getattr(self, name) == getattr(other, name) for name in ("gan", "more", "updates", "samples"))
            and {*self.per_class} >= {*other.per_class}
            and {*self.arms} >= {*other.arms}
        )

    def outcomes(self, folder: Path) -> list[Outcome]:
        """The outcomes of the finished classifiers in `folder`, by arm, number of images and seed."""
        trials = [task for task in self.tasks(folder) if isinstance(task, Trial)]
        found = [outcome for task in trials if (outcome := task.outcome())]
        return sorted(found, key=lambda each: (self.arms.index(each.name), each.per_class, each.seed))

    def note(self, folder: Path, event: Event) -> None:
        table.write(self.outcomes(folder), folder)

    def draw(self, folder: Path, format: str, dpi: int) -> None:
        table.write(self.outcomes(folder), folder)
        draw(self, folder, format, dpi)
