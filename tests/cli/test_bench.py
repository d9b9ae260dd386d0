"""tinygan bench: the table, the JSON, the picture, and every way to be refused."""

import json

import pytest
from PIL import Image

from tinygan.bench.contestants import CONTESTANTS
from tinygan.bench.measure import Measured
from tinygan.bench.scaling import Sweep
from tinygan.bench.workloads import WORKLOADS
from tinygan.errors import BenchError

PEERS = ["torch", "torch-tuned", "jax", "wgan", "floor"]


def measured(name, peers, **given):
    """What `compare` gives, for the widest table there can be."""
    contestants = ["tinygan", *peers]
    return Measured(
        name,
        {contestant: [1.2345, 1.6789, 1.9999] for contestant in contestants},
        dict.fromkeys(peers, 1e-6),
        {contestant: {"peak": 1_234_000_000, "growth": 5} for contestant in contestants},
        flops=500_000_000_000,
        share=1.0,
    )


@pytest.fixture
def faked(monkeypatch):
    monkeypatch.setattr("tinygan.cli.bench.compare", measured)
    monkeypatch.setattr("tinygan.cli.bench.require", lambda name: None)
    monkeypatch.setattr("tinygan.bench.report.versions", lambda: dict.fromkeys(["numpy", "torch", "jax"], "1.2.3"))


def test_one_workload_against_the_floor(tinygan, tmp_path):
    result = tinygan("bench", "ring", "--against", "floor", "--rounds", 1, "--threads", 1)
    assert result.code == 0, result.err
    assert result.err == ""
    found = json.loads((tmp_path / "bench.json").read_text())
    contestants = found["workloads"]["ring"]["contestants"]
    assert contestants.keys() == {"tinygan", "floor"}
    assert all(each["seconds"]["median"] > 0 for each in contestants.values())
    assert contestants["floor"]["ours_over_it"]["median"] > 0
    assert contestants["tinygan"]["peak"] > contestants["tinygan"]["growth"] > 0
    assert found["workloads"]["ring"]["products"]["flops"] > 90e6
    assert found["command"] == (
        "tinygan bench ring --backend numpy --rounds 1 --threads 1 --against floor --out bench.json"
    )


def test_all_workloads_and_peers_fit_in_80_columns(tinygan, faked, tmp_path):
    result = tinygan("bench", *[word for peer in PEERS for word in ("--against", peer)], "--out", "sub/x.json")
    assert result.code == 0, result.err
    assert all(len(line.rstrip()) <= 80 for line in result.out.splitlines())
    assert "…" not in result.out
    rows = [line.split() for line in result.out.splitlines()]
    assert [row[0] for row in rows if "tinygan" in row[1:2]] == list(WORKLOADS)
    ours = next(row for row in rows if row[:2] == ["ring", "tinygan"])
    assert ours == ["ring", "tinygan", "1679", "1457-1839", "297.8", "100%", "1234"]
    assert json.loads((tmp_path / "sub/x.json").read_text())["workloads"].keys() == WORKLOADS.keys()


def test_a_peer_named_twice_runs_once(tinygan, faked):
    result = tinygan("bench", "mlp", "mlp", "--against", "torch", "--against", "torch")
    assert result.out.count("torch ") == 2  # in the title, and in its row


def test_without_pytorch_there_is_no_peer_and_a_line_says_so(tinygan, faked, monkeypatch):
    monkeypatch.setattr("tinygan.cli.bench.installed", lambda name: False)
    result = tinygan("bench", "ring")
    assert result.code == 0
    assert result.out.startswith("PyTorch is not installed, so there is no peer; with one:\n  pip install '.[bench]'\n")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["dcgan28"], "No such workload 'dcgan28'. Did you mean 'dcgan-28'?"),
        (["ring", "zzz"], "No such workload 'zzz'. There are ring"),
        (["--against", "torhc"], "'torhc' is not one of"),
        (["--rounds", "0"], "--rounds"),
        (["--rounds", "9" * 20], "--rounds"),
        (["--threads", "9" * 20], "--threads"),
        (["--threads", "x"], "--threads"),
        (["--out", "bench.csv"], "--out expects a .json file, got 'bench.csv'"),
        (["--out", ""], "--out expects a .json file, got ''"),
        (["--scaling", "--out", "a.json"], "--out expects a .png file, got 'a.json'"),
        (["ring", "--scaling"], "--scaling measures this package alone"),
        (["--scaling", "--against", "torch"], "--scaling measures this package alone"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(tinygan, tmp_path, command, said):
    result = tinygan("bench", *command)
    assert result.code == 2
    assert said in result.err
    assert result.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_missing_peer_is_one_line_and_exit_1(tinygan, tmp_path, monkeypatch):
    monkeypatch.setitem(CONTESTANTS, "jax", CONTESTANTS["jax"]._replace(needs="no_such_package"))
    result = tinygan("bench", "ring", "--against", "jax")
    assert (result.code, result.out) == (1, "")
    assert result.err == "contestant 'jax' needs no_such_package; install it by: pip install '.[bench]'\n"
    assert list(tmp_path.iterdir()) == []


def test_losses_that_differ_leave_nothing_written(tinygan, tmp_path, faked, monkeypatch):
    def differ(name, peers, **given):
        raise BenchError(f"{name}: they do not compute the same, and nothing was timed")

    monkeypatch.setattr("tinygan.cli.bench.compare", differ)
    result = tinygan("bench", "ring", "--against", "torch")
    assert result.code == 1
    assert result.err == "ring: they do not compute the same, and nothing was timed\n"
    assert list(tmp_path.iterdir()) == []


def test_scaling_draws_a_picture_with_its_numbers_beside_it(tinygan, tmp_path, monkeypatch):
    few = Sweep("depth", "multiplications", (10, 100), "tinygan.bench.scaling:chain", lambda *a: [*a])
    monkeypatch.setattr("tinygan.cli.bench.SWEEPS", (few,))
    result = tinygan("bench", "--scaling", "--rounds", 1, "--threads", 1)
    assert result.code == 0, result.err
    assert "depth" in result.out
    with Image.open(tmp_path / "scaling.png") as picture:
        assert len(picture.convert("RGB").getcolors(100_000)) > 10
    found = json.loads((tmp_path / "scaling.json").read_text())
    assert found["sweeps"]["depth"]["values"] == [10, 100]
    assert found["threads"] == 1


def test_a_place_that_cannot_be_written_is_named_before_anything_is_measured(tinygan, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tinygan.cli.bench.compare", None)  # to measure would be a TypeError
    out = tmp_path / "file" / "out.json"
    result = tinygan("bench", "ring", "--out", out)
    assert result.code == 1
    assert result.err.startswith(f"cannot write {out}: ")
    assert len(result.err.splitlines()) == 1
