"""cyclegan and discogan: parts, exact resumption with the stored samples, pictures of G alone, clear errors."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.recipes.test_run import finished, same, weights
from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.data import Images, Pairs, Ring, Unpaired
from tinygan.data.translations import TRANSLATIONS
from tinygan.errors import SettingError
from tinygan.nn.walk import walk
from tinygan.objectives import Cycle, History, IdentityMapping, LeastSquares, NonSaturating, Objective
from tinygan.recipes import Run, find

RNG = np.random.default_rng(0)
GREY = Images("grey", RNG.integers(0, 256, (12, 8, 8, 1), dtype=np.uint8), np.arange(12) % 3)
SMALL = {"m": 3, "iterations": 4, "width": 2, "blocks": 1, "field": 10, "hidden": 6, "layers": 1}


def pairs(name="inverted"):
    """Pairs whose test images are the training images."""
    return Pairs(f"{name}-grey", Images("grey", GREY.images, GREY.labels, test=lambda: GREY), TRANSLATIONS[name])


def made(name="cyclegan", data=None, seed=1, **settings):
    recipe = find(name)
    small = {key: value for key, value in SMALL.items() if key in recipe.settings()}
    return Run(recipe.changed({**small, **settings}), data=data or pairs(), seed=seed)


def rings():
    return Unpaired("two rings", Ring(3, std=0.05), Ring(6, std=0.05))


CASES = [
    ("cyclegan", pairs, {"pool": 4}),
    ("cyclegan", pairs, {"pool": 0, "identity": 0.0}),
    ("cyclegan", lambda: pairs("coloured"), {"pool": 4, "reverse": True}),
    ("cyclegan", rings, {"pool": 4}),
    ("discogan", pairs, {}),
    ("discogan", rings, {"ways": "one"}),
    ("discogan", pairs, {"ways": "none"}),
]


@pytest.mark.parametrize(("name", "data", "settings"), CASES)
def test_it_trains_and_resumes_to_the_last_bit(name, data, settings, tmp_path):
    """With stored samples: after 2 iterations of 3 there are 4."""
    whole = finished(made(name, data(), **settings))
    broken = finished(made(name, data(), **settings), 2)
    broken.save(tmp_path)
    back, _ = Run.load(tmp_path, data=data())
    assert back.objective.state().keys() == broken.objective.state().keys()
    finished(back)
    for part in ("G", "D"):
        assert same(weights(getattr(whole, part)), weights(getattr(back, part)))
    assert not same(weights(whole.G), weights(made(name, data(), **settings).G))  # it has learned
    for ours, theirs in zip(stored(whole), stored(back), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert len(stored(whole)) == (2 if settings.get("pool") else 0)


def stored(run):
    """The leaves of the stored samples."""
    return [value for name, value in run.objective.state().items() if name.startswith("view/samples/")]


@pytest.mark.parametrize(("name", "settings"), [("cyclegan", {"pool": 4}), ("discogan", {})])
def test_another_device_has_the_same_numbers(name, settings, tmp_path):
    here = finished(made(name, rings(), **settings))
    there = finished(Run(made(name, rings(), **settings).recipe, data=rings(), seed=1, backend=strict_backend()))
    for path, value in weights(there.G).items():
        np.testing.assert_allclose(value, weights(here.G)[path], rtol=1e-4, atol=1e-5)
    for ours, theirs in zip(stored(here), stored(there), strict=True):
        np.testing.assert_allclose(ours, to_host(theirs), rtol=1e-4, atol=1e-4)
    there.save(tmp_path)


def test_the_objectives_are_the_papers():
    """Zhu et al. 2017, sections 3.3 and 4, with least squares of 1/2; Kim et al. 2017, the cycles of figure 2."""

    def objective(name, **settings):
        return find(name).changed(settings).objective(np.random.default_rng(0))

    terms = (Cycle(5.0), IdentityMapping(2.5))
    assert objective("cyclegan") == Objective(LeastSquares(), terms, History(50))
    assert objective("cyclegan", identity=0, pool=0) == LeastSquares() + Cycle(5.0)
    assert objective("discogan") == NonSaturating() + Cycle(10.0, "both", 2)
    assert objective("discogan", ways="one") == NonSaturating() + Cycle(10.0, "one", 2)
    assert objective("discogan", ways="none") == NonSaturating()


def test_each_domain_has_its_own_translation_and_its_own_judge():
    """G(a) depends on a, and D's score of b on b, alone; no parameters are shared."""
    run = made(data=pairs("coloured"))
    G, D = nn.frozen(run.G), nn.frozen(run.D)
    x, y = run.data(3), run.data(3)
    mixed = x._replace(a=y.a)
    np.testing.assert_array_equal(raw(G(mixed).a), raw(G(x).a))  # made of b
    assert np.any(raw(G(mixed).b) != raw(G(x).b))
    np.testing.assert_array_equal(raw(D(mixed).b), raw(D(x).b))
    assert np.any(raw(D(mixed).a) != raw(D(x).a))
    for one, other in ((run.G.to_a, run.G.to_b), (run.D.of_a, run.D.of_b)):
        drawn = [
            {raw(leaf).tobytes() for path, leaf in nn.named_leaves(net) if path.endswith("weight")}
            for net in (one, other)
        ]
        assert drawn[0]
        assert not drawn[0] & drawn[1]


