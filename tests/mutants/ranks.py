"""Mistakes of data-parallel training, and of files for other programs, each planted in ours."""

from tests.mutants.mutant import Mutant, body
from tinygan import nn
from tinygan.algorithms import parallel
from tinygan.export import pytorch
from tinygan.functional import normalization, ranks
from tinygan.nn import ranks as nn_ranks
from tinygan.optim import ranks as optim_ranks
from tinygan.recipes.run import Run

# The functions below run among the names of the files of ours that they stand in for.
part = replace = np = None


def own_gradients(gradients, ranks):
    return gradients


def sum_over_ranks(g, out, x, ranks):
    return ranks.mean(g) * ranks.size


def of_this_rank(g, out, x, ranks):
    return g


def first_rows_on_every_rank(self, m):
    self.whole = self.stream(m)
    return part(self.whole, 0, m // self.ranks.size)


def state_of_a_slice(self, D, G, x, z):
    return replace(self, objective=self.objective.after(D, G, x, z))


def own_draws(self, draw, size):
    return draw(size)


def mean_of_own_rows(xp, x, axes, ranks=None):
    return x - x.mean(axis=axes, keepdims=True)


def flat_as_ours(shape):
    return np.arange(np.prod(shape))


PARALLEL, TORCH = "algorithms/test_parallel.py", "export/test_pytorch.py::test_arrays_are_where_pytorch_has_them"
STEPS = tuple(
    f"{PARALLEL}::test_they_take_the_steps_of_one[{case}-2]" for case in ("gan-ring", "dcgan-quick", "wgan-gp")
)
STATE = (f"{PARALLEL}::test_an_objectives_state_is_that_of_the_whole_minibatch",)
STATISTICS = {"mean": ("running_var", (0,)), "variance": ("running_mean", (0,))}

MUTANTS = [
    Mutant(33, "ranks: each with its own gradient", *body(optim_ranks.mean_over_ranks, own_gradients), STEPS[:1]),
    Mutant(
        *(33, "ranks: the gradient of a mean is a sum", ranks.mean_over_ranks, "vjps", (sum_over_ranks,)),
        (f"{PARALLEL}::test_the_gradient_of_a_mean_is_that_of_what_all_ranks_compute",),
    ),
    Mutant(
        *(33, "ranks: the gradient of a mean is one's own", ranks.mean_over_ranks, "vjps", (of_this_rank,)),
        (f"{PARALLEL}::test_the_gradient_of_a_mean_is_that_of_what_all_ranks_compute",),
    ),
    Mutant(33, "ranks: the first rows on each", *body(parallel.Sliced.__call__, first_rows_on_every_rank), STEPS[:1]),
    Mutant(33, "ranks: an objective's state from a slice", *body(parallel.OnRank.after, state_of_a_slice), STATE),
    Mutant(33, "ranks: each draws for itself", nn_ranks.Drawn, "_part", own_draws, STEPS[2:3]),
    Mutant(
        *(33, "ranks: batch norm with a rank's own mean", normalization.centred, "forward", mean_of_own_rows),
        STEPS[1:2],
    ),
    Mutant(
        *(33, "ranks: batch norm whose std forgets the others' gradient", normalization.inverse_std, "vjps"),
        (lambda g, out, x, axes, epsilon, ranks=None: x * (g * out * out * out * (-1 / (x.size // x.shape[-1]))),),
        STEPS[1:2],
    ),
    Mutant(34, "files: a flat image in our order", *body(pytorch._order, flat_as_ours), (TORCH,)),
    Mutant(
        *(34, "files: mean and variance exchanged", pytorch, "LAYOUTS"),
        {**pytorch.LAYOUTS, nn.BatchNorm: {**pytorch.NORM, **STATISTICS}},
        (TORCH,),
    ),
    Mutant(
        *(34, "files: kernels with their sides exchanged", pytorch, "LAYOUTS"),
        {**pytorch.LAYOUTS, nn.ConvTranspose2d: {"weight": ("weight", (3, 2, 1, 0)), **pytorch.BIAS}},
        (TORCH,),
    ),
    Mutant(
        *(34, "files: an imported G with other statistics", Run, "generator"),
        lambda self: nn.with_statistics(nn.frozen(self.G), self.statistics_z),
        ("export/test_statistics.py",),
    ),
]
