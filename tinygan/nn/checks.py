"""Checks of the arguments of layers. Each raises SettingError; its message begins with the name of the layer."""

from typing import Any

import numpy as np

from tinygan.errors import SettingError


def expect_sizes(layer: Any, *sizes: Any) -> None:
    """Raises SettingError unless all sizes are whole numbers from 1 on."""
    for size in sizes:
        if not hasattr(size, "__index__") or isinstance(size, (bool, np.ndarray)) or size < 1:
            name = type(layer).__name__
            raise SettingError(f"{name}: sizes are expected to be whole numbers from 1 on, got {size!r}")


def expect_callable(layer: Any, *parts: Any) -> None:
    """Raises SettingError unless all parts can be called and none is a class."""
    for part in parts:
        if isinstance(part, type) or not callable(part):
            kind = f"the class {part.__name__}" if isinstance(part, type) else type(part).__name__
            raise SettingError(f"{type(layer).__name__}: expected a layer or a function, got {kind}")


def expect_epsilon(layer: Any, epsilon: Any) -> float:
    """`epsilon` as a Python float, which changes no dtype. Raises SettingError unless it is a number from 0 on."""
    if not isinstance(epsilon, (int, float, np.number)) or not 0 <= epsilon < np.inf:
        raise SettingError(f"{type(layer).__name__}: epsilon is expected to be at least 0, got {epsilon!r}")
    return float(epsilon)


def expect_generator(name: str, rng: Any) -> None:
    """Raises SettingError unless `rng` is a NumPy generator."""
    if not isinstance(rng, np.random.Generator):
        raise SettingError(f"{name}: rng is expected to be numpy.random.default_rng(seed), got {rng!r}")
