"""tinygan: the GAN textbook as running code.

Reading order: backend, autograd, functional, nn, optim, objectives, training.

Each part is imported when it is first asked for, so that the command line can answer Ctrl-C before NumPy is there.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinygan.autograd import Tensor, check_grads, grad, primitive, raw

__version__ = "0.1.0"
__all__ = ["Tensor", "__version__", "check_grads", "grad", "primitive", "raw"]


def __getattr__(name: str) -> Any:
    """A name in `__all__`, from tinygan.autograd; else the part of the package called `name`."""
    if name in __all__:
        return getattr(importlib.import_module("tinygan.autograd"), name)
    if name in __dir__():
        return importlib.import_module(f"tinygan.{name}")
    raise AttributeError(f"module 'tinygan' has no attribute {name!r}")


def __dir__() -> list[str]:
    import pkgutil

    parts = (part.name for part in pkgutil.iter_modules(__path__) if part.name[0] != "_")
    return sorted({*globals(), *__all__, *parts})
