"""The command line, run inside the test's own folder."""

import pytest

from tinygan.cli import main


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


TINY = ("train", "gan-1d", "--batch-size", 16, "--set", "sample_every=10", "--set", "record_every=5")
"""A run of milliseconds."""


@pytest.fixture
def tiny():
    return TINY
