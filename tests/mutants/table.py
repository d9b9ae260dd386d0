"""Mistakes that well-known GAN code has made, each planted in ours by one swap, and the tests that have to notice."""

import itertools
import sys

import numpy as np

from tests.mutants import (
    augmentation,
    domains,
    likelihood,
    measures,
    networks,
    ranks,
    residual,
    semi_supervised,
    theory_games,
    theory_proofs,
    theory_pushforward,
    translation,
    vae_gan,
)
from tests.mutants.infogan import INFOGAN
from tests.mutants.labels import LABELS
from tests.mutants.mutant import Mutant, body
from tinygan import Tensor, grad, nn, raw, training
from tinygan import functional as F
from tinygan.algorithms.stop_criteria import train_by_criteria
from tinygan.autograd import check
from tinygan.backend import namespace
from tinygan.data import Stream, truncated
from tinygan.data.dataset import LabelledDataset
from tinygan.functional import losses
from tinygan.nn import Labelled, frozen, together
from tinygan.objectives import (
    FeatureMatching,
    GradientPenalty,
    Hinge,
    LeastSquares,
    Minimax,
    NonSaturating,
    Objective,
    Wasserstein,
    energy,
    input_gradients,
)
from tinygan.objectives.gradient_penalty import gradient_penalty
from tinygan.objectives.input_gradients import norms
from tinygan.optim import clipped, fast
from tinygan.optim.fast import FORMS
from tinygan.recipes import state
from tinygan.recipes.wgan_gp import WGANGP
from tinygan.training import Step, train


def lawful(*names, checks):
    """The checks that the conformance suite makes of the laws with these names."""
    return tuple(f"objectives/test_conformance.py::{check}[{name}]" for name in names for check in checks)


VALUES = ("test_the_losses_are_the_papers",)
OUTPUTS = ("test_the_gradients_in_the_outputs",)


# Gradient penalties.


def one_norm(rows):
    return F.sqrt(F.sum(rows * rows))


def one_epsilon(self, turn):
    epsilon = np.repeat(self.rng.random(1), len(turn.x))
    return gradient_penalty(turn.D, turn.x, turn.fake, epsilon, self.weight)


def epsilon_by_pixel(self, turn):
    epsilon = namespace(raw(turn.x)).asarray(self.rng.random(turn.x.shape), dtype=turn.x.dtype)
    [rows] = input_gradients(turn.D, epsilon * turn.x + (1 - epsilon) * turn.fake)
    return self.weight * F.mean((norms(rows) - 1) ** 2)


def first_order(y, wrt, *, create_graph):
    return grad(y, wrt)


def in_turns():
    """The terms in one update, the critic's loss in the next."""

    def critic(self, D, G, x, z):
        return self.loss.d(*together(D, x, G(z)))

    def penalty(self, *game):
        return whole(self, *game) - critic(self, *game)

    whole, turns = Objective.d_loss, itertools.cycle((penalty, critic))
    return lambda self, *game: next(turns)(self, *game)


def penalty_alone(self, D, G, x, z, right=Objective.d_loss):
    loss = self.loss.d(*together(D, x, G(z)))
    return right(self, D, G, x, z) - loss + raw(loss)


# Losses.


def unclipped(self, parameter, gradient, state):
    return self.rule(parameter, gradient, state)


def fast_unclipped(xp, rule, theta, g, state, t, out):
    FORMS[type(rule.rule)](xp, rule.rule, theta, g, state, t, out)


def rounded_softplus(x):
    return -F.log(1 - F.sigmoid(x) + 1e-8)


def softmax_twice(x):
    return F.log_softmax(F.softmax(x))


def leaf(self, fake, real, right=NonSaturating.g):
    return Tensor(raw(right(self, fake, real)))


def of_samples_alone(self, real, fake):
    for output, target in ((real, self.b), (fake, self.a)):
        loss = F.mean((output - target) ** 2) / 2
    return loss


def smoothed_twice(self, real, fake):
    rest = 1 - self.real
    return F.mean(F.softplus(-real) + rest * real) + F.mean(F.softplus(fake) - rest * fake)


# Labels.


def label_of_the_next_sample(self, labelled):
    return Labelled(self.network(labelled), namespace(labelled.y).roll(labelled.y, 1))


def labels_in_the_order_of_the_file(self, indices):
    return Labelled(self.source.examples(indices), self.labels[: len(indices)])


# The pulling-away term.


def cosine_not_squared(S):
    N = len(S)
    S = F.reshape(S, shape=(N, -1))
    directions = S / F.reshape(norms(S), shape=(N, 1))
    cosines = F.matrix_product(directions, directions, transpose_y=True)
    return F.sum((1 - namespace(raw(S)).eye(N, dtype=S.dtype)) * cosines) / (N * (N - 1))


