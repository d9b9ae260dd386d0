"""Studies: many tasks in processes of their own, and a folder that keeps each finished one."""

from tinygan.study.outcome import Outcome
from tinygan.study.study import Failures, Study, perform
from tinygan.study.table import Mean, mean

__all__ = ["Failures", "Mean", "Outcome", "Study", "mean", "perform"]
