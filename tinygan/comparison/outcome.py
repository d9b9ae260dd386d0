"""The outcome of a run of a comparison: the measures of its samples."""

import dataclasses
from collections.abc import Mapping
from math import inf, isfinite, isnan
from typing import Any, NamedTuple, Self

from tinygan import study
from tinygan.metrics import Measure

MOST_DIGITS = 9  # of a column


class Column(NamedTuple):
    """A column of the table.

    title: its heading, without the unit.   share: whether its numbers are shares, which are shown in per cent.
    total: what a count is out of, or 0.   digits: after the point.
    """

    title: str
    share: bool = False
    total: int = 0
    digits: int = 3

    @property
    def heading(self) -> str:
        """The title with the unit, as "quality %" or "modes/25"."""
        return f"{self.title} %" if self.share else f"{self.title}/{self.total}" if self.total else self.title

    def cell(self, value: float) -> str:
        """A number under the heading."""
        return f"{100 * value:.1f}" if self.share else f"{value:.{1 if self.total else self.digits}f}"

    @classmethod
    def of(cls, values: Any) -> Self:
        """The column of plain values. Raises ValueError if they are none."""
        title, share, total, digits = values
        kinds = isinstance(title, str), isinstance(share, bool), type(total) is int, type(digits) is int
        if not (all(kinds) and title and total >= 0 and 0 <= digits <= MOST_DIGITS):
            raise ValueError(f"{values} is no column of a table")
        return cls(title, share, total, digits)

    def words(self, value: float) -> str:
        """A number with its title.

        >>> Column("test error", share=True).words(0.0264), Column("modes", total=25).words(24)
        ('test error 2.6%', 'modes 24')
        """
        return f"{self.title} {self.cell(value)}%" if self.share else f"{self.title} {self._plain(value)}"

    def _plain(self, value: float) -> str:
        return f"{value:.0f}" if self.total else self.cell(value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome(study.Outcome):
    """The outcome of a run.

    label: the recipe with its settings, as typed.   iterations: those that were made.
    measures, floors: by name, of the samples and of true examples in their place; empty if the run diverged. A measure
    of D, such as a test error, has no floor.   columns: of the measures that the table shows.
    """

    label: str
    iterations: int
    measures: dict[str, float] = dataclasses.field(default_factory=dict)
    floors: dict[str, float] = dataclasses.field(default_factory=dict)
    columns: dict[str, Column] = dataclasses.field(default_factory=dict)

    def found(self) -> str:
        """The measures of the table in a few words.

        >>> columns = {"modes": Column("modes", total=8), "wasserstein1": Column("W1")}
        >>> measures = {"modes": 8, "wasserstein1": 0.05}
        >>> numbers = {"iterations": 100, "seconds": 2.5, "threads": 1, "processes": 2}
        >>> Outcome(label="minimax", seed=0, measures=measures, columns=columns, **numbers).summary()
        'modes 8, W1 0.050, 2.5 s'
        """
        return ", ".join(column.words(self.measures[name]) for name, column in self.columns.items())

    def values(self) -> dict[str, Any]:
        """Plain values, with None for an infinite measure, which JSON cannot express."""
        finite = {
            part: {name: value if isfinite(value) else None for name, value in getattr(self, part).items()}
            for part in ("measures", "floors")
        }
        return {**super().values(), **finite}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        parts: dict[str, Any] = {
            part: {name: inf if value is None else float(value) for name, value in values[part].items()}
            for part in ("measures", "floors")
        }
        parts["columns"] = {name: Column.of(column) for name, column in values["columns"].items()}
        found = super().of({**values, **parts, "iterations": int(values["iterations"])})
        known = found.measures.keys()
        if not (found.floors.keys() <= known and found.columns.keys() <= known and (known or found.diverged)):
            raise ValueError("measures are missing")
        return found


def described(measures: list[Measure]) -> dict[str, Any]:
    """The fields of an outcome that come from measures."""
    return {
        "measures": {each.name: each.value for each in measures},
        "floors": {each.name: each.floor for each in measures if not isnan(each.floor)},
        "columns": {
            each.name: Column(each.column, each.share, each.total, each.digits) for each in measures if each.column
        },
    }
