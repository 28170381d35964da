"""Densities with large parameters: logarithms of gamma functions cancel, which float32 does not survive."""

import math

import numpy as np
import pytest

from mxr import nd


def _negative_binomial(x, k, p):
    return math.lgamma(x + k) - math.lgamma(x + 1) - math.lgamma(k) + k * math.log(p) + x * math.log1p(-p)


@pytest.mark.parametrize(
    "name, sample, params, log",
    [
        ("poisson", 1e6, (1e6,), lambda x, lam: x * math.log(lam) - math.lgamma(x + 1) - lam),
        ("gamma", 1e6, (1e6, 1.0), lambda x, a, b: a * math.log(b) + (a - 1) * math.log(x) - b * x - math.lgamma(a)),
        ("negative_binomial", 1000.0, (1000.0, 0.5), _negative_binomial),
        (
            "generalized_negative_binomial", 1.0, (2.0, 2.0**-20),
            lambda x, mu, a: _negative_binomial(x, 1 / a, 1 / (mu * a + 1)),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("n", [1, 100])
def test_large_parameters(name, sample, params, log, n):
    got = getattr(nd, f"random_pdf_{name}")(nd.full((1, n), sample), *(nd.array([p]) for p in params))
    np.testing.assert_allclose(got.asnumpy(), np.full((1, n), math.exp(log(sample, *params))), rtol=1e-5)


def test_dirichlet_of_large_parameters():
    got = nd.random_pdf_dirichlet(nd.array([[0.5, 0.5]]), nd.array([1000, 1000]))
    want = math.exp(1998 * math.log(0.5) + math.lgamma(2000) - 2 * math.lgamma(1000))
    np.testing.assert_allclose(got.asnumpy(), [want], rtol=1e-5)
