"""Every recipe that can be compared: it trains on points and on images, resumes exactly, and shares what it should."""

import dataclasses

import numpy as np
import pytest

from tests.recipes.test_run import finished, same, weights
from tinygan import checkpoint, nn, objectives, optim
from tinygan.autograd import raw
from tinygan.errors import SettingError
from tinygan.objectives.scores import scores
from tinygan.recipes import RECIPES, Run, find
from tinygan.recipes.contender import Contender

NAMES = [name for name, kind in RECIPES.items() if issubclass(kind, Contender)]
SMALL = {"m": 8, "iterations": 3, "g_hidden": 6, "d_hidden": 8, "width": 2, "latent": 3, "average": 0.9, "k": 1}
everyone = pytest.mark.parametrize("name", NAMES)
both = pytest.mark.parametrize("data", ["ring", "digits"])


def small(name, data, **settings):
    return find(name).changed({**SMALL, "data": data, **settings})


@everyone
@both
def test_it_trains_and_resumes_to_the_last_bit(name, data, tmp_path):
    whole = finished(Run(small(name, data), seed=1))
    broken = finished(Run(small(name, data), seed=1), 1)
    broken.save(tmp_path / "c.npz")
    resumed = Run(small(name, data), seed=1)
    resumed.restore(checkpoint.load(tmp_path / "c.npz"))
    finished(resumed)
    for part in ("G", "D", "average"):
        assert same(weights(getattr(whole, part)), weights(getattr(resumed, part)))
    first = weights(Run(small(name, data), seed=1).G)
    assert not same(first, weights(whole.G))  # it has learned
    shape = whole.source.shape
    assert whole.sample(3).shape == (3, *shape)


def test_a_run_whose_g_moves_several_times_in_an_iteration_resumes_to_the_last_bit(tmp_path):
    recipe = small("stop-criteria", "ring", c1=0.0, c2=100.0, most=3)  # neither is ever met
    assert "".join(step.player for step in Run(recipe, seed=1).steps()) == 3 * "DDDGGG"
    whole, broken, resumed = (Run(recipe, seed=1) for _ in range(3))
    finished(broken, 1).save(tmp_path / "c.npz")
    resumed.restore(checkpoint.load(tmp_path / "c.npz"))
    assert resumed.iteration == 1
    finished(whole)
    finished(resumed)
    for part in ("G", "D", "average"):
        assert same(weights(getattr(whole, part)), weights(getattr(resumed, part)))


@everyone
def test_what_it_says_of_samples_is_one_number_each(name):
    run = finished(Run(small(name, "ring")))
    x = run.sample(6)
    read = run.objective.read(nn.frozen(run.D)(x))
    assert raw(read).shape == (6, 1)
    assert run.objective.output in ("probability", "score", "energy")
    assert np.isfinite(raw(read)).all()


@everyone
def test_all_begin_alike(name):
    """The same generator, data and noise from one seed, unless the idea is another generator."""
    run, plain = Run(small(name, "ring"), seed=5), Run(small("non-saturating", "ring"), seed=5)
    assert (run.data(7) == plain.data(7)).all()
    assert (run.noise(7) == plain.noise(7)).all()
    if name != "virtual-batch-norm":
        assert same(weights(run.G), weights(plain.G))


PLAIN = objectives.NonSaturating()
LOOK_AHEAD = objectives.ZeroSum(objectives.Minimax())
OBJECTIVES = {
    "minimax": objectives.Minimax(),
    "non-saturating": PLAIN,
    "label-smoothing": objectives.NonSaturating(0.9),
    "lsgan": objectives.LeastSquares(0.0, 1.0, 1.0),
    "hinge": objectives.Hinge(),
    "wgan": objectives.Wasserstein(),
    "wgan-gp": objectives.Wasserstein() + objectives.GradientPenalty(1.0),
    "fgan-kl": objectives.FGAN("kl", heuristic=True),
    "ebgan": objectives.EnergyBased(0.5) + objectives.PullingAway(0.1),
    "began": objectives.BoundaryEquilibrium(0.8, 0.1),
    "feature-matching": objectives.Objective(PLAIN, g=objectives.FeatureMatching(-1)),
    "minibatch-discrimination": PLAIN,
    "unrolled": objectives.Unrolled(LOOK_AHEAD, 5, optim.adam(3e-4, 0.5, 0.99, epsilon=1e-2)),
    "sngan": objectives.Hinge(),
    "r1": PLAIN + objectives.R1(0.2),
    "r3gan": objectives.Relativistic() + objectives.R1(0.2) + objectives.R2(0.2),
    "dragan": PLAIN + objectives.DRAGAN(0.2),
    "instance-noise": None,
    "historical-averaging": PLAIN + objectives.HistoricalAveraging(1e-3),
    "ensemble": PLAIN,
    "stop-criteria": PLAIN,
    "virtual-batch-norm": PLAIN,
}
ON_IMAGES = {  # where they differ: as the papers have them
    "unrolled": objectives.Unrolled(LOOK_AHEAD, 5, optim.adam(3e-4, 0.5, 0.999, epsilon=1e-2)),
    "wgan-gp": objectives.Wasserstein() + objectives.GradientPenalty(10.0),
    "ebgan": objectives.EnergyBased(0.2) + objectives.PullingAway(0.1),
    "began": objectives.BoundaryEquilibrium(0.5, 0.001),
    "r1": PLAIN + objectives.R1(10.0),
    "r3gan": objectives.Relativistic() + objectives.R1(1.0) + objectives.R2(1.0),
    "dragan": PLAIN + objectives.DRAGAN(10.0),
}


