"""GAN-train: how well a classifier does on true images if it has seen nothing but samples."""

from typing import Any

import numpy as np

from tinygan.data import Images, Source
from tinygan.data.labels import as_labels
from tinygan.errors import DataError, SettingError
from tinygan.metrics.classifier import Classifier, shifted, train_classifier
from tinygan.metrics.measure import Measure
from tinygan.nn.minibatch import Labelled

MOST = 10_000  # samples


def gan_train(source: Source, samples: Any, *, seed: int = 0) -> Measure:
    """The accuracy on the test images of a classifier trained on labelled samples alone.

    The floor is the accuracy of the same classifier, with the same weights at first and as many updates, trained on as
    many true images, drawn by `seed`. If samples are more than the training images, so many are left out.
    source: the data.   samples: `Labelled(x, y)`, uint8 (n, H, W, C).
    It is low for poor samples and also for samples without variety. A generator that copies the training images is as
    good as they are, so it says nothing of memorization.
    Raises SettingError if samples have no labels, DataError if there are no labelled images to train and to test on.
    Shmelkov et al. 2018, section 3; Ravuri and Vinyals 2019 call it the classification accuracy score.
    """
    if not isinstance(samples, Labelled):
        raise SettingError("GAN-train needs samples of classes, and so a conditional G such as that of cgan")
    images: Any = source.unlabelled()
    held_out = images.held_out() if images.has_images else None
    if held_out is None or not held_out.classes or not images.classes:
        raise DataError(f"GAN-train: {source.name} needs training and test images with labels")
    n = min(len(samples.x), len(images))
    chosen = np.random.default_rng([seed, 3]).choice(len(images), n, replace=False)

    def accuracy(x: Any, y: Any) -> float:
        rng, data_rng = np.random.default_rng(seed).spawn(2)
        data = Images("samples", x, as_labels(y), images.classes).labelled().stream(data_rng)
        network = train_classifier(shifted(data, rng), images.shape, len(images.classes), rng)
        return float((Classifier(network, images.shape)(held_out.images) == held_out.labels).mean())

    value = accuracy(samples.x[:n], samples.y[:n])
    floor = accuracy(images.images[chosen], images.labels[chosen])
    return Measure("gan_train", value, floor, n, title="GAN-train accuracy", share=True)
