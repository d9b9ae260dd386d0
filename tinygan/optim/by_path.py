"""Rules for parts of a module."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tinygan.errors import SettingError
from tinygan.optim.rule import Rule, assigned, expect_rule


@dataclass(frozen=True)
class by_path(Rule):
    """A rule for each part of a module: by_path({"codes": adam(1e-3)}, adam(2e-4)).

    rules: by the path of a part, so "layers.0" is the rule of "layers.0.weight"; of several the longest path counts.
    rest: the rule of all other parameters.
    Raises SettingError, at the first step, for a path at which the module has no parameter.

    >>> from tinygan.optim import sgd
    >>> by_path({"codes": sgd(0.1)}, sgd(0.2)).among(["codes.weight", "layers.0"])
    {'codes.weight': sgd(learning_rate=0.1), 'layers.0': sgd(learning_rate=0.2)}
    """

    rules: Mapping[str, Any]
    rest: Any

    def __post_init__(self) -> None:
        if not isinstance(self.rules, Mapping):
            raise SettingError(f"by_path: rules is expected to be a dictionary of rules by path, got {self.rules!r}")
        for rule in (*self.rules.values(), self.rest):
            expect_rule(rule, "by_path")

    def among(self, paths: Iterable[str]) -> dict[str, Any]:
        """The rule of each parameter, by path."""
        waiting, rules = list(paths), {}
        for part in self.rules:
            if not any(_holds(part, path) for path in waiting):
                raise SettingError(f"by_path: the module has no parameter at {part!r}{_suggestion(part, waiting)}")
        for part in sorted(self.rules, key=len, reverse=True):
            rules.update(assigned(self.rules[part], [path for path in waiting if _holds(part, path)]))
            waiting = [path for path in waiting if path not in rules]
        return rules | assigned(self.rest, waiting)


def _holds(part: str, path: str) -> bool:
    """Whether the parameter at `path` is the part, or belongs to it."""
    return path == part or path.startswith(f"{part}.")


def _suggestion(part: str, paths: list[str]) -> str:
    """The nearest path of a part that there is, as the end of a sentence."""
    parts = {path[:end] for path in paths for end in (*(i for i, c in enumerate(path) if c == "."), len(path))}
    near = difflib.get_close_matches(part, sorted(parts), 1)
    return f"; did you mean {near[0]!r}?" if near else f"; its parts are {', '.join(sorted(parts))}"
