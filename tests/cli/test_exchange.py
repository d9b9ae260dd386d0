"""tinygan export and tinygan import, as a user calls them."""

import json
import shutil
import sys

import numpy as np
import pytest

from tinygan import nn
from tinygan.recipes import Run, find

pytest.importorskip("safetensors", reason="needs the extra exchange")
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

SMALL = {"width": 4, "g_dense": 8, "d_dense": 8, "m": 8}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs")
    run = Run(find("dcgan-quick").changed({"iterations": 2, **SMALL}))
    list(run.steps())
    run.save(place / "run")
    return place / "run"


@pytest.fixture
def run(saved, tinygan, tmp_path):
    """A run of a small DCGAN, in the folder `run` of the test's own."""
    shutil.copytree(saved, tmp_path / "run")
    return Run.load("run")[0]


def test_export_writes_the_g_of_the_samples(run, tinygan):
    said = tinygan("export", "run", "--to", "safetensors")
    assert (said.code, said.out, said.err) == (0, "17 arrays of G: run/G.safetensors\n", "")
    arrays = load_file("run/G.safetensors")
    np.testing.assert_array_equal(arrays["10.bias"], run.average.layers[10].bias)  # the moving average
    statistics = nn.statistics_of(run.generator())
    np.testing.assert_array_equal(arrays["1.running_mean"], statistics["layers.1.mean"])
    with safe_open("run/G.safetensors", "np") as file:
        about = file.metadata()
    assert about["made_by"].startswith("tinygan ")
    assert (about["network"], about["iteration"]) == ("G", "2")
    assert json.loads(about["config"])["settings"]["width"] == 4


def test_export_writes_d_and_graphs(run, tinygan):
    assert tinygan("export", "run/checkpoint.npz", "--to", "safetensors", "--network", "D").code == 0
    assert load_file("run/D.safetensors")["0.weight"].shape == (4, 1, 4, 4)
    onnx = pytest.importorskip("onnx")
    said = tinygan("export", "run", "--to", "onnx", "--out", "g.onnx")
    assert (said.code, said.out) == (0, "G from z to x: g.onnx\n")
    assert onnx.load("g.onnx").metadata_props[0].key == "made_by"


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("nothing", "--to", "onnx"), 1, "no checkpoint at nothing/checkpoint.npz"),
        (("run", "--to", "onx"), 2, "tinygan export: Invalid value for '--to': 'onx' is not one of"),
        (("run",), 2, "tinygan export: Missing option '--to'."),
        (("run", "--to", "onnx", "--out", "g.png"), 2, "--out expects a file that ends in .onnx, got 'g.png'"),
        (("run", "--to", "onnx", "--network", "D"), 2, "--to onnx writes G alone; leave out --network"),
        (("run", "--to", "safetensors", "--out", "no/such"), 2, "--out expects a file that ends in .safetensors"),
    ],
)
def test_a_mistake_in_export_is_one_line(words, code, line, run, tinygan):
    said = tinygan("export", *words)
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1


def test_an_imported_g_makes_the_same_samples_until_it_is_trained(run, tinygan):
    tinygan("export", "run", "--to", "safetensors")
    tinygan("export", "run", "--to", "safetensors", "--network", "D")
    said = tinygan("import", "run/G.safetensors", "--discriminator", "run/D.safetensors", "--out", "again")
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("  tinygan sample again\n")
    again, _ = Run.load("again")
    np.testing.assert_array_equal(again.sample(5), run.sample(5))
    assert again.recipe == run.recipe
    for (path, leaf), (_, other) in zip(nn.named_leaves(again.D), nn.named_leaves(run.D), strict=True):
        np.testing.assert_array_equal(leaf.data, other.data, path)
    assert tinygan("train", "--resume", "again", "--iterations", 1).code == 0
    trained, _ = Run.load("again")
    assert (trained.iteration, trained.statistics) == (1, {})


def test_weights_of_pytorch_with_a_first_word_and_counters(run, tinygan):
    tinygan("export", "run", "--to", "safetensors")
    arrays = {f"main.{name}": array for name, array in load_file("run/G.safetensors").items()}
    save_file({**arrays, "main.1.num_batches_tracked": np.array(7)}, "theirs.safetensors")  # and no words about it
    settings = [word for key in ("width=4", "g_dense=8", "d_dense=8") for word in ("--set", key)]
    said = tinygan("import", "theirs.safetensors", "--recipe", "dcgan-quick", *settings)
    assert said.code == 0
    np.testing.assert_array_equal(Run.load("runs/dcgan-quick-imported")[0].sample(3), run.sample(3))


def changed(name, change):
    arrays = load_file("run/G.safetensors")
    arrays[name] = change(arrays[name]) if name in arrays else change(None)
    save_file({key: array for key, array in arrays.items() if array is not None}, "bad.safetensors")


