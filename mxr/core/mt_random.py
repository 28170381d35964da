"""MXNet's random numbers on CPU, equal to MXNet 1.9.1's bit for bit (docs/random.md lists how far).

`ParallelMT` is the resource MXNet calls kParallelRandom: 1,024 MT19937 generators. The samplers of
`mx.nd.random` and Dropout draw from it. `EngineMT` is kRandom: one MT19937 generator, for shuffle,
multinomial and the rest. All CPU contexts share one of each, `cpu_random()`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np

from ..base import MXNetValueError
from . import random_samplers as samplers
from .random_engine import SEED_FACTOR, EngineMT, Shape, size_of
from .random_math import F32, log_double
from .random_samplers import GENERATORS, Lanes, tiles, unit
from .random_walks import gamma_evaluation, poisson_evaluation, walk
from .random_words import MTBank


def _drawn(dtype: np.dtype) -> Any:
    """The type MXNet draws in: float32 for float32, double for float64 and float16."""
    return np.float32 if dtype == np.float32 else np.float64


def _store(values: Any, dtype: np.dtype) -> Any:
    """Cast as MXNet does: double goes to float16 by way of float32."""
    if dtype == np.float16 and values.dtype == np.float64:
        values = values.astype(F32)
    with np.errstate(over="ignore"):
        return values.astype(dtype, copy=False)


def _affine(values: np.ndarray, scale: Any, shift: Any, dtype: np.dtype) -> np.ndarray:
    """shift + scale * values, rounded as the parameters' type says; arrays are float16, float32 or float64."""
    if getattr(scale, "dtype", None) == np.float16:  # MXNet's half arithmetic rounds after every operation
        values = (values.astype(F32) * scale.astype(F32)).astype(np.float16)
        return _store(values + shift, dtype)
    return _store(values * scale + shift, dtype)


