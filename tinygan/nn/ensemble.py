"""Several networks that are given the same: an ensemble of discriminators, of rising capacity for example."""

from collections.abc import Callable
from typing import Any

from tinygan.errors import SettingError
from tinygan.nn.layer import Layer, expect_callable


class Ensemble(Layer):
    """[member(x) for each member].

    As D it has a loss for each member, and the losses are summed. No term holds the parameters of two members, so the
    gradient of each member is that of its own loss.
    Raises SettingError without members.
    """

    per_example = True

    def __init__(self, *members: Callable):
        if not members or isinstance(members[0], (list, tuple)):
            raise SettingError("Ensemble: members are given one by one, Ensemble(*members), at least one of them")
        expect_callable(self, *members)
        self.members = list(members)

    def __call__(self, x: Any) -> list[Any]:
        return [member(x) for member in self.members]


def members(D: Any) -> list[Any]:
    """The members of an ensemble; another network is the only one."""
    return D.members if isinstance(D, Ensemble) else [D]
