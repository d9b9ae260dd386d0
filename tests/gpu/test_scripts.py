"""The scripts of tests/gpu.sh, as far as they go without a GPU."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.gpu import agreement, examples, launches
from tinygan.errors import SettingError
from tinygan.recipes import RECIPES

SCRIPT = Path(__file__).parent.parent / "gpu.sh"


def history(folder, *losses):
    folder.mkdir()
    lines = [json.dumps({"iteration": i, "loss/D": a, "loss/G": b, "d_real": 0}) for i, (a, b) in enumerate(losses, 1)]
    (folder / "history.jsonl").write_text("\n".join(lines))
    return folder


def test_the_shell_reads_it():
    assert subprocess.run(["bash", "-n", str(SCRIPT)], capture_output=True).stderr == b""


def test_a_folder_is_asked_for():
    asked = subprocess.run(["bash", str(SCRIPT)], capture_output=True, text=True, env=dict(os.environ))
    assert asked.returncode != 0
    assert "usage: bash tests/gpu.sh FOLDER" in asked.stderr


def test_runs_agree_to_fewer_digits_the_longer_they_go_on(tmp_path, capsys):
    one = history(tmp_path / "one", (1.0, 2.0), (1.0, 2.0), (1.0, 2.0), (1.0, 2.0))
    other = history(tmp_path / "other", (1.0, 2.000001), (1.0, 2.001), (1.5, 2.0))
    assert agreement.main(one, other) == 0
    out = capsys.readouterr().out
    assert out.startswith("3 iterations that both have recorded, 1 to 3;")
    for line in ("6 digits before iteration 2", "3 digits before iteration 3", "7 digits in none", "1 digits before"):
        assert line in out
    assert agreement.main(one, one) == 0
    assert "7 digits in all" in capsys.readouterr().out


@pytest.mark.parametrize("losses", [[(1.0, 2.01)], []], ids=["another game", "no iteration in common"])
def test_runs_that_never_agree_fail(losses, tmp_path):
    assert agreement.main(history(tmp_path / "one", (1.0, 2.0)), history(tmp_path / "other", *losses)) == 1


def test_an_iteration_of_ring_launches_as_much_on_the_stand_in_each_time(monkeypatch):
    device = launches.strict_backend()
    counts = [launches.of_the_stand_in(*launches.contestant("ring", device)) for _ in range(2)]
    assert counts[0].numbers == counts[1].numbers
    assert 100 < counts[0].numbers["kernels"] < 250
    assert counts[0].kernels["matmul"] == 29 * launches.COUNTED


def test_the_workloads_that_are_runs_are_recipes_on_data_without_files():
    recipes, data = (set(each) for each in zip(*launches.RUNS.values(), strict=True))
    assert recipes <= RECIPES.keys()
    assert data == {"digits", "ring", "edges-digits", "inverted-digits"}


def test_an_iteration_of_cgan_is_counted_too():
    counts = launches.of_the_stand_in(*launches.contestant("cgan on ring", launches.strict_backend()))
    assert counts.numbers["kernels"] > 100


def test_a_trace_of_the_profiler():
    events = [
        {"cat": "kernel", "name": "cupy_multiply", "dur": 2000},
        {"cat": "kernel", "name": "cupy_multiply", "dur": 1000},
        {"cat": "kernel", "name": "sgemm", "dur": 1000},
        {"cat": "gpu_memcpy", "name": "Memcpy HtoD (Pageable -> Device)", "dur": 500},
        {"cat": "gpu_memcpy", "name": "Memcpy DtoH (Device -> Pageable)", "dur": 500},
        {"cat": "cuda_runtime", "name": "cudaLaunchKernel", "dur": 5000},
        {"name": "no category"},
    ]
    found = launches.traced({"traceEvents": events * launches.COUNTED}, seconds=0.05)
    assert found.numbers == {"kernels": 3, "copies": 1, "to host": 1}
    assert found.kernels["cupy_multiply"] == 2 * launches.COUNTED
    assert (found.milliseconds, found.busy) == (10.0, 5.0)
    with pytest.raises(RuntimeError, match="saw no kernel"):
        launches.traced({"traceEvents": events[3:]}, seconds=1.0)


def test_every_workload_is_counted_and_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(launches, "WORKLOADS", {"ring": None})
    monkeypatch.setattr(launches, "RUNS", {})
    launches.main("strict", tmp_path)
    kept = json.loads((tmp_path / "launches.json").read_text())
    assert list(kept) == ["ring"]
    assert "ring" in capsys.readouterr().out


def test_an_iteration_of_more_examples_launches_as_many_kernels(tmp_path, monkeypatch, capsys):
    device = launches.strict_backend()
    few, many = (launches.counts("ring", device, tmp_path, m=m).numbers["kernels"] for m in (8, 64))
    assert few == many
    monkeypatch.setattr(examples, "SIZES", {"ring": (8, 64), "cgan on ring": (8,)})
    examples.main("strict", tmp_path)
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["ring", "m", "8", f"{few:.2f}"]
    assert second.startswith("cgan on ring m     8")


@pytest.mark.parametrize("name", ["ring", "cgan on ring"])
def test_the_number_of_examples_is_that_of_the_run(name, tmp_path):
    with pytest.raises(SettingError, match="at least 1"):
        launches.counts(name, launches.strict_backend(), tmp_path, m=0)
