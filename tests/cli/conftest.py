"""The command line, run inside the test's own folder."""

import hashlib

import pytest
from PIL import Image

from tinygan.cli import main
from tinygan.drawing.portrait import portrait
from tinygan.nn.minibatch import leaves


class Result:
    """What a command left: its exit code, and both streams."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def tinygan(tmp_path, monkeypatch, capsys):
    """tinygan("train", "gan-1d", ...) runs the command in an empty folder and returns a Result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*args):
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return Result(exit_.value.code, out, err)

    return run


def sketch(content):
    """A grey image of 4 x 8 pixels, the SHA-256 of the bytes."""
    return Image.frombytes("L", (4, 8), hashlib.sha256(content).digest())


@pytest.fixture
def sketched(monkeypatch):
    """Runs leave sketches of their points and curves: the drawing of both is most of the time of a tiny run."""

    def sketched_portrait(source, samples, **others):
        if source.has_images:
            return portrait(source, samples, **others)
        return sketch(b"".join([leaf.tobytes() for leaf in leaves(samples)] + [others["title"].encode()]))

    monkeypatch.setattr("tinygan.recipes.portrait.portrait", sketched_portrait)
    monkeypatch.setattr("tinygan.observers.curves.curves", lambda records, *_: sketch(str(records).encode()))


TINY = ("train", "gan-1d", "--batch-size", 16, "--set", "sample_every=10", "--set", "record_every=5")
"""A run of milliseconds."""


@pytest.fixture
def tiny():
    return TINY


def left(folder):
    """The bytes of everything in a run that two equal runs share."""
    names = [
        "history.jsonl",
        "samples.png",
        "curves.png",
        *(f"samples/{p.name}" for p in (folder / "samples").iterdir()),
    ]
    return {name: (folder / name).read_bytes() for name in sorted(names)}
