"""The mean over ranks, which connects the computations of several processes, and their gradients."""

from tinygan.autograd.primitive import primitive


@primitive(lambda g, out, x, ranks: mean_over_ranks(g, ranks=ranks))
def mean_over_ranks(xp, x, ranks):
    """The mean of the x of all ranks, on each rank.   ranks: their communicator.

    It is its own adjoint: every x is in the result of every rank with weight 1 / size. So the gradient on a rank is
    that of the sum of what all ranks compute; the ranks differentiate together.
    """
    return ranks.mean(x)
