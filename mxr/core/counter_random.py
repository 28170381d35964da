"""Random numbers by a counter-based generator (Philox), for devices that do not have MXNet's CPU generators.

The same methods as :class:`mxr.core.mt_random.CpuRandom`, on CuPy's generator on a GPU; NumPy's has the same API,
so that the class is tested without a GPU. Equal seeds give equal numbers on equal devices; they are not MXNet's,
whose GPU generators belong to cuRAND.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base import MXNetValueError

__all__ = ["CounterRandom"]

Shape = int | tuple[int, ...]


def _tail(shape: Shape) -> tuple[int, ...]:
    return (int(shape),) if isinstance(shape, int | np.integer) else tuple(shape)


class CounterRandom:
    """One Philox generator of an array module; `parallel` and `engine` are itself."""

    def __init__(self, xp: Any, seed: int = 0) -> None:
        self.xp = xp
        self.seed(seed)

    def seed(self, seed: int) -> None:
        """Start again from `seed`."""
        random = self.xp.random
        bits = random.Philox(seed) if self.xp is np else random.Philox4x3210(seed)
        self.gen = random.Generator(bits)

    @property
    def parallel(self) -> CounterRandom:
        return self

    @property
    def engine(self) -> CounterRandom:
        return self

    # Numbers as parameters
    def _unit(self, shape: Shape, dtype: Any) -> Any:
        return self.gen.random(_tail(shape), np.float64 if np.dtype(dtype) == np.float64 else np.float32)

    def uniform(
        self, low: float = 0.0, high: float = 1.0, shape: Shape = 1, dtype: Any = np.float32, out: Any = None
    ) -> Any:
        """Uniform in [low, high); `out` gives shape and dtype and is filled."""
        if out is not None:
            shape, dtype = out.shape, out.dtype
        return _into(out, (self._unit(shape, dtype) * (high - low) + low).astype(dtype, copy=False))

    def normal(
        self, loc: float = 0.0, scale: float = 1.0, shape: Shape = 1, dtype: Any = np.float32, out: Any = None
    ) -> Any:
        """Normal with mean loc and standard deviation scale; `out` as in `uniform`."""
        if out is not None:
            shape, dtype = out.shape, out.dtype
        return _into(out, (self._normal(_tail(shape), dtype) * scale + loc).astype(dtype, copy=False))

    def _normal(self, shape: tuple[int, ...], dtype: Any) -> Any:
        return self.gen.standard_normal(shape, np.float64 if np.dtype(dtype) == np.float64 else np.float32)

    def exponential(self, lam: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> Any:
        """Exponential with rate lam."""
        return (self.gen.standard_exponential(_tail(shape)) / lam).astype(dtype)

    def gamma(self, alpha: float = 1.0, beta: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> Any:
        """Gamma with shape alpha and scale beta."""
        return (self.gen.standard_gamma(alpha, _tail(shape)) * beta).astype(dtype)

    def poisson(self, lam: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> Any:
        """Poisson with rate lam."""
        return self.gen.poisson(lam, _tail(shape)).astype(dtype)

    def negative_binomial(self, k: float = 1, p: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> Any:
        """Failures before the k-th success of probability p: Poisson of a gamma."""
        return self.gen.poisson(self.gen.standard_gamma(k, _tail(shape)) * ((1 - p) / p)).astype(dtype)

    def generalized_negative_binomial(
        self, mu: float = 1.0, alpha: float = 1.0, shape: Shape = 1, dtype: Any = np.float32
    ) -> Any:
        """Negative binomial with mean mu and dispersion alpha; alpha 0 is Poisson."""
        if alpha == 0:
            return self.poisson(mu, shape, dtype)
        rate = self.gen.standard_gamma(1 / alpha, _tail(shape)) * (alpha * mu)
        return self.gen.poisson(rate).astype(dtype)

    def randint(self, low: int, high: int, shape: Shape = 1, dtype: Any = np.int32) -> Any:
        """Whole numbers in [low, high)."""
        return self.gen.integers(low, high, _tail(shape), dtype=np.int64).astype(dtype)

    # Arrays as parameters: one row of draws for each element
    def _rows(self, param: Any, shape: Shape) -> tuple[Any, tuple[int, ...]]:
        tail = _tail(shape)
        return param.reshape(param.shape + (1,) * len(tail)).astype(np.float64), param.shape + tail

    def sample_uniform(self, low: Any, high: Any, shape: Shape = (), dtype: Any = np.float32) -> Any:
        """Uniform in [low[i], high[i])."""
        (lo, full), (hi, _) = self._rows(low, shape), self._rows(high, shape)
        return (self._unit(full, np.float64) * (hi - lo) + lo).astype(dtype)

    def sample_normal(self, mu: Any, sigma: Any, shape: Shape = (), dtype: Any = np.float32) -> Any:
        """Normal with mean mu[i] and standard deviation sigma[i]."""
        (loc, full), (scale, _) = self._rows(mu, shape), self._rows(sigma, shape)
        return (self._normal(full, np.float64) * scale + loc).astype(dtype)

    def sample_exponential(self, lam: Any, shape: Shape = (), dtype: Any = np.float32) -> Any:
        """Exponential with rate lam[i]."""
        rate, full = self._rows(lam, shape)
        return (self.gen.standard_exponential(full) / rate).astype(dtype)

    def _gammas(self, alpha: Any, full: tuple[int, ...]) -> Any:
        return self.gen.standard_gamma(self.xp.ascontiguousarray(self.xp.broadcast_to(alpha, full)))

    def sample_gamma(self, alpha: Any, beta: Any, shape: Shape = (), dtype: Any = np.float32) -> Any:
        """Gamma with shape alpha[i] and scale beta[i]."""
        (a, full), (b, _) = self._rows(alpha, shape), self._rows(beta, shape)
        return (self._gammas(a, full) * b).astype(dtype)

    def sample_poisson(self, lam: Any, shape: Shape = (), dtype: Any = np.float32) -> Any:
        """Poisson with rate lam[i]."""
        rate, full = self._rows(lam, shape)
        return self.gen.poisson(self.xp.ascontiguousarray(self.xp.broadcast_to(rate, full))).astype(dtype)

    def sample_negative_binomial(self, k: Any, p: Any, shape: Shape = (), dtype: Any = np.float32) -> Any:
        """Negative binomial with k[i] and p[i]."""
        (n, full), (q, _) = self._rows(k, shape), self._rows(p, shape)
        return self.gen.poisson(self._gammas(n, full) * ((1 - q) / q)).astype(dtype)

    def sample_generalized_negative_binomial(
        self, mu: Any, alpha: Any, shape: Shape = (), dtype: Any = np.float32
    ) -> Any:
        """Generalized negative binomial with mu[i] and alpha[i]."""
        (m, full), (a, _) = self._rows(mu, shape), self._rows(alpha, shape)
        safe = self.xp.where(a == 0, 1.0, a)
        rate = self.xp.where(a == 0, m, self._gammas(1 / safe, full) * (safe * m))
        return self.gen.poisson(rate).astype(dtype)

    # Masks, choices, orders
    def dropout_mask(self, p: float, shape: Shape, dtype: Any = np.float32) -> Any:
        """1 / (1 - p) with probability 1 - p, else 0."""
        keep = 1.0 - p
        weight = np.dtype(dtype).type(1 / keep if keep else np.nan)
        return (self._unit(shape, np.float32) < keep).astype(dtype) * weight

    def bernoulli(self, p: float = 0.5, size: int = 1) -> Any:
        """True with probability p."""
        return self._unit(size, np.float64) < p

    def permutation(self, n: int, ndim: int = 1) -> Any:
        """The numbers below n in random order."""
        return self.xp.argsort(self._unit(n, np.float64))

    def multinomial(
        self, prob: Any, size: int = 1, dtype: Any = np.int32, get_prob: bool = False
    ) -> tuple[Any, Any | None]:
        """Indices drawn from the rows of prob (rows, k), shape (rows, size), and their log probabilities or None."""
        xp, (rows, k) = self.xp, prob.shape
        sums = xp.cumsum(prob, axis=1, dtype=np.float64)
        # one sorted sequence for all rows: row r lies in [2r, 2r + 1]
        level = 2.0 * xp.arange(rows)[:, None]
        top = xp.maximum(sums[:, -1:], np.finfo(np.float64).tiny)
        u = self._unit((rows, size), np.float64)
        at = xp.searchsorted((sums / top + level).reshape(-1), (u + level).reshape(-1), side="right")
        index = xp.clip(at.reshape(rows, size) - k * xp.arange(rows)[:, None], 0, k - 1)
        if not get_prob:
            return index.astype(dtype), None
        with np.errstate(divide="ignore"):
            return index.astype(dtype), xp.log(xp.take_along_axis(prob, index, axis=1))

    def unique_zipfian(self, range_max: int, shape: tuple[int, int]) -> tuple[Any, Any]:
        """Per row shape[1] different whole numbers below range_max, log-uniform; and how many draws a row took."""
        xp, (rows, wanted) = self.xp, shape
        if wanted > range_max:
            raise MXNetValueError(f"random unique_zipfian: {wanted} different numbers do not exist below {range_max}")
        if not rows or not wanted:
            return xp.zeros(shape, np.int64), xp.zeros(rows, np.int64)
        log_range = math.log(range_max + 1)
        drawn, count = xp.zeros((rows, 0), np.int64), xp.zeros((rows, 1), np.int64)
        while int(count[:, -1].min()) < wanted:
            u = self._unit((rows, 2 * wanted), np.float64)
            more = xp.floor(xp.exp(u * log_range) - 0.5).astype(np.int64) % range_max
            drawn = xp.concatenate((drawn, more), axis=1)
            # a number is new where it is the first of its kind in a stable order
            order = xp.argsort(drawn, axis=1, kind="stable")
            kin = xp.take_along_axis(drawn, order, axis=1)
            first = xp.concatenate((xp.ones((rows, 1), bool), kin[:, 1:] != kin[:, :-1]), axis=1)
            new = xp.take_along_axis(first, xp.argsort(order, axis=1), axis=1)
            count = xp.cumsum(new, axis=1)
        kept = new & (count <= wanted)
        return drawn[kept].reshape(shape), (count < wanted).sum(axis=1) + 1


def _into(out: Any, values: Any) -> Any:
    if out is None:
        return values
    out[...] = values
    return out
