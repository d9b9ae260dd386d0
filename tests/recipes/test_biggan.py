"""biggan-mini: each part is a setting, a run goes on to the last bit, and sampling disturbs none."""

import numpy as np
import pytest

from tests.recipes.test_run import finished, same, weights
from tinygan import nn, objectives
from tinygan.data import Images
from tinygan.errors import RunError, SettingError
from tinygan.nn import Labelled
from tinygan.nn.walk import walk
from tinygan.recipes import Run, find

RNG = np.random.default_rng(0)
PETS = Images("pets", RNG.integers(0, 256, (12, 8, 8, 1), dtype=np.uint8), np.arange(12) % 3, ("cat", "dog", "cow"))
SMALL = {"m": 4, "iterations": 4, "width": 2, "latent": 7, "embedding": 3, "average": 0.9}
PARTS = ("shared", "chunks", "conditional", "projection", "attention", "spectral", "hinge", "orthogonal")


def made(data=PETS, seed=1, **settings):
    return Run(find("biggan-mini").changed({**SMALL, **settings}), data=data, seed=seed)


def kinds(network):
    return [type(node) for _, node in walk(network)]


@pytest.mark.parametrize("off", ["", *PARTS])
def test_it_trains_and_resumes_to_the_last_bit_also_without_a_part(off, tmp_path):
    settings = {off: False} if off else {}
    whole = finished(made(**settings))
    finished(made(**settings), 2).save(tmp_path)
    back, _ = Run.load(tmp_path, data=PETS)
    finished(back)
    for part in ("G", "D", "average"):
        assert same(weights(getattr(whole, part)), weights(getattr(back, part)))
    found = back.sample(5, 3)
    np.testing.assert_array_equal(found.x, whole.sample(5, 3).x)
    assert found.x.shape == (5, 8, 8, 1)


def test_samples_and_judgements_do_not_change_the_run():
    watched, alone = made(), finished(made())
    for step in watched.steps():
        if step.last:
            watched.sample(3, truncation=0.5)
            watched.every_class(2)
            watched.judge(Labelled(PETS.examples([0, 1]), np.array([0, 1])))
    assert same(weights(watched.G), weights(alone.G))
    assert same(weights(watched.average), weights(alone.average))


def test_each_setting_takes_out_its_part():
    whole = made()
    assert kinds(whole.G).count(nn.SelfAttention) == kinds(whole.D).count(nn.SelfAttention) == 1
    assert nn.SpectralNorm in kinds(whole.G)
    assert nn.ConditionalBatchNorm in kinds(whole.G)
    assert nn.Projection in kinds(whole.D)
    assert whole.objective.loss == objectives.Hinge()
    assert whole.objective.terms == (objectives.OrthogonalRegularization(5e-5, without=("code",)),)
    for off, player, kind in (
        ("attention", "G", nn.SelfAttention),
        ("attention", "D", nn.SelfAttention),
        ("spectral", "G", nn.SpectralNorm),
        ("spectral", "D", nn.SpectralNorm),
        ("conditional", "G", nn.ConditionalBatchNorm),
        ("projection", "D", nn.Projection),
        ("shared", "G", nn.Embedding),
    ):
        assert kind not in kinds(getattr(made(**{off: False}), player))
    assert made(hinge=False).objective.loss == objectives.NonSaturating()
    assert made(orthogonality=0.0).objective == objectives.Hinge()
    assert made(chunks=False).G.network.sizes == (7, 0, 0)
    spread = {
        on: np.std(dict(nn.named_leaves(made(orthogonal=on, seed=2).G))["network.first.layers.0.layer.weight"].data)
        for on in (True, False)
    }
    assert spread[False] == pytest.approx(0.02, rel=0.2)
    assert spread[True] > 0.1  # orthonormal rows


def test_gamma_of_attention_begins_at_0_and_is_learned_averaged_and_kept(tmp_path):
    run = made()
    [gamma] = [float(leaf.data) for path, leaf in nn.named_leaves(run.D) if path.endswith("gamma")]
    assert gamma == 0
    finished(run).save(tmp_path)
    back, _ = Run.load(tmp_path, data=PETS)
    for network in (run.G, run.D, run.average, back.average):
        [gamma] = [float(leaf) for path, leaf in weights(network).items() if path.endswith("gamma")]
        assert gamma != 0


def test_the_regularization_skips_the_shared_embedding():
    """Its gradient in the embedding is none, that in the first layer is not."""
    from tinygan import grad

    run = made()
    [term] = run.objective.terms
    slopes = grad(term.g(objectives.Turn("G", None, run.G, None, None)), nn.parameters(run.G))
    assert not slopes["network.code.weight"].any()
    assert slopes["network.first.layers.0.layer.weight"].any()


def test_a_smaller_threshold_gives_samples_nearer_to_each_other():
    run = finished(made())

    def spread(threshold):
        return np.std(run.sample(200, 1, threshold, "dog").x.astype(float), axis=0).mean()

    assert spread(0.05) < spread(0.5) < spread(2.0)


@pytest.mark.parametrize(
    ("data", "settings", "words"),
    [
        (Images("bare", PETS.images), {}, "^bare: these examples have no labels"),
        (Images("one", PETS.images, np.zeros(12, np.int64)), {}, "^one: biggan-mini needs at least 2 classes, got 1"),
        (np.zeros((4, 10, 10, 1), np.uint8), {}, "no labels"),
        (PETS, {"latent": 2}, "^latent is expected to be at least 3, a number for each chunk, got 2$"),
        (PETS, {"attention": "maybe"}, "^attention is expected to be true or false, got 'maybe'$"),
        (PETS, {"orthogonality": -1}, "^orthogonality is expected to be at least 0"),
    ],
)
def test_what_does_not_fit_is_one_line(data, settings, words):
    with pytest.raises(SettingError, match=words):
        made(data, **settings)


def test_it_goes_on_with_the_same_parts_only(tmp_path):
    finished(made(), 2).save(tmp_path)
    with pytest.raises(RunError, match="attention"):
        Run.load(tmp_path, {"attention": False}, data=PETS)


def test_noise_is_truncated_in_no_training():
    """Truncation is for samples alone; here |z| < 1 of normal noise has a standard deviation of 0.54."""
    run = made()
    run.sample(3, truncation=0.5)
    steps = [step for step in run.steps() if step.player == "D"]
    z = np.concatenate([step.z.x for step in steps]).ravel()
    assert len(z) == 4 * 4 * 7 * run.recipe.k
    assert z.std() == pytest.approx(1, abs=0.25)
    assert abs(z).max() > 2