@everyone
def test_its_objective_is_that_of_its_name(name):
    for data, expected in (("ring", OBJECTIVES[name]), ("digits", ON_IMAGES.get(name, OBJECTIVES[name]))):
        objective = find(name).changed({"data": data}).objective(np.random.default_rng(0))
        if name == "instance-noise":
            points = data == "ring"
            fade = 5000 if points else 1500
            noise = [objective.view.schedule(i) for i in (0, fade // 2, fade)]
            assert noise == pytest.approx([1.0, 0.5, 0.0] if points else [0.3, 0.15, 0.0])
            objective, expected = objective.loss, PLAIN
        assert type(objective) is type(expected)
        assert objective == expected


def test_settings_reach_the_objective():
    def of(name, **settings):
        return find(name).changed(settings).objective(np.random.default_rng(0))

    assert of("label-smoothing", real=0.8).real == 0.8
    assert of("lsgan", a=-1, b=1, c=0) == objectives.LeastSquares(-1.0, 1.0, 0.0)
    assert of("fgan-kl", divergence="pearson", heuristic=False) == objectives.FGAN("pearson")
    assert of("unrolled", steps=3, inner_learning_rate=0.5).rule.learning_rate == 0.5
    assert of("unrolled", steps=3).steps == 3
    lazy = of("r3gan", lazy=8, weight=3.0)
    assert lazy.terms == tuple(objectives.Lazy(term(3.0), 8) for term in (objectives.R1, objectives.R2))


@everyone
def test_it_packs(name):
    if name in ("feature-matching", "ebgan"):  # these look into D
        with pytest.raises(SettingError, match=r"pack is expected to be (at most )?1, got 2"):
            small(name, "grid", pack=2)
        return
    run = finished(Run(small(name, "grid", pack=2, iterations=2)))
    for score in scores(nn.frozen(run.D)(run.sample(6))):
        assert raw(score).shape == (3, 1)


def test_images_have_settings_of_their_own():
    points, images = find("wgan-gp"), find("wgan-gp").changed({"data": "digits"})
    assert points.latent == 2
    assert images.latent == 64
    assert images.k == points.k == 5
    chosen = find("wgan-gp").changed({"data": "digits", "latent": 7, "m": 11})
    assert (chosen.latent, chosen.m) == (7, 11)
    assert images.changed({"m": 3}).latent == 64


def test_d_is_restricted_first_and_relaxed_later():
    recipe = small("non-saturating", "ring", d_weight_decay=0.5, relax=10, k=2)
    _, rule = recipe.rules()
    assert isinstance(rule, optim.weight_decay)
    assert [rule.rate(step) for step in (0, 10, 20, 99)] == [0.5, 0.25, 0.0, 0.0]
    _, stays = small("non-saturating", "ring", d_weight_decay=0.5).rules()
    assert stays.rate == 0.5


def test_both_learning_rates_fall_to_0_in_the_same_iterations():
    g_rule, d_rule = small("wgan-gp", "ring", decay=10, k=5, g_learning_rate=1.0, d_learning_rate=2.0).rules()
    assert [g_rule.learning_rate(i) for i in (0, 5, 10)] == [1.0, 0.5, 0.0]
    assert [d_rule.learning_rate(5 * i) for i in (0, 5, 10)] == [2.0, 1.0, 0.0]


def test_wgan_clips_its_critic_and_not_its_generator():
    run = finished(Run(small("wgan", "ring", clip=0.005, k=5)))
    assert max(abs(leaf).max() for leaf in weights(run.D).values()) <= np.float32(0.005)
    assert max(abs(leaf).max() for leaf in weights(run.G).values()) > 0.1


def test_spectral_norms_of_d_are_1():
    run = finished(Run(small("sngan", "digits", iterations=30)))
    for layer in (layer for layer in run.D.layers if isinstance(layer, nn.SpectralNorm)):
        weight = raw(layer.layer.weight).reshape(-1, layer.layer.weight.shape[-1])
        sigma = layer.v @ weight @ layer.u
        assert sigma == pytest.approx(np.linalg.svd(weight, compute_uv=False)[0], rel=0.05)


def test_members_of_the_ensemble_rise_in_capacity():
    D = Run(find("ensemble")).D
    counts = [nn.count(member) for member in D.members]
    assert counts == sorted(set(counts))
    assert counts[-1] == nn.count(Run(find("non-saturating")).D)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"g_norm": "weight"}, "g_norm is expected to be none or batch or layer, got 'weight'"),
        ({"m": 9, "pack": 2}, "multiple of pack"),
        ({"decay": -1}, "at least 0"),
        ({"pack": 0}, "at least 1"),
        ({"decay": 100, "iterations": 101}, "at least iterations"),
        ({"d_weight_decay": -1.0}, "at least 0"),
    ],
)
def test_settings_that_do_not_fit_are_one_line(settings, words):
    with pytest.raises(SettingError, match=words):
        find("hinge").changed(settings)


