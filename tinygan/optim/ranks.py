"""The mean of gradients over ranks."""

from typing import Any

from tinygan.autograd import Array
from tinygan.backend import namespace
from tinygan.communicator import Communicator


def mean_over_ranks(gradients: dict[str, Array], ranks: Communicator) -> dict[str, Array]:
    """The mean over ranks of gradients by path: of one array for each dtype, into which they are concatenated."""
    means: dict[str, Any] = {}
    for dtype in dict.fromkeys(gradient.dtype for gradient in gradients.values()):  # in one order on all ranks
        some = {path: gradient for path, gradient in gradients.items() if gradient.dtype == dtype}
        xp = namespace(*some.values())
        mean, start = ranks.mean(xp.concatenate([gradient.reshape(-1) for gradient in some.values()])), 0
        for path, gradient in some.items():
            means[path] = mean[start : start + gradient.size].reshape(gradient.shape)
            start += gradient.size
    return means
