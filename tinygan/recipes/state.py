"""The state of a run: everything that a recipe and a seed determine, in memory and on disk."""

import dataclasses
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np

from tinygan import checkpoint, configuration, disk, nn
from tinygan.backend import Backend, numpy_backend
from tinygan.backend import backend as find_backend
from tinygan.communicator import Communicator, alone
from tinygan.data import IMAGES, POINTS, Absent, Stream, absolute, as_source, given_as, load
from tinygan.errors import DataError, Diverged, RunError, SettingError, TinyganError
from tinygan.machine import threads
from tinygan.optim import Optimizer
from tinygan.recipes import snapshots
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.registry import RECIPES, find
from tinygan.recipes.snapshots import Snapshot

STREAMS = ("init", "data", "noise", "evaluation", "objective")
SHOWN = 64  # samples in a picture, always from the same z
STATISTICS = 512  # noise samples for the standing statistics of G's batch norms

Kind = TypeVar("Kind")


class State:
    """G, D, their optimizers, the objective, every random stream and the place in the data.

    recipe, backend: objects or their names.
    seed: of all randomness. Each purpose has a stream of its own, independent of the others.
    data: replaces the recipe's data: an array (N, H, W, C) of images or (N, d) of points, `Labelled(array, labels)`, or
    a source such as `Images` or a density.
    data_dir: the folder of the recipe's data; kept as an absolute path, so the run can be resumed from another folder.
    most: how many random numbers the networks may draw for their weights.
    ranks: the communicator of the ranks that train together, each with a run of its own; alone by default.
    D and d_optimizer are None in a game of one player.
    Raises DataError if the data do not fit or their files are missing or damaged, SettingError if a setting does not
    fit, RunError if the networks draw more than `most` numbers.
    """

    def __init__(
        self,
        recipe: Recipe | str,
        *,
        seed: int = 0,
        backend: Backend | str = numpy_backend,
        data: Any = None,
        data_dir: str | Path | None = None,
        most: float = inf,
        ranks: Communicator = alone,
    ):
        asked = _expected("recipe", find(recipe) if isinstance(recipe, str) else recipe, Recipe)
        if RECIPES.get(asked.name, type(asked)) is not type(asked):
            raise SettingError(
                f"Run: {type(asked).__name__} has the name of another recipe, {asked.name!r}; give it one of its own"
            )
        self.backend = _expected("backend", find_backend(backend) if isinstance(backend, str) else backend, Backend)
        self.seed, self.ranks = whole("seed", seed, 0), ranks
        self.data_dir = None if data_dir is None else absolute(data_dir)
        source = load(asked.data, data_dir=self.data_dir) if data is None else as_source(data)
        self.recipe = asked if data is None else asked.changed({"data": given_as(source)})
        if source.domains is not None and not self.recipe.translates:
            raise SettingError(
                f"recipe {self.recipe.name!r} is of one domain, and {source.name} has pairs of two; choose other data, "
                "such as digits or ring, or recipe pix2pix, cyclegan or discogan"
            )
        few = source.few(self.recipe.data_size) if self.recipe.data_size else source
        self.source = self.recipe.examples(few)
        self.placed = partial(nn.moved, asarray=self.backend.asarray)  # networks and minibatches, on the backend
        if most < inf:
            self.recipe.networks(self.source, snapshots.Bounded(most))
        self._begin()

    def _begin(self) -> None:
        """Sets the state before the first iteration."""
        seeds = np.random.SeedSequence(self.seed).spawn(len(STREAMS))
        streams = {name: np.random.default_rng(s) for name, s in zip(STREAMS, seeds, strict=True)}
        self.prior = self.recipe.prior(self.source)
        self.noise, self.data = self._streams(streams["noise"], streams["data"])
        self.G, self.D = map(self.placed, self.recipe.networks(self.source, streams["init"]))
        of_g, of_d = self.recipe.averages()
        self.average = nn.frozen(self.G) if of_g else None
        self.d_average = nn.frozen(self.D) if of_d else None
        self.objective = self.recipe.objective(streams["objective"])
        g_rule, d_rule = self.recipe.rules()
        self.g_optimizer, self.d_optimizer = Optimizer(g_rule), Optimizer(d_rule) if d_rule else None
        self.shown_z = self.placed(_shown(self.prior, streams["evaluation"]))
        self.statistics_z = self.placed(self.prior.sample(STATISTICS, streams["evaluation"]))
        self.statistics: dict[str, Any] = {}  # of G's batch norms by path, if they came with G; until its next update
        self.iteration = 0
        self.between_iterations = True

    def _streams(self, noise: np.random.Generator, data: np.random.Generator) -> tuple[Any, Any]:
        """(noise, data), the streams of minibatches of Algorithm 1, drawn by these generators."""
        z = (
            self.prior.stream(noise, self.placed)
            if hasattr(self.prior, "stream")
            else Stream(self.prior, noise, self.placed)
        )
        return z, self.source.stream(data, self.placed)

    def __repr__(self) -> str:
        done = f"{self.iteration:,} of {self.recipe.iterations:,} iterations"
        return f"Run({self.recipe.name!r} on {self.source!r}, seed {self.seed}, {done}, {self.backend.name})"

    def config(self) -> dict[str, Any]:
        """The configuration with every setting, from which `tinygan train --config` starts this run again."""
        config = {"recipe": self.recipe.name, "seed": self.seed, "backend": self.backend.name}
        if self.data_dir is not None:
            config["data_dir"] = self.data_dir
        return {**config, "settings": dataclasses.asdict(self.recipe)}

    def snapshot(self) -> Snapshot:
        """A snapshot of the state, in memory. After `restore` the run continues the same, to the last bit.

        It shares the networks' arrays, which never change in place; the optimizers' state is copied.
        Raises RunError inside an iteration, where the run could not continue exactly.
        """
        if not self.between_iterations:
            raise RunError(f"the run is inside iteration {self.iteration + 1}; save it after its last step")
        return snapshots.snapshot(self)

    def restore(self, snapshot: tuple[dict[str, Any], dict[str, Any]]) -> None:
        """Restores the state of a snapshot of this run, or of another one with the same configuration and data.

        The settings and the seed stay those of this run: with another m, a run continues with that m, and with another
        seed the noise of its pictures, and of the standing statistics, is another.
        snapshot: from `snapshot`, or by `checkpoint.load` from a file of `save`. Call `steps` again afterwards: earlier
        iterators of steps raise RunError.
        Raises RunError if the snapshot does not fit; then nothing is changed.
        """
        arrays, values = snapshot
        try:
            snapshots.check(self, arrays, values)
            made = snapshots.made_of(self, arrays, values)
            noise, data = self._streams(np.random.default_rng(), np.random.default_rng())
            noise.restore(values["noise"])
            data.restore(values["data"])
            vars(self).update(made, noise=noise, data=data)
            for path, rng in snapshots.generators(self):
                rng.bit_generator.state = values["generators"][path]
        except DataError as error:  # the data are not those of the snapshot
            raise RunError(str(error)) from error
        except Exception as error:  # a damaged file can cause any
            raise RunError(f"the checkpoint does not fit its recipe: {_words(error)}") from error
        self.iteration, self.between_iterations = values["iteration"], True

    def save(self, path: disk.AnyPath) -> None:
        """Writes the state to a file, atomically.

        path: a folder, as `load` takes it, or a file whose name ends in .npz.
        Raises RunError inside an iteration, Diverged if a number of the state is not finite; then `path` is unchanged.
        """
        arrays, values = self.snapshot()
        source = {"shape": list(self.source.shape), "classes": list(self.source.classes)}
        if self.source.domains is not None:
            source["domains"] = list(map(list, self.source.domains))
        about = {"config": configuration.portable(self.config()), "threads": threads(), "source": source}
        try:
            checkpoint.save(_checkpoint(Path(path)), arrays, {**about, **values})
        except Diverged:
            raise Diverged(
                f"a weight, or an optimizer's state, is no longer finite at iteration {self.iteration}: "
                "the run has diverged; try a lower learning rate"
            ) from None

    @classmethod
    def load(
        cls,
        path: disk.AnyPath,
        changes: dict[str, Any] | None = None,
        *,
        recipe: Recipe | None = None,
        backend: str | None = None,
        data: Any = None,
        data_dir: str | Path | None = None,
        with_data: bool = True,
        ranks: Communicator = alone,
    ) -> tuple[Self, int]:
        """The run saved at `path`, and the number of threads that it was saved with.

        path: a folder, or a file whose name ends in .npz.   changes: settings to replace.
        recipe: that of the run, with any settings, if it is none of the package's.
        backend, data, data_dir: replace those of the saved run.   ranks: as for a new run, of any number.
        with_data: False does without the training data; such a run can only be sampled.
        Raises RunError if there is no run, if it is damaged, or if its data have changed.
        """
        file, values = _read(path, recipe)
        try:
            config = configuration.local(values["config"])
            kept, seed, kept_on, made_with = snapshots.described(values, recipe)
            if not with_data and (kept.data in (IMAGES, POINTS) or _of_files(values["data"])):
                data = Absent(kept.data, **values["source"])  # other data are distributions, which need no files
        except RunError as error:
            raise RunError(f"{file}: {error}") from error
        except Exception as error:  # a damaged file can cause any
            raise RunError(f"{file} is damaged: {_words(error)}") from error
        place = config.get("data_dir") if data_dir is None else data_dir
        most = file.stat().st_size  # bytes: a weight has 4, and takes fewer random numbers than that
        try:
            others: dict[str, Any] = {"backend": backend or kept_on, "data": data, "data_dir": place, "ranks": ranks}
            run = cls(kept.changed(changes or {}), seed=seed, most=most, **others)
            run.restore(checkpoint.load(file, snapshots.room(run, values["iteration"], most)))
        except RunError as error:
            where = "" if str(file) in str(error) else f"{file}: "
            raise RunError(f"{where}{error}{_with(changes)}") from error
        except (MemoryError, OverflowError, ValueError) as error:
            if isinstance(error, TinyganError):
                raise
            raise RunError(f"{file}: its networks are too large for this machine: {_words(error)}") from error
        return run, made_with


