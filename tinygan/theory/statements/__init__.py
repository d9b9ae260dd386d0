"""The table of statements: each with its source, its closed form, and the number that is computed."""

from tinygan.theory.statements import optimum, pushforward
from tinygan.theory.statements.statement import Check, Statement

STATEMENTS: dict[str, Statement] = {
    statement.name: statement for part in (optimum, pushforward) for statement in part.STATEMENTS
}

__all__ = ["STATEMENTS", "Check", "Statement"]
