"""The symbols and colours of all pictures: p_data black, p_g and G green, D blue; on D's surface, red is real."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Judge: TypeAlias = Callable[[NDArray[Any]], NDArray[Any]]
"""A function from host points (n, d) to D's outputs at them, (n,)."""

P_DATA, P_G = r"$p_\mathrm{data}$", "$p_g$"
OPTIMAL = "D*(x)"
COLOURS = {"data": "black", "G": "tab:green", "D": "tab:blue"}


def sides(output: str, name: str = "D(x)") -> tuple[str, str]:
    """The legend's texts for red, the output of D, or of `name`, on real examples, and for blue, that on fake ones.

    >>> sides("energy")
    ('low energy: real to D', 'high energy: fake to D')
    """
    if output == "probability":
        return f"{name} near 1: real to D", f"{name} near 0: fake to D"
    real, fake = ("low", "high") if output == "energy" else ("high", "low")
    return f"{real} {output}: real to D", f"{fake} {output}: fake to D"


def histogram(samples: Any, lower: float, upper: float, bins: int = 60) -> tuple[NDArray[Any], NDArray[Any]]:
    """(centres, density) of samples (n,) over equal bins of [lower, upper]; samples outside count in n."""
    counts, edges = np.histogram(samples, bins=bins, range=(lower, upper))
    return (edges[:-1] + edges[1:]) / 2, counts / (len(samples) * (edges[1] - edges[0]))
