"""What D says of single points, also where it sees several at once."""

import numpy as np
import pytest

from tinygan import nn
from tinygan.data import Images, Ring
from tinygan.errors import DataError, SettingError
from tinygan.nn import Labelled
from tinygan.recipes import Run, find
from tinygan.recipes.judge import outputs_at

POINTS = np.random.default_rng(0).uniform(-1.2, 1.2, (2000, 2))


def read(given):
    return given


def test_a_d_that_looks_across_its_minibatch_sees_small_ones_scattered_over_the_points():
    sizes, spans = [], []

    def D(x):
        sizes.append(len(x))
        spans.append(np.ptp(x[:, 0]))
        return x[:, :1] + 10 * x[:, 1:]

    outputs = outputs_at(D, read, Ring(), POINTS, np.asarray)
    np.testing.assert_allclose(outputs, POINTS @ [1, 10], rtol=1e-5, atol=1e-5)
    assert max(sizes) <= 256
    assert min(spans) > 0.8 * np.ptp(POINTS[:, 0])


class OfThree:
    """y of the first of three points, 100 times x of the second; it keeps the packs that it sees."""

    per_example = True

    def __init__(self):
        self.packs = []

    def __call__(self, x):
        self.packs.append(x.copy())
        return x[:, 1:2] + 100 * x[:, 2:3]


def test_a_d_that_judges_packs_sees_each_point_with_true_examples():
    D = OfThree()
    outputs = outputs_at(nn.Packed(D, 3), read, Ring(), POINTS, np.asarray)
    others = outputs - POINTS[:, 1]  # the same for every point
    assert np.ptp(others) < 1e-3
    companies = {tuple(pack) for pack in np.concatenate(D.packs)[:, 2:]}
    assert len(companies) == 8
    radii = np.hypot(*np.array([*companies]).reshape(-1, 2).T)
    np.testing.assert_allclose(radii, 1, atol=0.06)  # the ring's standard deviation is 0.01
    assert others.mean() == pytest.approx(100 * np.mean([company[0] for company in companies]), abs=1e-3)


def test_images_in_packs_are_judged_with_examples_of_the_data():
    class Means:
        per_example = True

        def __call__(self, x):
            return x.mean(axis=(1, 2))[:, 1:]  # of the second image of each pack

    source = Images("shades", np.full((5, 2, 2, 1), 255, np.uint8))
    outputs = outputs_at(nn.Packed(Means(), 2), read, source, np.zeros((7, 2, 2, 1), np.float32), np.asarray)
    np.testing.assert_allclose(outputs, np.ones(7))


@pytest.mark.parametrize("pack", [1, 2])
@pytest.mark.parametrize("across", [False, True], ids=["per example", "across the minibatch"])
def test_a_d_may_give_a_row_of_scores_or_patches_for_an_example(across, pack):
    class Row:
        per_example = not across

        def __call__(self, x):
            return x[:, 1]

    class Patches(Row):
        per_example = not across

        def __call__(self, x):
            return np.stack([x[:, 1], 3 * x[:, 1], x[:, 1] - 4, x[:, 1]], axis=1).reshape(-1, 2, 2, 1)

    for D, expected in ((Row(), POINTS[:, 1]), (Patches(), 1.5 * POINTS[:, 1] - 1)):
        given = D if pack == 1 else nn.Packed(D, pack)
        outputs = outputs_at(given, read, Ring(), POINTS, np.asarray)
        np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-5)


def test_no_points_have_no_outputs():
    assert Run("gan-ring").judge(np.zeros((0, 2))).shape == (0,)


@pytest.mark.parametrize(("recipe", "output"), [("gan-ring", "probability"), ("lsgan", "score"), ("ebgan", "energy")])
def test_a_run_tells_what_its_d_says_and_of_what_kind_that_is(recipe, output):
    run = Run(find(recipe).changed({"data": "ring"}))
    outputs = run.judge(POINTS[:9])
    assert run.output == output
    assert outputs.shape == (9,)
    if output == "probability":
        assert ((outputs > 0) & (outputs < 1)).all()
    elif output == "energy":
        assert (outputs >= 0).all()
    else:
        assert np.ptp(outputs) > 0
    np.testing.assert_allclose(run.judge(POINTS[:3]), outputs[:3], rtol=1e-5)


