"""The table of gradient checks: every function, layer, objective and update rule of the package, none skipped.

`tinygan gradcheck` prints it, the tests run it, and a test fails when something public has no line in it.
"""

from tinygan.gradcheck import layers, objectives, primitives, rules
from tinygan.gradcheck.case import Case

TABLE: list[Case] = [*primitives.CASES, *layers.CASES, *objectives.CASES, *rules.CASES]

__all__ = ["TABLE", "Case"]
