"""Every mutant is killed; and what says so knows a mutant that nobody notices, and tests that cannot tell."""

import sys
import types

import pytest

from tests import conftest
from tests.mutants.mutant import Mutant, body, killer, ran
from tests.mutants.table import MUTANTS, WAITING
from tinygan import training
from tinygan.objectives import Minimax, NonSaturating
from tinygan.training import train

NUMBERED = [pytest.param(number, mutant, id=str(number)) for number, mutant in enumerate(MUTANTS, 1)]
ONE_TEST = ("objectives/test_minimax.py::test_by_hand",)


@pytest.mark.parametrize(("number", "mutant"), NUMBERED)
def test_it_is_killed(number, mutant, record_property):
    record_property("mutant", f"{number:3}  ({mutant.kind}) {mutant.mistake}")  # for the list at the end of the run
    found = killer(mutant)
    record_property("killer", found)
    assert found, f"survived {', '.join(mutant.killers)}: {mutant.mistake}"


# The machinery.


@pytest.mark.parametrize(
    "same", [(Minimax, "g_loss", Minimax.g_loss), body(train, train)], ids=["attribute", "body of a function"]
)
def test_a_mutant_that_changes_nothing_survives(same):
    assert killer(Mutant(0, "none", *same, (*ONE_TEST, "test_training.py::test_algorithm_1_written_out"))) == ""


def test_a_mutant_is_taken_out_again_also_after_an_error():
    with pytest.raises(TypeError), Mutant(0, "", NonSaturating, "reading", None, ()).planted():
        NonSaturating().reading(None)
    assert "reading" not in vars(NonSaturating)  # it is inherited
    before = ran.__code__
    with Mutant(0, "", *body(ran, killer), ()).planted():
        assert ran.__code__ is killer.__code__
    assert ran.__code__ is before


def test_a_test_that_does_not_exist_kills_nothing():
    with pytest.raises(AssertionError, match=r"not found: .*test_of_nothing"):
        killer(Mutant(0, "", Minimax, "g_loss", NonSaturating.g_loss, ("objectives/test_minimax.py::test_of_nothing",)))


def test_a_mutant_that_cannot_run_is_not_killed():
    with pytest.raises(AssertionError, match=r"broke a test that it should fail: .*TypeError"):
        killer(Mutant(0, "", Minimax, "g_loss", lambda self: 0.0, ONE_TEST))


def test_a_test_that_fails_anyway_kills_nothing(monkeypatch):
    monkeypatch.setattr(Minimax, "g", NonSaturating.g)
    with pytest.raises(AssertionError, match=r"^fails without the mutant too"):
        killer(Mutant(0, "", training, "frozen", training.frozen, ONE_TEST))


def test_nothing_may_be_imported_while_a_mutant_is_planted(monkeypatch):
    with (
        pytest.raises(AssertionError, match=r"imported with a mutant planted: \['tinygan.late'\]"),
        Mutant(0, "", training, "frozen", None, ()).planted(),
    ):
        monkeypatch.setitem(sys.modules, "tinygan.late", types.ModuleType("tinygan.late"))


def test_each_mutant_is_another_swap():
    assert len({mutant.mistake for mutant in MUTANTS}) == len(MUTANTS)
    assert len({(id(mutant.owner), mutant.name, id(mutant.wrong)) for mutant in MUTANTS}) == len(MUTANTS)
    assert all(getattr(mutant.owner, mutant.name) != mutant.wrong for mutant in MUTANTS)


def test_every_kind_of_mistake_is_planted_or_waits():
    assert sorted({mutant.kind for mutant in MUTANTS} | WAITING.keys()) == list(range(1, 35))
    assert not {mutant.kind for mutant in MUTANTS} & WAITING.keys()


def test_the_list_names_killers_and_survivors():
    def report(*properties):
        return types.SimpleNamespace(user_properties=list(properties))

    lines = []
    reporter = types.SimpleNamespace(
        stats={
            "failed": [report(("mutant", " 2  two"), ("killer", "")), report(("mutant", " 3  wider"))],
            "passed": [report(("mutant", " 1  one"), ("killer", "tests/nn/test_a.py::test_b")), report()],
        },
        write_sep=lambda sep, title: lines.append(f"{sep} {title}"),
        write_line=lines.append,
    )
    conftest.pytest_terminal_summary(reporter)
    assert lines == [
        "= mutants: 1 of 3 killed",
        " 1  one    killed by test_a.py::test_b",
        " 2  two    SURVIVED",
        " 3  wider  SURVIVED",
    ]
    lines.clear()
    reporter.stats = {"passed": [report()]}
    conftest.pytest_terminal_summary(reporter)
    assert lines == []
