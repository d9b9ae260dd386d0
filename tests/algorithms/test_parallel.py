"""Several ranks take the steps of one: to rounding in float64, and to the bit among themselves."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import nn
from tinygan.algorithms import in_parallel
from tinygan.autograd import Tensor, grad, raw
from tinygan.communicator import alone, in_threads
from tinygan.data import Normal, Stream
from tinygan.errors import SettingError
from tinygan.nn.minibatch import each
from tinygan.nn.walk import walk
from tinygan.objectives import ADA, Hinge, Lazy, NonSaturating, Objective, Term
from tinygan.optim import Optimizer, adam, mean_over_ranks, sgd
from tinygan.recipes import Run, find
from tinygan.recipes.gan_ring import GANRing
from tinygan.recipes.shared import in_float64
from tinygan.training import train

RECIPES = {  # rates so low that rounding is not magnified: two players magnify it, as those of one process would
    "gan-ring": {"hidden": 16, "m": 8},
    "wgan-gp": {"m": 8},
    "dcgan-quick": {"width": 8, "m": 8},
    "cgan": {"width": 8, "m": 8},
    "projection": {"width": 4, "m": 8},  # conditional batch norm
    "began": {"m": 8},
    "historical-averaging": {"m": 8},
    "instance-noise": {"m": 8},
    "stop-criteria": {"m": 8},
    "non-saturating": {"pack": 2, "m": 16},
    "vae": {"m": 8},
    "vae-gan": {"m": 8, "width": 4},
    "r3gan": {"data": "ring", "m": 8},
    "diffaugment": {"m": 8, "width": 4},
}
LOW = {"g_learning_rate": 1e-5, "d_learning_rate": 1e-5, "iterations": 6}


def doubles(stream):
    """The stream with its numbers in float64."""
    return lambda m: each(lambda leaf: leaf.astype(np.float64) if leaf.dtype.kind == "f" else leaf, stream(m))


def trained(recipe, settings, ranks):
    """(parameters by path, [(player, loss) of every step]) of a run in float64."""
    low = {name: value for name, value in LOW.items() if recipe != "vae" or name[0] != "d"}  # vae has no D
    run = Run(find(recipe).changed({**low, **settings}))
    players = [player and in_float64(player) for player in (run.G, run.D)]
    optimizers = run.g_optimizer, run.d_optimizer
    game = *players, run.objective, *optimizers, doubles(run.noise), doubles(run.data)
    steps, losses = partial(in_parallel, run.recipe.algorithm, ranks)(*game, start=1), []
    for step in steps:
        losses.append((step.player, float(raw(step.loss))))
        if step.last and step.iteration == run.recipe.iterations:
            return {path: raw(leaf) for path, leaf in nn.named_leaves({"G": step.G, "D": step.D})}, losses
    return None


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize("recipe", RECIPES)
def test_they_take_the_steps_of_one(recipe, size):
    one, losses = trained(recipe, RECIPES[recipe], alone)
    (first, theirs), *others = in_threads(size, lambda ranks: trained(recipe, RECIPES[recipe], ranks))
    for path, array in one.items():
        np.testing.assert_allclose(first[path], array, rtol=0, atol=1e-10)
    assert [player for player, _ in theirs] == [player for player, _ in losses]
    np.testing.assert_allclose([loss for _, loss in theirs], [loss for _, loss in losses], rtol=1e-9, atol=1e-9)
    for leaves, other in others:
        assert other == theirs
        assert all(leaves[path].tobytes() == first[path].tobytes() for path in first)


def test_an_objectives_state_is_that_of_the_whole_minibatch():
    """BEGAN's k, which is made of the energies of examples and samples."""

    def work(ranks):
        run = Run(find("began").changed({"m": 8, "iterations": 4}), ranks=ranks)
        list(run.steps())
        return run.objective.state()

    [alone] = in_threads(1, work)
    for state in in_threads(2, work):
        assert state == pytest.approx(alone, rel=1e-4)
    assert all(value > 0 for value in alone.values())


def test_a_step_shows_the_whole_minibatch_and_the_networks_of_one_process():
    def work(ranks):
        run = Run(find("dcgan-quick").changed({"m": 8, "width": 4}), ranks=ranks)
        step = next(run.steps())
        shared = {node.ranks for _, node in walk(step.G) if hasattr(node, "ranks")}
        return step.x.shape, step.z.shape, type(step.objective), shared

    assert in_threads(2, work) == 2 * [((8, 28, 28, 1), (8, 64), NonSaturating, {alone})]


