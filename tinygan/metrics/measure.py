"""One number about a set of samples, beside what true examples score in their place."""

from typing import NamedTuple


class Measure(NamedTuple):
    """A number about the samples.

    name: modes, high_quality, reverse_kl, js, wasserstein1, class_accuracy or own_mode.
    value, floor: that of the samples, and that of true examples in their place.
    points: how many samples it was computed from, and how many examples where no more are told.
    by_class: the same measure of each class that has samples, by its name.
    """

    name: str
    value: float
    floor: float
    points: int
    by_class: tuple["Measure", ...] = ()
