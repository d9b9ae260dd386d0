"""What all tests share: the devices they run on, and Hypothesis drawing the same few examples every time."""

import hypothesis
import pytest

from tests.backends.strict import backend as strict_backend
from tinygan.backend import backend as backend_named

hypothesis.settings.register_profile("tinygan", deadline=None, derandomize=True, max_examples=25)
hypothesis.settings.load_profile("tinygan")


@pytest.fixture(params=["numpy", "strict", pytest.param("cupy", marks=pytest.mark.gpu)])
def device(request):
    """The backends, one after another; `strict` stands in for CuPy on a machine without a GPU."""
    return strict_backend() if request.param == "strict" else backend_named(request.param)
