"""python -m tinygan.metrics.make_weights: trains the packaged classifiers and writes their weights beside this file.

The same data and seed give the same files on one machine with as many threads. Each set takes four minutes on one core.
"""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from tinygan import nn
from tinygan.backend import to_host
from tinygan.data import Images, load
from tinygan.disk import atomic
from tinygan.errors import TinyganError
from tinygan.metrics.classifier import Classifier, M, shifted, train_classifier

FOLDER = Path(__file__).parent
NAMES = ("mnist", "fashion-mnist")
SEED, ITERATIONS = 0, 30_000  # 32 epochs of 60,000 images


@click.command()
@click.option("--data-dir", type=click.Path(), required=True, help="Folder of MNIST's and Fashion-MNIST's files.")
@click.option(
    "--data", "names", type=click.Choice(NAMES), multiple=True, default=NAMES, help="One of them; repeatable."
)
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Of weights, order and shifts.")
@click.option(
    "--iterations", type=click.IntRange(1), default=ITERATIONS, show_default=True, help=f"Minibatches of {M} images."
)
@click.option("--out", type=click.Path(path_type=Path), default=FOLDER, help="Folder to write to (default: this one).")
def main(data_dir: str, names: tuple[str, ...], seed: int, iterations: int, out: Path) -> None:
    """Train the packaged classifiers, and write weights, accuracies and hashes."""
    record = out / "weights.json"
    try:
        facts = json.loads(record.read_text()) if record.exists() else {}
        for name in names:
            content, accuracy = made(load(name, data_dir=data_dir), seed, iterations)
            with atomic(out / f"{name}.npz") as file:
                file.write(content)
            digest = hashlib.sha256(content).hexdigest()
            facts[name] = {
                "seed": seed, "iterations": iterations, "m": M, "test_accuracy": accuracy, "sha256": digest
            }  # fmt: skip
            with atomic(record, "w") as file:
                file.write(json.dumps(dict(sorted(facts.items())), indent=2) + "\n")
            click.echo(f"{name}: {accuracy:.2%} of the test images, {len(content):,} bytes")
    except TinyganError as error:
        raise click.ClickException(str(error)) from None


def made(source: Any, seed: int, iterations: int) -> tuple[bytes, float]:
    """The file of a classifier trained on `source`, and its accuracy on the test images with the file's weights."""
    rng, data_rng = np.random.default_rng(seed).spawn(2)
    data = shifted(source.labelled().stream(data_rng), rng)
    network = train_classifier(data, source.shape, len(source.classes), rng, iterations)
    halves = {path: to_host(leaf).astype(np.float16) for path, leaf in nn.named_leaves(network)}
    file = io.BytesIO()
    np.savez(file, **halves)
    rounded: Any = nn.updated(network, {path: leaf.astype(np.float32) for path, leaf in halves.items()})
    test: Images = source.held_out()
    return file.getvalue(), float((Classifier(rounded, source.shape)(test.images) == test.labels).mean())


if __name__ == "__main__":
    main()
