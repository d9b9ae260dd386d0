"""Profiles: the time of each primitive and of each phase of Algorithm 1, and of the matrix products alone."""

from tinygan.profile.products import Layout, Product
from tinygan.profile.recorders import profiled, recorded
from tinygan.profile.spans import Gemm, Profile, Row, Span

__all__ = ["Gemm", "Layout", "Product", "Profile", "Row", "Span", "profiled", "recorded"]
