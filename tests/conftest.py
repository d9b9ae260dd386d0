"""What all tests share: devices, Hypothesis with the same few examples every time, the list of mutants at the end."""

import os

import hypothesis
import pytest

from tests.backends.strict import backend as strict_backend
from tinygan.backend import backend as backend_named

hypothesis.settings.register_profile("tinygan", deadline=None, derandomize=True, max_examples=25)
hypothesis.settings.load_profile("tinygan")


def pytest_configure():
    """The processes that perform the tests have a thread each."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(scope="session", autouse=True)
def no_cache():
    """Data sets that were fetched on this machine are not found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TINYGAN_DATA", raising=False)
        patch.setattr("tinygan.data.places.cache", lambda: None)
        yield


@pytest.fixture(params=["numpy", "strict", pytest.param("cupy", marks=pytest.mark.gpu)])
def device(request):
    """The backends, one after another; `strict` stands in for CuPy on a machine without a GPU."""
    return strict_backend() if request.param == "strict" else backend_named(request.param)


def pytest_terminal_summary(terminalreporter):
    """What became of the mutants of this run, if there were any."""
    reports = [
        dict(report.user_properties) for key in ("passed", "failed") for report in terminalreporter.stats.get(key, [])
    ]
    mutants = {found["mutant"]: found.get("killer", "") for found in reports if "mutant" in found}
    if mutants:
        terminalreporter.write_sep("=", f"mutants: {sum(map(bool, mutants.values()))} of {len(mutants)} killed")
    for mutant, killer in sorted(mutants.items()):
        fate = f"killed by {killer.split('/')[-1]}" if killer else "SURVIVED"
        terminalreporter.write_line(f"{mutant.ljust(max(map(len, mutants)))}  {fate}")
