"""The table of gradient checks, with every function, layer, objective and update rule of the package.

`tinygan gradcheck` prints it and the tests run it. A test fails if a public name has no line in it.
"""

from tinygan.gradcheck import layers, objectives, pairs, primitives, rules
from tinygan.gradcheck.case import Case

TABLE: list[Case] = [*primitives.CASES, *layers.CASES, *pairs.CASES, *objectives.CASES, *rules.CASES]

__all__ = ["TABLE", "Case"]