def test_state_and_streams_start_from_rank_0():
    def work(ranks):
        run = Run(find("gan-ring").changed({"m": 8, "hidden": 8, "iterations": 3}), seed=ranks.rank, ranks=ranks)
        list(run.steps())
        arrays, values = run.snapshot()
        return {name: array.tobytes() for name, array in arrays.items()}, values

    first, second = in_threads(2, work)
    assert first == second


def test_a_run_goes_on_with_another_number_of_ranks(tmp_path):
    recipe = find("cgan").changed({"m": 8, "width": 4, "iterations": 4})

    def work(ranks):
        run = Run(recipe, ranks=ranks)
        for step in run.steps():
            if step.last and step.iteration == 2:
                break
        if ranks.rank == 0:
            run.save(tmp_path / "checkpoint.npz")

    in_threads(2, work)

    def go_on(ranks):
        run, _ = Run.load(tmp_path, ranks=ranks)
        losses = [float(raw(step.loss)) for step in run.steps()]
        assert run.iteration == 4
        return losses

    [alone_again] = in_threads(1, go_on)
    for losses in in_threads(4, go_on):
        np.testing.assert_allclose(losses, alone_again, rtol=1e-4)


@pytest.mark.parametrize(
    ("recipe", "settings"),
    [
        ("feature-matching", {}),  # the squared difference of two means
        ("minibatch-discrimination", {}),
        ("ebgan", {}),  # its pulling-away term
        ("dragan", {}),  # the standard deviation of all pixels
        ("unrolled", {}),  # D's steps within G's loss
        ("cyclegan", {"width": 4, "blocks": 1}),  # a history of samples
    ],
)
def test_a_loss_of_the_whole_minibatch_needs_one_process(recipe, settings):
    def work(ranks):
        run = Run(find(recipe).changed({"m": 4, **settings}), ranks=ranks)
        with pytest.raises(SettingError) as error:
            run.tried()
        return str(error.value)

    expected = (
        f"recipe {recipe!r} needs one process: 2 ranks would take other steps, as of a loss that looks at a minibatch "
        "as a whole"
    )
    assert in_threads(2, work) == [expected, expected]


@dataclass(frozen=True)
class Spread(Term):
    """The variance of D's outputs, which is no mean over examples."""

    def d(self, turn):
        return F.var(turn.d_real)


@dataclass(frozen=True)
class Lately(GANRing):
    """A recipe with a term that counts in every eighth iteration."""

    name: ClassVar[str] = "lately"

    def objective(self, rng):
        return NonSaturating() + Lazy(Spread(), every=8)


def test_a_lazy_term_is_tried_also_when_it_does_not_count(tmp_path):
    recipe = Lately(m=8, hidden=8, iterations=9)
    run = Run(recipe)
    next(step for step in run.steps() if step.last and step.iteration == 3)
    run.save(tmp_path)

    def work(ranks):
        with pytest.raises(SettingError, match=r"^recipe 'lately' needs one process: 2 ranks would take other steps"):
            Run.load(tmp_path, recipe=recipe, ranks=ranks)[0].tried()

    in_threads(2, work)


def test_a_part_that_is_too_small_is_said_to_be_one():
    def work(ranks):
        with pytest.raises(SettingError, match=r"with such settings on 4 ranks, each with its part of m: "):
            Run(find("non-saturating").changed({"m": 4, "pack": 2}), ranks=ranks).tried()

    in_threads(4, work)


def test_what_can_be_shared_passes_the_trial_and_is_left_as_it_was():
    def work(ranks):
        run = Run(find("wgan-gp").changed({"m": 8}), ranks=ranks)
        before = run.snapshot()
        after = run.tried().snapshot()
        np.testing.assert_equal(after.arrays, before.arrays)
        return after.values == before.values

    assert in_threads(2, work) == [True, True]


def test_m_has_to_be_a_multiple():
    def work(ranks):
        Run(find("gan-ring").changed({"m": 7}), ranks=ranks).tried()

    with pytest.raises(SettingError, match=r"^m is expected to be a multiple of 2, the number of ranks, got 7$"):
        in_threads(2, work)


