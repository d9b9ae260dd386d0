"""Autoencoders, variational and importance weighted: the papers' settings, noise, measures and pictures."""

import numpy as np
import pytest
from PIL import Image
from scipy.stats import norm

from tests.recipes.test_run import finished, same, weights
from tinygan import nn
from tinygan.autograd import raw
from tinygan.data import Absent, Images
from tinygan.errors import DataError, SettingError
from tinygan.metrics.likelihood import coded
from tinygan.objectives import ELBO, Binarized, ImportanceWeighted, InstanceNoise, SquaredError
from tinygan.objectives.binarized import binarized
from tinygan.recipes import Run, find

SHAPE = (8, 8, 1)
LABELS = np.arange(40) % 2
KINDS = np.zeros((2, *SHAPE), np.uint8)
KINDS[0, :, 3:5], KINDS[1, 2:6] = 255, 255
NOISE = np.random.default_rng(0).integers(0, 40, (40, *SHAPE), dtype=np.uint8)
TEST = Images("shapes", np.maximum(KINDS[LABELS[::-1]], NOISE), LABELS[::-1].copy(), ("bar", "band"))
SHAPES = Images("shapes", np.maximum(KINDS[LABELS], NOISE), LABELS, ("bar", "band"), test=lambda: TEST)
SMALL = {"m": 10, "iterations": 3, "hidden": 6, "latent": 3}


def made(name="vae", data=SHAPES, **settings):
    return Run(find(name).changed({**SMALL, **settings}), data=data)


def shapes_of(module):
    return [leaf.shape for path, leaf in nn.named_leaves(module) if path.endswith("weight")]


def test_vae_has_the_settings_of_pytorchs_example():
    recipe = find("vae")
    assert (recipe.m, recipe.g_learning_rate, recipe.beta1, recipe.beta) == (128, 1e-3, 0.9, 1.0)
    assert recipe.iterations == 10 * 469
    G, D = recipe.networks(Absent("mnist", (28, 28, 1)), np.random.default_rng(0))
    assert shapes_of(G.encoder) == [(784, 400), (400, 40)]
    assert shapes_of(G.decoder) == [(20, 400), (400, 784)]
    assert D is None
    x = np.full((1, 28, 28, 1), -1.0, np.float32)
    assert (nn.frozen(G).encode(x).mean == 0).all()  # black is 0 to the encoder, and biases are 0 at first
    assert recipe.objective(np.random.default_rng(0)) == ELBO()
    assert recipe.changed({"beta": 4.0}).objective(np.random.default_rng(0)) == ELBO(4.0)


def test_a_bernoulli_likelihood_has_no_standard_deviation():
    with pytest.raises(
        SettingError, match=r"^std is that of a Gaussian likelihood, and likelihood=bernoulli has none$"
    ):
        find("vae").changed({"std": 0.5})


def test_iwae_has_the_settings_of_the_paper():
    recipe = find("iwae")
    assert (recipe.m, recipe.samples, recipe.latent, recipe.beta1) == (20, 5, 50, 0.9)
    rule, _ = recipe.rules()
    assert (rule.learning_rate, rule.beta1, rule.beta2, rule.epsilon) == (1e-3, 0.9, 0.999, 1e-4)
    G, _ = recipe.networks(Absent("mnist", (28, 28, 1)), np.random.default_rng(0))
    assert shapes_of(G.encoder) == [(784, 200), (200, 200), (200, 100)]
    assert shapes_of(G.decoder) == [(50, 200), (200, 200), (200, 784)]
    for layer in (G.encoder.layers[2], G.decoder.layers[-3]):  # Glorot and Bengio 2010, eq. (16), as in section 5.1
        bound = np.sqrt(6 / sum(layer.weight.shape))
        assert 0.98 * bound < abs(raw(layer.weight)).max() <= bound
    objective = recipe.objective(np.random.default_rng(0))
    assert isinstance(objective, ImportanceWeighted)
    assert isinstance(objective.view, Binarized)