def _read(path: disk.AnyPath, recipe: Any) -> tuple[Path, dict[str, Any]]:
    """(the checkpoint at `path`, its values). Raises SettingError if `recipe` is given and is none."""
    if recipe is not None:
        _expected("recipe", recipe, Recipe)
    file = checkpoint_of(path)
    return file, checkpoint.load_values(file)


def _of_files(stream: dict[str, Any]) -> bool:
    """Whether the state of a stream is of examples that were read from files, and not of a distribution."""
    return "fingerprint" in stream or any(_of_files(part) for part in stream.values() if isinstance(part, dict))


def whole(name: str, value: Any, least: int) -> int:
    """`value` as an int. Raises SettingError if it is not a whole number of at least `least`."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise SettingError(f"{name} is expected to be a whole number of at least {least}, got {value!r}")
    return int(value)


def _shown(prior: Any, rng: np.random.Generator) -> Any:
    """The noise of a run's pictures: SHOWN samples, or the rows and columns of a prior that has them."""
    return prior.shown(SHOWN, rng) if hasattr(prior, "shown") else prior.sample(SHOWN, rng)


def _expected(name: str, value: Any, kind: type[Kind]) -> Kind:
    """`value`. Raises SettingError if it is not of type `kind`."""
    if not isinstance(value, kind):
        raise SettingError(f"Run: {name} is expected to be a {kind.__name__}, or the name of one, got {value!r}")
    return value