def test_the_translation_is_of_fresh_examples():
    """G is given other examples than D: both are unpaired, and each has a stream of its own."""
    run = made()
    steps = [step for step in run.steps() if step.last]
    for step in steps:
        assert np.any(step.x.a != step.z.a)
        known = GREY.examples(np.arange(12))
        for pair in (step.x, step.z):
            of_a, of_b = (
                np.abs(leaf[:, None] - known).sum(axis=(2, 3, 4)).argmin(axis=1) for leaf in (pair.a, -pair.b)
            )
            assert set(of_a % 2) == {0}
            assert set(of_b % 2) == {1}  # so no pair is ever seen


def test_pictures_show_no_stored_sample():
    """The columns are what G makes of held-out examples; the history of samples has no part in them."""
    run = finished(made(pool=4))
    parts = run.recipe.columns(run)
    assert list(parts) == ["a", "G(a)", "F(G(a))", "truth"]
    G = nn.evaluated(nn.frozen(run.G))
    np.testing.assert_array_equal(parts["truth"], -parts["a"])
    once = G(run.shown_z)
    np.testing.assert_allclose(parts["G(a)"], raw(once.b), atol=1e-5)
    np.testing.assert_allclose(parts["F(G(a))"], raw(G(once).a), atol=1e-5)
    before = [np.array(leaf) for leaf in stored(run)]
    again = made(pool=4)
    again.restore(run.snapshot())
    again.objective = Objective(LeastSquares())
    np.testing.assert_array_equal(again.recipe.columns(again)["G(a)"], parts["G(a)"])
    for leaf, kept in zip(stored(run), before, strict=True):
        np.testing.assert_array_equal(leaf, kept)


def test_without_a_known_truth_there_is_no_such_column():
    def test():
        return Unpaired("both", GREY, GREY)

    run = made(data=Unpaired("both", GREY, GREY, test))
    assert list(run.recipe.columns(run)) == ["a", "G(a)", "F(G(a))"]
    run = made("discogan", rings())
    parts = run.recipe.columns(run)
    assert {name: len(part) for name, part in parts.items()} == {"a": 1000, "G(a)": 1000, "F(G(a))": 1000, "b": 2000}


