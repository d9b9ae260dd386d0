"""A run of a recipe: its steps, the samples of its generator, and the outputs of its D."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from tinygan import nn
from tinygan.algorithms import in_parallel
from tinygan.data import as_uint8, truncated
from tinygan.data.labels import as_labels, class_names
from tinygan.errors import Diverged, RunError, SettingError, ShapeMismatch
from tinygan.nn.average import unbiased, warm
from tinygan.nn.minibatch import concatenated, each, is_number, leaves, on_host, part, rows
from tinygan.objectives.scores import scores
from tinygan.recipes.judge import outputs_at
from tinygan.recipes.shared import expect_shared
from tinygan.recipes.state import State, whole
from tinygan.training import Step

CHUNK = 500  # samples generated at a time
NO_CODES: Mapping[str, float] = MappingProxyType({})


class Run(State):
    """The state of a run, with the steps that change it, samples of G, and outputs of D."""

    def steps(self) -> Iterator[Step]:
        """The steps of the recipe's algorithm from the current iteration to the last. Each updates the run's state.

        Of several ranks, all start from the state of rank 0.
        Raises RunError if the run was restored, or made other steps, since the last step.
        """
        if self.iteration >= self.recipe.iterations:
            return
        algorithm = self.recipe.algorithm
        if self.ranks.size > 1:
            arrays, values = self.snapshot()
            self.restore(self.ranks.broadcast(({name: on_host(array) for name, array in arrays.items()}, values)))
            algorithm = partial(in_parallel, algorithm, self.ranks)
        game = self.G, self.D, self.objective, self.g_optimizer, self.d_optimizer, self.noise, self.data
        self.between_iterations = False  # also during a step, which draws noise first
        for step in algorithm(*game, start=self.iteration + 1):
            self.G, self.D, self.objective = step.G, step.D, step.objective
            if step.player == "G":
                self.statistics = {}
            if step.player == "G" and self.average is not None:
                decay = warm(self.recipe.averages()[0], step.iteration)
                self.average = nn.averaged(self.average, self.G, decay)
            if step.last:
                self.iteration = step.iteration
                if self.d_average is not None:
                    decay = unbiased(self.recipe.averages()[1], step.iteration)
                    self.d_average = nn.averaged(self.d_average, self.D, decay)
            self.between_iterations = step.last
            yield step
            if self.G is not step.G or self.D is not step.D:
                raise RunError("the run was restored, or made other steps, since this step; call steps() again")
            if step.last and step.iteration >= self.recipe.iterations:
                return
            self.between_iterations = False

    def tried(self) -> Self:
        """This run, unchanged, after a trial of its next iteration: an error shows before anything is written.

        Raises SettingError if the arrays do not fit the algorithm, such as a minibatch of one example for batch norm;
        and if several ranks cannot share the steps.
        """
        start = self.snapshot()
        try:
            next(step for step in self.steps() if step.last)
            if self.ranks.size > 1:
                self.restore(start)
                expect_shared(self)
        except ShapeMismatch as error:
            part = f" on {self.ranks.size} ranks, each with its part of m" if self.ranks.size > 1 else ""
            why = f"recipe {self.recipe.name!r} cannot be trained with such settings{part}: {error}"
            raise SettingError(why) from error
        self.restore(start)
        return self

    def generator(self) -> Any:
        """The G that samples come from: the moving average, if there is one, evaluated, with standing statistics.

        The statistics are those of `statistics_z`, or those that came with an imported G.
        Standing statistics make each sample independent of the others, also with batch norm in G.
        """
        G = nn.frozen(self.G) if self.average is None else self.average
        if self.statistics:
            return nn.with_given_statistics(G, self.statistics)
        return nn.with_statistics(G, self.statistics_z)

    def discriminator(self) -> Any:
        """The D that measures use: the moving average, if there is one, evaluated. Raises SettingError if none is."""
        self._expect_d()
        return nn.evaluated(nn.frozen(self.D) if self.d_average is None else self.d_average)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes of a conditional G; () if G has no condition."""
        return () if self.source.domains is not None else getattr(self.prior, "classes", ())

    @property
    def both_ways(self) -> bool:
        """Whether G makes each domain of the other; a G of one direction keeps the a that it was given."""
        if self.source.domains is None:
            return False
        x = part(self.shown_z, 0, 1)
        return nn.evaluated(nn.frozen(self.G))(x).a is not x.a

    @property
    def codes(self) -> tuple[str, ...]:
        """The names of the codes that G is given, each of which can be set; () if there are none."""
        return getattr(self.prior, "codes", ())

    def sample(
        self,
        count: int,
        seed: int = 0,
        truncation: float | None = None,
        label: int | str | None = None,
        codes: Mapping[str, float] = NO_CODES,
    ) -> Any:
        """`count` samples on the host: uint8 (count, H, W, C) images, or float32 (count, d) points.

        A conditional G gives `Labelled(x, y)`.
        seed: of the noise.   truncation: a bound of the coordinates of z, for a normal prior, which trades variety for
        quality (Brock et al. 2019, section 3.1).   label: the class of all samples, by name or number; without it the
        classes take turns.   codes: the values of codes of all samples, by name; with any, the categories take turns if
        none is given.
        Raises Diverged if a sample is not finite, SettingError if a class or a code does not exist or cannot have that
        value, if G is given none, or if G translates examples.
        """
        return self._made(self._noise(whole("count", count, 1), seed, truncation, label, codes), count)

    def translated(self, x: Any) -> Any:
        """G(x) on the host for examples x of two domains, `Pair(a, b)`: float32, images in [-1, 1].

        A G of one direction keeps a and makes b of it; one of both makes each of the other.
        Raises Diverged if a number is not finite, SettingError if G makes its samples of noise.
        """
        if self.source.domains is None:
            raise SettingError(
                f"recipe {self.recipe.name!r} translates nothing: its G makes samples of noise; use sample"
            )
        G = self.generator()
        parts = [part(x, start, start + CHUNK) for start in range(0, rows(x), CHUNK)]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # the check for finite numbers is below
            made = concatenated([each(on_host, G(self.placed(some))) for some in parts])
        if not all(np.isfinite(leaf).all() for leaf in leaves(made)):
            raise Diverged("a translation is not finite: the run has diverged")
        return made

    def sweep(self, name: str, values: Sequence[Any], count: int, seed: int = 0, **others: Any) -> Any:
        """count * len(values) samples, row by row: a row has one noise, and in column j `name` is values[j].

        name: "truncation", "label", or one of `codes`.   others: as for `sample`. Column j has the samples of
        sample(count, seed) with values[j], up to rounding; classes, or categories, take turns by row.
        Raises SettingError if there is no value, and the errors of `sample`.
        """
        if not len(values):
            raise SettingError(f"sweep: values of {name} are expected, got none")

        def column(value: Any) -> Any:
            chosen = {"truncation": None, "label": None, "codes": NO_CODES, **others}
            if name in ("truncation", "label"):
                chosen[name] = value
            else:
                chosen["codes"] = {**chosen["codes"], name: value}
            return part(concatenated(list(self._noise(whole("count", count, 1), seed, **chosen))), 0, count)

        def by_row(*columns: Any) -> Any:
            return np.stack(columns, axis=1).reshape(-1, *columns[0].shape[1:])

        z = each(by_row, *map(column, values))
        total = len(values) * count
        starts = range(0, total, CHUNK)
        z = each(lambda leaf: np.resize(leaf, (len(starts) * CHUNK, *leaf.shape[1:])), z)  # whole chunks, as in sample
        return self._made((part(z, i, i + CHUNK) for i in starts), total)

    def _noise(
        self, count: int, seed: int, truncation: float | None, label: int | str | None, codes: Mapping[str, float]
    ) -> Iterator[Any]:
        """Minibatches of noise for `count` samples, all of one size, on which the last bits of matrix products depend.

        The arguments are those of `sample`, and so are the errors.
        """
        if self.source.domains is not None:
            then = "give it some by `tinygan translate`" if self.source.has_images else "it makes no samples of noise"
            raise SettingError(f"recipe {self.recipe.name!r} translates examples; {then}")
        rng = np.random.default_rng(whole("seed", seed, 0))
        prior: Any = self.prior if truncation is None else truncated(self.prior, truncation)
        if label is not None and not self.classes:
            raise SettingError(f"recipe {self.recipe.name!r} has no classes; leave out the class {label!r}")
        if codes and not self.codes:
            raise SettingError(f"recipe {self.recipe.name!r} has no codes; leave out {', '.join(codes)}")
        chunks = -(-count // CHUNK)
        if self.classes:
            return (prior.given(some, rng) for some in np.split(prior.labels(chunks * CHUNK, label), chunks))
        if codes:
            return (prior.given(CHUNK, rng, codes, first=i * CHUNK) for i in range(chunks))
        return (prior.sample(CHUNK, rng) for _ in range(chunks))

    def every_class(self, n: int, seed: int = 0, truncation: float | None = None) -> Any:
        """n * K labelled samples: for each of n noise samples, one of each of the K classes.

        Raises SettingError if G has no condition.
        """
        if not self.classes:
            raise SettingError(f"recipe {self.recipe.name!r} has no classes; use sample")
        return self.sweep("label", range(len(self.classes)), whole("n", n, 1), seed, truncation=truncation)

    def _made(self, noise: Iterable[Any], count: int) -> Any:
        """The first `count` samples that G makes from minibatches of noise; images as bytes."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # the check for finite numbers is below
            G = self.generator()
            given = [each(on_host, G(self.placed(z))) for z in noise]
        samples = part(concatenated(given), 0, count)
        finite = [np.isfinite(leaf.reshape(count, -1)).all(axis=1) for leaf in leaves(samples)]
        if bad := count - int(np.logical_and.reduce(finite).sum()):
            raise Diverged(f"{bad} of {count} samples are not finite: the run has diverged")
        return each(_as_kept, samples)

    @property
    def output(self) -> str | None:
        """The kind of D's output: "probability", "score" or "energy"; None if there is no D."""
        return None if self.D is None else self.objective.output

    def at_equilibrium(self) -> dict[str, float]:
        """The losses "D" and "G", and D's "output", for the best D where p_g = p_data; {} if no such numbers are known.

        The losses are sums over the arrays of scores that D returns, such as those of an ensemble.
        """
        found = {} if self.D is None else self.objective.at_equilibrium()
        if not found:
            return {}
        G, D = (nn.evaluated(nn.frozen(player)) for player in (self.G, self.D))
        z = self.placed(self.prior.sample(self.recipe.m, np.random.default_rng(0)))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # only the form of the output counts
            count = len(scores(D(G(z))))
        return {name: value if name == "output" else count * value for name, value in found.items()}

    def judge(self, points: Any) -> Any:
        """D's outputs at the host examples (n, ...), of the kind `output`, (n,) on the host.

        points: points or images in the form that D gets, `Labelled(x, y)` for a conditional D.
        Raises SettingError if there is no D, DataError if a label is no class of the data.
        """
        self._expect_d()
        if isinstance(points, nn.Labelled):
            points = points._replace(y=as_labels(points.y))
            class_names("judge", rows(points), points.y, self.source.classes)
        D = nn.evaluated(nn.frozen(self.D))
        return outputs_at(D, self.objective.read, self.source, points, self.backend.asarray)

    def _expect_d(self) -> None:
        if self.D is None:
            raise SettingError(f"recipe {self.recipe.name!r} has no D to judge with: it is a game of one player")


def _as_kept(leaf: Any) -> Any:
    """Images as bytes, other leaves unchanged."""
    return as_uint8(leaf) if leaf.ndim == 4 and is_number(leaf) else leaf