def test_augmentation_draws_for_the_whole_minibatch():
    """With probability 1 to be transformed, as ADA has later in a run."""
    x = np.random.default_rng(0).standard_normal((8, 28, 28, 1))
    view = ADA(rng=np.random.default_rng(1), p=1.0)
    whole = Objective(Hinge(), view=view).view.real(x, None)

    def work(ranks):
        view = nn.on_rank(ADA(rng=np.random.default_rng(1), p=1.0), ranks, 4)
        return view.real(x[4 * ranks.rank : 4 * ranks.rank + 4], None)

    np.testing.assert_array_equal(np.concatenate(in_threads(2, work)), raw(whole))


def test_each_of_several_minibatches_in_one_draw_is_divided():
    """D(x) and D(G(z)) in one pass: a draw of 2 * rows."""
    whole = np.random.default_rng(0).random((6, 2))  # three examples, then three samples

    def work(ranks):
        [drawn] = nn.on_rank([np.random.default_rng(0)], ranks, 1)
        return drawn.random((2, 2))

    for rank, part in enumerate(in_threads(3, work)):
        np.testing.assert_array_equal(part, whole[[rank, rank + 3]])


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, m: rng.random(m),
        lambda rng, m: rng.random((m, 3), dtype=np.float32),
        lambda rng, m: rng.standard_normal((m, 3)),
        lambda rng, m: rng.standard_normal((m, 3), dtype=np.float32),
        lambda rng, m: rng.uniform(-1, 1, m),
        lambda rng, m: rng.integers(-3, 4, m),
        lambda rng, m: rng.integers(5, size=(m, 1)),
    ],
)
def test_a_rank_gets_its_part_of_a_draw(draw):
    whole = draw(np.random.default_rng(0), 6)

    def work(ranks):
        [drawn] = nn.on_rank([np.random.default_rng(0)], ranks, 2)
        return draw(drawn, 2), drawn.bit_generator.state

    parts, states = zip(*in_threads(3, work), strict=True)
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert states[0] == states[1] == states[2]


def test_a_draw_that_is_not_of_examples_is_the_same_on_all_ranks():
    def work(ranks):
        [drawn] = nn.on_rank([np.random.default_rng(0)], ranks, 2)
        return [drawn.random(), *drawn.random(3), *drawn.permutation(5)]

    rng = np.random.default_rng(0)
    assert in_threads(2, work) == 2 * [[rng.random(), *rng.random(3), *rng.permutation(5)]]


def test_gradients_are_averaged_for_each_dtype():
    def work(ranks):
        factor = 1 + ranks.rank
        return mean_over_ranks({"a": np.ones((2, 3)) * factor, "b": np.ones(2, np.float32) * 3 * factor}, ranks)

    for means in in_threads(2, work):
        np.testing.assert_array_equal(means["a"], np.full((2, 3), 1.5))
        np.testing.assert_array_equal(means["b"], np.full(2, 4.5, np.float32))
        assert [array.dtype.name for array in means.values()] == ["float64", "float32"]


def test_a_rank_waits_once_for_the_gradients_of_an_update():
    """And twice for one number, the loss and its gradient; without batch norm for nothing else."""
    waits = []

    def work(ranks):
        class Counted:
            rank, size = ranks.rank, ranks.size

            def mean(self, array):
                waits.append(np.size(array))
                return ranks.mean(array)

        rngs = [np.random.default_rng(i) for i in range(4)]
        G, D = (nn.Sequential(nn.Dense(2, n, rng)) for n, rng in zip((2, 1), rngs, strict=False))
        streams = Stream(Normal(2), rngs[2]), Stream(Normal(2), rngs[3])
        steps = in_parallel(train, Counted(), G, D, Hinge(), Optimizer(sgd(0.1)), Optimizer(adam(0.1)), *streams, m=4)
        next(steps)
        next(steps)

    in_threads(2, work)
    assert sorted(waits) == 8 * [1] + 2 * [3] + 2 * [6]


def test_the_gradient_of_a_mean_is_that_of_what_all_ranks_compute():
    def work(ranks):
        x = Tensor(np.array([1.0 + ranks.rank]))
        y = F.mean_over_ranks(x * x, ranks=ranks) * (10.0 if ranks.rank else 1.0)
        return float(grad(y, x)[0])

    assert in_threads(2, work) == [2 * 1.0 * 11 / 2, 2 * 2.0 * 11 / 2]
    assert math.isclose(sum(in_threads(2, work)), 33)
