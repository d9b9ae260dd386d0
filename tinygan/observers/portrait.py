"""What a run looks like: a grid of samples, or p_data, p_g and D where the density is known."""

import io
from math import ceil
from typing import Any

import numpy as np

from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.data import Density, Images, as_uint8
from tinygan.nn.together import per_example
from tinygan.objectives import Game

SAMPLES = 4000  # behind the estimate of p_g
COMPANIES = 8  # that a point is shown in, to a D that judges packs
SCATTERED = 256  # points in a minibatch, for a D that looks across it
INK = {"p_data": "black", "p_g": "tab:green", "D": "tab:blue"}


def portrait(
    source: Images | Density,
    G: Any,
    D: Any,
    objective: Game,
    shown_z: Any,
    many_z: Any,
    asarray: Any,
    title: str = "",
) -> Any:
    """A PIL image of G against `source`: G(shown_z) side by side for images; densities and D for points.

    G, D: frozen.   objective: knows what D says.   many_z: noise behind the estimate of p_g.   asarray: the backend's.
    """
    if isinstance(source, Images):
        from tinygan.observers.grid import grid

        return grid(as_uint8(to_host(raw(G(shown_z)))))
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4) if source.shape == (1,) else (6, 5), layout="constrained")
    ax = figure.add_subplot()
    if source.shape == (1,):
        draw_line(ax, source, G, D, objective, shown_z, many_z, asarray)
    else:
        draw_plane(ax, source, G, D, objective, many_z, asarray)
    ax.set_title(title)
    return as_image(figure)


def as_image(figure: Any, dpi: int = 100) -> Any:
    """A matplotlib figure as a PIL image."""
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    return Image.open(buffer).convert("RGB")


def draw_line(
    ax: Any, source: Density, G: Any, D: Any, objective: Game, shown_z: Any, many_z: Any, asarray: Any
) -> None:
    """Figure 1 of Goodfellow et al. 2014: p_data dotted, p_g green, D dashed blue; below, arrows from z to G(z).

    A z of more than one dimension has no arrows.
    """
    lower, upper = float(source.box[0][0]), float(source.box[1][0])
    x = np.linspace(lower, upper, 400)
    p_data = source.density(x[:, None])
    samples = np.ravel(to_host(raw(G(many_z))))
    d = _verdicts(source, D, objective, x[:, None], asarray)
    if objective.output != "probability":  # of no fixed range: drawn between 0 and 1
        d = (d - d.min()) / ((d.max() - d.min()) or 1)
    ax.plot(x, p_data, ":", color=INK["p_data"], label="p_data")
    ax.plot(*histogram(samples, lower, upper), "-", color=INK["p_g"], label="p_g")
    ax.plot(x, d, "--", color=INK["D"], label=_label(objective))
    top = 1.15 * max(p_data.max(), 1.0)
    if shown_z.shape[1] == 1:
        _draw_arrows(ax, G, shown_z, lower, upper, top, asarray)
    bottom = -0.38 * top if shown_z.shape[1] == 1 else 0.0
    ax.set(xlim=(lower, upper), ylim=(bottom, top))
    ax.legend(loc="upper right", frameon=False)


