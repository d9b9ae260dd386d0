"""The experiment: arms, numbers of real images, seeds, and a folder that keeps every finished task."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tinygan import configuration
from tinygan.augmentation import table
from tinygan.augmentation.arms import ARMS, few_of_each
from tinygan.augmentation.outcome import Outcome
from tinygan.augmentation.picture import draw
from tinygan.augmentation.tasks import Training, Trial
from tinygan.comparison import Failures
from tinygan.comparison.processes import Event, perform_all
from tinygan.data import absolute, load
from tinygan.disk import AnyPath
from tinygan.drawing.save import DPI
from tinygan.errors import DataError, RunError, SettingError, did_you_mean
from tinygan.folder import claimed, expect_empty
from tinygan.recipes import Recipe, Run, find

MOST = {"seeds": 1000, "updates": 10**6, "samples": 100_000}


@dataclasses.dataclass(frozen=True)
class Experiment:
    """The settings of the experiment, which determine all of its numbers.

    gan: the recipe of the GAN on the same images with their labels.   more: that of the GAN on all images without.
    per_class: numbers of real images of each class, increasing.   seeds: 0, ..., seeds - 1 for each.
    updates: of each classifier.   samples: drawn from each GAN.   arms: names of ARMS.
    backend: of the GANs; classifiers are trained on the host.   data_dir: kept as an absolute path.
    fingerprint: of the data, test images included; empty until `checked` has read them.
    Raises SettingError if an arm does not exist or lacks the one that gives its labels, or if a number is below 1 or
    too large.
    """

    gan: Recipe
    more: Recipe
    per_class: tuple[int, ...] = (10, 20, 50, 100, 500)
    seeds: int = 5
    updates: int = 600
    samples: int = 5000
    arms: tuple[str, ...] = tuple(ARMS)
    backend: str = "numpy"
    data_dir: str | None = None
    fingerprint: str = dataclasses.field(default="", compare=False)

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            value = getattr(self, name)
            if not isinstance(value, int) or not 1 <= value <= most:
                raise SettingError(f"{name} is expected from 1 to {most:,}, got {value!r}")
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
        if self.data_dir is not None:
            object.__setattr__(self, "data_dir", absolute(self.data_dir))

    def checked(self) -> "Experiment":
        """This experiment with the fingerprint of its data, after all checks that are possible before the first task.

        Raises SettingError if there are too few images of a class, if a GAN cannot be trained, or if it is of the wrong
        kind; DataError if there are no images with labels, or no such test images.
        """
        images: Any = load(self.gan.data, self.data_dir)
        if not images.has_images or getattr(images, "labels", None) is None:
            raise DataError(f"augment needs images with labels, which {images.name} lacks; choose digits, say")
        test = images.held_out()
        if test is None or test.labels is None:
            raise DataError(f"augment needs test images with labels, which {images.name} lacks")
        counts = [int((images.labels == label).sum()) for label in range(len(images.classes))]
        if self.per_class[-1] > min(counts):
            least = images.classes[counts.index(min(counts))]
            raise SettingError(
                f"{images.name} has {min(counts):,} images of class {least}, fewer than {self.per_class[-1]:,}; "
                "ask for fewer by --per-class"
            )
        self._expect_kinds(images)
        fingerprint = f"{images.labelled().fingerprint} {test.labelled().fingerprint}"
        if self.fingerprint not in ("", fingerprint):
            raise DataError(
                f"the data are not those of the finished tasks: expected fingerprint {self.fingerprint}, "
                f"got {fingerprint}; resume with the data of the first tasks, or start a new experiment"
            )
        return dataclasses.replace(self, fingerprint=fingerprint)

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

    def stages(self, folder: Path, processes: int = 1) -> Iterator[list[Training | Trial]]:
        """All tasks in lists: those of a list depend only on earlier lists. A seed is finished before the next."""
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

    def tasks(self, folder: Path, processes: int = 1) -> list[Training | Trial]:
        """All tasks in order."""
        return [task for stage in self.stages(folder, processes) for task in stage]

    def config(self) -> dict[str, Any]:
        """The experiment as plain values for TOML, which `load` reads."""
        config: dict[str, Any] = {name: getattr(self, name) for name in (*MOST, "backend", "fingerprint")}
        config |= {"per_class": list(self.per_class), "arms": list(self.arms)}
        if self.data_dir is not None:
            config["data_dir"] = str(self.data_dir)
        for name in ("gan", "more"):
            recipe = getattr(self, name)
            config[name] = {"recipe": recipe.name, "settings": dataclasses.asdict(recipe)}
        return config

    @classmethod
    def load(cls, folder: AnyPath) -> "Experiment":
        """The experiment in `folder`. Raises RunError if there is none, or if it is damaged."""
        path = Path(folder) / "config.toml"
        try:
            config = configuration.read(path)
            if "recipe" in config or "recipes" in config:
                what = "a run" if "recipe" in config else "a comparison"
                raise RunError(f"{folder} holds {what}, and no augmentation; name another folder")
            for name in ("gan", "more"):
                config[name] = find(config[name]["recipe"]).changed(config[name]["settings"])
            return cls(**{**config, "per_class": tuple(config["per_class"]), "arms": tuple(config["arms"])})
        except FileNotFoundError:
            raise RunError(f"no augmentation in {folder}") from None
        except KeyError as error:
            raise RunError(f"{path} is damaged or of no augmentation: it lacks {error}") from None
        except (TypeError, AttributeError, RecursionError, SettingError) as error:
            raise RunError(f"{path} is damaged or of no augmentation: {error}") from None

    def extends(self, other: "Experiment") -> bool:
        """Whether this experiment has every task of `other`."""
        names = ("gan", "more", "updates", "samples", "backend")
        return (
            all(getattr(self, name) == getattr(other, name) for name in names)
            and other.fingerprint in ("", self.fingerprint)
            and self.seeds >= other.seeds
            and {*self.per_class} >= {*other.per_class}
            and {*self.arms} >= {*other.arms}
        )

    def expect_room(self, folder: Path) -> None:
        """Raises an error unless `folder` is empty, or holds an experiment of which this one has every task.

        RunError: it holds another one.   SettingError: it holds something else.
        """
        if not (folder / "config.toml").exists():
            expect_empty(folder)
        elif not self.extends(Experiment.load(folder)):
            raise RunError(f"{folder} holds another augmentation; choose another folder, or ask for the same")

    def missing(self, folder: Path) -> bool:
        """Whether a task has no outcome yet."""
        return not all(task.outcome() for task in self.tasks(folder))

    def outcomes(self, folder: Path) -> list[Outcome]:
        """The outcomes of the finished classifiers in `folder`, by arm, number of images and seed."""
        trials = [task for task in self.tasks(folder) if isinstance(task, Trial)]
        found = [outcome for task in trials if (outcome := task.outcome())]
        return sorted(found, key=lambda each: (self.arms.index(each.name), each.per_class, each.seed))


def augment(
    experiment: Experiment,
    folder: AnyPath,
    processes: int = 1,
    watch: Callable[[Event], None] = lambda event: None,
    format: str = "png",
    dpi: int = DPI,
) -> list[Outcome]:
    """Performs the tasks that `folder` lacks and, after each, writes the tables; at the end it draws the pictures.

    processes: the number of tasks at a time, each with one thread if it is above 1; 0 performs them in this process.
    watch: called with every Event.   format, dpi: of the pictures.   Returns the outcomes of all classifiers.
    Raises SettingError or DataError as `Experiment.checked` does; a finished experiment needs no data but for its
    picture of examples. Raises RunError if the folder holds another experiment or is in use by another process,
    SettingError if it holds something else, and Failures, after all other tasks, if a task failed.
    """
    folder = Path(folder)
    if not experiment.fingerprint or experiment.missing(folder):
        experiment = experiment.checked()
    with claimed(folder):
        experiment.expect_room(folder)
        configuration.write(folder / "config.toml", experiment.config())
        failures: list[str] = []

        def note(event: Event) -> None:
            if event.outcome:
                table.write(experiment.outcomes(folder), folder)
            if event.failure:
                failures.append(f"{event.task.title}: {event.failure}")
            watch(event)

        for stage in experiment.stages(folder, max(processes, 1)):
            perform_all([task for task in stage if not task.outcome()], processes, note)
        table.write(experiment.outcomes(folder), folder)
        draw(experiment, folder, format, dpi)
        if failures:
            raise Failures(f"{len(failures)} tasks failed; {failures[0]}")
        return experiment.outcomes(folder)
