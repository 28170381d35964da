"""Densities and probabilities of samples (mx.nd.random_pdf_*), with gradients to samples and parameters.

Parameters have the leading dimensions of the samples: shape (n, m) goes with samples of shape (n, m, ...). One table
row declares an operator: the logarithm of its density and the derivatives of that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import MXNetTypeError
from ..core import special
from ..core.op import OpDef, register
from ..core.params import Attrs, Bool
from ..core.quiet import quiet
from ..core.shapes import Frame, same_dtypes

__all__: list[str] = []


def _floats(a: Attrs, s: Frame) -> None:
    same_dtypes(a, s)
    if s[0] is not None and s[0].kind not in "fV":
        raise MXNetTypeError(f"{s.label}: argument sample has dtype {s[0].name}, expected a floating point type")


def _leading(a: Attrs, s: Frame) -> None:
    """All parameters have one shape, the first dimensions of the samples."""
    sample = s[0] if s[0] is not None else s.outs[0]
    shape = next((s[i] for i in range(1, len(s)) if s[i] is not None), None)
    for i in range(1, len(s)):
        s.set(i, shape)
    if sample is None:
        return
    s.set(0, sample)
    s.out(0, sample)
    if shape is None:
        return
    if len(shape) > len(sample):
        s.fail(f"argument {s.names[1]} has shape {shape}, more dimensions than sample, {sample}")
    for i in range(1, len(s)):
        s.set(i, sample[: len(shape)])


def _rows(a: Attrs, s: Frame) -> None:
    """Samples (..., d) of vectors and parameters (n, d): one density for each vector."""
    sample, alpha = s[0], s[1]
    if sample is None or alpha is None:
        return
    if len(alpha) > len(sample) or not alpha:
        s.fail(f"argument alpha has shape {alpha}, more dimensions than sample, {sample}")
    s.set(1, (*sample[: len(alpha) - 1], sample[-1]))
    s.out(0, sample[:-1] or (1,))


# ln Gamma(z) - (z - 1/2) ln z + z - ln(2 pi)/2 in odd powers of 1/z (Abramowitz and Stegun 6.1.41)
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)


def _log_gamma(x: np.ndarray) -> np.ndarray:
    """The logarithm of the gamma function of positive float64 numbers, to 2e-14 of max(1, result).

    Many times faster than the operator gammaln, which is exact to the last digits also near its zeros 1 and 2.
    """
    low = x < 8
    small = np.where(low, x, 1.0)
    product = small * (small + 1)
    for k in (2, 4, 6):
        product *= (small + k) * (small + k + 1)
    z = np.where(low, x + 8, x)
    r = 1 / z
    s = r * r
    series = _STIRLING[-1] * s
    for c in _STIRLING[-2:0:-1]:
        series += c
        series *= s
    series += _STIRLING[0]
    series *= r
    series += (z - 0.5) * np.log(z) - z + 0.5 * math.log(2 * math.pi)
    return np.where(low, series - np.log(product), series)


class _Math:
    """Functions of expressions over plain arrays, as F has them over its values."""

    def __init__(self, xp: Any) -> None:
        self.f = special.namespace(xp)

    def gammaln(self, x: Any) -> Any:
        if not isinstance(x, np.ndarray) or x.size < 64:
            return self.f.gammaln(x)
        out = np.empty(x.size, x.dtype)
        flat = x.reshape(-1)
        for i in range(0, x.size, special.BLOCK):
            out[i : i + special.BLOCK] = _log_gamma(flat[i : i + special.BLOCK].astype(np.float64))
        odd = ~((flat > 0) & (flat < 1e300))
        if odd.any():
            out[odd] = self.f.gammaln(flat[odd])
        return out.reshape(x.shape)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.f, name)


def _pdf(
    name: str,
    params: str,
    log: Callable[..., Any],
    slopes: Callable[..., tuple],
    doc: str,
    example: str,
    wide: bool = True,
) -> None:
    """Declares _random_pdf_<name>.

    log : (F, sample, *parameters) to the logarithm; slopes : to its derivatives, None for a discrete sample.
    wide : computed in float64, for large logarithms of gamma functions cancel.
    """
    names = tuple(params.split())

    def fit(x: Any, p: Any) -> tuple[int, ...]:
        return tuple(p.shape) + (1,) * (len(x.shape) - len(p.shape))

    def forward(xp: Any, a: Attrs, sample: Any, *ps: Any) -> Any:
        kind = np.float64 if wide or sample.dtype == np.float64 else np.float32
        values = [p.astype(kind, copy=False).reshape(fit(sample, p)) for p in ps]
        y = log(_Math(xp), sample.astype(kind, copy=False), *values)
        return (y if a.is_log else xp.exp(y)).astype(sample.dtype, copy=False) + xp.zeros_like(sample)

    def grad(F: Any, a: Attrs, dy: Any, out: Any, ins: Any) -> tuple:
        sample, *ps = ins
        shapes = [p.shape for p in ps]
        head = dy if a.is_log else dy * out
        found = slopes(F, sample, *[F.broadcast_like(F.Reshape(p, shape=fit(sample, p)), sample) for p in ps])
        d_sample = None if found[0] is None else head * found[0]
        rest = [_sum_to(F, head * g, shape) for g, shape in zip(found[1:], shapes)]
        return (d_sample, *rest)

    _declare(name, names, forward, grad, _leading, doc, example)


def _sum_to(F: Any, g: Any, shape: tuple[int, ...]) -> Any:
    axes = tuple(range(len(shape), len(g.shape)))
    return F.sum(g, axis=axes) if axes else g


def _declare(name: str, params: tuple, forward: Any, grad: Any, infer_shape: Any, doc: str, example: str) -> None:
    register(
        OpDef(
            f"_random_pdf_{name}",
            aliases=(f"random_pdf_{name}",),
            inputs=("sample", *params),
            params={"is_log": Bool(False, "Whether to give the logarithm.")},
            forward=quiet(forward),
            grad=grad,
            infer_shape=infer_shape,
            infer_type=_floats,
            doc=f"{doc} (MXNet operator _random_pdf_{name}).",
            examples=(example,),
        )
    )


_pdf(
    "uniform", "low high",
    lambda F, x, low, high: -F.log(high - low),
    lambda F, x, low, high: (F.zeros_like(x), 1 / (high - low), 1 / (low - high)),
    "Density of the uniform distribution on [low, high]: 1 / (high - low), also outside",
    "nd.random_pdf_uniform(nd.array([[0.5, 1, 1.5]]), nd.array([0]), nd.array([2]))",
    wide=False,
)  # fmt: skip
_pdf(
    "normal", "mu sigma",
    lambda F, x, mu, sigma: -0.5 * F.square((x - mu) / sigma) - F.log(sigma) - 0.5 * math.log(2 * math.pi),
    lambda F, x, mu, sigma: (
        (mu - x) / F.square(sigma), (x - mu) / F.square(sigma), (F.square((x - mu) / sigma) - 1) / sigma,
    ),
    "Density of the normal distribution with mean mu and standard deviation sigma",
    "nd.random_pdf_normal(nd.array([[-1, 0, 1]]), nd.array([0]), nd.array([1]))",
    wide=False,
)  # fmt: skip
_pdf(
    "gamma", "alpha beta",
    lambda F, x, alpha, beta: alpha * F.log(beta) + (alpha - 1) * F.log(x) - beta * x - F.gammaln(alpha),
    lambda F, x, alpha, beta: (
        (alpha - 1) / x - beta, F.log(beta) + F.log(x) - F.digamma(alpha), alpha / beta - x,
    ),
    "Density of the gamma distribution with shape alpha and rate beta",
    "nd.random_pdf_gamma(nd.array([[1, 2, 3]]), nd.array([5]), nd.array([1]))",
)  # fmt: skip
_pdf(
    "exponential", "lam",
    lambda F, x, lam: F.log(lam) - lam * x,
    lambda F, x, lam: (-lam, 1 / lam - x),
    "Density of the exponential distribution with rate lam",
    "nd.random_pdf_exponential(nd.array([[1, 2, 3]]), nd.array([1]))",
    wide=False,
)  # fmt: skip
_pdf(
    "poisson", "lam",
    lambda F, x, lam: x * F.log(lam) - F.gammaln(x + 1) - lam,
    lambda F, x, lam: (None, x / lam - 1),
    "Probability of the Poisson distribution with rate lam; no gradient to the samples",
    "nd.random_pdf_poisson(nd.array([[0, 1, 2, 3]]), nd.array([1]))",
)  # fmt: skip


def _negative_binomial(F: Any, x: Any, k: Any, p: Any) -> Any:
    return F.gammaln(x + k) - F.gammaln(x + 1) - F.gammaln(k) + k * F.log(p) + x * F.log(1 - p)


def _negative_binomial_slopes(F: Any, x: Any, k: Any, p: Any) -> tuple:
    return None, F.digamma(x + k) - F.digamma(k) + F.log(p), k / p - x / (1 - p)


def _generalized_slopes(F: Any, x: Any, mu: Any, alpha: Any) -> tuple:
    k, p = 1 / alpha, 1 / (mu * alpha + 1)
    _, to_k, to_p = _negative_binomial_slopes(F, x, k, p)
    return None, -to_p * alpha * F.square(p), -to_k * F.square(k) - to_p * mu * F.square(p)


_pdf(
    "negative_binomial", "k p",
    _negative_binomial, _negative_binomial_slopes,
    "Probability of failures before the k-th success of probability p; no gradient to the samples",
    "nd.random_pdf_negative_binomial(nd.array([[1, 2, 3]]), nd.array([1]), nd.array([0.5]))",
)  # fmt: skip
_pdf(
    "generalized_negative_binomial", "mu alpha",
    lambda F, x, mu, alpha: _negative_binomial(F, x, 1 / alpha, 1 / (mu * alpha + 1)), _generalized_slopes,
    "Probability of the negative binomial distribution with mean mu and dispersion alpha; no gradient to the samples",
    "nd.random_pdf_generalized_negative_binomial(nd.array([[1, 2, 3]]), nd.array([2]), nd.array([0.3]))",
)  # fmt: skip


def _fit_rows(x: Any, alpha: Any) -> tuple[int, ...]:
    return (*alpha.shape[:-1], *(1,) * (len(x.shape) - len(alpha.shape)), alpha.shape[-1])


def _dirichlet(xp: Any, a: Attrs, sample: Any, alpha: Any) -> Any:
    f = special.namespace(xp)
    c = alpha.astype(np.float64, copy=False).reshape(_fit_rows(sample, alpha))
    x = sample.astype(np.float64, copy=False)
    y = ((c - 1) * xp.log(x)).sum(-1) + f.gammaln(c.sum(-1)) - f.gammaln(c).sum(-1)
    return (y if a.is_log else xp.exp(y)).astype(sample.dtype).reshape(sample.shape[:-1] or (1,))


def _dirichlet_grad(F: Any, a: Attrs, dy: Any, sample: Any, alpha: Any, out: Any) -> tuple:
    c = F.broadcast_like(F.Reshape(alpha, shape=_fit_rows(sample, alpha)), sample)
    head = dy if a.is_log else dy * out
    head = F.broadcast_like(F.Reshape(head, shape=(*sample.shape[:-1], 1)), sample)
    total = F.broadcast_like(F.sum(c, axis=-1, keepdims=True), sample)
    to_alpha = head * (F.log(sample) + F.digamma(total) - F.digamma(c))
    axes = tuple(range(len(alpha.shape) - 1, len(sample.shape) - 1))
    return head * (c - 1) / sample, F.sum(to_alpha, axis=axes) if axes else to_alpha


_declare(
    "dirichlet", ("alpha",), _dirichlet, _dirichlet_grad, _rows,
    "Density of the Dirichlet distribution; samples (n, ..., d), alpha (n, d), one value for each vector of length d",
    "nd.random_pdf_dirichlet(nd.array([[[0.2, 0.3, 0.5]]]), nd.array([[1, 2, 3]]))",
)  # fmt: skip
