"""One-sided label smoothing: D is asked to be only 90% sure of real examples; Salimans et al. 2016, section 3.4."""

from dataclasses import dataclass, field
from typing import Any

from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.objectives.minimax import Minimax, NonSaturating
from tinygan.objectives.objective import Around, Objective
from tinygan.objectives.scores import scores


@dataclass(frozen=True)
class LabelSmoothing(Around):
    """D's target is `real` for examples and 0, not smoothed, for samples; G's loss is that of `base`.

    At its best D is real * p_data / (p_data + p_g): a smoothed target for samples would put p_g into the numerator and
    give G a reason to stay where it is. base: Minimax() or NonSaturating(); what else there is goes around this one.
    Raises SettingError for another base, and unless 0 < real <= 1.
    """

    base: Objective = field(default_factory=NonSaturating)
    real: float = 0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.base, Minimax):
            raise SettingError(
                f"LabelSmoothing: base is expected to be Minimax() or NonSaturating(), got {self.base}; "
                "put other objectives around this one"
            )
        if not 0 < self.real <= 1:
            raise SettingError(f"LabelSmoothing: real is expected in (0, 1], got {self.real}")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """mean[-real log D(x) - (1 - real) log(1 - D(x))] - mean log(1 - D(G(z)))."""
        real, fake = scores(D, x, G(z))
        return F.mean(F.softplus(-real) + (1 - self.real) * real) + F.mean(F.softplus(fake))
