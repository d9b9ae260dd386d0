"""A run: everything that a recipe and a seed determine, from the first random number to the last checkpoint."""

import dataclasses
import os
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from tinygan import checkpoint, configuration, disk, nn
from tinygan.autograd import Tensor, raw
from tinygan.backend import Backend, numpy_backend, to_host
from tinygan.backend import backend as find_backend
from tinygan.data import Absent, Stream, absolute, as_source, as_uint8, given_as, load, truncated
from tinygan.errors import DataError, Diverged, RunError, SettingError, TinyganError
from tinygan.nn.minibatch import each, is_number, leaves
from tinygan.optim import Optimizer
from tinygan.recipes import kept
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.registry import find
from tinygan.training import Step

STREAMS = ("init", "data", "noise", "evaluation", "objective")
SHOWN = 64  # samples in a picture, always from the same z
STATISTICS = 512  # noise samples behind the standing statistics of G's batch norms
CHUNK = 500  # samples generated at a time


class Run:
    """G, D, their optimizers, every random stream and the place in the data; `steps` is Algorithm 1 at work on them.

    seed: of all randomness; each purpose has a stream of its own, so that none disturbs another.
    data: in place of the recipe's: an array (N, H, W, C) of images or (N, d) of points, `Labelled(array, labels)`, or a
    source such as `Images` or a density.
    data_dir: folder of the recipe's data; kept as an absolute path, so that it is found again from elsewhere.
    recipe, backend: or the name of one.
    most: random numbers that its networks may take for their weights.
    Raises DataError for other arrays, and for files that are missing or damaged; SettingError for other settings;
    RunError beyond `most`.
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
    ):
        recipe = find(recipe) if isinstance(recipe, str) else recipe
        backend = find_backend(backend) if isinstance(backend, str) else backend
        for name, value, kind in (("recipe", recipe, Recipe), ("backend", backend, Backend)):
            if not isinstance(value, kind):
                raise SettingError(
                    f"Run: {name} is expected to be a {kind.__name__}, or the name of one, got {value!r}"
                )
        seed = _whole("seed", seed, 0)
        self.data_dir = None if data_dir is None else absolute(data_dir)
        self.source: Any  # a Source, and whatever else it has
        if data is None:
            self.source = load(recipe.data, self.data_dir)
        else:
            self.source = as_source(data)
            recipe = recipe.changed({"data": given_as(self.source)})
        self.recipe, self.seed, self.backend = recipe, seed, backend
        seeds = np.random.SeedSequence(seed).spawn(len(STREAMS))
        streams = {name: np.random.default_rng(s) for name, s in zip(STREAMS, seeds, strict=True)}
        self.prior: Any = recipe.prior()
        self.noise = Stream(self.prior, streams["noise"], backend.asarray)
        self.data = self.source.stream(streams["data"], backend.asarray)
        if most < inf:
            recipe.networks(self.source.shape, kept.Bounded(most))
        self.G, self.D = (self._moved(net) for net in recipe.networks(self.source.shape, streams["init"]))
        self.average = nn.frozen(self.G) if recipe.average else None
        self.objective = recipe.objective(streams["objective"])
        g_rule, d_rule = recipe.rules()
        self.g_optimizer, self.d_optimizer = Optimizer(g_rule), Optimizer(d_rule)
        self.shown_z = each(backend.asarray, self.prior.sample(SHOWN, streams["evaluation"]))
        self.statistics_z = each(backend.asarray, self.prior.sample(STATISTICS, streams["evaluation"]))
        self.iteration = 0
        self.between_iterations = True

    def __repr__(self) -> str:
        done = f"{self.iteration:,} of {self.recipe.iterations:,} iterations"
        return f"Run({self.recipe.name!r} on {self.source!r}, seed {self.seed}, {done}, {self.backend.name})"

    @classmethod
    def load(
        cls,
        folder: disk.AnyPath,
        changes: dict[str, Any] | None = None,
        *,
        backend: str | None = None,
        data: Any = None,
        data_dir: str | Path | None = None,
        with_data: bool = True,
    ) -> tuple["Run", int]:
        """The run kept in `folder`, as it stood, and the number of threads it was made with.

        changes: settings to replace.   backend, data, data_dir: in place of those it was made with.
        with_data: False for a run that is to be sampled only, whose training data need not be there.
        Raises RunError if there is no run, or a damaged one, or if its data are others now.
        """
        path = Path(folder) / "checkpoint.npz"
        if Path(folder).is_file():
            raise RunError(f"{folder} is a file; name the folder of the run")
        if (Path(folder) / "runs").is_dir() and not path.exists():
            raise RunError(f"no run in {folder}: it holds a comparison, whose runs are in {Path(folder) / 'runs'}")
        values = checkpoint.load_values(path)
        try:
            config = configuration.local(values["config"])
            recipe, seed, kept_on, made_with = kept.described(values)
            if not with_data and (shape := values["data"].get("shape")):
                data = Absent(recipe.data, shape, values["data"].get("classes", ()))
        except Exception as error:  # whatever stands where the configuration should
            raise RunError(f"{path} is damaged: {_words(error)}") from error
        recipe, device = recipe.changed(changes or {}), find_backend(backend or kept_on)
        place = config.get("data_dir") if data_dir is None else data_dir
        most = path.stat().st_size  # bytes; a weight has 4, and its place in the network may be drawn beside it
        try:
            run = cls(recipe, seed=seed, backend=device, data=data, data_dir=place, most=most)
            run.restore(*checkpoint.load(path, kept.room(run, values["iteration"])))
        except RunError as error:
            where = "" if str(path) in str(error) else f"{path}: "
            raise RunError(f"{where}{error}{_with(changes)}") from error
        except (MemoryError, OverflowError, ValueError) as error:
            if isinstance(error, TinyganError):
                raise
            raise RunError(f"{path}: its networks are too large for this machine: {_words(error)}") from error
        return run, made_with

    def _moved(self, module: Any) -> Any:
        """`module` on the run's backend."""

        def moved(leaf: Any) -> Any:
            array = self.backend.asarray(raw(leaf))
            return Tensor(array) if isinstance(leaf, Tensor) else array

        return nn.map_leaves(module, moved)

    def steps(self) -> Iterator[Step]:
        """Algorithm 1 from where the run stands to the recipe's last iteration; the run follows every step."""
        if self.iteration >= self.recipe.iterations:
            return
        game = self.G, self.D, self.objective, self.g_optimizer, self.d_optimizer, self.noise, self.data
        self.between_iterations = False  # also while a step is being made: it draws noise before it is there
        for step in self.recipe.algorithm(*game, start=self.iteration + 1):
            self.G, self.D, self.objective = step.G, step.D, step.objective
            if step.player == "G" and self.average is not None:
                warm = step.iteration / (step.iteration + 10)  # or early pictures would be of the initial weights
                self.average = nn.averaged(self.average, self.G, min(self.recipe.average, warm))
            if step.last:
                self.iteration = step.iteration
            self.between_iterations = step.last
            yield step
            if step.last and step.iteration >= self.recipe.iterations:
                return
            self.between_iterations = False

    def generator(self) -> Any:
        """G as samples are drawn from it: averaged if the recipe says so, each sample independent of the others."""
        G = nn.frozen(self.G) if self.average is None else self.average
        return nn.with_statistics(G, self.statistics_z)

    def sample(self, count: int, seed: int = 0, truncation: float | None = None, label: int | str | None = None) -> Any:
        """`count` samples on the host: uint8 (count, H, W, C) images, or float32 (count, d) points.

        A conditional G gives them as `Labelled(x, y)`.
        seed: of their noise.   truncation: z only within that distance of 0 in each coordinate, which trades variety
        for quality (Brock et al. 2019, section 3.1); for a normal prior.   label: the class of all, by name or number;
        without it the classes come in turn.
        Raises Diverged if a sample is not finite, SettingError for a class that does not exist.
        """
        count, seed = _whole("count", count, 1), _whole("seed", seed, 0)
        prior = self.prior if truncation is None else truncated(self.prior, truncation)
        if label is not None and not hasattr(prior, "classes"):
            raise SettingError(f"recipe {self.recipe.name!r} makes samples of no class; leave out {label!r}")
        whole = -(-count // CHUNK) * CHUNK  # the last bits of a matrix product depend on its size
        labels = prior.labels(whole, label) if hasattr(prior, "classes") else None
        rng, chunks = np.random.default_rng(seed), []
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # whether all is finite is asked below
            G = self.generator()
            for start in range(0, whole, CHUNK):
                some = slice(start, start + CHUNK)
                z = prior.sample(CHUNK, rng) if labels is None else prior.given(labels[some], rng)
                chunks.append(each(lambda leaf: to_host(raw(leaf)), G(each(self.backend.asarray, z))))
        samples = each(lambda *parts: np.concatenate(parts)[:count], *chunks)
        floats = [leaf.reshape(count, -1) for leaf in leaves(samples) if is_number(leaf)]
        if bad := int((~np.isfinite(np.concatenate(floats, axis=1)).all(axis=1)).sum()):
            raise Diverged(f"{bad} of {count} samples are not finite: the run has diverged")
        return each(lambda leaf: as_uint8(leaf) if leaf.ndim == 4 else leaf, samples)

    def config(self) -> dict[str, Any]:
        """The resolved configuration: what `tinygan train --config` needs to start this run anew."""
        config = {"recipe": self.recipe.name, "seed": self.seed, "backend": self.backend.name}
        if self.data_dir is not None:
            config["data_dir"] = self.data_dir
        return {**config, "settings": dataclasses.asdict(self.recipe)}

    def save(self, path: disk.AnyPath) -> None:
        """Write the whole run, atomically.

        path: a folder, as `load` takes it, or a file whose name ends in .npz.
        Raises RunError, and leaves `path` as it was, amid an iteration, which could not be resumed exactly; Diverged
        if a number of the run is not finite.
        """
        if not self.between_iterations:
            raise RunError(f"the run stands amid iteration {self.iteration + 1}; save it after its last step")
        path = Path(path)
        if path.suffix != ".npz":
            path = path / "checkpoint.npz"
        arrays, values = kept.kept(self)
        try:
            checkpoint.save(
                path, arrays, {"config": configuration.portable(self.config()), "threads": threads(), **values}
            )
        except Diverged:
            raise Diverged(
                f"a weight, or what an optimizer remembers, is no longer finite at iteration {self.iteration}: "
                "the run has diverged; try a lower learning rate"
            ) from None

    def restore(self, arrays: dict[str, Any], values: dict[str, Any]) -> None:
        """Take up what `save` wrote for the same configuration; raises RunError if it is not that of such a run."""

        def part(name: str) -> dict[str, Any]:
            named = {**arrays, **values["numbers"]}
            return {key.removeprefix(f"{name}/"): value for key, value in named.items() if key.startswith(f"{name}/")}

        try:
            kept.check(self, arrays, values)
            made: dict[str, Any] = {
                name: self._moved(nn.updated(getattr(self, name), part(name))) for name in ("G", "D", "average")
            }
            for name, module in (("g_optimizer", self.G), ("d_optimizer", self.D)):
                made[name] = Optimizer(getattr(self, name).rule)
                made[name].restore(module, part(name))
            made["objective"] = self.objective.restored(
                {
                    path: self.backend.asarray(value) if hasattr(value, "shape") else value
                    for path, value in part("objective").items()
                }
            )
            self.noise.restore(values["noise"])
            self.data.restore(values["data"])
            vars(self).update(made)
            for path, rng in kept.generators(self):
                rng.bit_generator.state = values["generators"][path]
        except DataError as error:  # other data than the run was made with
            raise RunError(str(error)) from error
        except Exception as error:  # whatever stands in a file that somebody else wrote
            raise RunError(f"the checkpoint does not fit its recipe: {_words(error)}") from error
        self.iteration, self.between_iterations = values["iteration"], True


def _with(changes: dict[str, Any] | None) -> str:
    """That a checkpoint may be no worse than what was asked of it."""
    named = ", ".join(f"{key}={value!r}" for key, value in (changes or {}).items() if key != "iterations")
    return f"; perhaps {named} does not fit it" if named else ""


def _whole(name: str, value: Any, least: int) -> int:
    """`value` as Python's; raises SettingError unless it is a whole number of at least `least`."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise SettingError(f"{name} is expected to be a whole number of at least {least}, got {value!r}")
    return int(value)


def _words(error: Exception) -> str:
    """An error in one line."""
    return f"it lacks {error}" if isinstance(error, KeyError) else " ".join(str(error).split()) or type(error).__name__


def threads() -> int:
    """How many threads the matrix products use: results differ in the last bits with it."""
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        if os.environ.get(variable, "").isdigit():
            return int(os.environ[variable])
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