def with_the_diagonal(S):
    N = len(S)
    S = F.reshape(S, shape=(N, -1))
    directions = S / F.reshape(norms(S), shape=(N, 1))
    cosines = F.matrix_product(directions, directions, transpose_y=True)
    return F.sum(cosines * cosines) / (N * (N - 1))


def lengths_of_columns(S):
    N = len(S)
    S = F.reshape(S, shape=(N, -1))
    directions = S / F.sqrt(F.sum(S * S, axis=0, keepdims=True))
    cosines = F.matrix_product(directions, directions, transpose_y=True)
    return F.sum((1 - namespace(raw(S)).eye(N, dtype=S.dtype)) * cosines * cosines) / (N * (N - 1))


# Algorithm 1.


def stale_noise(G, D, objective, g_optimizer, d_optimizer, noise, data, *, m, k, start):
    for iteration in itertools.count(start):
        for _ in range(k):
            z, x = noise(m), data(m)
            loss = objective.d_loss(D, frozen(G), x, z)
            D = d_optimizer.descend(D, loss)
            yield Step(iteration, "D", loss, G, D, x, z, objective)
        loss = objective.g_loss(frozen(D), G, x, z)
        G = g_optimizer.descend(G, loss)
        objective = objective.after(D, G, x, z)
        yield Step(iteration, "G", loss, G, D, x, z, objective, last=True)


def stale_noise_in_every_turn(G, D, objective, g_optimizer, d_optimizer, noise, data, *, m, c1, c2, most, start):
    for iteration in itertools.count(start):
        for _ in range(most):
            z, x = noise(m), data(m)
            loss = objective.d_loss(D, frozen(G), x, z)
            D = d_optimizer.descend(D, loss)
            yield Step(iteration, "D", loss, G, D, x, z, objective)
            if float(loss) <= c1:
                break
        for update in range(1, most + 1):
            loss = objective.g_loss(frozen(D), G, x, z)
            G = g_optimizer.descend(G, loss)
            last = float(objective.d_loss(frozen(D), frozen(G), x, z)) >= c2 or update == most
            if last:
                objective = objective.after(D, G, x, z)
            yield Step(iteration, "G", loss, G, D, x, z, objective, last)
            if last:
                break


def stale_discriminator(G, D, objective, g_optimizer, d_optimizer, noise, data, *, m, k, start):
    for iteration in itertools.count(start):
        earlier = D
        for _ in range(k):
            z, x = noise(m), data(m)
            loss = objective.d_loss(D, frozen(G), x, z)
            D = d_optimizer.descend(D, loss)
            yield Step(iteration, "D", loss, G, D, x, z, objective)
        z = noise(m)
        loss = objective.g_loss(frozen(earlier), G, x, z)
        G = g_optimizer.descend(G, loss)
        objective = objective.after(D, G, x, z)
        yield Step(iteration, "G", loss, G, D, x, z, objective, last=True)


def samples_of_an_average(G, D, objective, g_optimizer, d_optimizer, noise, data, *, m, k, start):
    from tinygan import nn

    average = frozen(G)
    for iteration in itertools.count(start):
        for _ in range(k):
            z, x = noise(m), data(m)
            loss = objective.d_loss(D, average, x, z)
            D = d_optimizer.descend(D, loss)
            yield Step(iteration, "D", loss, G, D, x, z, objective)
        z = noise(m)
        loss = objective.g_loss(frozen(D), G, x, z)
        G = g_optimizer.descend(G, loss)
        average = nn.averaged(average, G, 0.999)
        objective = objective.after(D, G, x, z)
        yield Step(iteration, "G", loss, G, D, x, z, objective, last=True)


def update_of_g_moves_d(G, D, objective, g_optimizer, d_optimizer, noise, data, *, m, k, start):
    for iteration in itertools.count(start):
        for _ in range(k):
            z, x = noise(m), data(m)
            loss = objective.d_loss(D, frozen(G), x, z)
            D = d_optimizer.descend(D, loss)
            yield Step(iteration, "D", loss, G, D, x, z, objective)
        z = noise(m)
        loss = objective.g_loss(D, G, x, z)
        G, D = g_optimizer.descend(G, loss), d_optimizer.descend(D, loss)
        objective = objective.after(D, G, x, z)
        yield Step(iteration, "G", loss, G, D, x, z, objective, last=True)


