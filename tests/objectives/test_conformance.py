"""Every objective is held to its paper: one suite for all the laws that the test modules beside this one list.

The last tests plant mistakes that a new objective could make, and expect the suite to find each; those that could be
made in the objectives that there are stand in tests/mutants.
"""

import copy
import dataclasses
import importlib
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.objectives.law import Law
from tinygan import Tensor, check_grads, checkpoint, grad, nn, objectives, optim, raw
from tinygan import functional as F
from tinygan.autograd.differentiate import ancestors
from tinygan.backend import numpy_backend, to_host
from tinygan.errors import GradientError, SettingError
from tinygan.nn import frozen, parameters
from tinygan.objectives import GradientPenalty, LeastSquares, NonSaturating, Turn, Wasserstein
from tinygan.objectives.memory import Memory
from tinygan.optim import Optimizer
from tinygan.training import train


def found():
    """The laws of every test module in this folder."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__))
    modules = [importlib.import_module(f"{__package__}.{name}") for name in names]
    return [law for module in modules for law in getattr(module, "LAWS", [])]


ALL = found()


def laws(claims=lambda law: True):
    """Of all laws those that claim something."""
    return pytest.mark.parametrize("law", [law for law in ALL if claims(law)], ids=lambda law: law.name)


def says_d(law):
    """Whether D's outputs alone mean something to its loss."""
    return law.d is not None or any(law.signs[:2])


def says_g(law):
    return law.g is not None or law.signs[2] != 0


def says(law):
    return says_d(law) or says_g(law)


def identity(x):
    return x


def outputs(seed, count):
    """What D may say of `count` examples, as both x and D(x) where D is the identity."""
    return 1.5 * np.random.default_rng(seed).standard_normal((count, 1))


REAL, FAKE = outputs(1, 6), outputs(2, 6)
STEP = 2e-4  # of differences: cosines of short encodings bend too sharply for the usual 1e-3


def d_loss(law, real, fake):
    return law.make().d_loss(identity, identity, real, fake)


def g_loss(law, fake, real=REAL):
    return law.make().g_loss(identity, identity, real, fake)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (objectives.R1, "weight"),
        (objectives.DRAGAN, "weight"),
        (lambda number: objectives.DRAGAN(scale=number), "scale"),
        (objectives.GradientPenalty, "weight"),
        (objectives.HistoricalAveraging, "weight"),
        (objectives.OrthogonalRegularization, "weight"),
        (lambda number: objectives.BoundaryEquilibrium(lambda_k=number), "lambda_k"),
        (objectives.EnergyBased, "margin"),
        (objectives.PullingAway, "weight"),
        (objectives.Information, "weight"),
        (objectives.L1, "weight"),
        (lambda number: objectives.Information(continuous=number), "continuous"),
        (lambda number: objectives.LikelihoodOfG(objectives.ELBO(), number), "weight"),
    ],
)
@pytest.mark.parametrize("number", [-1.0, float("nan")])
def test_no_term_has_a_negative_weight(wrong, name, number):
    with pytest.raises(SettingError, match=f"^{name} is expected to be at least 0, got {number}$"):
        wrong(number)
    wrong(0.0)


# In terms of outputs alone.


@laws(lambda law: law.d or law.g)
def test_the_losses_are_the_papers(law):
    for real, fake in ((REAL, FAKE), (REAL[:4], FAKE), (outputs(3, 5), outputs(4, 2))):
        if law.d:
            assert float(d_loss(law, real, fake)) == pytest.approx(law.d(real, fake), rel=1e-12, abs=1e-15)
        if law.g:
            assert float(g_loss(law, fake, real)) == pytest.approx(law.g(real, fake), rel=1e-12, abs=1e-15)


@laws(lambda law: any(law.signs))
def test_each_output_is_pushed_the_right_way(law):
    real, fake = Tensor(REAL), Tensor(FAKE)
    slopes = [None, None, None]
    if any(law.signs[:2]):
        slopes[:2] = grad(d_loss(law, real, fake), [real, fake])
    if law.signs[2]:
        slopes[2] = grad(g_loss(law, fake), fake)
    for sign, slope in zip(law.signs, slopes, strict=True):
        if sign:
            assert np.all(sign * slope >= 0)
            assert np.any(slope != 0)


@laws(says)
def test_the_gradients_in_the_outputs(law):
    if says_d(law):
        check_grads(lambda real, fake: d_loss(law, real, fake), REAL, FAKE)
    if says_g(law):
        check_grads(lambda fake: g_loss(law, fake), FAKE)


