"""What `primitive` adds to a forward: recording, arrays by keyword, and errors of one line that name it."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tinygan import Tensor, grad, primitive, raw
from tinygan import functional as F
from tinygan.errors import DeviceMismatch, GradientError, ShapeMismatch

X = np.array([1.0, 2.0, 3.0])


@primitive(lambda g, out, x, w, power=2: g * w, None)
def scaled(xp, x, w, power=2):
    """x times w to the power."""
    return x * w**power


def test_bare_arrays_in_bare_arrays_out():
    before = Tensor(0.0).serial
    out = scaled(X, 2.0, power=3)
    assert type(out) is np.ndarray
    np.testing.assert_array_equal(out, [8.0, 16.0, 24.0])
    assert Tensor(0.0).serial == before + 1


def test_it_keeps_name_and_docstring_and_shows_its_rules():
    assert (scaled.__name__, scaled.__doc__) == ("scaled", "x times w to the power.")
    assert len(scaled.vjps) == 2


def test_a_tensor_where_no_rule_is():
    with pytest.raises(GradientError, match=r"^scaled: no gradient rule for w; pass raw\(w\)$"):
        scaled(X, Tensor(2.0))
    with pytest.raises(GradientError, match=r"^scaled: no gradient rule for w; pass raw\(w\)$"):
        scaled(X, w=Tensor(2.0))
    with pytest.raises(GradientError, match=r"^scaled: no gradient rule for power; pass raw\(power\)$"):
        scaled(Tensor(X), 2.0, power=Tensor(2.0))
    with pytest.raises(GradientError, match=r"^scaled: no gradient rule for power; pass raw\(power\)$"):
        scaled(Tensor(X), 2.0, Tensor(2.0))
    with pytest.raises(GradientError, match=r"^where: no gradient rule for condition; pass raw\(condition\)$"):
        F.where(Tensor(X), X, X)
    with pytest.raises(GradientError, match=r"^clip: no gradient rule for low; pass raw\(low\)$"):
        F.clip(X, low=Tensor(0.0))
    with pytest.raises(GradientError, match=r"^concatenated: no gradient rule for axis; pass raw\(axis\)$"):
        F.concatenated(X, X, axis=Tensor(0.0))


@pytest.mark.parametrize("number", [Tensor, lambda x: x], ids=["Tensor", "array"])
def test_arrays_by_keyword(number):
    rng = np.random.default_rng(0)
    x, w = number(rng.standard_normal((1, 4, 4, 2))), number(rng.standard_normal((3, 3, 2, 2)))
    scale, shift = number(rng.standard_normal(2)), number(rng.standard_normal(2))
    for by_keyword, by_position in [
        (F.conv2d(x=x, w=w), F.conv2d(x, w)),
        (F.conv2d(w=w, x=x, padding=1), F.conv2d(x, w, padding=1)),
        (F.conv2d(x, w=w, stride=2), F.conv2d(x, w, 2)),
        (F.batch_norm(x, scale=scale, shift=shift), F.batch_norm(x, scale, shift)),
        (F.subtract(y=scale, x=shift), F.subtract(shift, scale)),
        (F.where(y=scale, condition=np.array([True, False]), x=shift), F.where(np.array([True, False]), shift, scale)),
        (F.tanh(x=x), F.tanh(x)),
        (F.clip(x=x, low=0.0), F.clip(x, 0.0)),
    ]:
        assert type(by_keyword) is type(by_position)
        if isinstance(by_keyword, Tensor):
            leaf = scale if by_keyword.shape == (2,) else x
            np.testing.assert_array_equal(by_keyword.data, by_position.data)
            np.testing.assert_array_equal(grad(by_keyword.sum(), leaf), grad(by_position.sum(), leaf))
        else:
            np.testing.assert_array_equal(by_keyword, by_position)


@pytest.mark.parametrize(
    "call",
    [
        lambda: F.add(X, X, x=X),
        lambda: F.tanh(X, x=X),
        lambda: F.add(y=X),
        lambda: F.tanh(X, nonsense=1),
        lambda: F.add(X),
    ],
)
def test_wrong_arguments_are_a_type_error(call):
    with pytest.raises(TypeError, match="argument"):
        call()


MISFITS = [  # function, shapes of its arguments, settings, what the message says
    (F.add, [(2, 3), (4, 3)], {}, "add: arguments of shape (2, 3) and (4, 3) do not fit"),
    (F.multiply, [(3,), (4,)], {}, "multiply: arguments of shape (3,) and (4,) do not fit"),
    (F.matmul, [(2, 3), (4, 5)], {}, "matrix_product: x has 3 columns, (2, 3), but y has 4 rows, (4, 5)"),
    (F.reshape, [(2, 3)], {"shape": (4, 2)}, "reshape: arguments of shape (2, 3) do not fit"),
    (F.broadcast_to, [(2, 3)], {"shape": (3, 3)}, "broadcast_to: arguments of shape (2, 3) do not fit"),
    (F.concatenated, [(2, 3), (2, 4)], {"axis": 0}, "concatenated: arguments of shape (2, 3) and (2, 4) do not fit"),
    (
        F.conv2d,
        [(64, 28, 28, 3), (4, 4, 1, 64)],
        {},
        "conv2d: x has 3 channels, (64, 28, 28, 3), but weight expects 1, (4, 4, 1, 64)",
    ),
    (F.conv2d, [(28, 28, 3), (4, 4, 3, 1)], {}, "but got (28, 28, 3) and (4, 4, 3, 1)"),
    (F.conv2d, [(1, 2, 5, 1), (3, 3, 1, 1)], {}, "conv2d: a kernel of (3, 3) does not fit into x of (1, 2, 5, 1)"),
    (F.conv_transpose2d, [(1, 2, 2, 3), (4, 4, 1, 2)], {}, "y has 3 channels, (1, 2, 2, 3), but weight expects 2"),
    (F.conv_transpose2d, [(2, 2, 3), (4, 4, 1, 3)], {}, "but got (2, 2, 3) and (4, 4, 1, 3)"),
    (
        F.conv_transpose2d,
        [(1, 1, 1, 1), (2, 2, 1, 1)],
        {"padding": 1},
        "conv_transpose2d: the result would have size (0, 0)",
    ),
    (
        F.conv_transpose2d,
        [(1, 2, 2, 1), (2, 2, 1, 1)],
        {"stride": (2, 3), "output_padding": (1, 3)},
        "conv_transpose2d: output_padding (1, 3) must be less than the stride (2, 3)",
    ),
    (
        F.conv2d_weight,
        [(1, 5, 5, 1), (1, 2, 3, 1)],
        {"kernel": 3},
        "x (1, 5, 5, 1) has (1, 3, 3) windows, but y is (1, 2, 3, 1)",
    ),
    (F.unfold, [(1, 2, 2, 1)], {"kernel": 3}, "unfold: a kernel of (3, 3) does not fit"),
    (F.batch_norm, [(4, 3), (4,), (4,)], {}, "batch_norm: scale and shift are expected to be (3,), got (4,) and (4,)"),
    (F.layer_norm, [(4, 3), (4,), (4,)], {}, "layer_norm: scale and shift are expected to be (3,), got (4,) and (4,)"),
    (
        F.instance_norm,
        [(4, 2, 2, 3), (3,), (2,)],
        {},
        "instance_norm: scale and shift are expected to be (3,), got (3,) and (2,)",
    ),
    (
        F.binary_cross_entropy_with_logits,
        [(4, 1), (4,)],
        {},
        "binary_cross_entropy_with_logits: logits are (4, 1), but targets (4,)",
    ),
]


@pytest.mark.parametrize(("f", "shapes", "settings", "part"), MISFITS, ids=lambda value: getattr(value, "__name__", ""))
@pytest.mark.parametrize("kind", [raw, Tensor], ids=["array", "Tensor"])
def test_shapes_that_do_not_fit(f, shapes, settings, part, kind, device):
    arguments = [kind(device.asarray(np.ones(shape))) for shape in shapes]
    with pytest.raises(ShapeMismatch) as caught:
        f(*arguments, **settings)
    message = str(caught.value)
    assert part in message
    assert "\n" not in message
    assert message.startswith(f"{'matrix_product' if f is F.matmul else f.__name__}: ")


def test_arrays_of_two_devices():
    there = strict_backend().asarray(X)
    with pytest.raises(DeviceMismatch, match=r"^add: arrays of numpy and of strict in one call"):
        F.add(X, there)
    with pytest.raises(DeviceMismatch, match=r"^conv2d: arrays of strict and of numpy in one call"):
        F.conv2d(strict_backend().asarray(np.ones((1, 2, 2, 1))), np.ones((1, 1, 1, 1)))


def test_what_is_no_array():
    with pytest.raises(DeviceMismatch, match=r"^exp: expected an array, a Tensor or a number, got str$"):
        F.exp("text")


def test_an_error_inside_a_forward_keeps_its_cause():
    with pytest.raises(ShapeMismatch) as caught:
        F.add(np.ones(3), np.ones(4))
    assert isinstance(caught.value.__cause__, ValueError)


def test_each_gives_every_argument_its_rule():
    a, b, c = Tensor(X), Tensor(2 * X), Tensor(3 * X)
    gradients = grad(F.concatenated(a, b, c, axis=0), [a, b, c], seed=np.arange(9.0))
    np.testing.assert_array_equal(gradients, [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
