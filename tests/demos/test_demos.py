"""Demonstrations: each is a recipe with settings that exist, and its frames are those of the run."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from tinygan.demos import DECKS, DEMOS, Demo
from tinygan.recipes import Run, find

SMALL = Demo("small", "Nothing.", ((1, "none"),), "gan-1d", {"iterations": 3, "m": 4})


@pytest.mark.parametrize("demo", DEMOS.values(), ids=DEMOS)
def test_it_can_be_run_and_belongs_to_a_slide(demo):
    if isinstance(demo, Demo):
        assert find(demo.recipe).changed(demo.settings).iterations >= 300
    assert demo.slides
    assert {deck for deck, _ in demo.slides} <= DECKS.keys()
    assert demo.watch.endswith(".")
    assert len(demo.watch) <= 90


def test_every_deck_has_a_demonstration():
    assert {deck for demo in DEMOS.values() for deck, _ in demo.slides} == DECKS.keys()


def test_frames_begin_before_the_first_iteration_and_end_after_the_last():
    lines = [frame.line for frame in SMALL.frames(clock=lambda: 0.0)]
    assert [line.split("  ")[0] for line in lines] == ["iteration 0 of 3", "iteration 3 of 3"]
    run = Run(find("gan-1d").changed(SMALL.settings), seed=0)
    last = {step.player: float(step.loss) for step in run.steps()}
    assert f"D's loss {last['D']:.2f}  G's loss {last['G']:.2f}" in lines[-1]


def test_a_frame_is_due_after_half_a_second():
    ticks = itertools.count()
    lines = [frame.line for frame in SMALL.frames(clock=lambda: 0.3 * next(ticks))]
    assert [line.split()[1] for line in lines] == ["0", "2", "3"]


def test_another_seed_is_another_run():
    first, again, other = (list(SMALL.frames(seed, clock=lambda: 0.0))[-1].line for seed in (0, 0, 1))
    assert first == again != other


def test_a_picture_has_as_many_images_as_it_says():
    picture = next(Demo("", "", (), "gan", {"m": 4}, shown=2).frames()).picture
    assert picture.width / picture.height == pytest.approx(2, rel=0.1)


def test_orbits_grow_step_by_step():
    waits = []
    frames = list(DEMOS["orbits"].frames(sleep=waits.append))
    assert len(waits) == len(frames) == 16
    for i, (figure, line) in enumerate(frames):
        paths = [ax.lines[0].get_xydata() for ax in figure.axes]
        assert [len(path) for path in paths] == [4 * i + 1] * 3
        assert [f"{np.linalg.norm(path[-1]):.2f}" for path in paths] == re.findall(r"\d\.\d+", line)
        assert line.startswith(f"step {4 * i} of 60, ")
        assert len(line) < 78
    out, closed, inwards = (float(number) for number in re.findall(r" (\d\.\d+)", frames[-1].line))
    assert out > 1 > closed > 0.7
    assert inwards < 0.01


def test_every_frame_of_the_orbits_has_the_same_field_in_the_same_place():
    first, *others = (frame.picture for frame in DEMOS["orbits"].frames(sleep=lambda seconds: None))
    for ax, *same in zip(first.axes, *(other.axes for other in others), strict=True):
        for other in same:
            assert other.get_position().bounds == ax.get_position().bounds
            assert other.collections[0].get_segments() is not ax.collections[0].get_segments()
            np.testing.assert_array_equal(other.collections[1].get_offsets(), ax.collections[1].get_offsets())
    tips = first.axes[0].collections[1].get_offsets()
    assert len(tips) > 20
    heads = [path.vertices for path in first.axes[0].collections[1].get_paths()]
    forward = np.array([-head[1] - head[2] for head in heads])  # from the middle of the base to the tip at 0
    assert np.all(forward[:, 0] * tips[:, 1] - forward[:, 1] * tips[:, 0] > 0)  # minimax turns clockwise


def test_the_noise_of_the_demonstration_fades_out():
    settings = DEMOS["noise"].settings
    assert settings["fade"] < settings["iterations"]


GAMES = {  # words of the objective that a demonstration is about
    "figure-1": "NonSaturating(",
    "collapse": "Minimax()",
    "unrolled": "Unrolled(",
    "feature-matching": "FeatureMatching(",
    "noise": "InstanceNoise(",
    "ebgan": "EnergyBased(",
    "wgan": "Wasserstein()",
    "wgan-gp": "GradientPenalty(",
    "pix2pix": "L1(",
    "cyclegan": "IdentityMapping(",
    "discogan": "Cycle(",
    "vae": "ELBO(",
    "began": "BoundaryEquilibrium(",
    "lsgan": "LeastSquares(",
    "f-gan": "FGAN(divergence='kl'",
}


@pytest.mark.parametrize(("name", "words"), GAMES.items(), ids=GAMES)
def test_its_recipe_plays_the_game_of_its_name(name, words):
    demo = DEMOS[name]
    assert words in repr(Run(find(demo.recipe).changed(demo.settings), seed=0).objective)


def test_no_two_demonstrations_train_the_same_recipe():
    recipes = [demo.recipe for demo in DEMOS.values() if isinstance(demo, Demo)]
    assert len(set(recipes)) == len(recipes)


def rows():
    """Of each deck on the page of lectures, by its number: the cell "see it" by the name of the slide."""
    parts = (Path(__file__).parents[2] / "docs/lectures.md").read_text().split("\n## ")[1:]
    cells = [[re.split(r" (?<!\\)\| ", line[2:-2]) for line in part.splitlines() if line[:2] == "| "] for part in parts]
    return {deck: {slide: see for slide, _, see, _ in found[2:]} for deck, found in enumerate(cells, 1)}


@pytest.mark.parametrize("demo", DEMOS.values(), ids=DEMOS)
def test_each_of_its_slides_is_a_row_that_names_it(demo):
    for deck, slide in demo.slides:
        assert slide in rows()[deck]
        assert f"`tinygan demo {demo.name}`" in rows()[deck][slide]


def test_a_row_names_no_other_demonstration():
    named = {
        (deck, slide, name)
        for deck, found in rows().items()
        for slide, see in found.items()
        for name in re.findall(r"`tinygan demo ([\w-]+)`", see)
    }
    assert named == {(deck, slide, demo.name) for demo in DEMOS.values() for deck, slide in demo.slides}


def test_the_decks_are_those_of_the_page_of_lectures():
    page = (Path(__file__).parents[2] / "docs/lectures.md").read_text()
    for heading, deck in zip(re.findall(r"(?m)^## (.*)$", page), DECKS.values(), strict=True):
        title, author = deck.split('", ')
        assert title.rstrip('."') in heading
        assert author.removesuffix(" and others") in heading
