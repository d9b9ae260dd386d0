"""The folders in which the files of data sets are searched for, and the one to which they are fetched."""

import os
from pathlib import Path

VARIABLE = "TINYGAN_DATA"


def searched(data_dir: str | Path | None) -> list[Path]:
    """`data_dir` alone if it is given; else the folder that the variable TINYGAN_DATA names, then the cache."""
    if data_dir is not None:
        return [Path(data_dir).expanduser()]
    return [folder for folder in (named(), cache()) if folder is not None]


def destination(data_dir: str | Path | None) -> Path:
    """The first of those folders, which need not exist. Raises ImportError if only the extra `fetch` knows it."""
    if places := searched(data_dir):
        return Path(os.path.abspath(places[0]))
    raise ModuleNotFoundError("platformdirs")


def named() -> Path | None:
    """The folder that the variable TINYGAN_DATA names; None if it is empty or not set."""
    value = os.environ.get(VARIABLE)
    return Path(os.path.abspath(os.path.expanduser(value))) if value else None


def cache() -> Path | None:
    """The platform's folder for files that can be fetched again; None without the extra `fetch`, which knows it."""
    try:
        import platformdirs  # comes with pooch
    except ImportError:
        return None
    return Path(platformdirs.user_cache_dir("tinygan", appauthor=False))
