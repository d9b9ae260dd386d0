"""PyTorch's names and layouts: against PyTorch where it is installed, and against ONNX's operators."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import nn
from tinygan.export.pytorch import entries, plain
from tinygan.recipes import Run, find


def random_statistics(module, seed=0):
    """The module with weights, scales, shifts and statistics unlike those at first, and of all signs."""
    rng = np.random.default_rng(seed)

    def moved(path, leaf):
        shift = 0.0 if path.endswith("variance") else 0.05 * rng.standard_normal(leaf.shape)
        return (leaf * rng.uniform(0.7, 1.3, leaf.shape) + shift).astype(np.float32)

    frozen = nn.frozen(module)
    return plain(nn.updated(frozen, {path: moved(path, leaf) for path, leaf in nn.named_leaves(frozen)}))


def run_of(recipe, **settings):
    return Run(find(recipe).changed(settings))


@pytest.fixture(scope="module")
def dcgan():
    run = run_of("dcgan-quick", width=4, g_dense=8)
    return run, random_statistics(run.generator())


def arrays(module, z):
    return {entry.name: entry.exported() for entry in entries(module, z)}


def test_names_are_those_of_a_torch_sequential(dcgan):
    run, G = dcgan
    found = arrays(G, run.shown_z[:2])
    assert {name: array.shape for name, array in found.items()} == {
        "0.weight": (8, 64),
        **{f"1.{name}": (8,) for name in ("weight", "bias", "running_mean", "running_var")},
        "3.weight": (7 * 7 * 8, 8),
        **{f"5.{name}": (8,) for name in ("weight", "bias", "running_mean", "running_var")},
        "7.weight": (8, 4, 4, 4),
        **{f"8.{name}": (4,) for name in ("weight", "bias", "running_mean", "running_var")},
        "10.weight": (4, 1, 4, 4),
        "10.bias": (1,),
    }
    assert all(array.dtype == np.float32 and array.flags.c_contiguous for array in found.values())


def test_what_is_exported_is_imported(dcgan):
    run, G = dcgan
    for entry in entries(G, run.shown_z[:2]):
        np.testing.assert_array_equal(entry.imported(entry.exported()), entry.array)
        assert entry.exported().shape == entry.shape


def test_arrays_are_where_pytorch_has_them(dcgan):
    """Number by number, from the definitions of the layers."""
    run, G = dcgan
    w, layers = arrays(G, run.shown_z[:2]), G.layers
    np.testing.assert_array_equal(w["0.weight"], layers[0].weight.T)
    for name, array in zip(
        ("weight", "bias", "running_mean", "running_var"), ("scale", "shift", "mean", "variance"), strict=True
    ):
        np.testing.assert_array_equal(w[f"5.{name}"], getattr(layers[5], array))
    flat = layers[3].weight.T.reshape(7, 7, 8, 8)  # (H, W, C, inputs)
    np.testing.assert_array_equal(w["3.weight"].reshape(8, 7, 7, 8), flat.transpose(2, 0, 1, 3))
    for i in range(8):
        np.testing.assert_array_equal(w["7.weight"][i, :, 1, 3], layers[7].weight[1, 3, :, i])


def test_onnx_operators_with_these_layouts_make_the_same_images(dcgan):
    onnx = pytest.importorskip("onnx")
    reference = pytest.importorskip("onnx.reference")
    from onnx import helper, numpy_helper

    run, G = dcgan
    w = arrays(G, run.shown_z[:2])

    def norm(i, x, y):
        names = [f"{i}.{name}" for name in ("weight", "bias", "running_mean", "running_var")]
        return helper.make_node("BatchNormalization", [x, *names], [y], epsilon=1e-5)

    def transposed(x, names, y):
        return helper.make_node("ConvTranspose", [x, *names], [y], strides=[2, 2], pads=[1, 1, 1, 1])

    nodes = [
        helper.make_node("Gemm", ["z", "0.weight"], ["a"], transB=1),
        norm(1, "a", "b"),
        helper.make_node("Relu", ["b"], ["c"]),
        helper.make_node("Gemm", ["c", "3.weight"], ["d"], transB=1),
        helper.make_node("Reshape", ["d", "shape"], ["e"]),
        norm(5, "e", "f"),
        helper.make_node("Relu", ["f"], ["g"]),
        transposed("g", ["7.weight"], "h"),
        norm(8, "h", "i"),
        helper.make_node("Relu", ["i"], ["j"]),
        transposed("j", ["10.weight", "10.bias"], "k"),
        helper.make_node("Tanh", ["k"], ["x"]),
    ]
    constants = [numpy_helper.from_array(array, name) for name, array in w.items()]
    constants.append(numpy_helper.from_array(np.array([-1, 8, 7, 7]), "shape"))
    kind = onnx.TensorProto.FLOAT
    ends = [[helper.make_tensor_value_info(name, kind, None)] for name in ("z", "x")]
    model = helper.make_model(
        helper.make_graph(nodes, "G", *ends, constants), opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    [images] = reference.ReferenceEvaluator(model).run(None, {"z": run.shown_z[:5]})
    assert np.std(images) > 0.1  # or any layout would do
    np.testing.assert_allclose(images.transpose(0, 2, 3, 1), G(run.shown_z[:5]), atol=1e-5)


def test_pytorch_makes_the_same_images_and_scores(dcgan):
    torch = pytest.importorskip("torch")
    from torch.nn import (
        BatchNorm1d,
        BatchNorm2d,
        Conv2d,
        ConvTranspose2d,
        Flatten,
        LeakyReLU,
        Linear,
        ReLU,
        Sequential,
        Tanh,
        Unflatten,
    )

    def as_torch(module, x):
        return {name: torch.tensor(array) for name, array in arrays(module, x).items()}

    run, G = dcgan
    other = Sequential(
        *(Linear(64, 8, bias=False), BatchNorm1d(8), ReLU()),
        *(Linear(8, 392, bias=False), Unflatten(1, (8, 7, 7)), BatchNorm2d(8), ReLU()),
        *(ConvTranspose2d(8, 4, 4, 2, 1, bias=False), BatchNorm2d(4), ReLU(), ConvTranspose2d(4, 1, 4, 2, 1), Tanh()),
    )
    other.load_state_dict(as_torch(G, run.shown_z[:2]))
    images = other.eval()(torch.tensor(run.shown_z)).detach().numpy().transpose(0, 2, 3, 1)
    assert np.std(images) > 0.1
    np.testing.assert_allclose(images, G(run.shown_z), atol=1e-5)
    x = np.random.default_rng(0).uniform(-1, 1, (6, 28, 28, 1)).astype(np.float32)
    D = random_statistics(nn.with_statistics(nn.frozen(run.D), x))
    other = Sequential(
        *(Conv2d(1, 4, 4, 2, 1), LeakyReLU(0.2), Conv2d(4, 8, 4, 2, 1, bias=False), BatchNorm2d(8), LeakyReLU(0.2)),
        *(Flatten(), Linear(392, 256, bias=False), BatchNorm1d(256), LeakyReLU(0.2), Linear(256, 1)),
    )
    other.load_state_dict(as_torch(D, x))
    np.testing.assert_allclose(other.eval()(torch.tensor(x.transpose(0, 3, 1, 2))).detach().numpy(), D(x), atol=1e-5)


@pytest.mark.parametrize("recipe", ["gan-1d", "cgan"])
def test_pytorch_makes_the_samples_of_others(recipe):
    torch = pytest.importorskip("torch")
    from torch.nn import BatchNorm1d, BatchNorm2d, ConvTranspose2d, Linear, ReLU, Sequential, Tanh, Unflatten

    run = run_of(recipe, **({"width": 4} if recipe == "cgan" else {}))
    G, z = random_statistics(run.generator()), run.shown_z
    w = {name: torch.tensor(array) for name, array in arrays(G, z).items()}
    if recipe == "gan-1d":
        other, given = Sequential(Linear(1, 32), Tanh(), Linear(32, 32), Tanh(), Linear(32, 1)), z
    else:
        other = Sequential(
            torch.nn.Identity(),
            *(Linear(74, 512, bias=False), BatchNorm1d(512), ReLU()),
            *(Linear(512, 392, bias=False), Unflatten(1, (8, 7, 7)), BatchNorm2d(8), ReLU()),
            *(
                ConvTranspose2d(8, 4, 4, 2, 1, bias=False),
                BatchNorm2d(4),
                ReLU(),
                ConvTranspose2d(4, 1, 4, 2, 1),
                Tanh(),
            ),
        )
        given = np.concatenate([z.x, np.eye(10, dtype=np.float32)[z.y]], axis=1)
    other.load_state_dict(w)
    made = other.eval()(torch.tensor(given)).detach().numpy()
    expected = G(z) if recipe == "gan-1d" else G(z).x.transpose(0, 3, 1, 2)
    np.testing.assert_allclose(made, expected, atol=1e-5)


def test_arrays_without_a_place_in_the_table_keep_their_names():
    rng = np.random.default_rng(0)
    G = nn.frozen(nn.Sequential(nn.SelfAttention(8, rng), nn.UpConv2d(8, 3, rng)))
    found = arrays(G, rng.standard_normal((2, 2, 2, 8)).astype(np.float32))
    assert found["0.gamma"].shape == ()
    assert found["1.weight"].shape == (3, 8, 3, 3)
    assert sum(array.size for array in found.values()) == sum(leaf.size for _, leaf in nn.named_leaves(G))


def test_a_batch_norm_before_a_reshape_has_the_order_of_images_too():
    rng = np.random.default_rng(0)
    G = nn.Sequential(nn.Dense(2, 12, rng), nn.BatchNorm(12), F.relu, nn.Reshape(2, 2, 3))
    z = rng.standard_normal((4, 2)).astype(np.float32)
    G = random_statistics(nn.with_statistics(nn.frozen(G), z))
    w = arrays(G, z)
    y = z @ w["0.weight"].T + w["0.bias"]
    y = (y - w["1.running_mean"]) / np.sqrt(w["1.running_var"] + 1e-5) * w["1.weight"] + w["1.bias"]
    images = np.maximum(y, 0).reshape(4, 3, 2, 2).transpose(0, 2, 3, 1)
    np.testing.assert_allclose(images, G(z), atol=1e-5)


def test_a_layer_norm_of_images_is_turned():
    rng = np.random.default_rng(0)
    norm = random_statistics(nn.LayerNorm((2, 4, 3)))
    found = arrays(norm, rng.standard_normal((2, 2, 4, 3)).astype(np.float32))
    np.testing.assert_array_equal(found["weight"], norm.scale.transpose(2, 0, 1))
    np.testing.assert_array_equal(found["bias"], norm.shift.transpose(2, 0, 1))


@pytest.mark.parametrize(
    "norm",
    [
        lambda rng: nn.SpectralNorm(nn.Dense(3, 4, rng)),
        lambda rng: nn.SpectralNorm(nn.Conv2d(3, 4, 3, rng)),
        lambda rng: nn.WeightNorm(nn.Dense(3, 4, rng)),
        lambda rng: nn.WeightNorm(nn.Conv2d(3, 4, 3, rng)),
        lambda rng: nn.WeightNorm(nn.ConvTranspose2d(3, 4, 3, rng, stride=2)),
    ],
)
def test_a_norm_of_weights_is_in_the_weights(norm):
    rng = np.random.default_rng(0)
    layer = random_statistics_of_norm(norm(rng))
    x = rng.standard_normal((2, 3) if "Dense" in repr(layer) else (2, 5, 5, 3)).astype(np.float32)
    same = plain(layer)
    assert type(same).__name__ in ("Dense", "Conv2d", "ConvTranspose2d")
    np.testing.assert_allclose(same(x), nn.frozen(layer)(x), atol=1e-5)


def random_statistics_of_norm(layer):
    rng = np.random.default_rng(1)
    return nn.map_leaves(layer, lambda leaf: leaf + 0.1 * rng.standard_normal(leaf.shape).astype(np.float32))
