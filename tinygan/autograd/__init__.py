"""Reverse-mode automatic differentiation of any order; read tensor.py first, then differentiate.py."""

from tinygan.autograd.check import check_grads
from tinygan.autograd.differentiate import grad
from tinygan.autograd.show import draw, listing, show
from tinygan.autograd.tensor import Tensor, primitive, raw

__all__ = ["Tensor", "check_grads", "draw", "grad", "listing", "primitive", "raw", "show"]
