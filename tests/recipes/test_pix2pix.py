"""pix2pix: what G and D are given, one player without D, resumption with its dropout, the stand-in for CuPy."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.recipes.test_run import finished, same, weights
from tinygan import nn, raw
from tinygan.autograd import grad
from tinygan.backend import to_host
from tinygan.data import Images, Pairs, load
from tinygan.data.translations import TRANSLATIONS
from tinygan.errors import DataError, SettingError
from tinygan.metrics import translation
from tinygan.nn.minibatch import Pair, part, rows
from tinygan.objectives import L1, AbsoluteError, NonSaturating
from tinygan.recipes import Run, find, measures_of

SMALL = {"width": 2, "m": 3, "iterations": 3, "data_size": 20}
KINDS = {"both": {}, "L1 alone": {"adversarial": False}, "GAN alone": {"l1": 0.0}}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
players = pytest.mark.parametrize("kind", [{}, {"adversarial": False}], ids=["two players", "one"])


def run_of(seed=0, **settings):
    return Run(find("pix2pix").changed({**SMALL, **settings}), seed=seed)


def test_its_losses_are_the_sum_and_each_part_alone():
    runs = [run_of(**kind) for kind in KINDS.values()]
    assert [run.objective for run in runs] == [NonSaturating() + L1(100.0), AbsoluteError(), NonSaturating()]
    assert [run.D is None for run in runs] == [False, True, False]
    assert find("pix2pix").changed({"l1": 30.0}).objective(np.random.default_rng(0)) == NonSaturating() + L1(30.0)
    with pytest.raises(SettingError, match="adversarial=false leaves the L1 distance alone, so l1 is expected"):
        run_of(adversarial=False, l1=0.0)


def test_a_and_b_may_have_other_numbers_of_channels():
    """Edges have one channel, and the images that they are of three; D judges all four."""
    colour = Images("colour", np.random.default_rng(0).integers(0, 256, (6, 28, 28, 3), dtype=np.uint8))
    for reverse, made in ((False, 3), (True, 1)):
        recipe = find("pix2pix").changed({**SMALL, "data_size": 0, "iterations": 1, "reverse": reverse})
        run = finished(Run(recipe, data=Pairs("edges-colour", colour, TRANSLATIONS["edges"])))
        assert run.recipe.columns(run)["G(x)"].shape[3] == made
        assert run.D.layers[1].weight.shape[2] == 4


@kinds
def test_it_ends_and_draws_each_image_beside_its_translation_and_the_truth(kind):
    run = finished(run_of(**kind), 3)
    columns = run.recipe.columns(run)
    assert list(columns) == ["x", "G(x)", "truth"]
    assert {column.shape for column in columns.values()} == {(64, 28, 28, 1)}
    edges, truth = (to_host(leaf) for leaf in run.shown_z)
    np.testing.assert_array_equal(columns["x"], edges)
    np.testing.assert_array_equal(columns["truth"], truth)
    np.testing.assert_array_equal(TRANSLATIONS["edges"].pair(truth, None).a, edges)
    assert np.abs(columns["G(x)"] - truth).max() > 0.1


def test_minibatches_are_pairs_and_z_is_one_of_its_own():
    [*_, step] = (step for step in run_of(iterations=1).steps())
    for pair in (step.x, step.z):
        np.testing.assert_allclose(TRANSLATIONS["edges"].pair(pair.b, None).a, pair.a, atol=1e-6)
    assert not np.array_equal(step.x.b, step.z.b)


def test_d_judges_both_images_and_g_sees_a_alone():
    run = run_of()
    G, D = nn.evaluated(nn.frozen(run.G)), nn.frozen(run.D)
    x, other = run.data(2), run.data(2)
    made = G(x)
    assert made.a is x.a
    np.testing.assert_array_equal(run.translated(Pair(x.a, other.b)).b, run.translated(x).b)  # b is not looked at
    scores = D(x)
    assert scores.shape[0] == 2
    assert scores.shape[1:] != (1, 1, 1)  # of patches
    for changed in (Pair(other.a, x.b), Pair(x.a, other.b)):
        assert not np.allclose(D(changed), scores)


def test_every_number_of_both_images_reaches_d():
    """The conditional D of eq. (1) sees x and y; of the fake pair a is the real one, and only b has a gradient to G."""
    run = run_of()
    D, x = nn.frozen(run.D), run.data(1)
    traced = nn.traced(x)
    slopes = grad(NonSaturating().g(D(traced), None), list(traced))
    assert all(np.abs(slope).min(axis=0).mean() > 0 for slope in slopes)


def test_translations_are_noisy_and_do_not_change_the_run():
    """The masks are other ones for each image (section 3.1), and the same for the same state."""
    run = finished(run_of(), 3)
    same_image = Pair(*(np.repeat(leaf, 8, axis=0) for leaf in part(run.data(1), 0, 1)))
    first = run.translated(same_image).b
    assert np.abs(first[1:] - first[:1]).max(axis=(1, 2, 3)).min() > 1e-4
    np.testing.assert_array_equal(run.translated(same_image).b, first)
    quiet = finished(run_of(dropout=0.0), 3).translated(same_image).b
    assert np.abs(quiet - quiet[:1]).max() < 1e-6


def test_a_translation_depends_on_no_other_image():
    """Instance norm, whose statistics are those of one image."""
    run = finished(run_of(dropout=0.0), 2)
    x = run.data(3)
    np.testing.assert_allclose(run.translated(x).b[:1], run.translated(part(x, 0, 1)).b, atol=1e-5)


@players
def test_a_run_resumed_from_its_file_goes_on_bit_for_bit(kind, tmp_path):
    whole, half = finished(run_of(**kind), 3), finished(run_of(**kind), 1)
    half.save(tmp_path / "checkpoint.npz")
    resumed = finished(Run.load(tmp_path)[0], 3)
    for player in ("G", "D"):
        assert same(weights(getattr(whole, player)), weights(getattr(resumed, player)))
    np.testing.assert_array_equal(resumed.translated(whole.shown_z).b, whole.translated(whole.shown_z).b)


@players
def test_the_stand_in_for_cupy_has_the_numbers_of_the_host(kind):
    recipe = find("pix2pix").changed({**SMALL, **kind})
    here, there = (finished(Run(recipe, backend=backend), 2) for backend in ("numpy", strict_backend()))
    expected = dict(nn.named_leaves(here.G))
    for path, leaf in nn.named_leaves(there.G):
        np.testing.assert_allclose(to_host(raw(leaf)), raw(expected[path]), rtol=1e-4, atol=1e-5)
    x = part(here.source.sample(2, np.random.default_rng(0)), 0, 2)
    np.testing.assert_allclose(there.translated(x).b, here.translated(x).b, atol=1e-3)


def test_it_goes_the_other_way_in_reverse():
    run = run_of(reverse=True, data="coloured-digits")
    x = run.data(2)
    np.testing.assert_allclose(x.a.max(axis=3), x.b[..., 0], atol=1e-6)  # from colour to grey
    assert (run_of(reverse=True).source.domains, rows(x)) == (run_of().source.domains, 2)


def test_data_without_pairs_or_of_two_sizes_are_one_line():
    with pytest.raises(SettingError, match="these examples are no pairs; choose pairs, such as edges-digits"):
        run_of(data="digits")
    with pytest.raises(SettingError, match="rings: no a has a known b"):
        run_of(data="rings", data_size=0)
    grey = Images("grey", np.zeros((4, 8, 4, 1), np.uint8))
    with pytest.raises(SettingError, match="'pix2pix' needs images a and b of one size, got 8 x 4 and 4 x 8"):
        Run(find("pix2pix"), data=Pairs("rotated-grey", grey, TRANSLATIONS["rotated"]))


def test_its_measures_are_those_of_its_translations():
    run = run_of()
    names = ["l1_b", "mean_l1_b", "input_l1_b", "sharpness_b", "classes_b"]
    found = measures_of(run, 20, seed=1)
    assert [measure.name for measure in found] == names
    assert [m.value for m in found] == [m.value for m in translation(run.source, run.translated, 20, seed=1)]
    assert not run.both_ways
    assert run.classes == ()  # of the data, but G has no condition


def test_without_held_out_pairs_there_are_no_measures():
    grey = Images("grey", np.random.default_rng(0).integers(0, 256, (6, 8, 8, 1), dtype=np.uint8))
    source = Pairs("inverted-grey", grey, TRANSLATIONS["inverted"])
    run = Run(find("pix2pix").changed({**SMALL, "data_size": 0, "field": 10}), data=source)
    assert run.recipe.columns(run)["truth"].shape == (64, 8, 8, 1)  # of training pairs
    with pytest.raises(DataError, match="needs held-out images"):
        measures_of(run, 4)


def test_the_networks_are_the_papers():
    """N(0, 0.02) weights, skips that double the decoder's inputs, patches of the stated field."""
    G, D = run_of(width=16).G, run_of(width=16).D
    drawn = np.concatenate([raw(leaf).ravel() for path, leaf in nn.named_leaves(G) if path.endswith("weight")])
    assert abs(drawn.std() - 0.02) < 3e-4
    plain = run_of(width=16, skips=False).G
    assert nn.count(plain) < nn.count(G)
    pixel, whole = (run_of(field=field).D for field in (1, 70))
    x = load("edges-digits").examples([0, 1])
    assert [nn.frozen(each)(x).shape for each in (pixel, whole)] == [(2, 28, 28, 1), (2, 1, 1, 1)]
    assert not any(isinstance(layer, nn.BatchNorm) for layer in D)
