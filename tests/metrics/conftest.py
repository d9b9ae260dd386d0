"""What tests of measures share."""

import pytest

from tinygan.metrics import classifier


@pytest.fixture
def brief(monkeypatch):
    """Classifiers are trained for a moment."""
    monkeypatch.setattr(classifier, "ITERATIONS", 60)
