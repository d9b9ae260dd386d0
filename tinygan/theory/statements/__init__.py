"""The table of statements: each with its source, its closed form, and the number that is computed."""

from tinygan.theory.statements import bilinear, games, optimum, regularized
from tinygan.theory.statements.statement import Check, Statement

STATEMENTS: dict[str, Statement] = {
    statement.name: statement for part in (optimum, games, regularized, bilinear) for statement in part.STATEMENTS
}

__all__ = ["STATEMENTS", "Check", "Statement"]