@pytest.mark.parametrize("samples", [1, 4])
def test_iwae_draws_k_codes_for_each_example(samples):
    run = made("iwae", samples=samples)
    assert {(step.x.shape[0], step.z.shape) for step in run.steps()} == {(10, (10 * samples, 3))}


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("vae", {"likelihood": "gaussian", "beta": 2.0}),
        ("vae", {"convolutional": True, "width": 2, "binarize": True, "average": 0.9}),
        ("iwae", {"samples": 3}),
        ("ae", {"noise": 0.5}),
        ("ae", {"convolutional": True, "width": 2}),
    ],
)
def test_a_resumed_run_is_the_unbroken_one(name, settings, tmp_path):
    run = made(name, **settings)
    finished(run, 2)
    run.save(tmp_path)
    resumed, _ = Run.load(tmp_path, data=SHAPES)
    assert same(weights(finished(resumed).G), weights(finished(run).G))
    assert resumed.snapshot().values == run.snapshot().values


def test_a_sample_is_the_mean_of_the_likelihood():
    run = made()
    z = run.prior.sample(4, np.random.default_rng(0))
    G = nn.frozen(run.G)
    np.testing.assert_allclose(G(z), np.tanh(G.decode(z).logits / 2), rtol=1e-6)
    assert run.prior.sample(1, np.random.default_rng(0)).shape == (1, 3)


def test_codes_of_ae_are_drawn_uniformly_from_the_cube_of_its_encoder():
    z = made("ae").prior.sample(5000, np.random.default_rng(0))
    np.testing.assert_allclose(
        np.quantile(z, [0.0, 0.25, 0.5, 0.75, 1.0], axis=0).T, [[-1, -0.5, 0, 0.5, 1]] * 3, atol=0.05
    )


def test_the_likelihoods():
    learned, fixed = made(likelihood="gaussian"), made(likelihood="gaussian", std=0.5)
    assert nn.count(learned.G) == nn.count(fixed.G) + 1 == nn.count(made().G) + 1
    p = nn.frozen(fixed.G).decode(np.zeros((2, 3), np.float32))
    assert np.exp(p.log_variance) == pytest.approx(0.25)
    assert (abs(p.mean) <= 1).all()
    before = raw(learned.G.decoder.layers[-1].log_variance).item()
    assert raw(finished(learned).G.decoder.layers[-1].log_variance).item() < before


def test_the_denoising_autoencoder_is_a_view():
    objective = find("ae").changed({"noise": 0.5}).objective(np.random.default_rng(0))
    assert isinstance(objective, SquaredError)
    assert isinstance(objective.view, InstanceNoise)
    assert objective.view.schedule(7) == 0.5
    assert find("ae").objective(np.random.default_rng(0)) == SquaredError()


def test_what_evaluate_measures():
    run = finished(made("vae", binarize=True))
    found = {measure.name: measure for measure in run.recipe.measures(run, 100)}
    names = ["elbo", "kl", "active_units", "bound_1", "bound_5", "bound_50", "log_p", "reconstruction_error"]
    assert list(found) == names
    assert [measure.points for measure in found.values()] == [40] * 8
    bounds = [found[name].value for name in ("bound_1", "bound_5", "bound_50", "log_p")]
    assert bounds == sorted(bounds)
    assert found["elbo"].value == pytest.approx(bounds[0], abs=1.0)
    assert "100 importance samples" in found["log_p"].title
    again = {measure.name: measure.value for measure in run.recipe.measures(run, 100)}
    assert again == {name: measure.value for name, measure in found.items()}
    [error] = made("ae").recipe.measures(made("ae"))
    assert error.name == "reconstruction_error"


def test_without_test_images_nothing_is_measured():
    run = made(data=Images("shapes", SHAPES.images))
    assert run.recipe.measures(run) == []
    assert made("ae", data=Images("shapes", SHAPES.images)).recipe.measures(run) == []


