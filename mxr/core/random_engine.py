"""MXNet's second source of random numbers on CPU: one MT19937 generator, used in the order of the calls."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import Any

import numpy as np

from .random_math import F32, logf
from .random_samplers import unit
from .random_shuffle import downwards, upwards
from .random_words import MTStream

Shape = int | tuple[int, ...]
SEED_FACTOR = 127  # MXNet: kRandMagic


def size_of(shape: Shape) -> int:
    """How many values a shape, or a number, asks for."""
    return int(shape) if isinstance(shape, int | np.integer) else math.prod(shape)


class EngineMT:
    """One MT19937 generator seeded with 127 * seed, used in the order of its calls."""

    def __init__(self, seed: int = 0) -> None:
        self.stream = MTStream(seed * SEED_FACTOR)

    def seed(self, seed: int) -> None:
        """Start again as after mx.random.seed(seed)."""
        self.stream.reseed(int(seed) * SEED_FACTOR)

    def seed_plainly(self, seed: int) -> None:
        """Start again as after mx.random.seed(seed, ctx): MXNet then leaves out the factor 127."""
        self.stream.reseed(int(seed))

    def uniform(self, low: float = 0.0, high: float = 1.0, shape: Shape = 1, dtype: Any = np.float32) -> np.ndarray:
        """Uniform in [low, high), float32 (one word a value) or float64 (two)."""
        dtype = np.dtype(dtype)
        double = dtype == np.float64
        u = unit(self.stream.take(size_of(shape) * (1 + double)), double)
        low, high = dtype.type(low), dtype.type(high)
        return (u * (high - low) + low).astype(dtype, copy=False).reshape(shape)

    def normal(self, loc: float = 0.0, scale: float = 1.0, shape: Shape = 1) -> np.ndarray:
        """Normal, float32: both values of each pair of the polar method, as std::normal_distribution gives them."""
        n = size_of(shape)
        out: list[Any] = []
        while len(out) < n:
            x, y = unit(self.stream.take(2), False) * F32(2) - F32(1)
            r2 = x * x + y * y
            if 0 < r2 <= 1:
                factor = np.sqrt(F32(-2) * logf(np.array([r2], F32))[0] / r2)
                out += [y * factor, x * factor]
        return (np.array(out[:n], F32) * F32(scale) + F32(loc)).reshape(shape)

    def bernoulli(self, p: float = 0.5, size: int = 1) -> np.ndarray:
        """True with probability p (std::bernoulli_distribution: a double uniform below p)."""
        return unit(self.stream.take(2 * size), True) < p

    def below(self, bounds: np.ndarray) -> np.ndarray:
        """A whole number in [0, bounds[i]) for each i in turn (std::uniform_int_distribution before GCC 11)."""
        bounds = np.asarray(bounds, np.uint32)
        scale = np.uint32(0xFFFFFFFF) // bounds
        limit = bounds * scale
        out = np.empty(bounds.size, np.intp)
        i = 0
        while i < out.size:
            m = min(out.size - i, 4096)
            words = self.stream.look(m)
            bad = words >= limit[i : i + m]
            good = int(bad.argmax()) if bad.any() else m
            out[i : i + good] = words[:good] // scale[i : i + good]
            self.stream.advance(min(good + 1, m))
            i += good
        return out

    def permutation(self, n: int, ndim: int = 1) -> np.ndarray:
        """The order in which shuffle puts the n entries along axis 0 of an ndim-dimensional array:
        shuffle(x) = x[permutation]. One-dimensional arrays are shuffled by another rule than the rest."""
        partner = np.zeros(n, np.intp)
        if n > 1 and ndim == 1:
            partner[1:] = self.below(np.arange(2, n + 1))
            return upwards(partner)
        if n > 1:
            partner[:0:-1] = self.below(np.arange(n, 1, -1))
            return downwards(partner)
        return partner

    def multinomial(
        self, prob: np.ndarray, size: int = 1, dtype: Any = np.int32, get_prob: bool = False
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Indices drawn from the rows of prob (rows, k), shape (rows, size), and their log probabilities or None.

        An index is the first whose running sum is not below a uniform value, by binary search; it is k where the
        row sums to less. Sums are made in double; they and the uniforms are kept as float32, or as float16 where
        prob is.
        """
        rows, k = prob.shape
        kept = np.float16 if prob.dtype == np.float16 else F32
        u = self.uniform(shape=(rows, size)).astype(kept, copy=False)
        sums = np.cumsum(prob, axis=1, dtype=np.float64).astype(F32).astype(kept, copy=False)
        index = np.empty((rows, size), np.intp)
        for row, values, target in zip(sums, u, index):
            if (row[1:] >= row[:-1]).all():
                target[:] = np.searchsorted(row, values)
            else:  # negative or NaN: the path of the search decides
                target[:] = [bisect_left(row, v) for v in values]
        if not get_prob:
            return index.astype(dtype), None
        chosen = np.take_along_axis(prob, np.minimum(index, k - 1), 1)
        return index.astype(dtype), _log(chosen).astype(prob.dtype)


def _log(x: np.ndarray) -> np.ndarray:
    """float32 logarithm, whatever the type."""
    x32 = np.ascontiguousarray(x, F32)
    with np.errstate(divide="ignore", invalid="ignore"):
        return logf(x32) if (x32 >= np.finfo(F32).tiny).all() else np.log(x32)
