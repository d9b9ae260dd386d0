"""The table of gradient checks, with every function, layer, objective and update rule of the package.

`tinygan gradcheck` prints it and the tests run it. A test fails if a public name has no line in it.
"""

from tinygan.gradcheck import layers, likelihoods, objectives, pairs, primitives, ranks, rules
from tinygan.gradcheck.case import Case

TABLE: list[Case] = [
    case for part in (primitives, layers, pairs, objectives, likelihoods, rules, ranks) for case in part.CASES
]

__all__ = ["TABLE", "Case"]