def update_of_d_moves_g(G, D, objective, g_optimizer, d_optimizer, noise, data, *, m, k, start):
    for iteration in itertools.count(start):
        for _ in range(k):
            z, x = noise(m), data(m)
            loss = objective.d_loss(D, G, x, z)
            G, D = g_optimizer.descend(G, loss), d_optimizer.descend(D, loss)
            yield Step(iteration, "D", loss, G, D, x, z, objective)
        z = noise(m)
        loss = objective.g_loss(frozen(D), G, x, z)
        G = g_optimizer.descend(G, loss)
        objective = objective.after(D, G, x, z)
        yield Step(iteration, "G", loss, G, D, x, z, objective, last=True)


# The engine.


def std_as_constant(g, out, x, axes, epsilon, ranks=None):
    return x * (g * raw(out) ** 3 * (-out.size / x.size))


def counted_twice(g, out, x, y, kernel, right=F.conv2d_weight.vjps[0], **settings):
    return 2 * right(g, out, x, y, kernel, **settings)


def truncated_stream(prior, rng, asarray):
    return Stream(truncated(prior, 1.0), rng, asarray)


class WithoutAbs:
    """NumPy, but for abs."""

    def abs(self, x):
        return x

    def __getattr__(self, name):
        return getattr(np, name)


