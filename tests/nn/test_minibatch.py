"""Minibatches that are trees: how many examples there are, leaf by leaf, one behind the other."""

import numpy as np
import pytest

from tinygan import Tensor, nn
from tinygan.errors import ShapeMismatch
from tinygan.nn import Codes, Heads, Labelled, Pair
from tinygan.nn.minibatch import concatenated, each, is_number, leaves, part, rows, shapes

X, Y = np.arange(12.0).reshape(4, 3), np.array([0, 1, 2, 0])
LABELLED = Labelled(X, Y)


def test_a_bare_array_is_a_tree_of_one_leaf():
    assert leaves(X) == [X]
    assert rows(X) == 4
    assert each(lambda leaf: leaf.shape, X) == (4, 3)
    assert shapes(X) == "(4, 3)"


def test_the_number_of_examples_is_no_number_of_fields():
    assert (len(LABELLED), rows(LABELLED)) == (2, 4)
    assert rows([LABELLED, X[:2]]) == 4


@pytest.mark.parametrize("tree", [LABELLED, Pair(X, X), Codes(X, Y, X), [X, LABELLED], (X, [Y])])
def test_a_tree_keeps_its_form(tree):
    def form(node):
        return (type(node), *map(form, node)) if isinstance(node, (list, tuple)) else "leaf"

    assert form(each(np.copy, tree)) == form(tree)
    assert form(part(tree, 1, 3)) == form(tree)
    assert rows(part(tree, 1, 3)) == 2


def test_one_behind_the_other():
    joined = concatenated([LABELLED, part(LABELLED, 0, 1)])
    np.testing.assert_array_equal(joined.x, np.concatenate([X, X[:1]]))
    assert joined.y.tolist() == [0, 1, 2, 0, 0]
    assert joined.y.dtype == Y.dtype
    assert isinstance(concatenated([Labelled(Tensor(X), Y), LABELLED]).x, Tensor)


def test_only_floating_point_leaves_are_numbers():
    assert [is_number(leaf) for leaf in leaves(LABELLED)] == [True, False]
    assert is_number(Tensor(X))


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (X, "Labelled(an array, an array) and an array"),
        (Pair(X, Y), "Labelled(an array, an array) and Pair(an array, an array)"),
        ([X, Y], "Labelled(an array, an array) and list(an array, an array)"),
    ],
)
def test_other_forms_do_not_fit(other, found):
    with pytest.raises(ShapeMismatch) as raised:
        each(lambda a, b: a, LABELLED, other)
    assert str(raised.value) == f"minibatches of one form are expected, got {found}"


def test_two_heads():
    given = Heads(X[:, :1], Pair(X, Y))
    assert leaves(given)[0] is given.score
    assert nn.rows(given) == 4


def test_a_tree_beside_an_array_does_not_fit():
    for other in (LABELLED, [X, X]):
        with pytest.raises(ShapeMismatch, match=r"^minibatches of one form are expected, got an array and "):
            each(lambda a, b: a, X, other)
    with pytest.raises(ShapeMismatch, match=r"^concatenated: there are no minibatches$"):
        concatenated([])
