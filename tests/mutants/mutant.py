"""A mutant is one attribute of the package swapped for a wrong one; it is killed when an ordinary test fails."""

import contextlib
import importlib
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tinygan.errors import GradientError

TESTS = Path(__file__).parent.parent


@dataclass(frozen=True)
class Mutant:
    """A mistake, and where it is made: `owner.name` is `wrong`."""

    kind: int  # as docs/testing.md counts them
    mistake: str
    owner: Any
    name: str
    wrong: Any
    killers: tuple[str, ...]  # files below tests/, or single tests in them, one of which has to fail

    @contextlib.contextmanager
    def planted(self) -> Iterator[None]:
        """The package with the mistake in it.

        A module that was first imported now could keep what it finds for ever, so none may be.
        """
        before = set(sys.modules)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.owner, self.name, self.wrong)
            yield
        late = [name for name in set(sys.modules) - before if name.split(".")[0] in ("tests", "tinygan")]
        assert not late, f"imported with a mutant planted: {sorted(late)}"


def body(function: Callable, wrong: Callable) -> tuple[Any, str, Any]:
    """Owner, name and wrong value of a mutant in which `function` does what `wrong` does, for everyone who imported it.

    What runs is the text of `wrong` among the names of the file that `function` is in, with the defaults of `function`.
    """
    return function, "__code__", wrong.__code__


@dataclass(eq=False)  # pytest wants to hash its plugins
class Outcome:
    """What came of some tests; as a plugin of their run it notes how they failed."""

    code: int = 0
    text: str = ""
    failed: str = ""  # the first test that said so
    broken: list[str] = field(default_factory=list)  # what ended in another way, which no planted mistake should
    interrupted: bool = False

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        if call.excinfo is None or call.excinfo.errisinstance(pytest.skip.Exception):
            return
        if call.when == "call" and call.excinfo.errisinstance((AssertionError, GradientError, pytest.fail.Exception)):
            self.failed = self.failed or item.nodeid
        else:
            self.broken.append(f"{item.nodeid}: {call.excinfo.exconly()}")

    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        self.interrupted = excinfo.type is KeyboardInterrupt  # otherwise it is an error of collection


def ran(*tests: str) -> Outcome:
    """What comes of ordinary tests, run in this process up to the first that fails."""
    outcome, printed = Outcome(), io.StringIO()
    arguments = [str(TESTS / test) for test in tests] + ["-x", "-q", "--capture=no", "--tb=short"]
    arguments += ["-p", "xdist.plugin", "--numprocesses=0"]
    for name in ("cacheprovider", "faulthandler", "threadexception", "unraisableexception"):  # of the run around this
        arguments += ["-p", f"no:{name}"]
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        outcome.code = pytest.main(arguments, plugins=[outcome])
    outcome.text = printed.getvalue()
    if outcome.interrupted:
        raise KeyboardInterrupt
    return outcome


def killer(mutant: Mutant) -> str:
    """The test that kills the mutant: it fails with the mutant planted and passes without; "" if it survives.

    Raises AssertionError if the tests cannot tell: they do not exist, break for another reason, or fail anyway.
    """
    for test in mutant.killers:
        module = "tests." + test.split("::")[0].removesuffix(".py").replace("/", ".")
        importlib.import_module(module)
        with contextlib.suppress(ModuleNotFoundError):  # where the folder has no fixtures
            importlib.import_module(module.rpartition(".")[0] + ".conftest")
    with mutant.planted():
        outcome = ran(*mutant.killers)
    if outcome.code == pytest.ExitCode.OK:
        return ""
    assert outcome.code == pytest.ExitCode.TESTS_FAILED, outcome.text
    assert not outcome.broken, f"the mutant broke a test that it should fail: {outcome.broken}"
    alone = ran(outcome.failed.removeprefix("tests/"))
    assert alone.code == pytest.ExitCode.OK, f"fails without the mutant too:\n{alone.text}"
    return outcome.failed