class ParallelMT:
    """1,024 MT19937 generators, number i seeded with 127 * seed + i.

    A call for n values uses k = min(1024, ceil(n / 64)) of them; generator i fills the i-th run of
    ceil(n / k) values. Scalar parameters are rounded to float32, as MXNet's operators do. The
    `sample_*` methods take parameter arrays p of one shape (float16, float32 or float64) and return
    p.shape + shape. Results are new C-contiguous arrays; dtypes float32, float64, float16.

    Source: MXNet 1.9.1 `_random_*` and `_sample_*`, measured. Not safe for use by two threads at a time.
    """

    def __init__(self, seed: int = 0) -> None:
        self.bank = MTBank(seed * SEED_FACTOR, GENERATORS)

    def seed(self, seed: int) -> None:
        """Start again as after mx.random.seed(seed); generators are seeded when first used."""
        self.bank.reseed(int(seed) * SEED_FACTOR)

    # Uniform, normal, exponential: one expression over standard values.

    def uniform(
        self,
        low: float = 0.0,
        high: float = 1.0,
        shape: Shape = 1,
        dtype: Any = np.float32,
        out: np.ndarray | None = None,
    ) -> np.ndarray:
        """Uniform in [low, high]; high itself once in 2**25 values.

        `out`: a C-contiguous array to fill in place, which then gives shape and dtype.
        """
        if not high >= low:
            _refuse("uniform", "high", high, f"at least low={low}")
        return self._scaled(samplers.fill_uniform, F32(high) - F32(low), F32(low), shape, dtype, out)

    def normal(
        self,
        loc: float = 0.0,
        scale: float = 1.0,
        shape: Shape = 1,
        dtype: Any = np.float32,
        out: np.ndarray | None = None,
    ) -> np.ndarray:
        """Normal with mean loc and standard deviation scale; `out` as in `uniform`."""
        if not scale > 0:
            _refuse("normal", "scale", scale, "positive")
        return self._scaled(samplers.fill_normal, F32(scale), F32(loc), shape, dtype, out)

    def exponential(self, lam: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> np.ndarray:
        """Exponential with rate lam: -log(1 - u) / lam."""
        if not lam > 0:
            _refuse("exponential", "lam", lam, "positive")
        return self._exponential(float(F32(lam)), shape, np.dtype(dtype))

    def sample_uniform(self, low: np.ndarray, high: np.ndarray, shape: Shape = (), dtype: Any = None) -> np.ndarray:
        """Uniform in [low[i], high[i]) for each i."""
        return self._each(samplers.fill_uniform, high - low, low, shape, dtype)

    def sample_normal(self, mu: np.ndarray, sigma: np.ndarray, shape: Shape = (), dtype: Any = None) -> np.ndarray:
        """Normal with mean mu[i] and standard deviation sigma[i] for each i."""
        return self._each(samplers.fill_normal, sigma, mu, shape, dtype)

    def sample_exponential(self, lam: np.ndarray, shape: Shape = (), dtype: Any = None) -> np.ndarray:
        """Exponential with rate lam[i] for each i."""
        tail = _tail(shape)
        result = self._exponential(_column(lam), (lam.size, size_of(tail)), np.dtype(dtype or F32))
        return result.reshape(lam.shape + tail)

    def _scaled(
        self, fill: Callable, scale: np.floating, shift: np.floating, shape: Shape, dtype: Any, out: np.ndarray | None
    ) -> np.ndarray:
        dtype = np.dtype(dtype) if out is None else out.dtype
        if dtype == np.float32:
            if out is None:
                out = np.empty(shape, F32)
            fill(self.bank, out.reshape(-1))
            if scale != 1:
                out *= scale
            if shift != 0:
                out += shift
            return out
        values = np.empty(size_of(shape) if out is None else out.size, np.float64)
        fill(self.bank, values)
        values = _affine(values, np.float64(scale), np.float64(shift), dtype)
        if out is None:
            return values.reshape(shape)
        out[...] = values.reshape(out.shape)
        return out

    def _each(self, fill: Callable, scale: np.ndarray, shift: np.ndarray, shape: Shape, dtype: Any) -> np.ndarray:
        dtype, tail = np.dtype(dtype or F32), _tail(shape)
        values = np.empty((shift.size, size_of(tail)), _drawn(dtype))
        fill(self.bank, values.reshape(-1))
        return _affine(values, _column(scale), _column(shift), dtype).reshape(shift.shape + tail)

    def _exponential(self, rate: Any, shape: Shape, dtype: np.dtype) -> np.ndarray:
        """`rate` is a number, or a column for a `shape` of two dimensions."""
        values = np.empty(size_of(shape), _drawn(dtype))
        samplers.fill_uniform(self.bank, values)
        values = values.reshape(shape) if np.ndim(rate) else values
        values = 1.0 - values.astype(np.float64, copy=False)
        # A float32 result hides the last bit of a double logarithm; float64 does not.
        with np.errstate(divide="ignore"):
            values = log_double(values) if dtype == np.float64 else np.log(values, out=values)
        np.negative(values, out=values)
        if getattr(rate, "dtype", None) == np.float16:
            values = (values.astype(F32) / rate.astype(F32)).astype(np.float16)
        else:
            values /= rate
        return _store(values, dtype).reshape(shape)

    # Gamma, Poisson and mixtures: generators repeat rejected draws, value by value.

    def gamma(self, alpha: float = 1.0, beta: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> np.ndarray:
        """Gamma with shape alpha and scale beta."""
        if not (alpha > 0 and _finite(alpha)):
            _refuse("gamma", "alpha", alpha, "positive" if not alpha > 0 else "finite")
        if not beta > 0:
            _refuse("gamma", "beta", beta, "positive")
        # float16 results are float32 ones rounded, unlike those of uniform and normal.
        drawn = np.float64 if np.dtype(dtype) == np.float64 else np.float32
        return self._walk(gamma_evaluation(F32(alpha), F32(beta), drawn), drawn, shape, dtype)

    def poisson(self, lam: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> np.ndarray:
        """Poisson with rate lam."""
        if not lam >= 0:
            _refuse("poisson", "lam", lam, "not negative")
        return self._walk(poisson_evaluation(F32(lam)), np.float32, shape, dtype)

    def negative_binomial(self, k: float = 1, p: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> np.ndarray:
        """Failures before the k-th success of probability p: Poisson of a gamma."""
        if not (k >= 0 and _finite(k)):
            _refuse("negative_binomial", "k", k, "not negative" if not k >= 0 else "finite")
        if not 0 < p <= 1:
            _refuse("negative_binomial", "p", p, "in (0, 1]")
        return self._rounds(_negative_binomial, [k, p], shape, dtype)

    def generalized_negative_binomial(
        self, mu: float = 1.0, alpha: float = 1.0, shape: Shape = 1, dtype: Any = np.float32
    ) -> np.ndarray:
        """Negative binomial with mean mu and dispersion alpha; alpha 0 is Poisson."""
        if not mu >= 0:
            _refuse("generalized_negative_binomial", "mu", mu, "not negative")
        if not alpha >= 0:
            _refuse("generalized_negative_binomial", "alpha", alpha, "not negative")
        return self._rounds(_generalized_negative_binomial, [mu, alpha], shape, dtype)

    def sample_gamma(self, alpha: np.ndarray, beta: np.ndarray, shape: Shape = (), dtype: Any = None) -> np.ndarray:
        """`gamma` with parameters alpha[i], beta[i]; zero alpha gives zero."""
        _refuse_any("gamma", "alpha", alpha, alpha >= 0, "not negative")
        _refuse_any("gamma", "alpha", alpha, _finite(alpha), "finite")
        _refuse_any("gamma", "beta", beta, beta >= 0, "not negative")
        return self._rounds_each(_gamma, [alpha, beta], shape, dtype)

    def sample_poisson(self, lam: np.ndarray, shape: Shape = (), dtype: Any = None) -> np.ndarray:
        """`poisson` with rate lam[i]."""
        return self._rounds_each(_poisson, [lam], shape, dtype)

    def sample_negative_binomial(
        self, k: np.ndarray, p: np.ndarray, shape: Shape = (), dtype: Any = None
    ) -> np.ndarray:
        """`negative_binomial` with parameters k[i], p[i]."""
        _refuse_any("negative_binomial", "k", k, k >= 0, "not negative")
        _refuse_any("negative_binomial", "k", k, _finite(k), "finite")
        _refuse_any("negative_binomial", "p", p, (p > 0) & (p <= 1), "in (0, 1]")
        return self._rounds_each(_negative_binomial, [k, p], shape, dtype)

    def sample_generalized_negative_binomial(
        self, mu: np.ndarray, alpha: np.ndarray, shape: Shape = (), dtype: Any = None
    ) -> np.ndarray:
        """`generalized_negative_binomial` with parameters mu[i], alpha[i]."""
        _refuse_any("generalized_negative_binomial", "mu", mu, mu >= 0, "not negative")
        _refuse_any("generalized_negative_binomial", "alpha", alpha, alpha >= 0, "not negative")
        return self._rounds_each(_generalized_negative_binomial, [mu, alpha], shape, dtype)

    def _walk(self, evaluation: tuple, drawn: Any, shape: Shape, dtype: Any) -> np.ndarray:
        out = np.empty(shape, drawn)
        if out.size:
            walk(self.bank, out.reshape(-1), *evaluation)
        return _store(out, np.dtype(dtype))

    def _rounds(self, draw: Callable, params: list[float], shape: Shape, dtype: Any) -> np.ndarray:
        arrays = [np.array([p], F32) for p in params]
        return self._rounds_each(draw, arrays, shape, dtype).reshape(shape)

    def _rounds_each(self, draw: Callable, params: list[np.ndarray], shape: Shape, dtype: Any) -> np.ndarray:
        dtype, tail = np.dtype(dtype or F32), _tail(shape)
        out = np.empty(params[0].shape + tail, dtype)
        flat, each = out.reshape(-1), size_of(tail)
        flats = [p.reshape(-1) for p in params]
        if flat.size:
            with Lanes(self.bank, flat.size) as lanes:
                for act, index in lanes.rounds():
                    which = index // each
                    flat[index] = _store(draw(lanes, act, [p[which] for p in flats], dtype), dtype)
        return out

    # Integers and masks.

    def randint(self, low: int, high: int, shape: Shape = 1, dtype: Any = np.int32) -> np.ndarray:
        """Whole numbers in [low, high): two words a value make 63 bits, modulo the range (int32, int64)."""
        if not high > low:
            _refuse("randint", "high", high, f"above low={low}")
        out = np.empty(size_of(shape), np.int64)
        span = np.uint64(int(high) - int(low))
        for lo, hi, columns, first, step in tiles(out.size):
            part = out[first : first + (hi - lo) * step].reshape(hi - lo, step)[:, columns]
            words = self.bank.take(lo, hi, 2 * part.shape[1])
            wide = words[:, 0::2].astype(np.uint64)
            wide <<= np.uint64(31)
            wide += words[:, 1::2]
            wide %= span
            part[...] = wide.view(np.int64)
        out += np.int64(low)
        return out.astype(dtype, copy=False).reshape(shape)

    def dropout_mask(self, p: float, shape: Shape, dtype: Any = np.float32) -> np.ndarray:
        """Dropout's mask: 1 / (1 - p) where u < 1 - p, else 0. p = 0 draws nothing; p = 1 gives NaN, as MXNet does."""
        dtype = np.dtype(dtype)
        if p == 0:
            return np.ones(shape, dtype)
        keep = F32(1) - F32(p)
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = _store(F32(1) / keep, dtype)
            zero = weight * dtype.type(0)
        mask = np.empty(shape, dtype)
        flat = mask.reshape(-1)
        double = dtype != np.float32
        limit = _first_word_at(float(keep))
        for lo, hi, columns, first, step in tiles(flat.size):
            part = flat[first : first + (hi - lo) * step].reshape(hi - lo, step)[:, columns]
            words = self.bank.take(lo, hi, part.shape[1] * (1 + double))
            kept = unit(words, True) < keep if double else words < limit
            if zero == 0:
                np.multiply(kept, weight, out=part)
            else:
                part[...] = np.where(kept, weight, zero)
        return mask

    def unique_zipfian(self, range_max: int, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Per row, shape[1] different whole numbers below range_max, log-uniform (int64), and how many draws
        the row took. Unlike the samplers above it shares rows out one by one among the generators."""
        rows, wanted = shape
        if wanted > range_max:
            raise MXNetValueError(f"random unique_zipfian: {wanted} different numbers do not exist below {range_max}")
        out, tries = np.empty(shape, np.int64), np.empty(rows, np.int64)
        step = -(-rows // GENERATORS)
        log_range = math.log(range_max)
        for r in range(rows):
            lane, draws = r // max(step, 1), wanted + 8
            while True:
                u = unit(self.bank.look(lane, lane + 1, 2 * draws), True)[0]
                values = (np.exp(u * log_range) + 0.5).astype(np.int64) - 1
                _, first = np.unique(values, return_index=True)
                if first.size >= wanted:
                    break
                draws *= 2
            first = np.sort(first)[:wanted]
            out[r] = values[first]
            tries[r] = first[-1] + 1 if wanted else 0
            self.bank.advance(2 * int(tries[r]))
        return out, tries


def _finite(value: Any) -> Any:
    """Whether the draws, which compute in float32, end: with infinity every one of them is rejected."""
    with np.errstate(over="ignore"):
        return np.asarray(value).astype(F32) < F32(1e37)


def _refuse(sampler: str, name: str, value: Any, rule: str) -> NoReturn:
    raise MXNetValueError(f"random {sampler}: {name} must be {rule}, got {value}")


def _refuse_any(sampler: str, name: str, values: np.ndarray, good: np.ndarray, rule: str) -> None:
    # For some of these MXNet never returns.
    if not good.all():
        _refuse(sampler, name, values[~good].reshape(-1)[0], rule)


def _tail(shape: Shape) -> tuple[int, ...]:
    return (int(shape),) if isinstance(shape, int | np.integer) else tuple(shape)


def _column(param: np.ndarray) -> np.ndarray:
    return param.reshape(-1, 1)


@lru_cache(256)
def _first_word_at(keep: float) -> np.uint64:
    """The smallest word whose float32 uniform is not below `keep`, so that words can be compared directly."""
    low, high = 0, 1 << 32
    while low < high:
        middle = (low + high) // 2
        if unit(np.array([middle], np.uint32), False)[0] < keep:
            low = middle + 1
        else:
            high = middle
    return np.uint64(low)


def _gamma(lanes: Lanes, act: np.ndarray, params: list[np.ndarray], dtype: np.dtype) -> np.ndarray:
    # float16 results are float32 ones rounded, unlike those of uniform and normal.
    alpha, beta = params
    return samplers.gamma(lanes, act, alpha, beta, np.float64 if dtype == np.float64 else np.float32)


def _poisson(lanes: Lanes, act: np.ndarray, params: list[np.ndarray], _: np.dtype) -> np.ndarray:
    return samplers.poisson(lanes, act, params[0])


def _negative_binomial(lanes: Lanes, act: np.ndarray, params: list[np.ndarray], _: np.dtype) -> np.ndarray:
    k, p = params
    if p.dtype == np.float16:
        scale = ((F32(1) - p.astype(F32)).astype(np.float16).astype(F32) / p.astype(F32)).astype(np.float16)
    else:
        scale = ((1.0 - p.astype(np.float64)) / p).astype(p.dtype)
    rate = samplers.gamma(lanes, act, k, scale, np.float32)
    return samplers.poisson(lanes, act, rate)


def _generalized_negative_binomial(lanes: Lanes, act: np.ndarray, params: list[np.ndarray], _: np.dtype) -> np.ndarray:
    mu, alpha = params
    rate = mu.astype(F32)
    mixed = np.flatnonzero(alpha != 0)
    if mixed.size:
        a = alpha[mixed]
        rate[mixed] = samplers.gamma(lanes, act[mixed], a.dtype.type(1) / a, samplers.product(a, mu[mixed]), np.float32)
    return samplers.poisson(lanes, act, rate)


class CpuRandom:
    """What all CPU contexts draw from: `parallel` and `engine`."""

    def __init__(self, seed: int = 0) -> None:
        self.parallel = ParallelMT(seed)
        self.engine = EngineMT(seed)

    def seed(self, seed: int, one_context: bool = False) -> None:
        """mx.random.seed(seed); with one_context, mx.random.seed(seed, ctx) for any CPU context.

        As in MXNet the latter seeds `parallel` alike and `engine` differently, and the number of the CPU
        context does not matter.
        """
        self.parallel.seed(seed)
        if one_context:
            self.engine.seed_plainly(seed)
        else:
            self.engine.seed(seed)


_cpu = CpuRandom()


def cpu_random() -> CpuRandom:
    """The one set of CPU generators; seed 0 until seeded."""
    return _cpu
