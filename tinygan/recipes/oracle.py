"""The oracle of a run: its players in float64 on the host, as `observers/oracle.py` takes them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.errors import SettingError, TinyganError
from tinygan.objectives.scores import scores
from tinygan.observers.oracle import Oracle
from tinygan.recipes.run import Run

TRIED = 64  # examples that show whether D judges each on its own


def oracle_of(run: Run) -> Oracle:
    """The oracle of a run. Its p_g is that of the samples: of the moving average of G, if there is one.

    Of points with labels it compares the densities of the points, over all classes.
    Raises SettingError if the data have no density in 1 or 2 dimensions, or if p_g has none.
    """
    conditional = not hasattr(run.source, "density") and hasattr(run.source.unlabelled(), "density")
    source = run.source.unlabelled() if conditional else run.source
    if not hasattr(source, "density"):
        why = "two domains" if source.domains is not None else "no known density"
        raise SettingError(
            f"the oracle compares p_g with the density of points, and {source.name} has {why} in recipe "
            f"{run.recipe.name!r}; choose recipe gan-1d or gan-ring, for example"
        )

    def generator() -> Callable:
        G = in_float64(run.generator())
        return (lambda z: G(z).x) if conditional else G

    judged = not conditional and _has_optimum(run)
    return Oracle(source, run.prior, generator, (lambda x: _logits(run, x)) if judged else None)


def in_float64(module: Any) -> Any:
    """The module on the host, with raw arrays; those of floating-point numbers in float64."""

    def converted(leaf: Any) -> Any:
        array = to_host(raw(leaf))
        return array.astype(np.float64) if array.dtype.kind == "f" else array

    return nn.map_leaves(module, converted)


def _has_optimum(run: Run) -> bool:
    """Whether D gives each point a probability, on its own."""
    if run.output != "probability":
        return False
    x = run.source.sample(TRIED, np.random.default_rng(0))
    try:
        whole, half = _logits(run, x), _logits(run, x[: TRIED // 2])
    except (TinyganError, ValueError):  # of a D that is given more than a point
        return False
    return whole.shape == (TRIED,) and half.shape == (TRIED // 2,) and np.allclose(whole[: len(half)], half, 1e-9, 1e-9)


def _logits(run: Run, x: NDArray) -> NDArray:
    """The logits of D's probabilities at points (n, d), float64 (n,); of the mean probability of several D."""
    D = in_float64(nn.evaluated(nn.frozen(run.D)))
    found = [np.ravel(raw(score)) for score in scores(D(np.asarray(x, np.float64)))]
    if len(found) == 1:
        return found[0]
    real, fake = (np.logaddexp.reduce([-np.logaddexp(0, sign * score) for score in found]) for sign in (-1, 1))
    return real - fake
