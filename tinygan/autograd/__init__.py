"""Reverse-mode automatic differentiation of any order.

Read primitive.py (how a function gets gradient rules), arithmetic.py (the table of rules),
tensor.py (the operators) and then
differentiate.py (the backward pass).
"""

from tinygan.autograd.check import check_grads
from tinygan.autograd.differentiate import grad
from tinygan.autograd.primitive import Array, primitive
from tinygan.autograd.show import draw, listing, show
from tinygan.autograd.tensor import Tensor, raw

__all__ = ["Array", "Tensor", "check_grads", "draw", "grad", "listing", "primitive", "raw", "show"]