@laws(lambda law: law.huge and says(law))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_outputs(law, dtype):
    """What D says of an example may be 1e4, and wrong."""
    real, fake = Tensor(np.array([[-1e4], [1e4]], dtype)), Tensor(np.array([[1e4], [-1e4]], dtype))
    losses = [(d_loss(law, real, fake), [real, fake])] if says_d(law) else []
    losses += [(g_loss(law, fake, real.data), [fake])] if says_g(law) else []
    for loss, leaves in losses:
        for array in (loss.data, *grad(loss, leaves)):
            assert array.dtype == dtype
            assert np.isfinite(array).all()


# With networks.


def perceptrons(rng):
    G = nn.Sequential(nn.Dense(2, 2, rng), F.tanh, nn.Dense(2, 3, rng))
    return G, nn.Sequential(nn.Dense(3, 2, rng), F.tanh, nn.Dense(2, 1, rng))


def networks(law, device=numpy_backend):
    """G and D of the law's game in float64, their learned numbers moved a little from where layers begin."""
    rng = np.random.default_rng(5)

    def placed(leaf):
        if not isinstance(leaf, Tensor):
            return device.asarray(leaf, dtype=np.float64)
        return Tensor(device.asarray(leaf.data + 0.3 * rng.standard_normal(leaf.shape)))

    return [nn.map_leaves(net, placed) for net in (law.game or perceptrons)(rng)]


def minibatches(seed, width, device=numpy_backend, form=identity):
    """A source of normal minibatches in this form, which keeps what it gave in `drawn`."""
    rng = np.random.default_rng(seed)

    def source(m):
        source.drawn.append(nn.each(device.asarray, form(rng.standard_normal((m, width)))))
        return source.drawn[-1]

    source.drawn = []
    return source


def played(law, device=numpy_backend, k=1, m=5, rate=0.05):
    """Algorithm 1 on the law's game: its steps, the networks it begins with, and its noise."""
    G, D = networks(law, device)
    noise, data = minibatches(6, 2, device, law.noise), minibatches(7, 3, device, law.x)
    optimizers = Optimizer(optim.sgd(rate)), Optimizer(optim.sgd(rate))
    return train(G, D, law.make(), *optimizers, noise, data, m=m, k=k), G, D, noise


def contents(network):
    return {path: raw(leaf).tobytes() for path, leaf in nn.named_leaves(network)}


@laws()
@pytest.mark.parametrize("player", ["D", "G"])
def test_the_gradients_in_the_parameters(law, player):
    G, D = networks(law)
    x, z = minibatches(8, 3, form=law.x)(4), minibatches(9, 2, form=law.noise)(4)
    mover = D if player == "D" else G
    leaves = parameters(mover)

    def loss(*values):
        moved = nn.updated(mover, dict(zip(leaves, values, strict=True)))
        if player == "D":
            return law.make().d_loss(moved, frozen(G), x, z)
        return law.make().g_loss(frozen(D), moved, x, z)

    check_grads(loss, *map(raw, leaves.values()), step=STEP)


@laws()
def test_an_update_moves_its_player_and_nothing_of_the_other(law):
    """The arrays of the one who waits stay as they are, bit for bit."""
    steps, G, D, _ = played(law)
    before = {"G": contents(G), "D": contents(D)}
    for step in itertools.islice(steps, 4):
        after = {"G": contents(step.G), "D": contents(step.D)}
        waiting = "G" if step.player == "D" else "D"
        assert after[waiting] == before[waiting]
        assert after[step.player] != before[step.player]
        before = after


@laws()
def test_nothing_of_g_is_on_the_tape_of_ds_loss(law):
    """Not even as a constant that a gradient could be asked for."""
    G, D = networks(law)
    loss = law.make().d_loss(D, frozen(G), minibatches(8, 3, form=law.x)(4), minibatches(9, 2, form=law.noise)(4))
    frozen_arrays = [raw(leaf) for _, leaf in nn.named_leaves(G)]
    for t in ancestors(loss):
        assert t.op is not None or not any(np.shares_memory(t.data, array) for array in frozen_arrays)
    slopes = grad(loss, parameters(D))
    assert any(np.any(slope != 0) for slope in slopes.values())


