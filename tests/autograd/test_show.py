"""The tape as text, to the letter, and as a picture."""

import matplotlib as mpl
import numpy as np
import pytest

from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.autograd import draw, listing, show


@pytest.fixture
def pyplot():
    mpl.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def program():
    x, w = Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]])
    y = F.leaky_relu(x @ w, slope=0.2) + np.ones((1, 1), np.float32)
    return x, w, (y * 0.5).sum()


def test_text():
    x, w, y = program()
    assert listing(y, wrt=[w], names={"x": x, "w": w}).splitlines() == [
        "x  = leaf                                (1, 2)",
        "w  = leaf                                (2, 1)",
        "%2 = matrix_product(x, w)                (1, 1)  gradient to w",
        "%3 = leaky_relu(%2, slope=0.2)           (1, 1)  gradient to %2",
        "%4 = add(%3, array(1, 1))                (1, 1)  gradient to %3",
        "%5 = multiply(%4, 0.5)                   (1, 1)  gradient to %4",
        "%6 = sum(%5, axis=None, keepdims=False)  ()      gradient to %5",
    ]


def test_by_default_gradients_go_to_every_leaf():
    x = Tensor([2.0])
    square = x * x
    assert listing(square).splitlines() == [
        "%0 = leaf              (1,)",
        "%1 = multiply(%0, %0)  (1,)  gradient to %0",
    ]
    assert listing(square, wrt=[]).splitlines() == ["%0 = leaf              (1,)", "%1 = multiply(%0, %0)  (1,)"]
    assert listing(x, names={"x": x}) == "x = leaf  (1,)"


def test_a_recorded_gradient_can_be_shown():
    x = Tensor([2.0])
    text = listing(grad(F.exp(x), x, create_graph=True), names={"x": x})
    assert "exp(x)" in text
    assert "multiply(array(1,), %1)" in text
    assert "derivative(%2, wrt=[x])" in text


def test_a_gradient_names_what_it_was_taken_of_also_where_it_does_not_depend_on_it():
    x, w = Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]])
    slope = grad((x @ w).sum(), x, create_graph=True)
    assert "wrt=[x]" in listing(slope, names={"x": x, "w": w})
    assert "wrt=[Tensor(1, 2)]" in listing(slope, names={"w": w})


def boxes(ax):
    return [text.get_text() for text in ax.texts if text.get_bbox_patch() is not None]


def arrows(ax):
    return [text.arrow_patch.get_edgecolor() for text in ax.texts if getattr(text, "arrow_patch", None) is not None]


def test_picture(pyplot):
    x, w, y = program()
    ax = draw(y, wrt=[w], names={"x": x, "w": w})
    assert sorted(boxes(ax)) == sorted(
        [
            "x leaf\n(1, 2)",
            "w leaf\n(2, 1)",
            "%2 matrix_product\n(1, 1)",
            "%3 leaky_relu\n(1, 1)",
            "%4 add\n(1, 1)",
            "%5 multiply\n(1, 1)",
            "%6 sum\n()",
        ]
    )
    red = mpl.colors.to_rgba("tab:red")
    assert len(arrows(ax)) == 6
    assert sum(color == red for color in arrows(ax)) == 5  # all but the one from x


def test_picture_on_given_axes(pyplot):
    ax = pyplot.figure().gca()
    x = Tensor([2.0])
    assert draw(x * x + x, ax=ax) is ax
    assert len(boxes(ax)) == 3
    pyplot.gcf().canvas.draw()


def test_every_box_is_inside_and_none_covers_another(pyplot):
    _, _, y = program()
    ax = draw(y)
    places = [text.get_position() for text in ax.texts if text.get_bbox_patch() is not None]
    assert len(set(places)) == len(places)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert all(left < column < right and bottom < row < top for column, row in places)


def test_show_prints_the_listing(capsys):
    x = Tensor([2.0])
    square = x * x
    show(square, names={"x": x})
    assert capsys.readouterr().out == listing(square, names={"x": x}) + "\n"
