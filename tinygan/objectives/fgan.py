"""f-GAN: the game of any f-divergence between data and samples; Nowozin et al. 2016."""

from dataclasses import dataclass

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError, did_you_mean
from tinygan.objectives.divergences import DIVERGENCES, Divergence
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class FGAN(Loss):
    """D ascends E[g_f(v(x))] - E[f*(g_f(v(G(z))))], whose maximum is D_f(p_data, p_g); G descends it.

    v, the output of D, is any real number (section 2.4).
    heuristic: if true, G ascends E[g_f(v(G(z)))] instead, as in the paper's experiments (section 3.2). For "gan" that
    is the non-saturating loss.
    divergence: a name in DIVERGENCES, or a Divergence. Raises SettingError for another name.

    >>> FGAN("helinger")
    Traceback (most recent call last):
        ...
    tinygan.errors.SettingError: No such divergence 'helinger'. Did you mean 'squared-hellinger'?
    """

    divergence: str | Divergence = "gan"
    heuristic: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.divergence, Divergence) and str(self.divergence) not in DIVERGENCES:
            hint = did_you_mean(str(self.divergence), DIVERGENCES)
            raise SettingError(f"No such divergence {self.divergence!r}. {hint}")

    @property
    def row(self) -> Divergence:
        """The functions of the divergence."""
        return self.divergence if isinstance(self.divergence, Divergence) else DIVERGENCES[self.divergence]

    def d(self, real: Array, fake: Array) -> Array:
        """-mean g_f(v(x)) + mean f*(g_f(v(G(z))))."""
        return F.mean(self.row.composed(fake)) - F.mean(self.row.activation(real))

    def g(self, fake: Array, real: Array) -> Array:
        """-mean f*(g_f(v(G(z)))), or -mean g_f(v(G(z))) with `heuristic`."""
        return -F.mean((self.row.activation if self.heuristic else self.row.composed)(fake))

    def reading(self, score: Array) -> Array:
        """g_f(v(x)), an estimate of f'(p_data(x) / p_g(x)); section 2.2."""
        return self.row.activation(score)