@pytest.mark.parametrize("data", [pairs, rings])
def test_discogans_other_models_have_one_gan(data):
    """Kim et al. 2017, figure 2: (a) a GAN alone; (b) with a reconstruction loss, by which alone F learns."""
    one, none = (made("discogan", data(), ways=ways) for ways in ("one", "none"))
    for run in (one, none):
        x = run.data(3)
        np.testing.assert_array_equal(raw(run.D(x)), raw(run.D(x._replace(a=0 * x.a))))
    assert (one.both_ways, none.both_ways) == (True, False)
    assert list(none.recipe.columns(none))[:2] == ["a", "G(a)"]
    assert "F(G(a))" not in none.recipe.columns(none)
    before = weights(one.G)
    one.objective = NonSaturating()  # without the cycle
    finished(one)
    for path, value in weights(one.G).items():
        assert same({path: value}, {path: before[path]}) == path.startswith("to_a")


def test_a_and_b_change_places():
    there, back = made(), made(reverse=True)
    assert there.source.domains == back.source.domains
    np.testing.assert_array_equal(back.source.b.examples([0]), there.source.a.examples([0]))


def test_modes_of_a_that_go_to_one_mode_of_b_share_it():
    run = made("discogan", Unpaired("three to one", Ring(3, std=0.05), Ring(1, std=0.05)))
    run.G = nn.TwoWay(np.asarray, lambda a: np.zeros_like(a) + np.float32([1, 0]))  # all to the one mode
    assert [measure.value for measure in run.recipe.measures(run, 300)] == [1, 1]


def test_modes_are_measured_where_there_are_some():
    run = made("discogan", rings())
    found = {each.name: each for each in run.recipe.measures(run, 200)}
    assert {name: each.total for name, each in found.items()} == {"reached_b": 6, "shared_b": 6}
    run = made("discogan")
    assert run.recipe.measures(run) == []


@pytest.mark.parametrize(
    ("name", "data", "settings", "words"),
    [
        (
            "cyclegan",
            "edges-cifar10",
            {},
            r"the identity term needs a and b of one shape, got \(32, 32, 1\) and \(32, 32, 3\); set identity=0",
        ),
        ("discogan", "points", {}, r"recipe 'discogan' translates between images of one size, or points, not .*"),
        ("discogan", "tall", {}, r"recipe 'discogan' translates between images of one size, or points, not .*"),
        ("cyclegan", "tall", {}, r"recipe 'cyclegan' translates between images of one size, or points, not .*"),
        ("cyclegan", "digits", {}, "digits: these examples are of one domain; choose two, such as inverted-digits"),
    ],
)
def test_what_does_not_fit_is_one_line(name, data, settings, words):
    colour = Images("colour", np.zeros((4, 32, 32, 3), np.uint8))
    tall = Images("tall", np.zeros((4, 12, 16, 1), np.uint8))
    sources = {
        "edges-cifar10": Pairs("edges", colour, TRANSLATIONS["edges"]),
        "points": Unpaired("points", GREY, Ring()),
        "tall": Unpaired("tall", GREY, tall),
    }
    with pytest.raises(SettingError, match=f"^{words}[^\n]*$"):
        Run(find(name).changed({"data": data, **settings}), data=sources.get(data))


def test_the_pieces_of_the_networks_are_the_papers():
    """Instance norm in both, none in D's first layer, and N(0, 0.02) weights; appendix 7."""
    recipe = find("cyclegan").changed({"width": 16, "blocks": 6, "field": 22})
    G, D = recipe.networks(pairs(), np.random.default_rng(0))
    for net in (G.to_a, G.to_b):
        assert sum(isinstance(node, nn.InstanceNorm) for _, node in walk(net)) == 1 + 2 + 2 * 6 + 2
    for net in (D.of_a, D.of_b):
        assert isinstance(net[0], nn.Conv2d)
        assert not isinstance(net[1], nn.InstanceNorm)
    values = np.concatenate([raw(leaf).ravel() for path, leaf in nn.named_leaves(G) if path.endswith("weight")])
    assert values.std() == pytest.approx(0.02, rel=0.01)
