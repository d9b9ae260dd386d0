"""Update rules, schedules of their settings, and the optimizer that applies a rule to a module.

Reading order: rule, sgd, rmsprop, adam, wrappers, by_path, schedules, checks, optimizer. `fast` holds faster forms of
the same rules; a test compares the two.
"""

from tinygan.optim.adam import adam, adamw
from tinygan.optim.by_path import by_path
from tinygan.optim.optimizer import Optimizer
from tinygan.optim.ranks import mean_over_ranks
from tinygan.optim.rmsprop import rmsprop
from tinygan.optim.rule import Rule, State, assigned, expect_rule
from tinygan.optim.schedules import Schedule, constant, cosine, linear
from tinygan.optim.sgd import momentum, nesterov, sgd
from tinygan.optim.wrappers import clipped, weight_decay

__all__ = [
    "Optimizer",
    "Rule",
    "Schedule",
    "State",
    "adam",
    "adamw",
    "assigned",
    "by_path",
    "clipped",
    "constant",
    "cosine",
    "expect_rule",
    "linear",
    "mean_over_ranks",
    "momentum",
    "nesterov",
    "rmsprop",
    "sgd",
    "weight_decay",
]
