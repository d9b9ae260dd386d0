"""ONNX graphs do what G does, by ONNX's own reference and by ONNX Runtime; what cannot be a graph is refused."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.errors import SettingError
from tinygan.export.nodes import NODES
from tinygan.nn.minibatch import Codes, Labelled, leaves
from tinygan.recipes import Run, find

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
from tinygan.export.onnx import model_of  # noqa: E402

RECIPES = {
    "gan-1d": {},
    "dcgan-quick": {"width": 4, "g_dense": 8},
    "cgan": {"width": 4},
    "projection": {"width": 4},
    "infogan": {"data": "digits", "width": 4, "g_dense": 8},
    "biggan-mini": {"data": "digits", "width": 4},
    "sgan": {"data": "digits"},
    "vae": {},
    "virtual-batch-norm": {},
    "cyclegan": {"width": 4, "blocks": 1},
    "discogan": {},
}
INPUTS = {
    "cgan": ["z", "labels"],
    "projection": ["z", "labels"],
    "biggan-mini": ["z", "labels"],
    "infogan": ["z", "category", "continuous"],
    "cyclegan": ["a", "b"],
    "discogan": ["a", "b"],
}


def rows(z, n):
    return nn.part(nn.concatenated([z] * -(-n // len(leaves(z)[0]))), 0, n)


def results(model, given):
    """The outputs by ONNX Runtime or, without it, by the reference."""
    try:
        from onnxruntime import InferenceSession
    except ImportError:
        from onnx.reference import ReferenceEvaluator

        return ReferenceEvaluator(model).run(None, given)
    return InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, given)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_graph_makes_the_samples_of_g(recipe):
    run = Run(find(recipe).changed({"m": 8, "iterations": 2, **RECIPES[recipe]}))
    list(run.steps())
    G = run.generator()
    model = model_of(G, nn.part(run.shown_z, 0, 2), {"recipe": recipe})
    assert [each.name for each in model.graph.input] == INPUTS.get(recipe, ["z"])
    assert (model.ir_version, model.opset_import[0].version) == (8, 17)
    assert {each.key: each.value for each in model.metadata_props} == {"recipe": recipe}
    z = rows(run.shown_z, 21)
    made = G(z)
    expected = [made.x] if isinstance(made, Labelled) else list(made) if recipe in ("cyclegan", "discogan") else [made]
    found = results(model, dict(zip(INPUTS.get(recipe, ["z"]), leaves(z), strict=True)))
    for array, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(array, raw(other), atol=1e-5 if recipe != "cyclegan" else 5e-5)


def graph_of(f, columns=3):
    """The graph of a function of z (m, columns)."""
    return model_of(f, np.random.default_rng(1).standard_normal((2, columns)).astype(np.float32), {})


@pytest.mark.parametrize(
    "f",
    [
        lambda z: F.elu(z, 0.5) + F.leaky_relu(z, 0.1) - F.abs(z) / 2,
        lambda z: F.exp(F.minimum(z, 1.0)) * F.maximum(z, -1.0) + F.log(F.softplus(z)),
        lambda z: F.sqrt(z * z + 1) ** 3,
        lambda z: -F.sigmoid(z),
        lambda z: F.softmax(z, axis=1),
        lambda z: F.mean(z, axis=1, keepdims=True) + F.sum(z, axis=1, keepdims=True) + F.max(z, axis=1, keepdims=True),
        lambda z: F.var(z, axis=1, keepdims=True, correction=1),
        lambda z: z[:, 1:] @ np.ones((2, 4), np.float32),
        lambda z: F.transpose(F.reshape(z, shape=(len(z), 3, 1)), axes=(0, 2, 1)),
        lambda z: F.concatenate([z, 2 * z], axis=1),
        lambda z: F.layer_norm(z, np.ones(3, np.float32), np.zeros(3, np.float32)),
        lambda z: F.upsample_nearest(F.reshape(z, shape=(len(z), 1, 1, 3)), 2),
        lambda z: F.avg_pool2d(F.upsample_nearest(F.reshape(z, shape=(len(z), 1, 1, 3)), 4), 2),
        lambda z: F.max_pool2d(F.pad_reflected(F.upsample_nearest(F.reshape(z, shape=(-1, 1, 3, 1)), 2), 1), 2),
    ],
)
def test_functions_become_nodes(f):
    z = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    [found] = results(graph_of(f), {"z": z})
    np.testing.assert_allclose(found, raw(f(z)), atol=1e-5)


def test_labels_and_codes_of_any_number_are_one_hot_in_the_graph():
    rng = np.random.default_rng(0)
    table = nn.Embedding(4, 3, rng)
    G = nn.frozen(nn.Sequential(nn.JoinLabels(nn.Sequential(table)), nn.Dense(5, 2, rng)))
    z = Labelled(rng.standard_normal((7, 2)).astype(np.float32), np.array([3, 0, 1, 2, 2, 3, 0]))
    [found] = results(model_of(G, z, {}), {"z": z.x, "labels": z.y})
    np.testing.assert_allclose(found, G(z), atol=1e-6)
    codes = Codes(z.x, z.y, z.x[:, :1])
    G = nn.frozen(nn.Sequential(nn.JoinCodes(4), nn.Dense(7, 2, rng)))
    [found] = results(model_of(G, codes, {}), {"z": z.x, "category": z.y, "continuous": z.x[:, :1]})
    np.testing.assert_allclose(found, G(codes), atol=1e-6)


@pytest.mark.parametrize(
    ("G", "why"),
    [
        (lambda z: np.ones((len(z), 1)), r"^ONNX: the output x of G does not depend on its inputs$"),
        (lambda z: 2 * F.where(raw(z) > 0, z, 0.0), r"^ONNX: the operation where of G has no form there yet$"),
        (lambda z: F.wright_omega(z), r"^ONNX: the operation wright_omega of G has no form there yet$"),
        (lambda z: z[::2], r"^ONNX: the index .* of G has no form there yet$"),
        (lambda z: z * raw(z).max(), r"^ONNX: a graph cannot do what this G does"),
        (
            nn.Sequential(nn.GaussianNoise(0.5, np.random.default_rng(0))),
            r"it draws random numbers in samples, or its rows depend on each other$",
        ),
        (lambda z: F.avg_pool2d(F.reshape(z, shape=(-1, 1, 3, 1)), (1, 2), stride=1), r"^ONNX: windows that overlap"),
    ],
)
def test_what_cannot_be_a_graph_is_one_line(G, why):
    with pytest.raises(SettingError, match=why):
        graph_of(G)


def test_pix2pix_draws_random_numbers_in_samples():
    run = Run(find("pix2pix").changed({"width": 4}))
    with pytest.raises(SettingError, match=r"^ONNX: a graph cannot do what this G does: it draws random numbers"):
        model_of(run.generator(), nn.part(run.shown_z, 0, 2), {})


def test_every_form_is_of_a_primitive():
    assert {name for name in NODES if not hasattr(F, name)} == set()


def test_without_onnx_there_is_one_line(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(SettingError, match=r"^ONNX files need the extra onnx: pip install 'tinygan\[onnx\]'$"):
        graph_of(lambda z: z * 2)
