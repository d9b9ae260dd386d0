"""A measure of a set of samples, beside the same measure of true examples."""

from math import isnan
from typing import NamedTuple


class Measure(NamedTuple):
    """A measure of the samples.

    name: a word for programs, such as js or class_accuracy.   value: of the samples.
    floor: of true examples in their place; nan if there is none.   points: the number of samples it was computed of.
    by_class: the same measure of each class that has samples, named by the class.
    title: words for people.   share: whether it is a share, from 0 to 1.   total: what a count is out of, or 0.
    deciles: of a measure that is the median of many numbers, those at 0%, 10%, ..., 100% of the samples' and of the
    true examples', else ().
    column: its heading in the table of a comparison, without the unit; "" if the table leaves it out.   digits: of its
    numbers there, after the point.
    """

    name: str
    value: float
    floor: float
    points: int
    by_class: tuple["Measure", ...] = ()
    title: str = ""
    share: bool = False
    total: int = 0
    deciles: tuple[tuple[float, ...], ...] = ()
    column: str = ""
    digits: int = 3

    def shown(self, value: float) -> str:
        """A value of this measure as text.

        >>> Measure("high_quality", 0.5, 1.0, 100, share=True).shown(0.5)
        '50.0%'
        """
        if isnan(value):
            return "-"
        if self.total:
            return f"{value} of {self.total}"
        if self.share:
            return f"{value:.1%}"
        return f"{value:,.0f}" if isinstance(value, int) or value >= 1000 else f"{value:.4f}"
