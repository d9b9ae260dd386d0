"""Objectives: losses of D's outputs, terms that are added to a player's loss, and views that change D's inputs."""

from tinygan.objectives.ada import ADA
from tinygan.objectives.auxiliary_classifier import AuxiliaryClassifier
from tinygan.objectives.binarized import Binarized
from tinygan.objectives.boundary_equilibrium import BoundaryEquilibrium
from tinygan.objectives.cycle import Cycle
from tinygan.objectives.diff_augment import DiffAugment
from tinygan.objectives.divergences import DIVERGENCES, Divergence
from tinygan.objectives.dragan import DRAGAN
from tinygan.objectives.energy import EnergyBased, PullingAway
from tinygan.objectives.feature_matching import FeatureMatching
from tinygan.objectives.fgan import FGAN
from tinygan.objectives.gradient_penalty import GradientPenalty
from tinygan.objectives.hinge import Hinge
from tinygan.objectives.historical_averaging import HistoricalAveraging
from tinygan.objectives.history import History
from tinygan.objectives.identity_mapping import IdentityMapping
from tinygan.objectives.information import Information
from tinygan.objectives.input_gradients import input_gradients
from tinygan.objectives.instance_noise import InstanceNoise
from tinygan.objectives.l1 import L1, AbsoluteError
from tinygan.objectives.lazy import Lazy
from tinygan.objectives.least_squares import LeastSquares
from tinygan.objectives.likelihood import CrossEntropy, Likelihood, SquaredError
from tinygan.objectives.likelihood_of_g import LikelihoodOfG
from tinygan.objectives.minimax import Minimax, NonSaturating
from tinygan.objectives.objective import Game, Loss, Objective, Term
from tinygan.objectives.orthogonal import OrthogonalRegularization
from tinygan.objectives.r1 import R1, R2
from tinygan.objectives.relativistic import Relativistic
from tinygan.objectives.semi_supervised import SemiSupervised
from tinygan.objectives.turn import Turn
from tinygan.objectives.unrolled import Unrolled
from tinygan.objectives.variational import ELBO, ImportanceWeighted
from tinygan.objectives.view import View
from tinygan.objectives.wasserstein import Wasserstein
from tinygan.objectives.zero_sum import ZeroSum

__all__ = [
    "ADA",
    "DIVERGENCES",
    "DRAGAN",
    "ELBO",
    "FGAN",
    "L1",
    "R1",
    "R2",
    "AbsoluteError",
    "AuxiliaryClassifier",
    "Binarized",
    "BoundaryEquilibrium",
    "CrossEntropy",
    "Cycle",
    "DiffAugment",
    "Divergence",
    "EnergyBased",
    "FeatureMatching",
    "Game",
    "GradientPenalty",
    "Hinge",
    "HistoricalAveraging",
    "History",
    "IdentityMapping",
    "ImportanceWeighted",
    "Information",
    "InstanceNoise",
    "Lazy",
    "LeastSquares",
    "Likelihood",
    "LikelihoodOfG",
    "Loss",
    "Minimax",
    "NonSaturating",
    "Objective",
    "OrthogonalRegularization",
    "PullingAway",
    "Relativistic",
    "SemiSupervised",
    "SquaredError",
    "Term",
    "Turn",
    "Unrolled",
    "View",
    "Wasserstein",
    "ZeroSum",
    "input_gradients",
]
