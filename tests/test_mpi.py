"""tinygan under mpiexec: the steps and files of one process, and an end of all when one fails."""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

from tests.backends.strict import backend as strict
from tinygan import backend, mpi
from tinygan.backend import to_host
from tinygan.cli.together import asked_on_any, run_together
from tinygan.communicator import alone, in_threads
from tinygan.errors import SettingError
from tinygan.recipes import Run

MPIEXEC = shutil.which("mpiexec", path=str(Path(sys.executable).parent)) or shutil.which("mpiexec")
needs_mpi = pytest.mark.skipif(
    not (MPIEXEC and importlib.util.find_spec("mpi4py")), reason="needs the extra mpi: pip install 'tinygan[mpi]'"
)
RING = ("gan-ring", "--batch-size", "8", "--set", "hidden=8")
ONE_THREAD = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def started(n, *words, cwd):
    command = [MPIEXEC, "-n", str(n), sys.executable, "-m", "tinygan", *words]
    return subprocess.Popen(command, cwd=cwd, env=ONE_THREAD, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finished(n, *words, cwd):
    """(exit code, standard output, standard error)."""
    process = started(n, *words, cwd=cwd)
    try:
        said, wrong = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, said, wrong


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def records(folder):
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


@needs_mpi
@pytest.mark.parametrize("n", [2, 4])
def test_the_files_are_those_of_one_process(n, tmp_path):
    words = ("train", *RING, "--iterations", "20", "--set", "record_every=5", "--out")
    code, said, wrong = finished(n, *words, "many", cwd=tmp_path)
    assert (code, wrong) == (0, "")
    assert said.count("Done: many/samples.png") == 1  # rank 0 alone prints
    assert f", {n} processes" in said
    assert "examples/s" in said
    assert finished(1, *words, "one", cwd=tmp_path)[0] == 0
    names = [sorted(path.name for path in (tmp_path / folder).rglob("*")) for folder in ("many", "one")]
    assert names[0] == names[1]
    assert (tmp_path / "many/config.toml").read_text() == (tmp_path / "one/config.toml").read_text()
    for record, expected in zip(records(tmp_path / "many"), records(tmp_path / "one"), strict=True):
        assert record == pytest.approx(expected, rel=1e-4)
    many, one = (Run.load(tmp_path / folder)[0].snapshot() for folder in ("many", "one"))
    for name, array in one.arrays.items():
        np.testing.assert_allclose(many.arrays[name], array, atol=1e-4)
    assert many.values == one.values


@needs_mpi
@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("train", "gan-rin"), 2, "No such recipe 'gan-rin'. Did you mean 'gan-ring'?"),
        (("train", *RING, "--batch-size", "7"), 2, "m is expected to be a multiple of 2, the number of ranks, got 7"),
        (
            ("train", *RING, "--out", "taken"),
            2,
            "taken is not empty: it holds mine.txt; choose a new folder, or an empty one",
        ),
    ],
)
def test_a_mistake_is_one_line(words, code, line, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/mine.txt").write_text("mine")
    found, said, wrong = finished(2, *words, cwd=tmp_path)
    assert (found, said) == (code, "")
    assert wrong.splitlines() == [line]
    assert not (tmp_path / "runs").exists()


@needs_mpi
def test_other_commands_run_once(tmp_path):
    code, said, wrong = finished(2, "recipes", "wgan", cwd=tmp_path)
    assert (code, wrong) == (0, "")
    assert said.count("wgan: Arjovsky") == 1


def ranks_of(process):
    """The process ids of the ranks, by rank."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            [rank] = [word.partition(b"=")[2] for word in words if word.startswith(b"PMI_RANK=")] or [None]
            if rank and f"TINYGAN_TEST={process}".encode() in words:
                found[int(rank)] = int(path.parent.name)
    return found


@pytest.fixture
def running(tmp_path, monkeypatch):
    """A run on two ranks that has saved a checkpoint: (process, ids of the ranks, folder)."""
    monkeypatch.setitem(ONE_THREAD, "TINYGAN_TEST", str(tmp_path))
    process = started(2, "train", *RING, "--iterations", "100000", "--out", "run", cwd=tmp_path)
    try:
        wait_for(lambda: (tmp_path / "run/history.jsonl").exists() and len(records(tmp_path / "run")) > 2)
        yield process, ranks_of(tmp_path), tmp_path
    finally:
        process.kill()
        process.communicate()


@needs_mpi
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds the ranks by /proc")
@pytest.mark.parametrize("rank", [0, 1])
def test_a_rank_that_is_killed_ends_all_and_the_run_goes_on(rank, running):
    process, ids, folder = running
    os.kill(ids[rank], signal.SIGKILL)
    began = time.monotonic()
    process.communicate(timeout=10)
    assert time.monotonic() - began < 10
    assert process.returncode != 0
    wait_for(lambda: not ranks_of(folder), 10)
    assert Run.load(folder / "run")[0].iteration >= 0
    code, _, wrong = finished(4, "train", "--resume", "run", "--iterations", "20", cwd=folder)
    assert (code, wrong) == (0, "")
    assert Run.load(folder / "run")[0].iteration == 20


@needs_mpi
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds the ranks by /proc")
def test_a_signal_to_another_rank_saves_and_stops_too(running):
    process, ids, folder = running
    os.kill(ids[1], signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert Run.load(folder / "run")[0].iteration > 2


@needs_mpi
def test_ctrl_c_saves_once_and_says_how_to_go_on(running):
    process, _, folder = running
    process.send_signal(signal.SIGINT)
    _, wrong = process.communicate(timeout=30)
    assert process.returncode == 130
    lines = [line for line in wrong.splitlines() if not line.startswith("[mpiexec")]
    assert lines[0] == "Stopping after this iteration; Ctrl-C again stops at once."
    assert lines[1].startswith("Stopped after iteration ")
    assert lines[2] == "  tinygan train --resume run"
    assert len(lines) == 3
    run, _ = Run.load(folder / "run")
    assert f"after iteration {run.iteration};" in lines[1]


COMPARE = ("compare", "gan-ring", "wgan", "--seeds", "2", "--samples", "100", "--set", "m=8")


def kept(folder):
    """The files of a comparison that have no seconds in them, by path."""
    names = ("checkpoint.npz", "history.jsonl", "config.toml")
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.name in names}


@needs_mpi
def test_runs_that_workers_make_are_those_of_one_machine_also_after_a_worker_was_lost(tmp_path, monkeypatch):
    words = (*COMPARE, "--iterations", "150")
    assert finished(1, *words, "--out", "one", cwd=tmp_path)[0] == 0
    monkeypatch.setitem(ONE_THREAD, "TINYGAN_TEST", str(tmp_path))
    process = started(3, *words, "--out", "many", cwd=tmp_path)
    wait_for(lambda: list((tmp_path / "many").glob("runs/*/*/outcome.json")))
    if Path("/proc/self/environ").exists():
        os.kill(ranks_of(tmp_path)[2], signal.SIGKILL)
    process.communicate(timeout=30)
    code, said, wrong = finished(3, "compare", "--resume", "many", cwd=tmp_path)
    assert (code, wrong) == (0, "")
    assert "2 at a time" in said
    assert kept(tmp_path / "many") == kept(tmp_path / "one")
    assert len(kept(tmp_path / "many")) == 1 + 4 * 3


@needs_mpi
def test_ctrl_c_ends_workers_and_keeps_what_is_done(tmp_path):
    process = started(3, *COMPARE, "--iterations", "6000", "--out", "c", cwd=tmp_path)
    wait_for(lambda: (tmp_path / "c/config.toml").exists())
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, wrong = process.communicate(timeout=30)
    assert process.returncode == 130
    lines = [line for line in wrong.splitlines() if not line.startswith("[mpiexec")]
    assert lines == ["Stopped; 0 of 4 runs are kept. Go on with:", "  tinygan compare --resume c"]


@needs_mpi
def test_a_rank_that_fails_alone_says_which_it_is(tmp_path):
    program = (
        "import sys; from tinygan.cli.together import run_together; from tinygan.mpi import world\n"
        "def work():\n"
        "    if world().rank:\n"
        "        raise ValueError('a bug')\n"
        "    world().mean(__import__('numpy').ones(3))\n"
        "    return 0\n"
        "sys.exit(run_together(world(), work))"
    )
    done = subprocess.run(
        [MPIEXEC, "-n", "2", sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "rank 1: ValueError: a bug"


@pytest.fixture
def environment(monkeypatch):
    """Sets the variables of mpiexec; world() looks at them anew."""
    for variable in (*mpi.SIZES, *mpi.RANKS):
        monkeypatch.delenv(variable, raising=False)
    mpi.world.cache_clear()
    yield monkeypatch.setenv
    mpi.world.cache_clear()


@pytest.mark.parametrize("variables", [{}, {"PMI_SIZE": "1", "PMI_RANK": "0"}, {"OMPI_COMM_WORLD_SIZE": "x"}])
def test_one_process_is_alone_and_needs_no_mpi(variables, environment, monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    for name, value in variables.items():
        environment(name, value)
    assert mpi.world() is alone
    assert mpi.started_rank() == 0


def test_several_without_mpi4py_are_one_line(environment, monkeypatch):
    environment("PMI_SIZE", "2")
    environment("PMI_RANK", "1")
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    assert mpi.started_rank() == 1
    with pytest.raises(SettingError, match=r"^several processes need the extra mpi: pip install 'tinygan\[mpi\]'"):
        mpi.world()


class Comm:
    """A stand-in for MPI.COMM_WORLD in which all ranks have what this one has."""

    rank, size = 1, 4

    def Split_type(self, kind):
        return type("Comm", (), {"rank": 1})

    def Allreduce(self, given, total):
        total[...] = given * self.size

    def bcast(self, value):
        return value

    def Abort(self, code):
        raise RuntimeError(f"aborted {code}")


@pytest.fixture
def communicator(monkeypatch):
    """A World among stand-ins for mpi4py."""
    fake = types.ModuleType("mpi4py")
    fake.MPI = type("MPI", (), {"COMM_WORLD": Comm(), "COMM_TYPE_SHARED": 0})
    monkeypatch.setitem(sys.modules, "mpi4py", fake)
    monkeypatch.setitem(sys.modules, "mpi4py.MPI", fake.MPI)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,7")
    return mpi.World()


@pytest.mark.parametrize("asarray", [np.asarray, strict().asarray], ids=["numpy", "device"])
def test_means_are_on_the_device_of_the_arrays(asarray, communicator):
    for host in (np.arange(6.0).reshape(2, 3).T, np.array(2.5), np.ones(3, np.float32)):
        given = asarray(host)
        mean = communicator.mean(given)
        assert backend.namespace(mean) is backend.namespace(given)
        assert (mean.shape, mean.dtype) == (given.shape, given.dtype)
        np.testing.assert_array_equal(to_host(mean), host)
    assert communicator.broadcast([1]) == [1]


def test_each_rank_of_a_machine_has_the_gpu_of_its_number(communicator, monkeypatch):
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "7"
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    mpi.World()
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "1"


class Array(np.ndarray):
    """A stand-in for an array of CuPy."""


@pytest.mark.parametrize("nccl", [True, False], ids=["NCCL", "no NCCL"])
def test_arrays_of_cupy_are_summed_by_nccl_or_on_the_host(nccl, communicator, monkeypatch):
    calls = []

    class Group:
        def all_reduce(self, given, total, op):
            calls.append((given.flags.c_contiguous, given.shape, op))
            total[...] = given * 4

    def begin(size, rank, use_mpi):
        assert (size, rank, use_mpi) == (4, 1, True)
        if not nccl:
            raise RuntimeError("NCCL is not available")
        return Group()

    for name in ("cupyx", "cupyx.distributed"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    sys.modules["cupyx.distributed"].init_process_group = begin
    cupy = types.ModuleType("cupy")
    cupy.asarray = lambda array: np.asarray(array).view(Array)
    cupy.ascontiguousarray = lambda array: np.ascontiguousarray(array).view(Array)
    cupy.empty_like = lambda array: np.empty_like(array)
    cupy.asnumpy = lambda array: array.view(np.ndarray)
    monkeypatch.setitem(backend._MODULES, Array, cupy)
    given = np.arange(6.0).reshape(2, 3).T.view(Array)
    for _ in range(2):
        mean = communicator.mean(given)
        assert type(mean) is Array
        np.testing.assert_array_equal(mean, given)
    assert calls == (2 * [(True, (3, 2), "sum")] if nccl else [])


def test_a_signal_to_one_rank_stops_all():
    assert in_threads(3, lambda ranks: asked_on_any(2 if ranks.rank == 2 else 0, ranks)) == [15, 15, 2]
    assert in_threads(2, lambda ranks: asked_on_any(0, ranks)) == [0, 0]
    assert (asked_on_any(2, alone), asked_on_any(0, alone)) == (2, 0)


def test_rank_0_alone_is_heard(capfd):
    def work(ranks):
        return run_together(ranks, lambda: print("rank", ranks.rank) or 0)

    in_threads(1, work)
    assert capfd.readouterr().out == "rank 0\n"


SMALL = ("width=4", "g_learning_rate=1e-5", "d_learning_rate=1e-5")
IN_FLOAT64 = {
    "gan-ring": ("gan-ring",),
    "dcgan-quick": ("dcgan-quick", "m=8", "g_dense=16", "d_dense=16", *SMALL),
    "wgan-gp": ("wgan-gp", "m=16", "g_learning_rate=1e-5", "d_learning_rate=1e-5"),
    "cgan": ("cgan", "m=8", *SMALL),
}


def expect_the_steps_of_one(n, words):
    """At low rates: two players at their own magnify rounding, also that of one process (docs/scaling.md)."""
    command = [MPIEXEC, "-n", str(n), sys.executable, "-m", "tests.algorithms.by_mpi", "50", *words]
    done = subprocess.run(command, env=ONE_THREAD, capture_output=True, text=True, timeout=600, check=True)
    found = json.loads(done.stdout)
    assert found["parameters"] < 1e-10
    assert found["history"] < 1e-10


@needs_mpi
@pytest.mark.parametrize("recipe", IN_FLOAT64)
@pytest.mark.parametrize("n", [2, 4])
def test_fifty_iterations_in_float64_are_those_of_one_process(recipe, n):
    expect_the_steps_of_one(n, IN_FLOAT64[recipe])


@needs_mpi
@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["dcgan-quick", "wgan-gp", "cgan"])
@pytest.mark.parametrize("n", [2, 4])
def test_so_are_those_of_networks_of_full_width(recipe, n):
    expect_the_steps_of_one(n, (recipe, "m=64", "g_learning_rate=1e-5", "d_learning_rate=1e-5"))