@laws()
def test_gs_step_scores_new_samples_by_the_new_d(law):
    """Its loss is made from noise never seen before and from D after its updates, and from no other."""
    steps, G, D, noise = played(law, k=2)
    first = next(steps)
    second = next(steps)
    objective = copy.deepcopy(second.objective)  # a random generator as it stands before G's loss
    earlier = list(noise.drawn)
    step = next(steps)
    assert len(noise.drawn) == 3
    assert step.z is noise.drawn[-1]
    assert not any(begins_with(noise_of(step.z), z) for z in earlier)
    assert float(step.loss) == float(objective.g_loss(frozen(second.D), G, second.x, step.z))
    used = [raw(a) for t in ancestors(step.loss) for a in t.args]
    assert any(begins_with(a, step.z) for a in used)
    assert among(used, second.D)
    assert not any(begins_with(a, z) for a in used for z in earlier)
    assert not among(used, D)
    assert not among(used, first.D)


def noise_of(z):
    """z, or the noise in it."""
    return nn.minibatch.leaves(z)[0]


def begins_with(a, z):
    """Whether the array is z, or begins with the noise in z, as joined codes do."""
    noise = noise_of(z)
    return np.ndim(a) == 2 and len(a) == len(noise) and np.array_equal(a[:, : noise.shape[1]], noise)


def among(arrays, network):
    """Whether one of the arrays is the network's."""
    own = [raw(leaf) for leaf in parameters(network).values()]
    return any(np.shares_memory(a, b) for a in arrays if hasattr(a, "shape") for b in own)


@laws()
@pytest.mark.parametrize("device", ["strict", pytest.param("cupy", marks=pytest.mark.gpu)], indirect=True)
def test_a_device_has_the_numbers_of_the_host_and_is_not_waited_for(law, device):
    with without_waiting():
        *_, there = itertools.islice(played(law, device, k=2)[0], 6)
    *_, here = itertools.islice(played(law, k=2)[0], 6)
    for net in ("G", "D"):
        expected = dict(nn.named_leaves(getattr(here, net)))
        for path, leaf in nn.named_leaves(getattr(there, net)):
            np.testing.assert_allclose(to_host(raw(leaf)), raw(expected[path]), rtol=1e-9, atol=1e-11)
    measured = measures(there)
    for name, value in measures(here).items():
        assert float(measured[name]) == pytest.approx(float(value), rel=1e-9, abs=1e-12)


def measures(step):
    return step.objective.measures(Turn("", frozen(step.D), frozen(step.G), step.x, step.z))


def saved(objective, path):
    """The state by way of a file."""
    state = objective.state()
    arrays = {name: value for name, value in state.items() if hasattr(value, "shape")}
    checkpoint.save(path, arrays, {name: value for name, value in state.items() if name not in arrays})
    arrays, values = checkpoint.load(path)
    return {**arrays, **values}


def text(state):
    return json.dumps({name: getattr(value, "tolist", lambda v=value: v)() for name, value in state.items()})


@laws()
def test_a_state_that_was_saved_and_restored_gives_the_same_losses(law, tmp_path):
    *_, step = itertools.islice(played(law)[0], 6)
    state = saved(step.objective, tmp_path / "state.npz")
    restored = law.make().restored(state)
    assert text(restored.state()) == text(step.objective.state())
    if state:
        assert text(state) != text(law.make().state())  # there was something to restore

    def goes_on(objective):
        losses = []
        for seed in range(3):
            x, z = minibatches(20 + seed, 3, form=law.x)(5), minibatches(30 + seed, 2, form=law.noise)(5)
            losses.append(float(objective.d_loss(step.D, frozen(step.G), x, z)))
            loss = objective.g_loss(frozen(step.D), step.G, x, z)
            losses.append(float(loss))
            objective = objective.after(step.D, step.G, x, z)
        return losses

    assert goes_on(restored) == goes_on(step.objective)


# The suite itself.


def without_a_law(laws_found):
    """The exported objectives that no law is about."""
    abstract = {objectives.Game, objectives.Loss, objectives.Term, objectives.View, objectives.Objective}
    exported = [getattr(objectives, name) for name in objectives.__all__]
    concrete = {c for c in exported if isinstance(c, type) and issubclass(c, Memory)} - abstract
    concrete = {c for c in concrete if not issubclass(c, objectives.Likelihood)}  # of one player, no game
    return sorted(c.__name__ for c in concrete - {type(part) for law in laws_found for part in parts(law.make())})


def parts(game):
    """An objective and what it is made of."""
    inside = [getattr(game, field.name) for field in dataclasses.fields(game)]
    inside = [part for value in inside for part in (value if isinstance(value, tuple) else [value])]
    return [game, *(p for part in inside if isinstance(part, Memory) for p in parts(part))]


