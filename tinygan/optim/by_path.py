"""Different update rules for different parts of a module."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tinygan.errors import SettingError, did_you_mean
from tinygan.optim.rule import Rule, assigned, expect_rule


@dataclass(frozen=True)
class by_path(Rule):
    """A rule for each named part of a module, such as by_path({"codes": adam(1e-3)}, adam(2e-4)), and one for the rest.

    rules: rules by the path of a part; "layers.0" matches "layers.0.weight". The longest match decides.
    rest: the rule of all other parameters.
    Raises SettingError, at the first step, for a path without a parameter.

    >>> from tinygan.optim import sgd
    >>> by_path({"codes": sgd(0.1)}, sgd(0.2)).assigned(["codes.weight", "layers.0"])
    {'codes.weight': sgd(learning_rate=0.1), 'layers.0': sgd(learning_rate=0.2)}
    """

    rules: Mapping[str, Any]
    rest: Any

    def __post_init__(self) -> None:
        if not isinstance(self.rules, Mapping):
            raise SettingError(f"by_path: rules is expected to be a dictionary of rules by path, got {self.rules!r}")
        for rule in (*self.rules.values(), self.rest):
            expect_rule(rule, "by_path")

    def assigned(self, paths: Iterable[str]) -> dict[str, Any]:
        """The rule of each parameter, by path."""
        waiting, rules = list(paths), {}
        for part in self.rules:
            if not any(_holds(part, path) for path in waiting):
                raise SettingError(
                    f"by_path: the module has no parameter at {part!r}. {did_you_mean(part, _parts(waiting))}"
                )
        for part in sorted(self.rules, key=len, reverse=True):
            rules.update(assigned(self.rules[part], [path for path in waiting if _holds(part, path)]))
            waiting = [path for path in waiting if path not in rules]
        return rules | assigned(self.rest, waiting)


def _holds(part: str, path: str) -> bool:
    """Whether the parameter at `path` is `part` or belongs to it."""
    return path == part or path.startswith(f"{part}.")


def _parts(paths: list[str]) -> list[str]:
    """The paths of these parameters and of all parts that contain them, sorted."""
    return sorted({path[:end] for path in paths for end in (*(i for i, c in enumerate(path) if c == "."), len(path))})
