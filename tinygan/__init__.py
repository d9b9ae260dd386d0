"""tinygan: the GAN textbook as running code.

Reading order: backend, autograd, functional, nn, optim, objectives, training.
"""

import importlib
import pkgutil
from typing import Any

from tinygan.autograd import Tensor, check_grads, grad, primitive, raw
from tinygan.backend import keep_freed_memory

__version__ = "0.1.0"
__all__ = ["Tensor", "__version__", "check_grads", "grad", "primitive", "raw"]


def __getattr__(name: str) -> Any:
    """`tinygan.nn` and its like are imported when they are first asked for, so that `import tinygan` stays light."""
    if name in __dir__():
        return importlib.import_module(f"tinygan.{name}")
    raise AttributeError(f"module 'tinygan' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *(part.name for part in pkgutil.iter_modules(__path__) if part.name[0] != "_")})


keep_freed_memory()
