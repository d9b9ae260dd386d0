"""Every public function and method says the types of its arguments and of its result, so that --strict accepts a call.

A primitive has no annotations of its own: `primitive` types all of them, as functions of anything.
"""

import importlib
import inspect
import pkgutil

import pytest

import tinygan


def public():
    """(its name, the object) of each name that a module of the package announces, once."""
    found = {}
    for module in pkgutil.walk_packages(tinygan.__path__, "tinygan."):
        if module.name != "tinygan.__main__":
            part = importlib.import_module(module.name)
            found |= {id(thing): (name, thing) for name, thing in public_of(part)}
    return sorted(found.values(), key=lambda entry: entry[0])


def public_of(part):
    return [(f"{part.__name__}.{name}", getattr(part, name)) for name in getattr(part, "__all__", ())]


def functions(name, thing):
    """(name, function) of a public function or, of a class, of its methods and properties."""
    if inspect.isfunction(thing):
        return [] if hasattr(thing, "vjps") else [(name, thing)]
    if not inspect.isclass(thing):
        return []
    return [
        (f"{name}.{key}", bare)
        for key, value in vars(thing).items()
        if key in ("__init__", "__call__") or not key.startswith("_")
        if inspect.isfunction(bare := unwrapped(value)) and bare.__module__.startswith("tinygan")
    ]


def unwrapped(value):
    """The function in a classmethod, a staticmethod, a property or a cached property."""
    for attribute in ("__func__", "fget", "func"):
        value = getattr(value, attribute, value)
    return value


def without_type(function):
    """The arguments of a function that have no annotation, and "return" if its result has none."""
    signature = inspect.signature(function)
    given = [p.name for p in signature.parameters.values() if p.annotation is p.empty and p.name not in ("self", "cls")]
    constructor = function.__name__ == "__init__" and len(signature.parameters) > 1
    return given if constructor or signature.return_annotation is not signature.empty else [*given, "return"]


def test_every_public_signature_has_types():
    checked = [entry for name, thing in public() for entry in functions(name, thing)]
    assert {name: without_type(function) for name, function in checked if without_type(function)} == {}
    assert len(checked) > 500


def untyped(x, y: int = 0):
    return x + y


class Untyped:
    def __init__(self):
        self.x = 0

    @property
    def size(self):
        return self.x


@pytest.mark.parametrize(
    ("function", "missing"),
    [(untyped, ["x", "return"]), (Untyped.__init__, ["return"]), (Untyped.size.fget, ["return"])],
)
def test_a_missing_type_is_seen(function, missing):
    assert without_type(function) == missing


def test_primitives_are_typed_by_their_decorator():
    assert functions("exp", tinygan.functional.exp) == []
    assert inspect.signature(tinygan.autograd.primitive).return_annotation is not inspect.Signature.empty
