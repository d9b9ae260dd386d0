"""A measure of a set of samples, beside the same measure of true examples."""

from typing import NamedTuple


class Measure(NamedTuple):
    """A measure of the samples.

    name: modes, high_quality, reverse_kl, js, wasserstein1, class_accuracy or own_mode.
    value: of the samples.   floor: of true examples in their place.   points: the number of samples it was computed of.
    by_class: the same measure of each class that has samples, named by the class.
    """

    name: str
    value: float
    floor: float
    points: int
    by_class: tuple["Measure", ...] = ()
