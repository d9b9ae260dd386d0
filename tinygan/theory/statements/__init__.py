"""The table of statements: each with its source, its closed form, and the number that is computed."""

from tinygan.theory.statements import (
    bilinear,
    classifier,
    convergence,
    critic,
    divergences,
    energy,
    games,
    generator_gradients,
    optimum,
    pushforward,
    regularized,
    training,
    vanishing,
    wgan,
)
from tinygan.theory.statements.statement import Check, Statement

PARTS = (
    divergences,
    pushforward,
    optimum,
    convergence,
    training,
    generator_gradients,
    critic,
    energy,
    classifier,
    vanishing,
    wgan,
    games,
    regularized,
    bilinear,
)
STATEMENTS: dict[str, Statement] = {statement.name: statement for part in PARTS for statement in part.STATEMENTS}

__all__ = ["STATEMENTS", "Check", "Statement"]
