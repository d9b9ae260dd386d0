"""Pairs of images with known truth, two domains without pairs, and those of folders."""

import colorsys
import re

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from tinygan.data import Absent, Images, Pairs, Ring, Unpaired, as_source, load
from tinygan.data.translations import SIDE_BY_SIDE, TRANSLATIONS, palette, translation_of
from tinygan.errors import DataError, SettingError
from tinygan.nn.minibatch import Labelled, Pair

RNG = np.random.default_rng(0)
GREY = Images("grey", RNG.integers(0, 256, (12, 6, 8, 1), dtype=np.uint8), np.arange(12) % 3)
COLOUR = Images("colour", RNG.integers(0, 256, (5, 6, 8, 3), dtype=np.uint8))
ALL = np.arange(12)


def pairs(name, images=GREY):
    return Pairs(f"{name}-{images.name}", images, translation_of(name, images))


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_pairs_are_floats_of_their_domains_and_one_index_gives_both(name):
    source = pairs(name)
    a, b = source.examples(ALL)
    for leaf, shape in zip((a, b), source.domains, strict=True):
        assert (leaf.dtype, leaf.shape) == (np.float32, (12, *shape))
        assert -1 <= leaf.min() <= leaf.max() <= 1
    assert source.shape == source.domains.b
    assert source.has_images
    for which in "ab":
        back = getattr(source.translation.back, which)
        if back is not None:  # it is the inverse of the translation
            np.testing.assert_allclose(back(getattr(source.examples(ALL), which)), GREY.examples(ALL), atol=1e-6)


def test_edges_are_sobels():
    x = (GREY.examples(ALL)[..., 0] + 1) / 2
    expected = [np.hypot(*(ndimage.sobel(image, axis, mode="nearest") for axis in (0, 1))) for image in x]
    found = (pairs("edges").examples(ALL).a[..., 0] + 1) / 2 * 4
    np.testing.assert_allclose(found, np.minimum(expected, 4), atol=1e-6)
    step = np.zeros((1, 6, 8, 1), np.float32) - 1
    step[:, :, 4:] = 1
    np.testing.assert_allclose(TRANSLATIONS["edges"].pair(step, None).a[0, 2, :, 0], [-1, -1, -1, 1, 1, -1, -1, -1])


def test_an_image_is_inverted_and_turned_left():
    a, b = pairs("inverted").examples([3])
    np.testing.assert_array_equal(b, -a)
    a, b = pairs("rotated").examples([3])
    assert b.shape == (1, 8, 6, 1)
    np.testing.assert_array_equal(b[0, 0], a[0, :, 7])  # the last column is the first row


def test_a_class_has_a_colour():
    a, b = pairs("coloured").examples(ALL)
    np.testing.assert_array_equal(a, np.repeat(GREY.examples(ALL), 3, axis=3))
    light = (GREY.examples(ALL) + 1) / 2
    for i, label in enumerate(GREY.labels):
        colour = colorsys.hsv_to_rgb(label / 3, 1, 1)
        np.testing.assert_allclose((b[i] + 1) / 2, light[i] * np.array(colour), atol=1e-6)
    assert len(np.unique(palette(10), axis=0)) == 10


def test_colour_images_become_grey():
    a, b = pairs("coloured", COLOUR).examples([1, 2])
    np.testing.assert_array_equal(b, COLOUR.examples([1, 2]))
    np.testing.assert_allclose(a, np.repeat(b.mean(axis=3, keepdims=True), 3, axis=3), atol=1e-6)


def test_halves_stand_side_by_side():
    source = Pairs("both", GREY, SIDE_BY_SIDE)
    a, b = source.examples([2])
    np.testing.assert_array_equal(np.concatenate([a, b], axis=2), GREY.examples([2]))
    assert source.domains == Pair((6, 4, 1), (6, 4, 1))
    with pytest.raises(DataError, match="even width, got 7"):
        Pairs("odd", Images("odd", np.zeros((1, 4, 7, 1), np.uint8)), SIDE_BY_SIDE)


def test_what_pairs_need_is_said():
    with pytest.raises(DataError, match="coloured by class, but these have no labels"):
        pairs("coloured", Images("plain", GREY.images))
    for source in (GREY, Ring(), as_source(np.zeros((3, 2)))):
        with pytest.raises(SettingError, match="are no pairs; choose pairs, such as edges-digits"):
            source.paired()
        with pytest.raises(SettingError, match="are of one domain; choose two, such as inverted-digits"):
            source.unpaired()
        assert source.domains is None
    with pytest.raises(SettingError, match="no a has a known b"):
        load("rings").paired()


def test_reversed_pairs_change_places_and_their_images_come_back():
    there, back = pairs("edges"), pairs("edges").reversed()
    assert back.domains == Pair(there.domains.b, there.domains.a)
    for forth, other in zip(there.examples(ALL), reversed(back.examples(ALL)), strict=True):
        np.testing.assert_array_equal(forth, other)
    assert (there.translation.back.a, back.translation.back.b) == (None, None)
    np.testing.assert_array_equal(back.translation.back.a(back.examples(ALL).a), GREY.examples(ALL))
    assert back.fingerprint != there.fingerprint
    assert back.reversed().fingerprint == there.fingerprint


