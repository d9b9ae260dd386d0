"""Instance noise: D is shown examples and samples through noise that fades.

Soenderby et al. 2017; Arjovsky and Bottou 2017. Noise gives both distributions one support, where D has a gradient that
G can follow.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn.minibatch import each, is_number
from tinygan.objectives.memory import generator, remembered
from tinygan.objectives.objective import View
from tinygan.objectives.turn import Turn
from tinygan.optim import Schedule


@dataclass(frozen=True)
class InstanceNoise(View):
    """Normal noise is added to x and to G(z), fresh each time.

    schedule: the noise's standard deviation by iteration, from 0, such as `optim.linear(0.5, 0.0, 5000)`. Where it is 0
    nothing is drawn.
    iteration: how many are done.   rng: a NumPy generator, which draws the noise.
    """

    schedule: Schedule
    iteration: int = remembered(0)
    rng: Any = generator("standard_normal")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not callable(self.schedule):
            raise SettingError(f"InstanceNoise: schedule is expected to be optim.constant({self.schedule}) or its like")

    def real(self, x: Any, turn: Turn) -> Any:
        """x with noise."""
        std = self.schedule(self.iteration)
        if not std:
            return x

        def blurred(x: Any) -> Any:
            if not is_number(x):
                return x
            return x + std * namespace(raw(x)).asarray(self.rng.standard_normal(x.shape), dtype=x.dtype)

        return each(blurred, x)

    def fake(self, x: Any, turn: Turn) -> Any:
        """G(z) with noise."""
        return self.real(x, turn)

    def remember(self, turn: Turn) -> Self:
        """One iteration on."""
        return dataclasses.replace(self, iteration=self.iteration + 1)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """The standard deviation of the noise to come."""
        return {"noise": self.schedule(self.iteration)}
