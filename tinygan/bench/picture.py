"""The picture of a scaling measurement: a panel for each sweep, with logarithmic axes, on which a power is a line."""

from typing import Any

import numpy as np

from tinygan.bench.scaling import Scaling


def panels(found: list[Scaling], title: str) -> Any:
    """A matplotlib figure: seconds as dots, the fitted power as a line, its exponent in the panel's title."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    rows = -(-len(found) // 2)
    figure = Figure(figsize=(9, 3.4 * rows + 0.4), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(rows, 2, squeeze=False).ravel()
    for ax in axes[len(found) :]:
        ax.remove()
    for ax, each in zip(axes, found, strict=False):
        values, seconds = np.array(each.sweep.values), np.array(each.seconds)
        constant, exponent = each.fit()
        ax.loglog(values, constant * values**exponent, "-", color="tab:blue", lw=1, alpha=0.6)
        ax.loglog(values, seconds, "o", color="tab:blue")
        ax.set(xlabel=each.sweep.label, ylabel="seconds per iteration")
        ax.set_title(f"{each.sweep.name}: seconds ~ {each.sweep.name}$^{{{exponent:.2f}}}$")
        ax.set_xticks(values, [f"{value:,}" for value in values])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if seconds.max() < 100 * seconds.min() else (1,)))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.grid(which="major", color="0.9")
    return figure
