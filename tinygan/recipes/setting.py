"""A setting of a recipe: a dataclass field that carries its own facts, such as its meaning and its bounds."""

import functools
from dataclasses import MISSING, dataclass, field, fields
from math import inf, isfinite
from typing import Any, get_type_hints

from tinygan.errors import SettingError

MOST = 10**9  # of a whole number: beyond it arrays have more elements than can be counted


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
    """A field of a recipe: its default, what it means, and what it can be.

    images: the default where the data are images.   least, most: its bounds, which it may reach.   above, below: bounds
    that it may not reach.   among: all that a word can be.
    Unless another bound is given, a whole number is at least 1 and any other number at least 0.
    A subclass that gives another default alone writes `m: int = 64`, and keeps all else; `m: int = setting(64,
    images=32)` keeps what it does not give.
    """
    facts = {"words": words, "least": least, "most": most, "above": above, "below": below, "among": among}
    given = {name: value for name, value in facts.items() if value not in (None, "", ())}
    return field(default=default, metadata=given if images is MISSING else {**given, "images": images})


def unused(default: Any) -> Any:
    """A field that does nothing in this recipe, in the place of an inherited one: it cannot be set."""
    return field(default=default, metadata={"unused": True, "words": "does nothing in this recipe"})


@dataclass(frozen=True)
class Setting:
    """All that is known of a setting; `setting` says what its facts mean.

    images: the default where the data are images, which is `default` unless the recipe gives another.
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
        """`value`, or the text of one, as the setting's type; raises SettingError for what the setting cannot be."""
        try:
            found = _as(self.type, value)
        except (ValueError, TypeError, OverflowError, KeyError, AttributeError):
            raise SettingError(f"{self.name} is expected to be {_ARTICLES[self.type]}, got {value!r}") from None
        if expected := self._expected(found):
            got = f"{found!r}" if self.type is str else f"{found:.6g}" if found > MOST else f"{found}"
            raise SettingError(f"{self.name} is expected to be {expected}, got {got}")
        return found

    def _expected(self, value: Any) -> str:
        """The bound that `value` breaks, in words; "" if it keeps all."""
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
    """`value` as a bool, an int, a float or a str; raises an error of some kind for what is none."""
    if kind is bool:
        return value if isinstance(value, bool) else _TRUTHS[value.lower()]
    if isinstance(value, bool) or (kind is str and not isinstance(value, str)):
        raise TypeError
    if kind is int and isinstance(value, str | float):
        number = float(value)
        if number != int(number):
            raise ValueError
        return int(number)
    found = kind(value)
    float(found if kind is int else 0)  # OverflowError for one of more digits than any number here has
    return found


_TRUTHS = {"true": True, "false": False}
_ARTICLES = {int: "a whole number", float: "a number", str: "a word", bool: "true or false"}


@functools.cache
def settings_of(recipe: Any) -> dict[str, Setting]:
    """Every setting of a recipe's class by name; what a class does not say of a field holds as its parents say it.

    Raises SettingError for a field of another type than bool, int, float and str.
    """
    types = get_type_hints(recipe)
    found = {}
    for each in fields(recipe):
        facts: dict[str, Any] = {}
        for kind in reversed(recipe.__mro__):
            if each.name in (known := vars(kind).get("__dataclass_fields__", {})):
                facts.update(known[each.name].metadata)
        if types[each.name] not in _ARTICLES:
            raise SettingError(
                f"{recipe.__name__}: {each.name} is expected to be of type bool, int, float or str, "
                f"got {types[each.name]}"
            )
        found[each.name] = Setting(each.name, types[each.name], each.default, **{"images": each.default, **facts})
    return found
