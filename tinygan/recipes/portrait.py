"""The picture of a run at one moment: its columns, or a portrait, whose arguments are collected here."""

from typing import Any

import numpy as np

from tinygan.drawing.columns import columns
from tinygan.drawing.portrait import SAMPLES, portrait
from tinygan.drawing.symbols import Judge
from tinygan.nn.minibatch import Labelled, each, on_host
from tinygan.recipes.run import Run


def many_z(run: Run) -> Any:
    """Noise for an estimate of p_g, the same at every iteration."""
    return run.placed(run.prior.sample(SAMPLES, np.random.default_rng(run.seed)))


def picture_of(run: Run, z: Any, title: str, dpi: int, optimal: Judge | None = None) -> Any:
    """The picture of the run's current state.   z: noise for the samples of a portrait.   optimal: D*, to be drawn."""
    if parts := run.recipe.columns(run):
        return columns(parts, title, dpi)
    return portrait(**portrait_of(run, z), optimal=optimal, title=title, dpi=dpi)


def portrait_of(run: Run, z: Any) -> dict[str, Any]:
    """The arguments source, samples, judge, output, names and arrows of a portrait of the run's current state.

    z: noise for the samples.   judge: None if there is no D, or if samples have the colours of their classes
    or categories.
    """
    G, names = run.generator(), getattr(run.prior, "columns", ())
    samples = each(on_host, G(z))
    shown = None if names else (on_host(run.shown_z), on_host(G(run.shown_z)))
    return {
        "source": run.source.unlabelled(),
        "samples": Labelled(samples, on_host(z.category)) if run.codes else samples,
        "judge": None if names or run.D is None else run.judge,
        "output": run.output,
        "names": names,
        "arrows": shown,
    }
