"""The flame: equal spans are one box, boxes lie under what they ran in, as wide as their time, and are named."""

import itertools

import numpy as np
import pytest

from tinygan import functional as F
from tinygan.drawing.flame import flame, tree
from tinygan.profile import profiled
from tinygan.recipes import Run, find


@pytest.fixture
def profile(monkeypatch):
    """One iteration of gan-1d by a clock that ticks once a reading."""
    count = itertools.count()
    monkeypatch.setattr("tinygan.profile.spans.time.perf_counter", lambda: float(next(count)))
    run = Run(find("gan-1d").changed({"m": 8, "k": 1}))
    with profiled() as profile:
        list(itertools.islice(run.steps(), 2))
    return profile


def nodes(root):
    return [root, *itertools.chain.from_iterable(map(nodes, root.children.values()))]


def test_the_tree_holds_every_span_once(profile):
    root = tree(profile)
    assert sum(node.calls for node in nodes(root)) == len(profile.spans)
    assert sum(node.own for node in nodes(root)) == root.seconds == profile.seconds
    assert [name for name, _ in root.children] == ["D step", "G step", "average"]
    assert len({id(node) for node in nodes(root)}) < len(profile.spans)


def test_products_are_counted_in_all_that_is_around_them(profile):
    root = tree(profile)
    assert root.products == profile.gemm.seconds == sum(step.products for step in root.children.values())
    rule = root.children["D step", ""].children["backward", ""].children["affine", "backward"]
    assert rule.products == rule.children["matrix_product", "forward"].seconds


def test_every_node_is_a_box_as_wide_as_its_milliseconds(profile):
    root = tree(profile)
    [ax] = flame(root, 2, "").axes
    assert sorted(box.get_width() for box in ax.patches) == pytest.approx(
        sorted(1e3 * node.seconds / 2 for node in nodes(root))
    )


def test_a_box_lies_under_the_one_it_ran_in(profile):
    [ax] = flame(tree(profile), 1, "").axes
    layers = {}
    for box in ax.patches:
        layers.setdefault(round(box.get_y() + box.get_height() / 2 - 0.5), []).append(
            (box.get_x(), box.get_x() + box.get_width())
        )
    assert len(layers) > 4
    for depth in range(1, len(layers)):
        for start, end in layers[depth]:
            assert sum(left - 1e-6 <= start and end <= right + 1e-6 for left, right in layers[depth - 1]) == 1
        ordered = sorted(layers[depth])
        assert all(end <= start + 1e-6 for (_, end), (start, _) in itertools.pairwise(ordered))


def test_wide_boxes_are_named_and_the_title_says_how_long(profile):
    figure = flame(tree(profile), 1, "a game")
    words = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert all(name in words for name in ("iteration", "D step", "G step", "forward", "backward", "∂affine"))
    [title] = figure.texts
    assert title.get_text().startswith(f"a game: {1e3 * profile.seconds:.0f} ms per iteration, ")


def test_no_label_is_wider_than_its_box(profile):
    figure = flame(tree(profile), 1, "")
    [ax] = figure.axes
    figure.draw_without_rendering()
    boxes = [box.get_window_extent() for box in ax.patches]
    labels = [text.get_window_extent() for text in ax.texts if text.get_text() and "outside" not in text.get_text()]
    assert len(labels) > 8
    for label in labels:
        assert any(b.x0 <= label.x0 and label.x1 <= b.x1 and b.y0 <= label.y0 and label.y1 <= b.y1 for b in boxes)


def test_a_block_without_a_game_is_drawn_too():
    with profiled() as profile:
        F.exp(np.ones(3))
    [ax] = flame(tree(profile), 1, "").axes
    assert len(ax.patches) == 2