def _draw_arrows(ax: Any, G: Any, shown_z: Any, lower: float, upper: float, top: float, asarray: Any) -> None:
    """Where G takes z, spread out over the width of the figure."""
    z = np.sort(np.ravel(to_host(shown_z)))[:: max(1, len(shown_z) // 32)]
    image = np.ravel(to_host(raw(G(asarray(z[:, None].astype(np.float32))))))
    span = z.max() - z.min() or 1.0
    for start, end in zip(lower + (z - z.min()) / span * (upper - lower), image, strict=True):
        if lower <= end <= upper:
            ax.annotate(
                "", (end, -0.05 * top), (start, -0.3 * top), arrowprops={"arrowstyle": "->", "color": "0.5", "lw": 0.6}
            )
    ax.axhline(-0.05 * top, color="0.3", lw=0.8)
    ax.axhline(-0.3 * top, color="0.3", lw=0.8)
    ax.text(upper, -0.06 * top, "x", va="top", ha="right")
    ax.text(upper, -0.31 * top, "z", va="top", ha="right")


def histogram(samples: Any, lower: float, upper: float, bins: int = 60) -> tuple[Any, Any]:
    """(centres, density) of samples (n,) over equal bins of [lower, upper]; what lies outside counts in n."""
    counts, edges = np.histogram(samples, bins=bins, range=(lower, upper))
    return (edges[:-1] + edges[1:]) / 2, counts / (len(samples) * (edges[1] - edges[0]))


def _verdicts(source: Density, D: Any, objective: Game, points: Any, asarray: Any) -> Any:
    """What D says of each of the points (n, d), as (n,).

    A D that judges packs sees each point with true examples, and what it says is the mean over eight such companies,
    the same for every point. One that looks across its minibatch sees the points in scattered minibatches, and if it
    judges packs too, which takes its time, with one company.
    """
    n, d = points.shape
    rng = np.random.default_rng(0)
    inner, pack = (D.D, D.pack) if isinstance(D, nn.Packed) else (D, 1)
    alone = per_example(inner)
    minibatches = [slice(n)] if alone else np.array_split(rng.permutation(n), ceil(n / SCATTERED))
    times = COMPANIES if alone and pack > 1 else 1
    packs = np.empty((n, pack, d), np.float32)
    packs[:, 0] = points
    said = np.zeros(n)
    for _ in range(times):
        packs[:, 1:] = source.sample(pack - 1, rng)
        for part in minibatches:
            said[part] += to_host(raw(objective.read(D(asarray(packs[part].reshape(-1, d))))))[:, 0]
    return said / times


def _label(objective: Game) -> str:
    return "D" if objective.output == "probability" else f"D ({objective.output})"


def draw_plane(
    ax: Any, source: Density, G: Any, D: Any, objective: Game, many_z: Any, asarray: Any, size: float = 3
) -> None:
    """D as a surface from blue (fake) to red (real), p_data's contours in black, samples of G in green.

    size: the area of a sample, in square points.
    """
    (left, bottom), (right, top) = source.box
    xs, ys = np.linspace(left, right, 160), np.linspace(bottom, top, 160)
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    d = _verdicts(source, D, objective, points, asarray).reshape(160, 160)
    p = source.density(points).reshape(160, 160)
    colours = "coolwarm_r" if objective.output == "energy" else "coolwarm"  # a low energy is that of real examples
    lowest, highest = (0, 1) if objective.output == "probability" else (None, None)
    surface = ax.pcolormesh(xs, ys, d, cmap=colours, vmin=lowest, vmax=highest, shading="auto", alpha=0.6)
    ax.figure.colorbar(surface, ax=ax, label=_label(objective))
    ax.contour(xs, ys, p, levels=p.max() * np.array([0.1, 0.5]), colors="black", linewidths=0.7)
    samples = to_host(raw(G(many_z)))[:1500]
    ax.scatter(samples[:, 0], samples[:, 1], s=size, color=INK["p_g"], label="G(z)")
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.legend(loc="upper right")


def draw_samples(ax: Any, source: Density, samples: Any) -> None:
    """Points in green with what they imitate: p_data dotted, or as many points of the data in grey."""
    lower, upper = source.box
    if samples.shape[1] == 1:
        x = np.linspace(lower[0], upper[0], 400)
        ax.plot(*histogram(samples[:, 0], lower[0], upper[0]), color=INK["p_g"], label="G(z)")
        ax.plot(x, source.density(x[:, None]), ":", color=INK["p_data"], label="p_data")
        ax.set(xlim=(lower[0], upper[0]))
    else:
        real = source.sample(len(samples), np.random.default_rng(0))
        ax.scatter(real[:, 0], real[:, 1], s=3, color="0.7", label="data")
        ax.scatter(samples[:, 0], samples[:, 1], s=3, color=INK["p_g"], label="G(z)")
        ax.set(xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]), aspect="equal")
    ax.legend(loc="upper right")