def test_every_objective_has_a_law():
    assert without_a_law(ALL) == []
    assert "LeastSquares" in without_a_law([law for law in ALL if LeastSquares not in map(type, parts(law.make()))])


def test_every_law_has_a_name_of_its_own():
    assert len({law.name for law in ALL}) == len(ALL)


def test_laws_make_a_fresh_objective_every_time():
    for law in ALL:
        first, second = law.make(), law.make()
        assert text(first.state()) == text(second.state())
        assert first is not second or not first.state()


@dataclasses.dataclass(frozen=True)
class Planted(NonSaturating):
    """The non-saturating game with a mistake in it."""


class Unsafe(Planted):
    def g_loss(self, D, G, x, z):
        return F.mean(F.log(1 + F.exp(-D(G(z)))))


class Upside(Planted):
    def g_loss(self, D, G, x, z):
        return F.mean(F.softplus(D(G(z))))


class Unmoved(Planted):
    def d_loss(self, D, G, x, z):
        return raw(super().d_loss(D, G, x, z)) + 0 * F.mean(D(x))  # right, and on the tape, and without a slope


class Halved(Planted):
    def g_loss(self, D, G, x, z):
        out = D(G(z))
        return F.mean(F.softplus(-raw(out)) + 0.5 * (raw(out) - out))  # the value is right, the gradient is not


class Leaking(Planted):
    def d_loss(self, D, G, x, z):
        return super().d_loss(D, nn.traced(G), x, z)


class Stale(Planted):
    def d_loss(self, D, G, x, z):
        vars(self)["z"] = z
        return super().d_loss(D, G, x, z)

    def g_loss(self, D, G, x, z):
        earlier, vars(self)["z"] = vars(self).get("z", z), z
        return super().g_loss(D, G, x, earlier)


class OfTheOldD(Planted):
    def d_loss(self, D, G, x, z):
        vars(self)["D"] = frozen(D)
        return super().d_loss(D, G, x, z)

    def g_loss(self, D, G, x, z):
        return super().g_loss(vars(self)["D"], G, x, z)


class Waiting(Planted):
    def after(self, D, G, x, z):
        float(D(x)[0, 0])
        return self


@dataclasses.dataclass(frozen=True)
class Forgetful(GradientPenalty):
    """Its generator is in no field that is kept."""

    rng: object = dataclasses.field(default=None, compare=False)

    def __post_init__(self):
        vars(self)["hidden"] = self.rng

    def _kept(self):
        return []


class Overwriting(Planted):
    def g_loss(self, D, G, x, z):
        for _, leaf in nn.named_leaves(D):
            leaf *= 0.999
        return super().g_loss(D, G, x, z)


@pytest.mark.parametrize(
    ("mistake", "check"),
    [
        (Unsafe, lambda law: test_huge_outputs(law, np.float32)),
        (Upside, test_each_output_is_pushed_the_right_way),
        (Unmoved, test_the_gradients_in_the_outputs),
        (Unmoved, lambda law: test_the_gradients_in_the_parameters(law, "D")),
        (Unmoved, test_an_update_moves_its_player_and_nothing_of_the_other),
        (Unmoved, test_nothing_of_g_is_on_the_tape_of_ds_loss),
        (Halved, test_the_gradients_in_the_outputs),
        (Halved, lambda law: test_the_gradients_in_the_parameters(law, "G")),
        (Leaking, test_nothing_of_g_is_on_the_tape_of_ds_loss),
        (Stale, test_gs_step_scores_new_samples_by_the_new_d),
        (OfTheOldD, test_gs_step_scores_new_samples_by_the_new_d),
        (Overwriting, test_an_update_moves_its_player_and_nothing_of_the_other),
    ],
)
def test_a_planted_mistake_is_found(mistake, check):
    [true] = [law for law in ALL if law.name == "non-saturating"]
    check(true)
    with pytest.raises((AssertionError, GradientError, RuntimeWarning)):
        check(dataclasses.replace(true, make=mistake))


def test_a_wait_is_found():
    with pytest.raises(AssertionError, match="wait"):
        test_a_device_has_the_numbers_of_the_host_and_is_not_waited_for(Law("waiting", Waiting), strict_backend())


def test_a_memory_that_is_not_saved_is_found(tmp_path):
    law = Law("forgetful", lambda: Wasserstein() + Forgetful(rng=np.random.default_rng(0)))
    with pytest.raises(AssertionError):
        test_a_state_that_was_saved_and_restored_gives_the_same_losses(law, tmp_path)
