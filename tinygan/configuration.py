"""Settings as TOML files, in UTF-8 in every locale."""

import codecs
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomli_w

from tinygan import disk
from tinygan.errors import SettingError

PATHS = ("data_dir",)  # the keys whose values name files
KEEPING = ("utf-8", "surrogateescape")  # bytes that are not UTF-8, as file names may hold, are kept


def read(path: Path) -> dict[str, Any]:
    """The values in a file, with or without a byte order mark.

    Raises SettingError if the file is not TOML, and errors as `disk.read` does.
    """
    try:
        values = tomllib.loads(disk.read(path).removeprefix(codecs.BOM_UTF8).decode(*KEEPING))
    except RecursionError:
        raise SettingError(f"{path} is not TOML that can be read: its brackets are nested too deep") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{path} is not TOML: {error}") from None
    except ValueError:  # Python's limit of 4300
        raise SettingError(f"{path} is not TOML that can be read: a number in it has too many digits") from None
    if any(isinstance(value, int) and abs(value) >= 2**128 for value in _numbers(values)):
        raise SettingError(f"{path} is not TOML that can be read: a number in it has too many digits")
    return local(values)


def kind_of(values: dict[str, Any]) -> str:
    """The kind of thing that the values of a config.toml describe: "run", or the kind of a study."""
    return str(values.get("kind", "run"))


def with_article(kind: str) -> str:
    """A kind with its article.

    >>> with_article("augmentation"), with_article("run")
    ('an augmentation', 'a run')
    """
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def _numbers(values: Any) -> Iterator[Any]:
    """All values that are no table and no list, at any depth."""
    waiting = [values]
    while waiting:
        value = waiting.pop()
        if isinstance(value, (dict, list)):
            waiting += value.values() if isinstance(value, dict) else value
        else:
            yield value


def write(path: Path, values: dict[str, Any]) -> None:
    """Writes the values, atomically."""
    with disk.atomic(path) as file:
        file.write(tomli_w.dumps(portable(values)).encode(*KEEPING))


def portable(values: dict[str, Any]) -> dict[str, Any]:
    """`values` for a file: with paths decoded as UTF-8, so that they name the same files in every locale."""
    return {**values, **{key: os.fsencode(values[key]).decode(*KEEPING) for key in _paths(values)}}


def local(values: dict[str, Any]) -> dict[str, Any]:
    """`values` from a file, with paths decoded as this locale does."""
    return {**values, **{key: os.fsdecode(values[key].encode(*KEEPING)) for key in _paths(values)}}


def _paths(values: dict[str, Any]) -> list[str]:
    return [key for key in PATHS if isinstance(values.get(key), str)]
