"""Every peer computes what we compute, wherever that peer is installed."""

import importlib

import pytest

from tests.benchmarks.test_workloads import TINY, TWO_PLAYERS
from tinygan.bench.contestants import CONTESTANTS, OURS, require
from tinygan.bench.measure import agree
from tinygan.bench.process import Round
from tinygan.bench.workloads import WORKLOADS
from tinygan.errors import BenchError

CASES = [(peer, name) for peer in ("torch", "torch-tuned") for name in WORKLOADS]
CASES += [("jax", "ring")]
CASES += [pytest.param("jax", name, marks=pytest.mark.slow) for name in TWO_PLAYERS[1:]]  # it compiles


class Here:
    """A contestant in this process, three iterations at the most."""

    def __init__(self, name, workload):
        module, function = CONTESTANTS[name].target.split(":")
        make = getattr(importlib.import_module(module), function)
        self.contestant = make(workload, {**TINY[workload], "m": 9}, "numpy")

    def run(self, n):
        losses = [[float(loss) for loss in self.contestant.iterate()] for _ in range(min(n, 3))]
        self.contestant.settle()
        return Round(0.0, losses)


@pytest.mark.parametrize(("peer", "workload"), CASES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_the_same_losses(peer, workload):
    pytest.importorskip(CONTESTANTS[peer].needs)
    differences = agree(workload, {name: Here(name, workload) for name in (OURS, peer)})
    assert differences.keys() == {peer}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_change_of_one_weight_is_seen():
    torch = pytest.importorskip("torch")
    theirs = Here("torch", "mlp")
    [network] = [cell.cell_contents for cell in theirs.contestant.iterate.__closure__ if _generates(cell.cell_contents)]
    with torch.no_grad():
        network[0].weight[0, 0] += 1.0
    with pytest.raises(BenchError, match="they do not compute the same"):
        agree("mlp", {OURS: Here(OURS, "mlp"), "torch": theirs})


def _generates(candidate):
    return type(candidate).__name__ == "Sequential" and candidate[0].in_features == 100


def test_a_peer_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(CONTESTANTS, "torch", CONTESTANTS["torch"]._replace(needs="no_such_package"))
    with pytest.raises(BenchError, match=r"needs no_such_package; install it by: pip install '.\[bench\]'"):
        require("torch")
    require(OURS)
