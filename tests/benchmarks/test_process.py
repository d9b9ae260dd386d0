"""A contestant's own process: its threads, its memory, and how it fails."""

import os

import numpy as np
import pytest

from tinygan.bench.contestants import CONTESTANTS, Contestant
from tinygan.bench.process import VARIABLES, process
from tinygan.bench.worker import Worker, answer
from tinygan.errors import BenchError, SettingError

HERE = "tests.benchmarks.test_process"


def with_variables():
    """Its losses are the thread counts that its libraries were told."""
    assert "numpy" in __import__("sys").modules
    return Contestant(lambda: tuple(float(os.environ[name]) for name in VARIABLES))


def loud():
    """Prints where replies go."""
    print("a framework's greeting")
    return Contestant(lambda: (float(print("again") is None),))


def dying():
    """Ends in mid-run, with a last word."""

    def iterate():
        os.write(2, b"first line\nout of luck\n")
        os._exit(3)

    return Contestant(iterate)


def refusing():
    """Cannot be made."""
    raise SettingError("not like\nthis")


def hungry():
    """Takes 64 MB in an iteration, and gives them back."""
    return Contestant(lambda: (float(np.ones(8_000_000).sum()),))


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    monkeypatch.setenv("PYTHONPATH", root)


def test_the_threads_are_pinned_before_anything_loads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    with process("x", f"{HERE}:with_variables", [], 3) as running:
        assert running.run(2).losses == [[3.0] * len(VARIABLES)] * 2
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_what_a_framework_prints_is_no_reply():
    with process("x", f"{HERE}:loud", [], 1) as running:
        assert running.run(1).losses == [[1.0]]


def test_a_process_that_ends_is_one_line_with_its_last_word():
    with process("x", f"{HERE}:dying", [], 1) as running:
        with pytest.raises(BenchError, match=r"^contestant 'x' has ended: out of luck$"):
            running.run(1)
        with pytest.raises(BenchError, match="has ended"):
            running.run(1)
    assert running.child.returncode == 3


def test_a_contestant_that_cannot_be_made_says_why_and_leaves_no_process():
    with pytest.raises(BenchError, match=r"^contestant 'x': not like this$"), process("x", f"{HERE}:refusing", [], 1):
        pytest.fail("it was made")


def test_the_process_is_gone_after_the_block():
    with process("x", f"{HERE}:hungry", [], 1) as running:
        assert running.child.poll() is None
        before = running.ask("memory")
        running.run(1)
        after = running.ask("memory")
    assert running.child.poll() is not None
    assert 60e6 < after["growth"] - before["growth"] < 100e6
    assert after["peak"] > after["growth"]


def test_an_error_in_a_request_is_one_line():
    worker = Worker()
    assert answer(worker, '{"make": ["tests.no_such_module:f", []]}')["error"].startswith("No module named")
    assert answer(worker, f'{{"make": ["{HERE}:refusing", []]}}') == {"error": "not like this"}


def test_our_products_are_counted_beside_the_timed_rounds():
    worker = Worker()
    worker.make([CONTESTANTS["tinygan"].target, ["ring", {"m": 4}, "numpy"]])
    first, second = worker.products(1), worker.products(2)
    assert first["flops"] == second["flops"] > 0
    assert 0 < second["share"] < 1
