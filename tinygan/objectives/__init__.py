"""What each player minimizes: d_loss(D, G, x, z) and g_loss(D, G, x, z), one signature for every paper."""

from tinygan.objectives.boundary_equilibrium import BoundaryEquilibrium
from tinygan.objectives.divergences import DIVERGENCES, Divergence
from tinygan.objectives.dragan import DRAGAN
from tinygan.objectives.energy import EnergyBased
from tinygan.objectives.ensemble import Ensemble
from tinygan.objectives.feature_matching import FeatureMatching
from tinygan.objectives.fgan import FGAN
from tinygan.objectives.hinge import Hinge
from tinygan.objectives.historical_averaging import HistoricalAveraging
from tinygan.objectives.instance_noise import InstanceNoise
from tinygan.objectives.label_smoothing import LabelSmoothing
from tinygan.objectives.least_squares import LeastSquares
from tinygan.objectives.minimax import Minimax, NonSaturating
from tinygan.objectives.objective import Around, Objective
from tinygan.objectives.orthogonal import OrthogonalRegularization
from tinygan.objectives.r1 import R1
from tinygan.objectives.unrolled import Unrolled
from tinygan.objectives.wasserstein import Wasserstein, WassersteinGP
from tinygan.objectives.zero_sum import ZeroSum

__all__ = [
    "DIVERGENCES",
    "DRAGAN",
    "FGAN",
    "R1",
    "Around",
    "BoundaryEquilibrium",
    "Divergence",
    "EnergyBased",
    "Ensemble",
    "FeatureMatching",
    "Hinge",
    "HistoricalAveraging",
    "InstanceNoise",
    "LabelSmoothing",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "Objective",
    "OrthogonalRegularization",
    "Unrolled",
    "Wasserstein",
    "WassersteinGP",
    "ZeroSum",
]
