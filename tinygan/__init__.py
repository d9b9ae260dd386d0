"""tinygan: the GAN textbook as running code.

Reading order: backend, autograd, functional, nn, optim, objectives, training.
"""

from tinygan.autograd import Tensor, check_grads, grad, primitive, raw
from tinygan.backend import keep_freed_memory

__version__ = "0.1.0"
__all__ = ["Tensor", "__version__", "check_grads", "grad", "primitive", "raw"]

keep_freed_memory()
