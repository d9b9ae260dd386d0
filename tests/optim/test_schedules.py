"""Schedules against their formulas."""

import math

import pytest

from tinygan import optim


def test_schedules():
    assert [optim.constant(0.5)(step) for step in (0, 7)] == [0.5, 0.5]
    assert [optim.linear(1.0, 0.0, 4)(step) for step in range(6)] == [1, 0.75, 0.5, 0.25, 0, 0]
    assert [optim.linear(0.1, 0.3, 2)(step) for step in (0, 2, 99)] == pytest.approx([0.1, 0.3, 0.3], rel=1e-15)
    assert (optim.linear(1.0, 0.5, 0)(0), optim.cosine(1.0, 0.5, 0)(0)) == (0.5, 0.5)
    half = math.sqrt(0.5)
    expected = [2, 1 + (1 + half) / 2, 1.5, 1 + (1 - half) / 2, 1, 1]
    assert [optim.cosine(2.0, 1.0, 4)(step) for step in range(6)] == pytest.approx(expected, rel=1e-15)