@pytest.mark.parametrize("recipe", ["ensemble", "ensemble:pack", "minibatch-discrimination"])
def test_every_kind_of_d_can_be_asked(recipe):
    name, _, packed = recipe.partition(":")
    run = Run(find(name).changed({"data": "ring", **({"pack": 2} if packed else {})}))
    assert np.isfinite(run.judge(POINTS[:300])).all()


def test_where_there_is_no_d_there_are_no_outputs():
    run = Run(find("ae"))
    assert run.output is None
    with pytest.raises(SettingError, match=r"^recipe 'ae' has no D to judge with: [^\n]+$"):
        run.judge(np.zeros((2, 28, 28, 1)))


def test_a_conditional_d_is_asked_about_examples_with_their_labels():
    run = Run(find("cgan").changed({"data": "ring", "hidden": 8}))
    x, y = POINTS[:9], np.arange(9) % 8
    outputs = run.judge(Labelled(x, y))
    assert outputs.shape == (9,)
    np.testing.assert_allclose(run.judge(Labelled(x[3:5], y[3:5])), outputs[3:5], rtol=1e-5)
    assert np.abs(run.judge(Labelled(x, (y + 1) % 8)) - outputs).max() > 1e-4
    with pytest.raises(SettingError, match=r"expected Labelled\(x, y\)"):
        run.judge(x)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([0, 7, 3], "judge: expected labels 0 to 2, got some from 0 to 7"),
        ([-1, 2, 0], "judge: expected labels 0 to 2, got some from -1 to 2"),
        ([0, 3, 1], "judge: expected labels 0 to 2, got some from 0 to 3"),
        ([0, 1], r"judge: expected labels as int64 \(3,\), one for each example, got int64 \(2,\)"),
        ([0.0, 1.0, 2.0], "labels: expected whole numbers 0..K-1, got float64"),
    ],
)
@pytest.mark.parametrize("layer", [lambda rng: nn.OneHot(3), lambda rng: nn.Embedding(3, 3, rng)])
def test_labels_are_checked_before_d_gets_them(layer, labels, words):
    source = Labelled(POINTS[:9], np.arange(9) % 3)
    run, rng = Run(find("cgan").changed({"hidden": 8}), data=source), np.random.default_rng(0)
    run.D = nn.Sequential(nn.JoinLabels(layer(rng)), nn.Dense(5, 1, rng))
    with pytest.raises(DataError, match=rf"^{words}[^\n]*$"):
        run.judge(Labelled(POINTS[:3], labels))
    assert run.judge(Labelled(POINTS[:3], [2, 0, 2])).shape == (3,)


def test_a_conditional_d_that_judges_packs_sees_labels_of_the_same_examples():
    def D(packs):
        return packs.x[:, :1] + 100 * packs.y[:, :1]

    D.per_example = True
    y = np.arange(2000) % 8
    outputs = outputs_at(nn.Packed(D, 2), read, Ring().labelled(), Labelled(POINTS, y), np.asarray)
    np.testing.assert_allclose(outputs, POINTS[:, 0] + 100 * y, rtol=1e-6)

    def others(packs):
        angle = np.arctan2(packs.x[:, 3], packs.x[:, 2])
        return np.cos(angle - packs.y[:, 1] * np.pi / 4)[:, np.newaxis]

    others.per_example = True
    outputs = outputs_at(nn.Packed(others, 2), read, Ring().labelled(), Labelled(POINTS, y), np.asarray)
    np.testing.assert_allclose(outputs, 1, atol=0.01)  # each true example has its own label


def test_without_a_condition_there_are_no_samples_of_every_class():
    with pytest.raises(SettingError, match=r"^recipe 'gan-ring' has no classes; use sample$"):
        Run("gan-ring").every_class(2)