def test_two_domains_share_no_image_and_their_test_pairs_stay_paired():
    test = Images("test", GREY.images[:4], GREY.labels[:4])
    images = Images("grey", GREY.images, GREY.labels, test=lambda: test)
    source = pairs("inverted", images).unpaired()
    a, b = source.sample(2000, np.random.default_rng(0))
    known = GREY.examples(ALL)
    for leaf, start in ((a, 0), (-b, 1)):
        distances = np.abs(leaf[:, None] - known).sum(axis=(2, 3, 4))
        assert sorted(set(distances.argmin(axis=1))) == list(range(start, 12, 2))
        assert distances.min(axis=1).max() == 0
    truth = source.held_out().examples(np.arange(4))
    np.testing.assert_array_equal(truth.b, -truth.a)
    shown = source.shown(5, np.random.default_rng(1))
    np.testing.assert_array_equal(shown.b, -shown.a)
    assert source.domains == Pair((6, 8, 1), (6, 8, 1))


@pytest.mark.parametrize("name", ["edges-digits", "rings", "digits+digits"])
def test_a_stream_of_two_domains_goes_on_exactly(name):
    source = load(name)
    stream = (source.unpaired() if name != "edges-digits" else source).stream(np.random.default_rng(3))
    stream(7)
    state = stream.state()
    expected = stream(5)
    again = (source.unpaired() if name != "edges-digits" else source).stream(np.random.default_rng(9))
    again.restore(state)
    for leaf, other in zip(expected, again(5), strict=True):
        np.testing.assert_array_equal(leaf, other)


def test_a_state_that_does_not_fit_changes_nothing():
    source = pairs("inverted").unpaired()
    stream, other = (source.stream(np.random.default_rng(seed)) for seed in (1, 2))
    expected = source.stream(np.random.default_rng(1))(4)
    for damaged in ({}, {"a": other.state()["a"]}, {"a": other.state()["a"], "b": {}}, None):
        with pytest.raises(DataError):
            stream.restore(damaged)
    for leaf, kept in zip(stream(4), expected, strict=True):
        np.testing.assert_array_equal(leaf, kept)


def test_both_domains_are_drawn_independently():
    a, b = load("rings").sample(4000, np.random.default_rng(0))
    angles = [np.round(np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) * n).astype(int) % n for x, n in ((a, 5), (b, 10))]
    counts = np.bincount(angles[0] * 10 + angles[1], minlength=50)
    assert counts.min() > 40  # of 80 expected for each pair of modes


def test_few_pairs_are_spread_over_the_data():
    few = pairs("edges").few(3)
    np.testing.assert_array_equal(few.examples(np.arange(3)).b, GREY.examples([0, 4, 8]))
    assert [len(side) for side in (pairs("edges").unpaired().few(2).a, few.unpaired().a)] == [2, 2]


def test_sets_of_others_are_loaded_by_name():
    source = load("coloured-digits")
    assert source.describe() == "10,000 pairs of images, 28 x 28 x 3 and 28 x 28 x 3"
    assert len(source.held_out()) == 2000
    both = load("digits+digits")
    assert both.name == "digits+digits"
    assert isinstance(both.held_out(), Unpaired)
    for name in ("edges-ring", "digits+ring", "inverted-stacked-digits"):
        with pytest.raises(SettingError, match="is no set of images; choose one of digits, mnist"):
            load(name)
    for name in ("digits+", "+digits"):
        with pytest.raises(SettingError, match=rf"^No such data set '{re.escape(name)}'. Did you mean 'digits'\?$"):
            load(name)


def test_pairs_of_a_folder_are_read(tmp_path):
    pixels = RNG.integers(0, 256, (3, 4, 8, 3), dtype=np.uint8)
    for split in ("train", "test"):
        (tmp_path / split).mkdir()
        for i, each in enumerate(pixels):
            Image.fromarray(each).save(tmp_path / split / f"{i}.png")
    source = load("paired-folder", data_dir=tmp_path)
    np.testing.assert_array_equal(source.examples(np.arange(3)).b, Images("x", pixels[:, :, 4:]).examples(np.arange(3)))
    assert len(source.held_out()) == 3


def test_two_folders_are_two_domains(tmp_path):
    for name, size in (("trainA", 3), ("trainB", 5), ("testA", 2), ("testB", 2)):
        (tmp_path / name).mkdir()
        for i in range(size):
            Image.fromarray(np.full((4, 4), 10 * i, np.uint8)).save(tmp_path / name / f"{i}.png")
    source = load("two-folders", data_dir=tmp_path)
    assert (len(source.a), len(source.b), len(source.held_out().a)) == (3, 5, 2)
    assert source.held_out().held_out() is None
    with pytest.raises(DataError, match=r"two-folders: no folder .*testA; name a folder that has testA and testB"):
        load("two-folders", data_dir=tmp_path / "trainA", split="test")
    with pytest.raises(DataError, match="trainA and trainB in it"):
        load("two-folders")
    (tmp_path / "testA").rename(tmp_path / "elsewhere")
    assert source.shown(3, np.random.default_rng(0)).a.shape == (3, 4, 4, 1)  # of the training images


