"""Turns, pairs and the check that comes first, with stand-ins whose seconds are known; and what is made of them."""

import math

import pytest

from tinygan.bench.measure import Measured, agree, race
from tinygan.bench.process import Round
from tinygan.bench.report import circumstances, record
from tinygan.errors import BenchError


class Standin:
    """Takes `cost` seconds an iteration by its own account, and writes its name down at every turn."""

    def __init__(self, name, diary, cost=0.1, losses=(1.0, 2.0)):
        self.name, self.diary, self.cost, self.losses = name, diary, cost, losses

    def run(self, n):
        self.diary.append((self.name, n))
        return Round(n * self.cost, [list(self.losses) for _ in range(n)])


def test_every_round_has_each_once_in_an_order_that_is_reversed():
    diary = []
    runners = {name: Standin(name, diary) for name in ("tinygan", "torch", "jax")}
    times = race(runners, 3, seconds=0.1, pause=0)
    assert diary[:3] == [("tinygan", 2), ("torch", 2), ("jax", 2)]  # to see how many iterations make a turn
    rounds = [[name for name, _ in diary[3 + i : 6 + i]] for i in (0, 3, 6)]
    assert rounds[0] == rounds[1][::-1] == rounds[2]
    assert sorted(rounds[0]) == ["jax", "tinygan", "torch"]
    assert len(diary) == 12
    assert {name: len(each) for name, each in times.items()} == {"tinygan": 3, "torch": 3, "jax": 3}


def test_turns_last_alike_and_seconds_are_of_one_iteration():
    diary = []
    runners = {"tinygan": Standin("tinygan", diary, cost=0.01), "torch": Standin("torch", diary, cost=5.0)}
    times = race(runners, 2, seconds=0.3, pause=0)
    assert set(diary[2:]) == {("tinygan", 30), ("torch", 1)}
    assert times["tinygan"] == pytest.approx([0.01, 0.01])
    assert times["torch"] == [5.0, 5.0]


def test_ratios_are_of_pairs():
    measured = Measured("ring", {"tinygan": [1.0, 4.0, 3.0], "torch": [2.0, 2.0, 2.0]}, {"torch": 0.0})
    assert measured.ratios("torch") == [0.5, 2.0, 1.5]


def test_losses_that_agree_give_their_largest_difference():
    """In parts of the loss, but of 1 where the loss is smaller."""
    ours, theirs = Standin("tinygan", [], losses=(100.0, 0.0)), Standin("torch", [], losses=(100.001, 1e-6))
    assert agree("ring", {"tinygan": ours, "torch": theirs})["torch"] == pytest.approx(1e-5, rel=1e-4)


@pytest.mark.parametrize("wrong", [1.001, math.nan, math.inf])
def test_losses_that_differ_end_it_in_one_line_that_says_where(wrong):
    runners = {"tinygan": Standin("tinygan", []), "torch": Standin("torch", [], losses=(wrong, 2.0))}
    with pytest.raises(
        BenchError, match=r"ring: in iteration 1 tinygan's loss is 1 and that of torch .*nothing was"
    ) as e:
        agree("ring", runners)
    assert "\n" not in str(e.value)


def test_a_missing_loss_is_a_difference():
    with pytest.raises(ValueError, match="zip"):
        agree("ring", {"tinygan": Standin("tinygan", []), "torch": Standin("torch", [], losses=(1.0,))})


def test_the_floor_has_nothing_to_agree_about():
    assert agree("ring", {"tinygan": Standin("tinygan", []), "floor": Standin("floor", [], losses=())}) == {}


def test_dcgan_64_is_checked_before_rounding_grows():
    diary = []
    agree("dcgan-64", {"tinygan": Standin("tinygan", diary)})
    agree("ring", {"tinygan": Standin("tinygan", diary)})
    assert diary == [("tinygan", 2), ("tinygan", 5)]


def test_the_record_of_a_workload():
    measured = Measured(
        "ring",
        {"tinygan": [0.002, 0.002, 0.004], "torch": [0.004, 0.002, 0.004], "floor": [0.001, 0.001, 0.001]},
        {"torch": 1e-7},
        {name: {"peak": 10, "growth": 3} for name in ("tinygan", "torch", "floor")},
        flops=4_000_000,
        share=0.5,
    )
    found = record(measured)
    assert found["products"] == {"flops": 4_000_000, "gflops_per_second": 2.0, "share_of_the_iteration": 0.5}
    torch = found["contestants"]["torch"]
    assert torch["seconds"] == {"median": 0.004, "lower_quartile": 0.003, "upper_quartile": 0.004}
    assert torch["ours_over_it"] == {"median": 1.0, "lower_quartile": 0.75, "upper_quartile": 1.0}
    assert torch["largest_loss_difference"] == 1e-7
    assert (torch["peak"], torch["growth"]) == (10, 3)
    assert "ours_over_it" not in found["contestants"]["tinygan"]
    assert "largest_loss_difference" not in found["contestants"]["floor"]


def test_the_circumstances_name_the_machine_and_the_versions():
    found = circumstances("tinygan bench", threads=2, rounds=3, backend="numpy")
    assert found["machine"]["processor"]
    assert {"python", "numpy", "blas", "tinygan"} <= found["versions"].keys()
    assert (found["command"], found["threads"], found["rounds"]) == ("tinygan bench", 2, 3)
