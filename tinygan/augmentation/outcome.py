"""The outcome of a task of the experiment: the training of a GAN, or a classifier's accuracy."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

from tinygan import study


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome(study.Outcome):
    """The outcome of a task.

    name: an arm, or "GAN same" or "GAN more".   per_class: real images of each class; 0 where all images are used.
    accuracy: the share of test images that are classified right; None of a GAN, and where something diverged.
    """

    name: str
    per_class: int
    accuracy: float | None = None

    def found(self) -> str:
        """The accuracy in words.

        >>> Outcome(name="none", per_class=10, seed=0, accuracy=0.875, seconds=2.5, threads=1, processes=2).summary()
        'accuracy 87.5%, 2.5 s'
        """
        return "" if self.accuracy is None else f"accuracy {self.accuracy:.1%}"

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        accuracy = None if values["accuracy"] is None else float(values["accuracy"])
        if accuracy is not None and not 0 <= accuracy <= 1:
            raise ValueError(f"accuracy {accuracy}")
        return super().of({**values, "per_class": int(values["per_class"]), "accuracy": accuracy})
