"""An ensemble: several networks with the same input, such as discriminators of increasing capacity."""

from collections.abc import Callable
from typing import Any

from tinygan.errors import SettingError
from tinygan.nn.checks import expect_callable
from tinygan.nn.layer import Layer, Module
from tinygan.nn.minibatch import Minibatch


class Ensemble(Layer):
    """Several networks with the same input: Ensemble(D1, D2)(x) is [D1(x), D2(x)].

    As a discriminator it has one loss for each member. D's loss is their sum, so each member has the gradient of its
    own loss. G's loss is their sum, too.
    Raises SettingError if there are no members.

    >>> import numpy as np
    >>> Ensemble(np.abs, np.sign)(np.array([[-2.0]]))
    [array([[2.]]), array([[-1.]])]
    """

    per_example = True

    def __init__(self, *members: Callable):
        if not members or isinstance(members[0], (list, tuple)):
            raise SettingError("Ensemble: expected at least one network, one by one as in Ensemble(D1, D2), not a list")
        expect_callable(self, *members)
        self.members = list(members)

    def __call__(self, x: Minibatch) -> list[Any]:
        return [member(x) for member in self.members]


def members(D: Module) -> list[Module]:
    """The members of an ensemble; [D] for any other network."""
    return D.members if isinstance(D, Ensemble) else [D]
