"""The arguments of a portrait of a run, as `drawing.portrait` takes them."""

from typing import Any

import numpy as np

from tinygan.drawing.portrait import SAMPLES
from tinygan.nn.minibatch import each, on_host
from tinygan.recipes.run import Run


def many_z(run: Run) -> Any:
    """Noise for an estimate of p_g, the same at every iteration."""
    return run.placed(run.prior.sample(SAMPLES, np.random.default_rng(run.seed)))


def portrait_of(run: Run, z: Any) -> dict[str, Any]:
    """The arguments source, samples, judge, output, names and arrows of a portrait of the run's current state.

    z: noise for the samples.   judge: None if there is no D, or if D judges points with their classes.
    """
    G, judged = run.generator(), run.D is not None and not run.classes
    shown = None if run.classes else (on_host(run.shown_z), on_host(G(run.shown_z)))
    return {
        "source": run.source.unlabelled(),
        "samples": each(on_host, G(z)),
        "judge": run.judge if judged else None,
        "output": run.output,
        "names": run.classes,
        "arrows": shown,
    }
