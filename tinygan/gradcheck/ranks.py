"""Gradient checks of what several ranks compute together: two ranks, in two threads of this process."""

from collections.abc import Callable
from typing import Any

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import Tensor, grad, raw
from tinygan.autograd.primitive import primitive
from tinygan.communicator import Communicator, in_threads
from tinygan.gradcheck.case import Case

SIZE = 2


def on_both(f: Callable) -> Callable:
    """f(ranks, *arrays) of two ranks, as one function of arrays whose first axis is that of the ranks.

    Its gradient is what `grad` gives on each rank, so the check of one compares the ranks' gradients with the
    differences of what all ranks compute. It is a function of the same kind, and so is the gradient of that.
    """

    def forward(xp: Any, *arrays: Any) -> Any:
        return xp.stack(in_threads(SIZE, lambda ranks: raw(f(ranks, *(array[ranks.rank] for array in arrays)))))

    def rule(i: int, g: Any, out: Any, *arrays: Any) -> Any:
        def gradient(ranks: Communicator, *given: Any) -> Any:
            *leaves, seed = (each if isinstance(each, Tensor) else Tensor(each) for each in given)
            return grad(f(ranks, *leaves), leaves, seed=seed, create_graph=True)[i]

        return on_both(gradient)(*arrays, g)

    return primitive(each=rule)(forward)


def _case(kind: str, name: str, of: Any, f: Callable, *shapes: tuple[int, ...]) -> Case:
    both = on_both(f)
    return Case(kind, name, of, lambda *arrays: both(*arrays), tuple((SIZE, *shape) for shape in shapes))


def _batch_norm(ranks: Communicator, x: Any, scale: Any, shift: Any) -> Any:
    layer = nn.on_rank(nn.BatchNorm(x.shape[-1], epsilon=1e-3), ranks, len(x))
    layer.scale, layer.shift = scale, shift
    return layer(x)


CASES = [
    _case(
        "function",
        "mean_over_ranks",
        F.mean_over_ranks,
        lambda ranks, x: F.tanh(x) * F.mean_over_ranks(x * x, ranks=ranks),
        (3,),
    ),
    _case("layer", "BatchNorm over 2 ranks", nn.BatchNorm, _batch_norm, (3, 2, 2, 3), (3,), (3,)),
    _case("layer", "BatchNorm rows, 2 ranks", nn.BatchNorm, _batch_norm, (4, 2), (2,), (2,)),
]
