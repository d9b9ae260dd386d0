"""The error of a classifier on examples that it was not trained on."""

from collections.abc import Callable
from math import nan
from typing import Any

import numpy as np

from tinygan.backend import to_host
from tinygan.data import Source
from tinygan.metrics.chunks import by_chunks
from tinygan.metrics.measure import Measure


def error_rate(
    classifier: Callable[[Any], Any],
    held_out: Source | None,
    asarray: Callable[[Any], Any] = np.asarray,
    *,
    name: str = "test_error",
    title: str = "test error of D",
) -> list[Measure]:
    """[the share of held-out examples, in all and by class, whose largest logit is that of another class].

    classifier: from examples (m, ...) to logits (m, K).   held_out: a data set; without labels the list is empty.
    asarray: the backend's.   name, title: of the measure.
    """
    if held_out is None or not held_out.classes:
        return []
    examples: Any = held_out
    labels = examples.labels
    wrong = by_chunks(lambda x: to_host(classifier(asarray(x))).argmax(axis=1), examples) != labels

    def measure(name: str, wrong: Any, **facts: Any) -> Measure:
        return Measure(name, float(wrong.mean()), nan, len(wrong), share=True, **facts)

    by_class = tuple(
        measure(name, wrong[labels == label]) for label, name in enumerate(examples.classes) if (labels == label).any()
    )
    return [measure(name, wrong, by_class=by_class, title=title, column=name.replace("_", " "))]