@pytest.mark.parametrize(
    ("name", "change", "line"),
    [
        ("10.bias", lambda a: None, "bad.safetensors: the file has no 10.bias, (1,); it has 0.weight, 1.bias,"),
        ("10.bias", lambda a: np.zeros(2, np.float32), "bad.safetensors: 10.bias is expected to be (1,), as layers.10"),
        ("10.bias", lambda a: a * np.nan, "bad.safetensors: 10.bias is expected to have finite floating-point numbers"),
        ("99.bias", lambda a: np.zeros(2, np.float32), "bad.safetensors: the recipe's network has no 99.bias, (2,)"),
        ("10.bias", lambda a: a.astype(np.int64), "bad.safetensors: 10.bias is expected to have finite floating-point"),
    ],
)
def test_arrays_that_do_not_fit_are_one_line_and_leave_nothing(name, change, line, run, tinygan, tmp_path):
    tinygan("export", "run", "--to", "safetensors")
    changed(name, change)
    before = sorted(path.name for path in tmp_path.iterdir())
    settings = [word for key in ("width=4", "g_dense=8") for word in ("--set", key)]
    said = tinygan("import", "bad.safetensors", "--recipe", "dcgan-quick", *settings)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "recipe", ["biggan-mini", "projection", "virtual-batch-norm", "minibatch-discrimination", "vae"]
)
def test_nothing_of_a_network_is_left_out(recipe, tinygan):
    small = (
        {"width": 4, "data": "digits"} if recipe == "biggan-mini" else {"width": 4} if recipe == "projection" else {}
    )
    spectral = {"spectral": False} if "spectral" in find(recipe).settings() else {}
    run = Run(find(recipe).changed({"iterations": 1, "m": 8, **small, **spectral}))
    list(run.steps())
    run.save("run")
    for network in "GD" if run.D is not None else "G":
        tinygan("export", "run", "--to", "safetensors", "--network", network)
        module = run.G if network == "G" else run.D
        arrays = load_file(f"run/{network}.safetensors").values()
        assert sum(array.size for array in arrays) >= nn.count(module)
    said = tinygan("import", "run/G.safetensors", "--out", "again")
    assert (said.code, said.err) == (0, "")
    x, y = (Run.load(folder)[0].sample(4) for folder in ("again", "run"))
    for leaf, other in zip(nn.minibatch.leaves(x), nn.minibatch.leaves(y), strict=True):
        np.testing.assert_allclose(
            leaf.astype(float), other.astype(float), atol=1.0 if leaf.dtype == np.uint8 else 1e-5
        )


def test_a_g_that_pytorch_trained_makes_its_samples(tinygan):
    torch = pytest.importorskip("torch")
    from torch.nn import BatchNorm1d, BatchNorm2d, ConvTranspose2d, Linear, ReLU, Sequential, Tanh, Unflatten

    torch.manual_seed(0)
    G = Sequential(
        *(Linear(64, 8, bias=False), BatchNorm1d(8), ReLU()),
        *(Linear(8, 392, bias=False), Unflatten(1, (8, 7, 7)), BatchNorm2d(8), ReLU()),
        *(ConvTranspose2d(8, 4, 4, 2, 1, bias=False), BatchNorm2d(4), ReLU(), ConvTranspose2d(4, 1, 4, 2, 1), Tanh()),
    )
    optimizer = torch.optim.Adam(G.parameters(), 0.01)
    for _ in range(5):
        optimizer.zero_grad()
        ((G(torch.randn(16, 64)) - 0.3) ** 2).mean().backward()
        optimizer.step()
    state = {f"module.main.{name}": value.numpy().copy() for name, value in G.state_dict().items()}
    save_file(state, "theirs.safetensors")
    words = [word for setting in ("width=4", "g_dense=8") for word in ("--set", setting)]
    assert tinygan("import", "theirs.safetensors", "--recipe", "dcgan-quick", *words, "--out", "run").code == 0
    run, _ = Run.load("run")
    theirs = G.eval()(torch.tensor(run.shown_z)).detach().numpy().transpose(0, 2, 3, 1)
    np.testing.assert_allclose(run.generator()(run.shown_z), theirs, atol=1e-5)


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("run",), 2, "run is expected to be a file"),
        (("run/D.safetensors",), 2, "run/D.safetensors holds D; give the file of G, and this one by --discriminator"),
        (("run/G.safetensors", "--recipe", "vae", "--discriminator", "run/D.safetensors"), 1, "run/G.safetensors: "),
        (("none.safetensors",), 1, "there is no file none.safetensors"),
        (("run/checkpoint.npz",), 1, "run/checkpoint.npz is no safetensors file of float32 numbers: "),
        (
            ("run/G.safetensors", "--recipe", "dcgan-quik"),
            2,
            "No such recipe 'dcgan-quik'. Did you mean 'dcgan-quick'?",
        ),
        (("run/G.safetensors", "--out", "run"), 2, "run is not empty"),
        (("bare.safetensors",), 2, "the file does not say whose weights it has; name the recipe by --recipe"),
        (("run/G.safetensors", "--set", "width"), 2, "--set expects KEY=VALUE, got 'width'"),
    ],
)
def test_a_mistake_in_import_is_one_line(words, code, line, run, tinygan):
    tinygan("export", "run", "--to", "safetensors")
    tinygan("export", "run", "--to", "safetensors", "--network", "D")
    save_file(load_file("run/G.safetensors"), "bare.safetensors")
    said = tinygan("import", *words)
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1


def test_without_the_library_there_is_one_line(run, tinygan, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    said = tinygan("export", "run", "--to", "safetensors")
    assert (said.code, said.err) == (2, "safetensors files need the extra exchange: pip install 'tinygan[exchange]'\n")


def test_statistics_that_do_not_fit_g_are_no_checkpoint(run):
    arrays, values = run.snapshot()
    for wrong in ({"statistics/layers.1.mean": np.zeros(8, np.float32)}, {"statistics/x": np.zeros(8, np.float32)}):
        with pytest.raises(Exception, match="one of G and its statistics has no"):
            run.restore(({**arrays, **wrong}, values))