def test_all_of_two_domains_change_places_and_become_few():
    """Also the test examples; a and b keep their own sizes."""
    few, more = GREY.taken([0, 1, 2]), GREY.taken([0, 1, 2, 3])
    source = Unpaired("two", few, more, lambda: Unpaired("tests", more, few))
    back = source.reversed()
    assert [back.a, back.b, *back.held_out().sides] == [more, few, few, more]
    assert [len(side) for side in source.few(2).sides] == [2, 2]


def test_test_images_of_two_folders_have_the_shapes_of_the_training_images(tmp_path):
    for name, side in (("trainA", 4), ("trainB", 4), ("testA", 6), ("testB", 4)):
        (tmp_path / name).mkdir()
        Image.fromarray(np.zeros((side, side), np.uint8)).save(tmp_path / name / "0.png")
    source = load("two-folders", data_dir=tmp_path)
    words = "test images of 6 x 6 x 1 and 4 x 4 x 1 beside training images of 4 x 4 x 1 and 4 x 4 x 1; make them alike"
    with pytest.raises(DataError, match=f"^two-folders: {words}$"):
        source.held_out()
    assert source.shown(2, np.random.default_rng(0)).a.shape == (2, 4, 4, 1)  # of the training images


def test_colours_by_class_need_the_same_classes_in_the_test_images(tmp_path):
    """With a class more the palette would give the other classes other colours."""
    for place in ("train/cat", "train/dog", "test/ape", "test/dog"):
        (tmp_path / place).mkdir(parents=True)
        Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / place / "0.png")
    words = "test images of classes cat, dog, ape beside training images of cat, dog; make them alike"
    with pytest.raises(DataError, match=f"^coloured-folder: {words}$"):
        load("coloured-folder", data_dir=tmp_path).held_out()
    assert len(load("inverted-folder", data_dir=tmp_path).held_out()) == 2


def test_absent_pairs_have_zeros_in_their_place():
    absent = Absent("edges-digits", (28, 28, 1), domains=[[28, 28, 1], [28, 28, 3]])
    assert absent.domains == Pair((28, 28, 1), (28, 28, 3))
    assert [leaf.shape for leaf in absent.paired().sample(2, np.random.default_rng(0))] == [
        (2, 28, 28, 1),
        (2, 28, 28, 3),
    ]
    assert absent.reversed() is absent
    with pytest.raises(DataError, match="shape of one example"):
        Absent("edges-digits", (28, 28, 1), domains=[[28, 28, 1], [0]])


def test_labels_stay_with_the_pairs():
    labelled = pairs("inverted").labelled().examples([4, 5])
    assert isinstance(labelled, Labelled)
    assert labelled.y.tolist() == [1, 2]


@pytest.mark.parametrize("swapped", [False, True])
def test_the_origin_of_a_domain_is_what_its_images_show(swapped):
    """Edges are not classified; of the coloured, b has the colours of the classes, wherever it stands."""
    edges, coloured = pairs("edges"), pairs("coloured")
    if swapped:
        edges, coloured = edges.reversed(), coloured.reversed()
    a, b = "ba" if swapped else "ab"
    assert getattr(edges.sides, a).origin is None
    assert getattr(edges.sides, b).origin.images is GREY
    assert getattr(coloured.sides, a).origin.palette is None
    np.testing.assert_array_equal(getattr(coloured.sides, b).origin.palette, palette(3))
    shown = getattr(coloured.sides, b).origin.back(getattr(coloured.examples(ALL), b))
    np.testing.assert_allclose(shown, GREY.examples(ALL), atol=1e-6)
    unpaired = coloured.unpaired()
    origin = getattr(unpaired.sides, b).origin
    assert (origin.images.shape, origin.palette.shape) == ((6, 8, 1), (3, 3))


def test_colour_images_lose_their_colours_but_are_their_own_translation():
    labelled = Images("colour", COLOUR.images, np.arange(5) % 2)
    source = pairs("coloured", labelled)
    assert source.sides.a.origin is None
    shown = source.sides.b.origin.back(source.examples([1, 2]).b)
    np.testing.assert_array_equal(shown, COLOUR.examples([1, 2]))
    assert source.sides.b.origin.palette is None


def test_without_labels_or_classes_there_is_no_origin():
    assert pairs("inverted", COLOUR).sides.a.origin is None
    assert Unpaired("rings", Ring(5), Ring(10)).sides.a.origin is None
    assert Unpaired("two", GREY, COLOUR).sides.a.origin.images is GREY
    assert Unpaired("two", GREY, COLOUR).sides.b.origin is None


def test_each_domain_is_a_source():
    source = pairs("edges")
    a, b = source.sides
    np.testing.assert_array_equal(a.examples([3]), source.examples([3]).a)
    np.testing.assert_array_equal(b.examples([3]), source.examples([3]).b)
    assert source.is_paired
    assert not source.unpaired().is_paired
    assert source.unpaired().held_out() is None
