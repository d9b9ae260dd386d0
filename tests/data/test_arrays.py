"""An array of one's own is a data set at once, or refused at once."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tinygan.data import Images, Normal, Points, Ring, Shuffled, Stream, as_source
from tinygan.data.absent import Absent
from tinygan.errors import SettingError
from tinygan.nn import Labelled

BYTES = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)


def everything(X):
    return as_source(X).stream(np.random.default_rng(0))(len(X))


@pytest.mark.parametrize("channels", [1, 3])
def test_bytes_are_images(channels):
    X = BYTES[..., :channels]
    x = everything(X)
    assert (x.dtype, x.shape) == (np.float32, (5, 4, 6, channels))
    order = np.random.default_rng(0).permutation(5)
    np.testing.assert_allclose(x, X[order] / 127.5 - 1, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4", "<f8"])
def test_floats_from_minus_1_to_1_are_images_as_they_are(dtype):
    X = np.linspace(-1, 1, 5 * 4 * 6).reshape(5, 4, 6, 1).astype(dtype)
    x = everything(X)
    assert (x.dtype, x.dtype.isnative, x.shape) == (np.float32, True, (5, 4, 6, 1))
    np.testing.assert_array_equal(np.sort(x, axis=None), X.ravel().astype(np.float32))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.uint8])
def test_rows_are_points(dtype):
    X = np.arange(12).reshape(4, 3).astype(dtype)
    x = everything(X)
    assert (x.dtype, x.shape) == (np.float32, (4, 3))
    np.testing.assert_array_equal(x[np.argsort(x[:, 0])], X)


def test_a_list_of_rows_is_an_array_and_what_is_a_source_stays():
    assert as_source([[1.0, 2.0], [3.0, 4.0]]).points.tolist() == [[1, 2], [3, 4]]
    assert as_source([[2**30, -(2**24)]]).points.tolist() == [[2**30, -(2**24)]]  # exact
    for source in (Images("mine", BYTES), Ring(), Points("mine", np.ones((2, 2), np.float32))):
        assert as_source(source) is source


def test_bytes_are_shared_and_not_copied():
    assert np.shares_memory(as_source(BYTES).images, BYTES)


@pytest.mark.parametrize(
    ("X", "says"),
    [
        (np.zeros(5), "X[:, None]"),
        (np.zeros((5, 4, 6), np.uint8), "X[..., None]"),
        (np.float32(3), "float32 ()"),
        (np.zeros((2, 2, 2, 2, 2)), "(2, 2, 2, 2, 2)"),
        (np.zeros((0, 2)), "(0, 2)"),
        (np.zeros((2, 0)), "(2, 0)"),
        (np.zeros((0, 4, 6, 1), np.uint8), "(0, 4, 6, 1)"),
        (np.zeros((2, 3), complex), "complex128"),
        (np.zeros((2, 3), bool), "bool"),
        (np.array([["a", "b"]]), "<U1"),
        (np.array([[None, 1]]), "object"),
        (np.array([[1e300, 1.0], [1.0, 2.0]]), "1 hold NaN or an infinity"),
        (np.array([[np.nan, 1.0], [np.inf, 2.0]]), "2 hold NaN or an infinity"),
        (BYTES.astype(np.int64), "int64"),
        (BYTES.transpose(0, 3, 1, 2), "X.transpose(0, 2, 3, 1)"),
        (np.repeat(BYTES[..., :1], 2, axis=3), "1 or 3 channels"),
        (BYTES / 255, "2 * X - 1"),
        (BYTES / 1.0, "from 0 to 25"),
        (np.where(BYTES.max() == BYTES, np.nan, BYTES / 127.5 - 1), "nan"),
        (np.where(BYTES.max() == BYTES, np.inf, BYTES / 127.5 - 1), "to inf"),
        (np.ma.masked_less(BYTES / 127.5 - 1, 0), "masked"),
        ([[1, 2], [3]], "got list"),
        ("faces.npy", "read it first, with np.load"),
        (Path("faces.npy"), "read it first, with np.load"),
        (Images, "the class Images"),
        (Ring, "the class Ring"),
        (Normal(3), "Normal(size=3)"),
        ([[2**30 + 1, 1]], "float32 holds exactly"),
        (np.array([[-(2**60), 1]]), "float32 holds exactly"),
        (np.array([[2**64 - 1, 1]], np.uint64), "float32 holds exactly"),
    ],
)
def test_what_is_no_data_set_is_refused_before_the_first_draw(X, says, refused):
    with refused("expected", says):
        as_source(X)


def test_each_way_of_drawing_refuses_what_is_for_the_other(refused):
    with refused("Shuffled", "Ring(modes=8", "Stream"):
        Shuffled(Ring(), np.random.default_rng(0))
    with refused("Shuffled", "ndarray", "as_source"):
        Shuffled(BYTES, np.random.default_rng(0))
    with refused("Stream", "ndarray", "Shuffled"):
        Stream(np.zeros((3, 2)), np.random.default_rng(0))


def test_points_stand_for_a_density_in_pictures_and_measures(rng):
    X = rng.normal([3.0, -1.0], 0.5, (4000, 2)).astype(np.float32)
    points = Points("mine", X)
    (left, bottom), (right, top) = points.box
    assert left < X[:, 0].min() < X[:, 0].max() < right
    drawn = points.sample(50, rng)
    assert {tuple(row) for row in drawn} <= {tuple(row) for row in X}
    grid = np.stack(np.meshgrid(np.linspace(left, right, 80), np.linspace(bottom, top, 80)), axis=-1).reshape(-1, 2)
    p = points.density(grid)
    assert p.sum() * (right - left) * (top - bottom) / 79**2 == pytest.approx(1, abs=0.01)
    x = np.linspace(1, 5, 50)
    kernels = stats.gaussian_kde(X[:1000, 0])  # Scott's rule too
    np.testing.assert_allclose(Points("line", X[:1000, :1]).density(x), kernels(x), rtol=0.01, atol=1e-4)
    assert np.isfinite(Points("one", X[:1].repeat(3, axis=0)).density(X[:2])).all()


@pytest.mark.parametrize("rng", [None, 0, np.random.RandomState(0), np.random.Generator(np.random.MT19937(0))])
@pytest.mark.parametrize("draw", [lambda rng: Shuffled(as_source(BYTES), rng), lambda rng: Stream(Ring(), rng)])
def test_what_gives_no_random_numbers_that_a_checkpoint_keeps_is_refused(draw, rng, refused):
    with refused("rng is expected to be numpy.random.default_rng(seed)"):
        draw(rng)


def test_a_class_is_no_source(refused):
    with refused("the class Ring"):
        Stream(Ring, np.random.default_rng(0))
    with refused("the class Images"):
        Shuffled(Images, np.random.default_rng(0))


def test_absent_data_keep_their_state_and_give_no_minibatch(refused):
    absent = Absent("mnist", [28, 28, 1])
    assert absent.shape == (28, 28, 1)
    assert repr(absent) == "Absent('mnist', examples of 28 x 28 x 1)"
    absent.restore({"position": 3})
    assert absent.state() == {"position": 3}
    with refused("mnist", "without its data"):
        absent(4)
    streams = [absent.stream(np.random.default_rng(0)) for _ in range(2)]
    streams[0].restore({"position": 5})
    assert [each.state() for each in streams] == [{"position": 5}, {"position": 3}]
    assert "not here" in absent.describe()
    with pytest.raises(SettingError, match=r"^mnist: these examples have no labels"):
        absent.labelled()
    named = Absent("mnist", [28, 28, 1], ["zero", "one"])
    assert named.labelled().classes == ("zero", "one")
    for classes in ("zero", [0, 1], None):
        with refused("mnist", "names of the classes", repr(classes)):
            Absent("mnist", [28, 28, 1], classes)
    for shape in ([28, 0, 1], [28, "28", 1], [2.0], [10**6, 10**6, 3]):
        with refused("mnist", "shape"):
            Absent("mnist", shape)


class Own:
    """A user's density, with names that a `Source` has and one that it does not have."""

    shape, classes, centres = (1,), ("a", "b"), np.zeros((1, 1))

    def sample(self, n, rng):
        return rng.standard_normal((n, 1))

    def density(self, x):
        return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)

    def held_out(self):
        return self


def test_a_users_density_has_what_a_source_does_not_define_and_no_labels():
    source = as_source(Own())
    assert source.centres is Own.centres
    assert (source.classes, source.held_out()) == ((), None)
    with pytest.raises(SettingError, match="these examples have no labels"):
        source.labelled()


def test_a_source_says_whether_it_has_images():
    images = [as_source(BYTES), as_source(Labelled(BYTES, np.arange(5))).labelled(), Absent("mnist", (28, 28, 1))]
    points = [as_source(np.zeros((3, 2))), Ring(), Ring().labelled(), as_source(Own()), Absent("mine", (2,))]
    assert [source.has_images for source in images + points] == [True] * 3 + [False] * 5
