"""Augmentation of a classifier's data: its accuracy with few real images, and with what each arm adds to them."""

from tinygan.augmentation.arms import ARMS, Arm
from tinygan.augmentation.experiment import Experiment
from tinygan.augmentation.outcome import Outcome
from tinygan.augmentation.table import Row, rows

__all__ = ["ARMS", "Arm", "Experiment", "Outcome", "Row", "rows"]
