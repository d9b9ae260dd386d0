"""Instance noise: normal noise with a decreasing std is added to D's inputs.

Soenderby et al. 2017; Arjovsky and Bottou 2017. If p_data and p_g have disjoint supports, an optimal D is constant on
each of them and has no gradient at G(z). With noise both densities are positive everywhere, and it has one.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn.minibatch import Minibatch, each, is_number
from tinygan.objectives.memory import generator, remembered
from tinygan.objectives.turn import Turn
from tinygan.objectives.view import View
from tinygan.optim import Schedule


@dataclass(frozen=True)
class InstanceNoise(View):
    """D's inputs are x + noise and G(z) + noise, with N(0, std**2 I) noise that is drawn for each loss.

    schedule: the std by iteration, counted from 0, such as `optim.linear(0.5, 0.0, 5000)`. If it is 0, no noise is
    drawn.
    iteration: the number of past iterations.   rng: a NumPy generator, which draws the noise.
    Raises SettingError unless schedule is a function, from 0 on at first.

    >>> import numpy as np
    >>> from tinygan.optim import constant
    >>> view = InstanceNoise(constant(0.5), rng=np.random.default_rng(0))
    >>> float(np.std(view.real(np.zeros(10_000), None)).round(2))  # x is 0, so this is the noise
    0.5
    """

    schedule: Schedule
    iteration: int = remembered(0, least=0)
    rng: Any = generator()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not callable(self.schedule) or isinstance(self.schedule, type) or not self.schedule(0) >= 0:
            raise SettingError(f"InstanceNoise: expected a schedule such as optim.constant(0.5), got {self.schedule!r}")

    def real(self, x: Minibatch, turn: Turn) -> Minibatch:
        """x + noise."""
        std = self.schedule(self.iteration)
        if not std:
            return x

        def noisy(x: Array) -> Array:
            if not is_number(x):
                return x
            return x + std * namespace(raw(x)).asarray(self.rng.standard_normal(x.shape), dtype=x.dtype)

        return each(noisy, x)

    def fake(self, x: Minibatch, turn: Turn) -> Minibatch:
        """G(z) + noise."""
        return self.real(x, turn)

    def remember(self, turn: Turn) -> Self:
        """The view with the std of the next iteration."""
        return dataclasses.replace(self, iteration=self.iteration + 1)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """The std of the noise in the next losses."""
        return {"noise": self.schedule(self.iteration)}
