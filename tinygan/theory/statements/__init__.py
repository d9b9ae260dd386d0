"""The table of statements: each with its source, its closed form, and the number that is computed."""

from tinygan.theory.statements import bilinear, distances, games, optimum, regularized
from tinygan.theory.statements.statement import Check, Statement

PARTS = (optimum, distances, games, regularized, bilinear)
STATEMENTS: dict[str, Statement] = {statement.name: statement for part in PARTS for statement in part.STATEMENTS}

__all__ = ["STATEMENTS", "Check", "Statement"]
