"""The Wright omega function against SciPy's, its own equation, and where exp has long overflowed."""

import math

import numpy as np
import pytest
from scipy.special import wrightomega

from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.backend import to_host

Y = np.concatenate([np.linspace(-1e4, 1e4, 2001), np.linspace(-40, 40, 2001), np.linspace(0.9, 1.1, 201)])


def test_values(device):
    got = to_host(F.wright_omega(device.asarray(Y)))
    np.testing.assert_allclose(got, wrightomega(Y), rtol=1e-14, atol=1e-300)


def test_in_float32():
    """One rounding of y = -18 moves w by 1e-6 of itself: so much is float32's."""
    got = F.wright_omega(Y.astype(np.float32))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, wrightomega(Y.astype(np.float32).astype(np.float64)), rtol=2e-6, atol=1e-37)


@pytest.mark.parametrize("w", [1e-3, 0.5, 1.0, math.e, 1e4])
def test_its_equation(w):
    assert F.wright_omega(np.float64(w + math.log(w))) == pytest.approx(w, rel=1e-12)


def test_where_the_value_is_lost_its_slope_is_0_and_far_above_it_is_1():
    y = Tensor(np.array([-1e4, 1e4]))
    low, high = grad(F.wright_omega(y).sum(), y)
    assert low == 0
    assert high == pytest.approx(9990.7906 / 9991.7906, rel=1e-9)  # w / (1 + w)