MUTANTS = [
    Mutant(
        1,
        "gradient penalty: one norm of the gradient over the whole minibatch",
        *body(norms, one_norm),
        ("objectives/test_wasserstein.py",),
    ),
    Mutant(
        2,
        "gradient penalty: epsilon for every pixel of its own",
        *(GradientPenalty, "d", epsilon_by_pixel),
        ("objectives/test_wasserstein.py",),
    ),
    Mutant(
        2,
        "gradient penalty: one epsilon for the whole minibatch",
        *(GradientPenalty, "d", one_epsilon),
        ("objectives/test_wasserstein.py",),
    ),
    Mutant(
        3,
        "gradient penalty without the graph of its gradient: D's parameters do not feel it",
        *(sys.modules[input_gradients.__module__], "grad", first_order),
        ("objectives/test_wasserstein.py", "objectives/test_r1.py"),
    ),
    Mutant(
        4,
        "gradient penalty stepped on its own, apart from the critic's loss",
        *(Objective, "d_loss", in_turns()),
        ("objectives/test_wasserstein.py",),
    ),
    Mutant(
        5,
        "Wasserstein loss that is the hinge loss",
        *(Wasserstein, "d", Hinge.d),
        lawful("Wasserstein", checks=VALUES),
    ),
    Mutant(
        5,
        "Wasserstein critic whose weights nothing clips",
        *(clipped, "__call__", unclipped),
        ("optim/test_rules.py::test_clipped_holds_its_bound_after_every_step",),
    ),
    Mutant(
        5,
        "Wasserstein critic whose weights the fast form does not clip",
        *body(fast._clipped, fast_unclipped),
        ("optim/test_fast.py::test_equal_where_parameters_differ_in_dtype",),
    ),
    Mutant(
        5,
        "recipe of WGAN-GP without its penalty",
        *(WGANGP, "objective", lambda self, rng: Wasserstein()),
        ("recipes/test_contenders.py::test_its_objective_is_that_of_its_name",),
    ),
    Mutant(
        6,
        "minimax loss of G that is the non-saturating one",
        *(Minimax, "g", NonSaturating.g),
        lawful("minimax", checks=VALUES),
    ),
    Mutant(
        7,
        "log(sigmoid(x) + 1e-8) for softplus",
        *(F, "softplus", rounded_softplus),
        ("objectives/test_minimax.py::test_huge_logits",),
    ),
    Mutant(
        8,
        "cross-entropy that applies softmax a second time",
        *(losses, "log_softmax", softmax_twice),
        ("functional/test_losses.py",),
    ),
    Mutant(
        9,
        "batch norm with epsilon 0.8",
        *(nn.BatchNorm.__init__, "__kwdefaults__", {"scale": True, "epsilon": 0.8}),
        ("nn/test_layers.py",),
    ),
    Mutant(
        10,
        "pulling-away term: the cosine is not squared",
        *body(energy.pulling_away_term, cosine_not_squared),
        ("objectives/test_energy.py",),
    ),
    Mutant(
        10,
        "pulling-away term: each code is also paired with itself",
        *body(energy.pulling_away_term, with_the_diagonal),
        ("objectives/test_energy.py",),
    ),
    Mutant(
        10,
        "pulling-away term: divided by the lengths of columns, not of codes",
        *body(energy.pulling_away_term, lengths_of_columns),
        ("objectives/test_energy.py",),
    ),
    Mutant(
        11,
        "loss rebuilt as a leaf: no gradient flows",
        *(NonSaturating, "g", leaf),
        lawful("non-saturating", checks=(*VALUES, *OUTPUTS)),
    ),
    Mutant(
        12,
        "G is scored on samples made before D's update",
        *body(train, stale_noise),
        lawful("minimax", checks=("test_gs_step_scores_new_samples_by_the_new_d",)),
    ),
    Mutant(
        12,
        "G is scored on samples made before D's update, with stop criteria",
        *body(train_by_criteria, stale_noise_in_every_turn),
        ("algorithms/test_stop_criteria.py::test_every_update_has_fresh_noise_and_every_update_of_d_fresh_examples",),
    ),
    Mutant(
        12,
        "G is scored by D as it was before its update",
        *body(train, stale_discriminator),
        lawful("minimax", checks=("test_gs_step_scores_new_samples_by_the_new_d",)),
    ),
    Mutant(
        12,
        "D is updated on samples of G's moving average",
        *body(train, samples_of_an_average),
        ("test_training.py::test_algorithm_1_written_out",),
    ),
    Mutant(
        12,
        "training on truncated noise",
        *(state, "Stream", truncated_stream),
        ("recipes/test_biggan.py::test_noise_is_truncated_in_no_training",),
    ),
    Mutant(
        13,
        "D's loss is computed, and only the penalty trains D",
        *(Objective, "d_loss", penalty_alone),
        lawful("DRAGAN", checks=(*VALUES, "test_each_output_is_pushed_the_right_way")),
    ),
    Mutant(
        14,
        "loss of real examples overwritten by that of samples",
        *(LeastSquares, "d", of_samples_alone),
        lawful("LSGAN (0, 1, 1)", checks=VALUES),
    ),
    Mutant(
        14,
        "feature matching overwritten by the loss that it replaces",
        *(FeatureMatching, "g", lambda self, turn: NonSaturating().g(turn.d_fake, None)),
        ("objectives/test_feature_matching.py",),
    ),
    Mutant(
        16,
        "label smoothing of samples too",
        *(NonSaturating, "d", smoothed_twice),
        lawful("label smoothing", checks=VALUES),
    ),
    Mutant(
        17,
        "G's update moves D too",
        *body(train, update_of_g_moves_d),
        lawful("minimax", checks=("test_an_update_moves_its_player_and_nothing_of_the_other",)),
    ),
    Mutant(
        17,
        "D's update moves G too",
        *body(train, update_of_d_moves_g),
        lawful("minimax", checks=("test_an_update_moves_its_player_and_nothing_of_the_other",)),
    ),
    Mutant(
        17,
        "nobody is held fixed: each loss records the player who waits",
        *(training, "frozen", lambda network: network),
        ("test_training.py::test_the_player_who_waits_is_frozen",),
    ),
    Mutant(
        18,
        "batch norm: 1 / std is a constant in the second derivative",
        *(F.inverse_std, "vjps", (std_as_constant,)),
        ("gradcheck/test_table.py::test_gradients_are_derivatives[batch_norm rows]",),
    ),
    Mutant(
        19,
        "convolution: the gradient of the weight is wrong when differentiated again",
        *(F.conv2d_weight, "vjps", (counted_twice, F.conv2d_weight.vjps[1])),
        ("gradcheck/test_table.py::test_gradients_are_derivatives[conv2d 1x1]",),
    ),
    Mutant(
        20,
        "gradient check that compares without abs",
        *(check, "np", WithoutAbs()),
        ("autograd/test_check.py",),
    ),
    Mutant(
        21,
        "D is shown a sample with another label than G was given",
        *(nn.KeepLabels, "__call__", label_of_the_next_sample),
        ("recipes/test_cgan.py::test_what_g_made_for_a_class_comes_to_d_as_that_class",),
    ),
    Mutant(
        21,
        "D is shown a real example with the label of another",
        *(LabelledDataset, "examples", labels_in_the_order_of_the_file),
        ("recipes/test_cgan.py::test_examples_have_their_own_labels",),
    ),
    *residual.MUTANTS,
    *networks.MUTANTS,
    *domains.MUTANTS,
    *augmentation.MUTANTS,
    *measures.MUTANTS,
    *LABELS,
    *INFOGAN,
    *semi_supervised.MUTANTS,
    *likelihood.MUTANTS,
    *translation.MUTANTS,
    *vae_gan.MUTANTS,
    *theory_games.MUTANTS,
    *theory_proofs.MUTANTS,
    *theory_pushforward.MUTANTS,
    *ranks.MUTANTS,
]

# Kinds of mistakes that nothing here could make yet, and why.
WAITING: dict[int, str] = {}
