"""Everything public and differentiable has a line in the table, and so has every primitive; else it is missed."""

import dataclasses
import inspect
import sys
from types import FunctionType

import pytest

from tinygan import functional as F
from tinygan import nn, objectives, optim, primitive
from tinygan.gradcheck import TABLE


def functions():
    homes = ("tinygan.functional.", "tinygan.autograd.arithmetic")
    return [f for f in vars(F).values() if isinstance(f, FunctionType) and f.__module__.startswith(homes)]


def layers():
    exported = [getattr(nn, name) for name in nn.__all__]
    return [c for c in exported if isinstance(c, type) and inspect.isfunction(c.__call__)]


ABSTRACT = ("Game", "Loss", "Term", "View", "Objective", "Turn", "Divergence", "Likelihood")


def losses():
    without = {getattr(objectives, n) for n in ABSTRACT}
    exported = [getattr(objectives, name) for name in objectives.__all__]
    return [c for c in exported if isinstance(c, type) and c not in without]


def rules():
    return [c for c in vars(optim).values() if dataclasses.is_dataclass(c) and hasattr(c, "initial")]


def primitives():
    modules = [module for name, module in sys.modules.items() if name.split(".")[0] == "tinygan"]
    return [f for module in modules for f in vars(module).values() if hasattr(f, "vjps")]


def missing():
    """The names of those without a line."""
    covered = {id(case.of) for case in TABLE}
    public = [*functions(), *layers(), *losses(), *rules(), *primitives()]
    return sorted({x.__qualname__ for x in public if id(x) not in covered})


def test_everything_has_a_line():
    assert missing() == []


def test_each_kind_is_found():
    assert {f.__name__ for f in functions()} == set(F.__all__)
    assert {F.conv2d, F.cross_entropy, F.sum_to, F.matmul} <= set(functions())
    assert {nn.Dense, nn.Sequential, nn.Reshape} <= set(layers())
    assert {objectives.Minimax, objectives.NonSaturating} <= set(losses())
    assert {optim.sgd, optim.adamw, optim.clipped} <= set(rules())
    assert {F.exp, F.concatenated, F.inverse_std} <= set(primitives())


class Planted:
    def __call__(self, x):
        return x


@dataclasses.dataclass
class planted_rule:
    def initial(self, parameter):
        return {}


def planted_function(x):
    return x


planted_function.__module__ = "tinygan.functional.shape"


@primitive(lambda g, out, x: g)
def planted_primitive(xp, x):
    return x


@pytest.mark.parametrize("home", [nn, objectives], ids=lambda home: home.__name__)
def test_a_class_without_a_line_is_missed(home, monkeypatch):
    monkeypatch.setattr(home, "Planted", Planted, raising=False)
    monkeypatch.setattr(home, "__all__", [*home.__all__, "Planted"])
    assert missing() == ["Planted"]


@pytest.mark.parametrize(
    ("home", "planted"), [(F, planted_function), (optim, planted_rule), (F.losses, planted_primitive)]
)
def test_what_has_no_line_is_missed(home, planted, monkeypatch):
    monkeypatch.setattr(home, planted.__name__, planted, raising=False)
    assert missing() == [planted.__name__]


def test_a_line_that_is_taken_out_is_missed(monkeypatch):
    kept = [case for case in TABLE if case.of is not F.softmax]
    monkeypatch.setattr(f"{__name__}.TABLE", kept)
    assert missing() == ["softmax"]