def checkpoint_of(path: disk.AnyPath) -> Path:
    """The path of the checkpoint at `path`, a run's folder or a file whose name ends in .npz.

    Raises RunError if there is none.
    """
    path = Path(path)
    if path.is_file() and path.suffix != ".npz":
        raise RunError(f"{path} is a file; name the folder of the run, or its checkpoint.npz")
    file = _checkpoint(path)
    if file.exists():
        return file
    config = path / "config.toml"
    if config.is_file() and (kind := configuration.kind_of(configuration.read(config))) != "run":
        holds = configuration.with_article(kind)
        raise RunError(f"no run in {path}: it holds {holds}, whose runs are below {path / 'runs'}")
    raise RunError(f"no checkpoint at {file}")


def _checkpoint(path: Path) -> Path:
    """The path of a checkpoint: `path` itself if its name ends in .npz, else checkpoint.npz in that folder."""
    return path if path.suffix == ".npz" and not path.is_dir() else path / "checkpoint.npz"


def _with(changes: dict[str, Any] | None) -> str:
    """The end of an error message that names the changed settings, a possible cause of it."""
    named = ", ".join(f"{key}={value!r}" for key, value in (changes or {}).items() if key != "iterations")
    return f"; perhaps {named} does not fit it" if named else ""


def _words(error: Exception) -> str:
    """An error in one line."""
    return f"it lacks {error}" if isinstance(error, KeyError) else " ".join(str(error).split()) or type(error).__name__
