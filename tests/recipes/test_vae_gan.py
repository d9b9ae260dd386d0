"""VAE-GAN: the autoencoder of `vae` in the game of WGAN-GP, and each of the two alone."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tests.recipes.test_run import finished, same, weights
from tests.recipes.test_vae import SHAPES
from tinygan import nn
from tinygan.data import Absent, Images
from tinygan.errors import SettingError
from tinygan.objectives import ELBO, GradientPenalty, LikelihoodOfG, Wasserstein
from tinygan.recipes import Run, find

SMALL = {"m": 8, "iterations": 3, "hidden": 6, "latent": 3, "width": 2}


def made(data=SHAPES, **settings):
    return Run(find("vae-gan").changed({**SMALL, **settings}), data=data)


@pytest.mark.parametrize("convolutional", [True, False])
def test_g_is_the_autoencoder_of_vae_with_the_same_weights_and_the_same_decoder_without_the_elbo(convolutional):
    shared = {"convolutional": convolutional, "latent": 5, "hidden": 7, "width": 3}
    recipes = [find(name).changed(shared) for name in ("vae", "vae-gan", "vae-gan")]
    recipes[2] = recipes[2].changed({"weight": 0})
    players = [recipe.networks(Absent("mnist", (28, 28, 1)), np.random.default_rng(4)) for recipe in recipes]
    assert len({nn.count(G.decoder) for G, _ in players}) == len({nn.count(G) for G, _ in players}) == 1
    (vae, none), (both, D), (gan, of_gan) = players
    assert none is None
    assert same(weights(vae), weights(both))
    assert same(weights(gan), weights(both))
    assert same(weights(D), weights(of_gan))


def test_the_critic_has_no_batch_norm():
    """Gulrajani et al. 2017, section 4: the penalty is of each example."""
    run = made()
    x = SHAPES.examples(np.arange(6))
    D = nn.frozen(run.D)
    np.testing.assert_allclose(D(x)[:2], D(x[:2]), rtol=1e-5)


def test_the_objective_is_wgan_gp_and_the_elbo_or_one_of_them():
    rng = np.random.default_rng(0)
    objective = find("vae-gan").changed({"weight": 0.25, "penalty": 3}).objective(rng)
    assert objective == Wasserstein() + GradientPenalty(3.0, rng) + LikelihoodOfG(ELBO(), 0.25)
    assert find("vae-gan").changed({"weight": 0}).objective(rng) == Wasserstein() + GradientPenalty(10.0, rng)
    assert [(rule.beta1, rule.beta2) for rule in find("vae-gan").rules()] == 2 * [(0.0, 0.9)]  # Gulrajani et al. 2017


def test_without_the_elbo_the_encoder_stays_and_nothing_of_it_is_measured_or_drawn():
    for weight in (0.0, 0.01):
        run = made(weight=weight)
        before = weights(run.G)
        finished(run)
        moved = {path.split(".")[0] for path, leaf in weights(run.G).items() if np.any(leaf != before[path])}
        assert moved == ({"encoder", "decoder"} if weight else {"decoder"})
        found = [measure.name for measure in run.recipe.measures(run)]
        assert found == (["elbo", "kl", "active_units", "reconstruction_error"] if weight else [])
        assert list(run.recipe.pictures(run)) == (["reconstructions", "units"] if weight else [])


def test_measures_and_pictures_are_those_of_the_autoencoder():
    run = finished(made(latent=2))
    found = {measure.name: measure.value for measure in run.recipe.measures(run, seed=3)}
    of_vae = {measure.name: measure.value for measure in run.recipe.vae().measures(run, 5, seed=3)}
    assert found == {name: of_vae[name] for name in found}
    assert list(run.recipe.pictures(run)) == ["reconstructions", "plane", "codes", "units"]
    assert run.recipe.measures(made(Images("shapes", SHAPES.images))) == []


@pytest.mark.parametrize("settings", [{}, {"convolutional": False, "k": 1}])
def test_a_resumed_run_is_the_unbroken_one(settings, tmp_path):
    run = made(**settings)
    finished(run, 2)
    run.save(tmp_path)
    resumed, _ = Run.load(tmp_path, data=SHAPES)
    finished(resumed)
    finished(run)
    assert same(weights(resumed.G), weights(run.G))
    assert same(weights(resumed.D), weights(run.D))
    assert resumed.snapshot().values == run.snapshot().values


def test_a_run_on_a_device_is_that_on_the_host_and_does_not_wait():
    here, there = finished(made()), Run(find("vae-gan").changed(SMALL), data=SHAPES, backend=strict_backend())
    with without_waiting():
        finished(there)
    expected = weights(here.G)
    for path, leaf in weights(there.G).items():
        np.testing.assert_allclose(leaf, expected[path], rtol=1e-4, atol=1e-6, err_msg=path)


def test_points_are_one_line():
    with pytest.raises(SettingError, match=r"^this recipe makes images [^\n]*\(2,\)[^\n]*$"):
        Run(find("vae-gan").changed({"data": "ring"}))
