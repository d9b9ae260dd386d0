"""Settings of recipes: dataclass fields with facts, such as a meaning and bounds."""

import functools
from dataclasses import MISSING, dataclass, field, fields
from inspect import get_annotations
from math import inf, isfinite
from typing import Any

import numpy as np

from tinygan.errors import SettingError

MOST = 10**9  # the largest whole number; arrays of larger sizes cannot be made


def setting(
    default: Any = MISSING,
    words: str = "",
    *,
    images: Any = MISSING,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    below: float | None = None,
    among: tuple[str, ...] = (),
) -> Any:
    """A field of a recipe, with its default, its meaning in `words`, and its bounds.

    images: the default if the data are images.   least, most: inclusive bounds.   above, below: exclusive bounds.
    among: the values of a text.
    Without other bounds a whole number is at least 1, and any other number at least 0.
    A subclass inherits the meaning and the bounds that it does not give. `m: int = 64` replaces both defaults, and
    `m: int = setting(64, images=32)` gives one for each kind of data.
    """
    facts = {"words": words, "least": least, "most": most, "above": above, "below": below, "among": among}
    given = {name: value for name, value in facts.items() if value not in (None, "", ())}
    return field(default=default, metadata=given if images is MISSING else {**given, "images": images})


def unused(default: Any) -> Any:
    """A field that replaces an inherited one which has no effect in this recipe; it cannot be set."""
    return field(default=default, metadata={"unused": True, "words": "does nothing in this recipe"})


@dataclass(frozen=True)
class Setting:
    """A setting with all its facts, which `setting` explains.

    images: the default if the data are images; equal to `default` unless the recipe gives another.
    """

    name: str
    type: type
    default: Any
    images: Any
    words: str = ""
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    among: tuple[str, ...] = ()
    unused: bool = False

    def read(self, value: Any) -> Any:
        """`value`, or the text of one, as the setting's type. Raises SettingError if it does not fit."""
        try:
            found = _as(self.type, value)
        except (ValueError, TypeError, OverflowError, KeyError, AttributeError):
            raise SettingError(f"{self.name} is expected to be {_ARTICLES[self.type]}, got {value!r}") from None
        if expected := self._expected(found):
            got = f"{found!r}" if self.type is str else f"{found:.6g}" if found > MOST else f"{found}"
            raise SettingError(f"{self.name} is expected to be {expected}, got {got}")
        return found

    def _expected(self, value: Any) -> str:
        """The bound that `value` breaks, in words; "" if it breaks none."""
        if self.type is str:
            return "" if value in (self.among or (value,)) else " or ".join(self.among)
        if self.type is bool:
            return ""
        if not isfinite(value):
            return "finite"
        least = (1 if self.type is int else 0 if self.above is None else -inf) if self.least is None else self.least
        most = (MOST if self.type is int else inf) if self.most is None else self.most
        if value < least:
            return f"at least {least}"
        if value > most:
            return f"at most {most:,}"
        if self.above is not None and value <= self.above:
            return f"above {self.above}"
        if self.below is not None and value >= self.below:
            return f"below {self.below}"
        return ""


def _as(kind: type, value: Any) -> Any:
    """`value` as a bool, an int, a float or a str. Raises an error of some type if it is none."""
    if kind is bool:
        return value if isinstance(value, bool) else _TRUTHS[value.lower()]
    if isinstance(value, bool | np.bool_) or (kind is str and not isinstance(value, str)):
        raise TypeError
    if kind is not int:
        return kind(value)
    number = float(value) if isinstance(value, str) else value  # "1e3" is a whole number
    if int(number) != number:
        raise ValueError
    float(number)  # OverflowError if it has more than 308 digits
    return int(number)


_TRUTHS = {"true": True, "false": False}
_ARTICLES: dict[Any, str] = {int: "a whole number", float: "a number", str: "a word", bool: "true or false"}
_NAMED: dict[Any, Any] = {kind.__name__: kind for kind in _ARTICLES}  # of `from __future__ import annotations`


@functools.cache
def settings_of(recipe: Any) -> dict[str, Setting]:
    """All settings of a recipe's class by name; a field inherits the facts that its class does not give.

    Raises SettingError if a field is not of type bool, int, float or str, or if an attribute of the class is not the
    field that it is meant to be.
    """
    _expect_fields(recipe)
    found = {}
    for each in fields(recipe):
        facts: dict[str, Any] = {}
        for kind in reversed(recipe.__mro__):
            if each.name in (known := vars(kind).get("__dataclass_fields__", {})):
                facts.update(known[each.name].metadata)
        facts["images"] = each.metadata.get("images", each.default)
        if (kind := _NAMED.get(each.type, each.type)) not in _ARTICLES:
            raise SettingError(
                f"{recipe.__name__}: {each.name} is expected to be of type bool, int, float or str, got {kind}"
            )
        found[each.name] = Setting(each.name, kind, each.default, **facts)
    return found


def _expect_fields(recipe: Any) -> None:
    """Raises SettingError if a class of `recipe` gives a setting or its default where a dataclass does not see it."""
    names = {
        *(each.name for each in fields(recipe) if getattr(recipe, each.name, MISSING) is not each.default),
        *(name for kind in recipe.__mro__ if not _is_dataclass(kind) for name in get_annotations(kind)),
    }
    if names:
        raise SettingError(
            f"{recipe.__name__}: {min(names)} is no field; give its type, as in `m: int = 64`, "
            "and write @dataclass(frozen=True) above the class"
        )


def _is_dataclass(kind: type) -> bool:
    """Whether the class itself is a dataclass, not only one that it inherits from."""
    return "__dataclass_fields__" in vars(kind)