def test_the_test_loss_is_recorded_at_times():
    run = finished(made(test_every=4, record_every=2))
    assert run.recipe.recorded(run, 3) == run.recipe.recorded(run, 2) == {}
    elbo = run.recipe.measures(run, 5)[0].value
    assert run.recipe.recorded(run, 4) == run.recipe.recorded(run, 5) == {"test_loss": pytest.approx(-elbo)}
    assert made().recipe.recorded(run, 4) == {}


def test_test_losses_without_test_images_are_an_error_before_the_run_begins(tmp_path):
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "0.png")
    with pytest.raises(DataError, match="the test split is a sub-folder"):
        Run(find("vae").changed({"data": "folder", "test_every": 4}), data_dir=tmp_path)
    Run(find("vae").changed({"data": "folder"}), data_dir=tmp_path)


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("vae", {}, ["reconstructions", "units"]),
        ("vae", {"latent": 2}, ["reconstructions", "plane", "codes", "units"]),
        ("ae", {"noise": 0.1}, ["reconstructions", "denoised"]),
        ("ae", {"latent": 2}, ["reconstructions", "plane", "codes"]),
    ],
)
def test_the_pictures_of_a_run(name, settings, expected):
    run = made(name, **settings)
    before = weights(run.G)
    pictures = run.recipe.pictures(run)
    assert list(pictures) == expected
    assert same(weights(run.G), before)
    labels = [text.get_text() for text in pictures["reconstructions"].axes[0].get_yticklabels()]
    assert labels == ["test images", "reconstructions"]
    if "denoised" in pictures:
        assert len(pictures["denoised"].axes[0].get_yticklabels()) == 3


def test_the_bars_are_of_images_as_they_are_in_training():
    run = made(binarize=True)
    bars = [bar.get_height() for bar in run.recipe.pictures(run)["units"].axes[0].patches]
    rng = np.random.default_rng([0, 1])
    kl = coded(run.generator(), TEST, prepare=lambda x: binarized(x, rng)).kl.mean(axis=0)
    np.testing.assert_allclose(sorted(bars), sorted(kl), rtol=1e-5)


def test_the_plane_has_a_code_at_each_pair_of_quantiles():
    run = made(latent=2)
    values = np.array(run.recipe.axis)
    np.testing.assert_allclose(norm.cdf(values), (np.arange(20) + 0.5) / 20, rtol=1e-12)
    z = np.array([[values[3], values[18]]], np.float32)  # fourth from the left, second from the top
    expected = Image.fromarray(np.round((nn.frozen(run.G)(z)[0, ..., 0] + 1) * 127.5).astype(np.uint8))
    picture = run.recipe.pictures(run)["plane"]
    scale = picture.width // (20 * 8)
    top = picture.height - 20 * 8 * scale + 8 * scale
    found = np.asarray(picture)[top : top + 8 * scale : scale, 3 * 8 * scale : 4 * 8 * scale : scale, 0]
    assert abs(found.astype(int) - np.asarray(expected)).max() <= 1
    assert made("ae", latent=2).recipe.axis[0] == pytest.approx(-0.95)


def test_pictures_show_training_images_where_test_images_are_missing():
    def missing():
        raise DataError("no test files")

    for test in (None, missing):
        run = made(latent=2, data=Images("shapes", SHAPES.images, test=test))
        pictures = run.recipe.pictures(run)
        assert list(pictures) == ["reconstructions", "plane", "units"]  # no classes, so no colours
        labels = [text.get_text() for text in pictures["reconstructions"].axes[0].get_yticklabels()]
        assert labels == ["training images", "reconstructions"]


@pytest.mark.parametrize("name", ["vae", "iwae"])
def test_points_are_one_line(name):
    with pytest.raises(SettingError, match=r"^recipe '\w+' makes images, not examples of shape \(2,\); [^\n]+$"):
        Run(find(name).changed({"data": "ring"}))
