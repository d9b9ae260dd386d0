"""A conditional training step never waits for a GPU, which the stand-in for CuPy would notice."""

import numpy as np
import pytest

from tests.backends.strict import StrictArray, backend, without_waiting
from tinygan import functional as F
from tinygan import nn
from tinygan.algorithms import maximize_likelihood
from tinygan.autograd import Tensor, raw
from tinygan.backend import backend as find_backend
from tinygan.backend import numpy_backend, to_host
from tinygan.data import Images, LabelledNoise, Normal, Ring, Stream
from tinygan.metrics.classifier import CrossEntropy
from tinygan.nn.minibatch import Labelled
from tinygan.optim import Optimizer, adam
from tinygan.recipes import Run, find


class Generator:
    """z and its class to an image of that class: the embedded class joined to the noise; Mirza and Osindero 2014."""

    def __init__(self, classes, shape, rng):
        self.embedding = nn.Embedding(classes, 4, rng)
        self.dense = nn.Dense(8 + 4, int(np.prod(shape)), rng)
        self.shape = shape

    def __call__(self, z):
        x = self.dense(F.concatenate([z.x, self.embedding(z.y)], axis=1))
        return Labelled(F.tanh(x).reshape(-1, *self.shape), z.y)


class Discriminator:
    """An image and its class to a logit, or to a score for each class."""

    def __init__(self, classes, shape, rng, outputs=1):
        self.embedding = nn.Embedding(classes, 4, rng)
        self.size = int(np.prod(shape))
        self.dense = nn.Dense(self.size + 4, outputs, rng)

    def __call__(self, x):
        return self.dense(F.concatenate([x.x.reshape(-1, self.size), self.embedding(x.y)], axis=1))


RNG = np.random.default_rng(0)
PIXELS, LABELS = RNG.integers(0, 256, (20, 4, 4, 1), dtype=np.uint8), np.arange(20) % 5
SOURCES = [Images("grey", PIXELS, LABELS), Ring()]


def on(device, module):
    return nn.map_leaves(module, lambda leaf: Tensor(device.asarray(raw(leaf))))


def steps(device, source, count=3):
    """The losses of D, G and a classifier, and their parameters after `count` steps of Algorithm 1 on the device."""
    rng, k = np.random.default_rng(1), len(source.classes)
    networks = (Generator(k, source.shape, rng), Discriminator(k, source.shape, rng))
    G, D = (on(device, network) for network in networks)
    C = on(device, nn.Sequential(nn.Reshape(int(np.prod(source.shape))), nn.Dense(int(np.prod(source.shape)), k, rng)))
    data = source.labelled().stream(np.random.default_rng(2), device.asarray)
    noise = Stream(LabelledNoise(Normal(8), source.classes), np.random.default_rng(3), device.asarray)
    optimizers = [Optimizer(adam(1e-2)) for _ in range(3)]
    losses = []
    for _ in range(count):
        x, fake = data(6), nn.frozen(G)(noise(6))
        losses.append(F.mean(F.softplus(-D(x))) + F.mean(F.softplus(D(fake))))
        D = optimizers[0].descend(D, losses[-1])
        losses.append(F.mean(F.softplus(-nn.frozen(D)(G(noise(6))))))
        G = optimizers[1].descend(G, losses[-1])
        losses.append(F.cross_entropy(C(x.x), x.y))
        C = optimizers[2].descend(C, losses[-1])
    return losses, nn.parameters({"G": G, "D": D, "C": C})


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_conditional_step_waits_for_nothing_and_is_that_of_the_host(source):
    device = backend()
    with without_waiting():
        losses, parameters = steps(device, source)
    host_losses, host_parameters = steps(numpy_backend, source)
    assert all(isinstance(raw(leaf), StrictArray) for leaf in parameters.values())
    np.testing.assert_allclose([float(loss) for loss in losses], [float(loss) for loss in host_losses], rtol=1e-5)
    for path, leaf in parameters.items():
        np.testing.assert_allclose(to_host(raw(leaf)), host_parameters[path].data, rtol=1e-4, atol=1e-6)


SMALL = {"m": 4, "iterations": 3, "hidden": 8, "width": 2, "latent": 3, "average": 0.9}


def cgan(device, source):
    """A run of the recipe `cgan` on the device after all its steps, and their losses."""
    run = Run(find("cgan").changed(SMALL), data=source, backend=device)
    with without_waiting():
        losses = [step.loss for step in run.steps()]
    return run, [float(loss) for loss in losses]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_run_of_cgan_waits_for_nothing_and_is_that_of_the_host(source):
    (host, losses), (run, found) = cgan(numpy_backend, source), cgan(backend(), source)
    assert run.iteration == 3
    np.testing.assert_allclose(found, losses, rtol=1e-4)
    for kept in ("G", "D", "average"):
        expected = dict(nn.named_leaves(getattr(host, kept)))
        for path, leaf in nn.named_leaves(getattr(run, kept)):
            assert isinstance(raw(leaf), StrictArray)
            np.testing.assert_allclose(to_host(raw(leaf)), raw(expected[path]), rtol=1e-3, atol=1e-5, err_msg=path)


@pytest.mark.gpu
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_run_of_cgan_on_a_gpu_has_the_losses_of_the_host(source):
    np.testing.assert_allclose(cgan(find_backend("cupy"), source)[1], cgan(numpy_backend, source)[1], rtol=5e-3)


def classified(device, source):
    """The losses of three steps of a classifier, which see labelled minibatches of the device."""
    size = int(np.prod(source.shape))
    rng = np.random.default_rng(0)
    network = nn.Sequential(nn.Reshape(size), nn.Dense(size, 8, rng), F.relu, nn.Dense(8, len(source.classes), rng))
    data = source.labelled().stream(np.random.default_rng(2), device.asarray)
    optimizer = Optimizer(adam(1e-2))
    steps = maximize_likelihood(on(device, network), CrossEntropy(), optimizer, lambda m: None, data, m=6)
    with without_waiting():
        losses = [next(steps).loss for _ in range(3)]
    return [float(loss) for loss in losses]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_step_of_a_classifier_waits_for_nothing(source):
    np.testing.assert_allclose(classified(backend(), source), classified(numpy_backend, source), rtol=1e-5)


def test_the_stand_in_notices_a_label_that_is_looked_at():
    labels = backend().asarray(LABELS)
    with without_waiting(), pytest.raises(AssertionError, match="wait for the device"):
        int(labels.max())
