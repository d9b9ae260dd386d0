"""Streams of minibatches that can be restored exactly: a data set in shuffled epochs, or draws from a distribution.

Both are called with m, as `data(m)` and `noise(m)` of Algorithm 1, and give a tree of arrays with m rows at each leaf.
`state()` is a dict of plain JSON values. After `restore(state)` the next minibatches are, bit for bit, those that
followed when the state was taken.
"""

import copy
import dataclasses
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tinygan.errors import DataError
from tinygan.nn.minibatch import Labelled, each


class Examples(Protocol):
    """Finitely many examples, such as `Images`. If they have a `fingerprint`, `restore` compares it."""

    def __len__(self) -> int: ...

    def examples(self, indices: NDArray[np.int64]) -> Any:
        """The examples at `indices`, in the form that networks take."""


class Distribution(Protocol):
    """A prior of `noise.py`, or a density."""

    def sample(self, n: int, rng: np.random.Generator, /) -> Any:
        """n independent draws."""


class Shuffled:
    """`data(m)`: m examples from shuffled epochs, each example once per epoch. A minibatch may straddle epochs.

    dataset: `Images`, `Points`, or another object with `examples` and a length; `as_source` makes one of an array.
    rng: a PCG64 Generator (`numpy.random.default_rng`) of its own.   asarray: the backend's.
    Raises DataError if `dataset` is no data set, or has no examples.

    >>> from tinygan.data import as_source
    >>> data = Shuffled(as_source(np.arange(8.0).reshape(4, 2)), np.random.default_rng(0))
    >>> data(3).shape
    (3, 2)
    """

    def __init__(self, dataset: Examples, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray):
        if isinstance(dataset, type) or not hasattr(dataset, "examples"):
            advice = "Stream draws from it" if hasattr(dataset, "sample") else "as_source makes them of an array"
            raise DataError(f"Shuffled expects finitely many examples, got {_named(dataset)}; {advice}")
        if len(dataset) == 0:
            raise DataError("cannot draw minibatches: the data set has no examples")
        _expect_generator("Shuffled", rng)
        self.dataset = dataset
        self.rng = rng
        self.asarray = asarray
        self._epochs = 0  # finished
        self._shuffle()

    def __repr__(self) -> str:
        return f"Shuffled({self.dataset!r}) in epoch {int(self.epoch) + 1}"

    def _shuffle(self) -> None:
        self._before = self.rng.bit_generator.state  # from which `restore` draws this order again
        self._order = self.rng.permutation(len(self.dataset))
        self._position = 0

    def __call__(self, m: int) -> Any:
        """The next m examples, each leaf (m, ...)."""
        missing = _checked(m)
        drawn = []
        while missing > 0:
            if self._position == len(self._order):
                self._epochs += 1
                self._shuffle()
            part = self._order[self._position : self._position + missing]
            self._position += len(part)
            missing -= len(part)
            drawn.append(part)
        return each(self.asarray, self.dataset.examples(np.concatenate(drawn)))

    @property
    def epoch(self) -> float:
        """The number of passes through the data so far; 2.5 is in the middle of the third."""
        return (self._epochs * len(self._order) + self._position) / len(self._order)

    def state(self) -> dict[str, Any]:
        """The state that `restore` takes: the generator before it drew this epoch's order, and the place in the epoch.

        Beside them stand the facts that identify the data.
        """
        return {
            **self._identity(),
            "epochs": self._epochs,
            "position": self._position,
            "generator": copy.deepcopy(self._before),
        }

    def _identity(self) -> dict[str, Any]:
        """The facts that identify the data: the number of examples and, where known, their shape and fingerprint.

        Labelled examples add the names of the classes, so that a class can be sampled without the data.
        """
        labelled = isinstance(self.dataset.examples(np.arange(1)), Labelled)
        return {
            "examples": len(self._order),
            "shape": list(getattr(self.dataset, "shape", ())),
            "fingerprint": getattr(self.dataset, "fingerprint", ""),
            **({"classes": list(getattr(self.dataset, "classes", ()))} if labelled else {}),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continues from where `state()` was taken. Raises DataError and changes nothing if the state does not fit."""
        examples, epochs, position = (_count(state, key) for key in ("examples", "epochs", "position"))
        here = self._identity()
        if missing := here.keys() - state.keys():
            raise DataError(f"damaged state: it lacks {min(missing)}")
        if (kept := {key: state[key] for key in here}) != here:
            raise DataError(
                f"the saved state is that of {_described(kept)}, but the data set has {_described(here)}; "
                "continue with the data that the run was started with"
            )
        if position > examples:
            raise DataError(f"damaged state: position {position} lies beyond the {examples} examples")
        _set_generator(self.rng, state)
        self._shuffle()
        self._epochs, self._position = epochs, position


class Stream:
    """`noise(m)`, or `data(m)` from a density: m fresh draws from `source`, each leaf (m, ...).

    rng: a PCG64 Generator of its own.   asarray: the backend's.
    Raises DataError if `source` has no method `sample`, as an array has none.
    """

    def __init__(self, source: Distribution, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray):
        if isinstance(source, type) or not hasattr(source, "sample"):
            advice = "" if isinstance(source, type) else "; use Shuffled"
            raise DataError(f"Stream expects a source with sample(n, rng), got {_named(source)}{advice}")
        _expect_generator("Stream", rng)
        self.source = source
        self.rng = rng
        self.asarray = asarray

    def __repr__(self) -> str:
        return f"Stream({self.source!r})"

    def __call__(self, m: int) -> Any:
        """The next m draws, each leaf (m, ...)."""
        return each(self.asarray, self.source.sample(_checked(m), self.rng))

    def state(self) -> dict[str, Any]:
        """The state that `restore` takes: the generator's, and the repr of a dataclass, which has all its fields."""
        source = repr(self.source) if dataclasses.is_dataclass(self.source) else ""
        return {"source": source, "generator": copy.deepcopy(self.rng.bit_generator.state)}

    def restore(self, state: dict[str, Any]) -> None:
        """Continues from where `state()` was taken. Raises DataError and changes nothing if the state does not fit."""
        if not isinstance(state, dict) or "source" not in state:
            raise DataError("damaged state: it lacks its source")
        if (kept := state["source"]) != (here := self.state()["source"]):
            raise DataError(f"the saved state is that of {kept}, but the source is {here}; continue with the same")
        _set_generator(self.rng, state)


def _named(value: Any) -> str:
    """A value's description in an error message: the name of a class, the type of an array, else the repr."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return type(value).__name__ if isinstance(value, np.ndarray | list | tuple | str) else repr(value)


def _expect_generator(name: str, rng: Any) -> None:
    """Raises DataError unless `rng` is a generator with a state of whole numbers, which JSON keeps exactly: PCG64."""
    bits = getattr(rng, "bit_generator", None)
    if not isinstance(rng, np.random.Generator) or not isinstance(bits, _PLAIN):
        got = type(bits if isinstance(rng, np.random.Generator) else rng).__name__
        raise DataError(f"{name}: rng is expected to be numpy.random.default_rng(seed), got {got}")


_PLAIN = (np.random.PCG64, np.random.PCG64DXSM)


def _checked(m: int) -> int:
    if not isinstance(m, (int, np.integer)) or m < 1:
        raise DataError(f"a minibatch has a whole number m >= 1 of examples, got m={m!r}")
    return int(m)


def _described(identity: dict[str, Any]) -> str:
    return f"{identity['examples']} examples {identity['shape']} with fingerprint {identity['fingerprint']!r}"


def _count(state: dict[str, Any], key: str) -> int:
    """The whole number >= 0 that `state` has under `key`. Raises DataError if it has none."""
    value: Any = state.get(key) if isinstance(state, dict) else None
    if not isinstance(value, int) or value < 0:
        raise DataError(f"damaged state: {key!r} should be a whole number >= 0, got {value!r}")
    return value


def _set_generator(rng: np.random.Generator, state: dict[str, Any]) -> None:
    """Sets `rng` to the state saved under "generator", after a trial on a new generator of the same kind."""
    saved: Any = state.get("generator") if isinstance(state, dict) else None
    trial = type(rng.bit_generator)()
    try:
        if any(type(number) is not int for number in saved["state"].values()):
            raise ValueError("its state holds something other than whole numbers")
        trial.state = saved
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as problem:
        raise DataError(f"damaged state: no state of a {type(trial).__name__} generator ({problem})") from problem
    rng.bit_generator.state = saved
