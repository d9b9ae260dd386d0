"""The table of statements: each with its source, its closed form, and the number that is computed."""

from tinygan.theory.statements import (
    classifier,
    convergence,
    critic,
    divergences,
    energy,
    generator_gradients,
    optimum,
    vanishing,
    wgan,
)
from tinygan.theory.statements.statement import Check, Statement

_PARTS = (divergences, optimum, convergence, generator_gradients, critic, energy, classifier, vanishing, wgan)

STATEMENTS: dict[str, Statement] = {statement.name: statement for part in _PARTS for statement in part.STATEMENTS}

__all__ = ["STATEMENTS", "Check", "Statement"]
