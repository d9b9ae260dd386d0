"""The curves of a run over its iterations: the players' losses, D's mean outputs, and other measures."""

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tinygan.drawing.symbols import COLOURS, P_DATA, P_G

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Record = dict[str, Any]
NOWHERE: Mapping[str, float] = MappingProxyType({})  # no equilibrium is known
LOSS = "loss/"  # before a player's name
ORACLE = "oracle/"  # before the name of a number that the oracle records
LIMIT = "limit/"  # before the name of a measure, whose largest possible value it is
OUTPUTS = {"d_real": ("D(x)", "data"), "d_fake": ("D(G(z))", "G")}  # label and colour
KNOWN = {  # the labels of the oracle's numbers
    "jsd": f"JS({P_DATA}, {P_G})",
    "w1": f"W1({P_DATA}, {P_G})",
    "gap": "gap: C(G) - V(D, G)",
    "error_real": f"mean |D - D*| under {P_DATA}",
    "error_fake": f"mean |D - D*| under {P_G}",
}
WHERE = f"where {P_G} = {P_DATA}"


def curves(
    records: list[Record], output: str | None = None, title: str = "", equilibrium: Mapping[str, float] = NOWHERE
) -> "Figure":
    """A figure of history records with panels for the losses, for D's mean outputs, and for other measures.

    A measure `limit/x` is a dotted line, the largest value that the measure x can have. The numbers `oracle/x` have a
    panel with a logarithmic axis.
    output: the kind of D's output, such as "probability".
    equilibrium: the losses "D" and "G", and D's "output", where p_g = p_data: dotted lines.
    A vertical line marks a record that is not finite.
    """
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(name for record in records for name in record))
    outputs = [name for name in names if name in OUTPUTS]
    known = [name for name in names if name.startswith(ORACLE)]
    apart = LOSS, LIMIT, ORACLE
    others = [name for name in names if name not in ("iteration", *OUTPUTS) and not name.startswith(apart)]
    count = 1 + bool(outputs) + bool(others) + bool(known)
    figure = Figure(figsize=(7, 3.3 * count), layout="constrained")
    figure.suptitle(title, size=11, parse_math=False)
    axes = list(figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0])
    draw_losses(axes[0], records, equilibrium)
    axes[0].set_ylabel("loss")
    if outputs:
        draw_outputs(axes[1], records, output, equilibrium)
        axes[1].set_ylabel(f"mean {output or 'output of D'}")
    if others:
        axes[count - 1 - bool(known)].set_ylabel("measured")
    for name in others:
        _draw_measure(axes[count - 1 - bool(known)], records, name)
    if known:
        draw_known(axes[-1], records, known)
    for ax in axes:
        for record in records:
            if not all(map(isfinite, record.values())):
                ax.axvline(record["iteration"], color="tab:red", lw=0.8, ls="--", label="not finite")
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=8, frameon=False)  # above the curves
    axes[-1].set_xlabel("iteration")
    return figure


def draw_losses(ax: "Axes", records: list[Record], equilibrium: Mapping[str, float] = NOWHERE) -> None:
    """Draws the loss of each player and its value at the equilibrium; see `curves`."""
    players = dict.fromkeys(name for record in records for name in record if name.startswith(LOSS))
    for name in players:
        player = name.removeprefix(LOSS)
        _draw(ax, records, name, f"{player}'s loss", COLOURS.get(player))
    for player in ("D", "G"):
        if player in equilibrium and f"{LOSS}{player}" in players:
            value = equilibrium[player]
            ax.axhline(value, color=COLOURS[player], lw=0.8, ls=":", label=f"{value:.3f}: {player}'s loss {WHERE}")


def draw_outputs(
    ax: "Axes", records: list[Record], output: str | None = None, equilibrium: Mapping[str, float] = NOWHERE
) -> None:
    """Draws D's mean outputs on x and on G(z), and its output at the equilibrium; see `curves`."""
    for name, (label, colour) in OUTPUTS.items():
        if any(name in record for record in records):
            _draw(ax, records, name, label, COLOURS[colour])
    if "output" in equilibrium:
        value = equilibrium["output"]
        ax.axhline(value, color="0.6", lw=0.8, ls="--", label=f"{value:.3g}: D {WHERE}")
    if output == "probability":
        ax.set_ylim(0, 1)


def draw_known(ax: "Axes", records: list[Record], names: list[str]) -> None:
    """Draws the numbers of the oracle, each of which is 0 where p_g = p_data and D = D*; see `curves`."""
    for name in names:
        short = name.removeprefix(ORACLE)
        _draw(ax, records, name, KNOWN.get(short, short))
    ax.set(yscale="log", ylabel="oracle")


def _draw_measure(ax: "Axes", records: list[Record], name: str) -> None:
    """Draws a measure and, if it has one, its limit."""
    _draw(ax, records, name, name)
    if limits := [record[LIMIT + name] for record in records if LIMIT + name in record]:
        colour = ax.lines[-1].get_color()
        ax.axhline(limits[-1], color=colour, lw=0.8, ls=":", label=f"{limits[-1]:.4g}: the limit of {name}")


def _draw(ax: "Axes", records: list[Record], name: str, label: str, color: str | None = None) -> None:
    having = [record for record in records if name in record]
    iterations, values = [record["iteration"] for record in having], [record[name] for record in having]
    dot: Any = {"marker": "o", "markersize": 2, "markevery": [-1]}  # at the end, so that a single record is seen
    ax.plot(iterations, values, lw=0.8, color=color, label=label, **dot)
