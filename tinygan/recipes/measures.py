"""The measures of a run, one call for `tinygan evaluate` and for `tinygan compare`."""

from tinygan import metrics
from tinygan.metrics import Measure
from tinygan.recipes.run import Run


def measures_of(run: Run, samples: int = 2500, seed: int = 0) -> list[Measure]:
    """The measures of a run's samples or, if G translates, of its translations; then those that only its recipe has.

    samples: how many, at most.   seed: of the noise and of the examples.
    Raises Diverged if a sample is not finite, DataError if there are no test images.
    """
    if run.source.domains is None:
        found = metrics.evaluate(run.source, run.sample(samples, seed), seed=seed)
    else:
        found = metrics.translation(run.source, run.translated, samples, both=run.both_ways, seed=seed)
    return found + run.recipe.measures(run, samples, seed)