UNUSED = {
    "ebgan": ["maxout", "d_layers", "d_norm"],
    "began": ["maxout", "d_layers", "d_norm"],
    "sngan": ["maxout"],
    "r3gan": ["d_norm"],
    "wgan": ["beta1", "beta2"],
    "virtual-batch-norm": ["g_norm"],
    "stop-criteria": ["k", "decay", "relax"],
}


@everyone
def test_a_setting_that_would_do_nothing_is_one_line(name):
    changes = {"maxout": 5, "d_layers": 7, "d_norm": "layer", "g_norm": "batch", "beta1": 0.7, "beta2": 0.7}
    changes |= {"k": 2, "decay": 15000, "relax": 5}
    unused = [setting.name for setting in find(name).settings().values() if setting.unused]
    assert sorted(unused) == sorted(UNUSED.get(name, []))
    for setting in unused:
        with pytest.raises(SettingError, match=f"^{setting} does nothing in {name}; leave it out$"):
            find(name).changed({setting: changes[setting]})
        with pytest.raises(SettingError, match=f"^{setting} does nothing in {name}; leave it out$"):
            find(name).changed({"data": "digits", setting: changes[setting]})
    images = find(name).changed({"data": "digits"})
    assert find(name).changed(dataclasses.asdict(images)) == images  # as a checkpoint hands it back
    assert find(name).changed({**dataclasses.asdict(images), "data": "ring"}).data == "ring"


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("wgan", {"clip": 0}, "^clip is expected to be above 0, got 0.0$"),
        ("stop-criteria", {"c1": 2.0}, "^c1 is expected to be at most c2, 1.3, got 2.0$"),
        ("ebgan", {"m": 1}, "m is expected to be at least 2, got 1$"),
        ("hinge", {"relax": 5}, "^relax is expected to be 0 where d_weight_decay is 0"),
        ("wgan-gp", {"d_norm": "batch"}, "^d_norm is expected to be none or layer, got 'batch'$"),
        ("r1", {"d_norm": "batch"}, "^d_norm is expected to be none or layer"),
        ("dragan", {"d_norm": "batch"}, "^d_norm is expected to be none or layer"),
    ],
)
def test_settings_that_would_train_nonsense_are_one_line(name, settings, words):
    with pytest.raises(SettingError, match=words):
        find(name).changed(settings)


@everyone
def test_what_may_be_0_does_nothing_then(name):
    settings = find(name).settings().values()
    optional = [setting.name for setting in settings if setting.type is int and setting.least == 0]
    assert {"decay", "relax"} <= {*optional}
    for setting in optional:
        finished(Run(small(name, "ring", **{setting: 0}, iterations=1)))


def test_a_truth_is_read_as_one():
    assert find("fgan-kl").changed({"heuristic": "False"}).heuristic is False
    assert find("fgan-kl").changed({"heuristic": True}).heuristic is True
    for wrong in ("no", 1, 0.0):
        with pytest.raises(SettingError, match=r"heuristic is expected to be true or false"):
            find("fgan-kl").changed({"heuristic": wrong})


@pytest.mark.parametrize("data", ["ring", "stacked-digits"])
def test_lazy_penalties_resume_in_the_middle_of_their_cycle(data, tmp_path):
    recipe = small("r3gan", data, lazy=3, iterations=5)
    whole = finished(Run(recipe, seed=1))
    finished(Run(recipe, seed=1), 2).save(tmp_path / "c.npz")
    back, _ = Run.load(tmp_path / "c.npz")
    assert [term.t for term in back.objective.terms] == [2, 2]
    finished(back)
    for part in ("G", "D", "average"):
        assert same(weights(getattr(whole, part)), weights(getattr(back, part)))


def test_unrolled_has_the_papers_small_networks_too(tmp_path):
    settings = {"small": True, "steps": 2}
    whole = finished(Run(small("unrolled", "digits", **settings), seed=1))
    assert nn.count(whole.D) < nn.count(whole.G) / 4
    broken = finished(Run(small("unrolled", "digits", **settings), seed=1), 1)
    broken.save(tmp_path / "c.npz")
    back = finished(Run.load(tmp_path / "c.npz")[0])
    assert same(weights(whole.G), weights(back.G))


def test_an_unknown_divergence_is_one_line_before_anything_runs():
    with pytest.raises(SettingError, match="Did you mean 'pearson'"):
        Run(find("fgan-kl").changed({"divergence": "person"}))


@pytest.mark.parametrize("data", ["ring", "cifar10", "folder"])
def test_which_data_have_images(data):
    assert find("hinge").changed({"data": data}).latent == (2 if data == "ring" else 64)
