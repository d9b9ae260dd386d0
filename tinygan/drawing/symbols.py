"""The symbols and colours that all pictures share: p_data black, p_g and G green, D blue, and red where D says real."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Judge: TypeAlias = Callable[[NDArray[Any]], NDArray[Any]]
"""From host points (n, d) to what D says of each, (n,)."""

P_DATA, P_G = r"$p_\mathrm{data}$", "$p_g$"
COLOURS = {"data": "black", "G": "tab:green", "D": "tab:blue"}
MARGIN = 0.02  # of the width of a picture


def sides(output: str) -> tuple[str, str]:
    """What a D whose output is of this kind says of real examples, drawn red, and of fake ones, drawn blue.

    >>> sides("energy")
    ('low energy: real to D', 'high energy: fake to D')
    """
    if output == "probability":
        return "D(x) near 1: real to D", "D(x) near 0: fake to D"
    real, fake = ("low", "high") if output == "energy" else ("high", "low")
    return f"{real} {output}: real to D", f"{fake} {output}: fake to D"


def histogram(samples: Any, lower: float, upper: float, bins: int = 60) -> tuple[NDArray[Any], NDArray[Any]]:
    """(centres, density) of samples (n,) over equal bins of [lower, upper]; what lies outside counts in n."""
    counts, edges = np.histogram(samples, bins=bins, range=(lower, upper))
    return (edges[:-1] + edges[1:]) / 2, counts / (len(samples) * (edges[1] - edges[0]))
