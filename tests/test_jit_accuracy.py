"""Errors of generated functions over all of float32: every 4093rd number there is, denormals and infinities too."""

import numpy as np
import pytest

from mxr.kernels import jit

from .jit_support import reference, ulps, unary

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

# name -> (what is computed, float64 reference, error in ulp); measured: 0.94, 1.34, 0.78, 0.79, 2.27, 2.09, 1.03, 1.5
FUNCTIONS = {
    "exp": ("exp(x)", None, 1),
    "expm1": ("expm1(x)", None, 2),
    "log": ("log(x)", None, 1),
    "log1p": ("log1p(x)", None, 1),
    "tanh": ("tanh(x)", None, 3),
    "sigmoid": ("sigmoid(x)", None, 3),
    "erf": ("erf(x)", None, 2),
    "softrelu": ("max(x, 0) + log1p(exp(-abs(x)))", lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), 2),
}


def _all():
    return np.arange(0, 1 << 32, 4093, dtype=np.uint64).astype(np.uint32).view(np.float32)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_over_all_numbers(name):
    text, exact, bound = FUNCTIONS[name]
    x = _all()
    with np.errstate(all="ignore"):
        want = reference(name, x) if exact is None else exact(x.astype(np.float64))
        single = want.astype(np.float32)
        got = unary(text, x)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
    np.testing.assert_array_equal(got[np.isinf(single)], single[np.isinf(single)])
    assert ulps(got, want, np.float32)[np.isfinite(single)].max() <= bound <= 4


def test_gelu_over_all_numbers():
    """x*(1+erf(x/sqrt 2))/2 cancels for negative x, as MXNet's does: the error is 4 ulp of x, not of the result."""
    from mxr.core import special

    x = _all()
    x = x[np.isfinite(x)]
    wide = x.astype(np.float64)
    with np.errstate(all="ignore"):
        want = wide * 0.5 * (1 + special.erf(wide / np.sqrt(2.0)))
        got = unary("0.5*x*(1 + erf(x*0.7071067811865476))", x)
        assert (np.abs(got - want) <= 4 * np.spacing(np.abs(x))).all()
        right = x > 0
        assert ulps(got, want, np.float32)[right].max() <= 3
    edges = np.float32([np.inf, np.nan, 0.0])
    np.testing.assert_array_equal(unary("0.5*x*(1 + erf(x*0.7071067811865476))", edges), edges)
