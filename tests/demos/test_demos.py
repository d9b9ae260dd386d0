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


def test_orbits_grow_step_by_step(monkeypatch):
    monkeypatch.setattr("tinygan.demos.orbits.panels", list)  # drawing is most of the time
    waits = []
    frames = list(DEMOS["orbits"].frames(sleep=waits.append))
    assert [[len(field.orbits["orbit"]) for field in frame.picture] for frame in frames[:3]] == [
        [1] * 3,
        [5] * 3,
        [9] * 3,
    ]
    out, closed, inwards = (float(number) for number in re.findall(r" (\d\.\d+)", frames[-1].line))
    assert out > 1 > closed > 0.7
    assert inwards < 0.01
    assert len(waits) == len(frames) == 16
    points = np.array([[0.5, 0.0], [0.0, 0.5]])
    np.testing.assert_allclose(frames[0].picture[0].vectors(points), [[0, -0.25], [0.25, 0]], atol=1e-12)  # turns


def test_the_decks_are_those_of_the_page_of_lectures():
    page = (Path(__file__).parents[2] / "docs/lectures.md").read_text()
    for heading, deck in zip(re.findall(r"(?m)^## (.*)$", page), DECKS.values(), strict=True):
        title, author = deck.split('", ')
        assert title.rstrip('."') in heading
        assert author.removesuffix(" and others") in heading
