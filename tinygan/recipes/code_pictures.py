"""Pictures of the codes of an autoencoder: reconstructions, the plane of codes, where examples lie in it, and units."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.drawing.grid import grid
from tinygan.drawing.reconstructions import in_rows, units
from tinygan.drawing.samples import labelled_plane
from tinygan.errors import DataError
from tinygan.metrics.chunks import by_chunks
from tinygan.metrics.likelihood import coded
from tinygan.nn.minibatch import on_host

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

SHOWN = 10  # images beside their reconstructions
CODED = 2000  # images whose codes are drawn


def unseen(run: Any, count: int) -> tuple[Any, str]:
    """(a data set of up to `count` images spread evenly over the test images, "test images").

    Without test images, or without their files, they are training images.
    """
    try:
        held_out = run.source.held_out()
    except DataError:
        held_out = None
    source, name = (run.source, "training images") if held_out is None else (held_out, "test images")
    return source.few(min(count, len(source))), name


def reconstructions(run: Any, disturbed: Callable[[Any], Any] | None = None) -> "Figure":
    """Ten images above what G makes of their codes.   disturbed: changes the images that the encoder gets."""
    source, name = unseen(run, SHOWN)
    x, G = source.examples(np.arange(len(source))), run.generator()
    given = x if disturbed is None else disturbed(x)
    rows = {name: x, **({} if disturbed is None else {"with noise": given})}
    rows["reconstructions"] = on_host(G(G.code(run.placed(given))))
    return in_rows(rows, _title(run))


def plane(run: Any, values: Sequence[float]) -> "Image":
    """The images of codes (a, b) for a and b in `values`: a grows to the right, b grows upwards."""
    z = np.array([(a, b) for b in reversed(values) for a in values], np.float32)
    return grid(on_host(run.generator()(run.placed(z))), len(values), gap=0, title=_title(run))


def codes(run: Any) -> "dict[str, Figure]":
    """{"codes": the codes of up to 2,000 images in the plane, coloured by class}; {} if the images have no classes."""
    source, name = unseen(run, CODED)
    if not source.classes:
        return {}
    G = run.generator()
    points = by_chunks(lambda x: on_host(G.code(run.placed(x))), source)
    figure = labelled_plane(None, points, source.labels, source.classes, f"{_title(run)}, {name}")
    figure.axes[0].set(xlabel="$z_1$", ylabel="$z_2$")
    return {"codes": figure}


def bars(run: Any, prepare: Callable[[Any], Any]) -> "Figure":
    """The KL of each unit of the codes of up to 2,000 images.   prepare: as for `metrics.elbo_measures`."""
    source, name = unseen(run, CODED)
    found = coded(run.generator(), source, run.backend.asarray, prepare=prepare)
    return units(found.kl.mean(axis=0), found.active, f"{_title(run)}, {name}")


def _title(run: Any) -> str:
    return f"{run.recipe.name} on {run.recipe.data}, iteration {run.iteration:,}"
