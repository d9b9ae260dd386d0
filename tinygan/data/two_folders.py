"""Two domains read from two folders: trainA and trainB, beside them perhaps testA and testB; or A and B."""

from functools import partial
from pathlib import Path

from tinygan.data.files import check_split
from tinygan.data.folder import folder
from tinygan.data.unpaired import Unpaired
from tinygan.errors import DataError


def two_folders(data_dir: str | Path | None, split: str = "train") -> Unpaired:
    """The images of two folders, unpaired, as in CycleGAN's published sets.

    Raises DataError if a folder is missing, and the errors of `folder`.
    """
    check_split("two-folders", split)
    if data_dir is None:
        raise DataError("two-folders: name a folder with trainA and trainB in it, or A and B, with --data-dir DIR")
    top = Path(data_dir).expanduser()
    found = [top / f"{split}{domain}" for domain in "AB"]
    if split == "train" and not any(place.is_dir() for place in found):
        found = [top / domain for domain in "AB"]
    for place in found:
        if not place.is_dir():
            names = f"{split}A and {split}B" + (", or A and B" if split == "train" else "")
            raise DataError(f"two-folders: no folder {place}; name a folder that has {names}")
    test = partial(two_folders, top, "test") if split == "train" else None
    a, b = map(folder, found)
    return Unpaired("two-folders", a, b, test)
