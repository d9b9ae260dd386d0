"""State: the mark of attributes with arrays that are not learned, such as the statistics of a batch norm."""

import functools
import inspect
import sys
from typing import Annotated, Any, get_args

State = Annotated[Any, "state"]


@functools.cache
def state_of(kind: Any) -> tuple[str, ...]:
    """The names of the attributes that a class or its base classes annotate as State."""
    return tuple(
        name
        for parent in kind.__mro__
        for name, annotation in inspect.get_annotations(parent).items()
        if _is_state(annotation, vars(sys.modules[parent.__module__]))
    )


def _is_state(annotation: Any, names: dict[str, Any]) -> bool:
    """Whether an annotation, or its text in a module with these names, is State, or State or None."""
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, names)  # as typing.get_type_hints does, but one that fails spoils no other
        except Exception:
            return False
    return annotation == State or State in get_args(annotation)
