"""Distributions drawn from an `MTBank` as MXNet's CPU samplers draw them.

All generators of a call work side by side. Uniform takes one word a value (two for float64 and float16,
which MXNet computes in double); normal is the polar method, so each generator stops at its own place;
gamma, Poisson and the negative binomials go value by value in step (`Lanes`), each generator repeating
its rejections alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .random_math import F32, lgammaf, log_double, logf, pow_double, tanf
from .random_words import MTBank

GENERATORS = 1024  # MXNet: kNumRandomStates
SHARE = 64  # a generator is used for at least so many values of a call
_TILE = 64
_COLUMNS = 1024


def regions(n: int) -> Iterator[tuple[int, int, int, int]]:
    """Which generators fill which part of a call for n values: (first row, last row + 1, values a row, offset)."""
    if n <= SHARE:
        if n > 0:
            yield 0, 1, n, 0
        return
    rows = min(GENERATORS, -(-n // SHARE))
    step = -(-n // rows)
    full, rest = divmod(n, step)
    if full:
        yield 0, full, step, 0
    if rest:
        yield full, full + 1, rest, full * step


def tiles(n: int) -> Iterator[tuple[int, int, slice, int, int]]:
    """`regions` cut to tiles that stay in cache: (row, row + 1, columns, first flat index, columns of the region)."""
    for lo, hi, step, offset in regions(n):
        for top in range(lo, hi, _TILE):
            end = min(top + _TILE, hi)
            for left in range(0, step, _COLUMNS):
                yield top, end, slice(left, min(left + _COLUMNS, step)), offset + (top - lo) * step, step


def unit(words: np.ndarray, double: bool, out: np.ndarray | None = None) -> np.ndarray:
    """Uniform values in [0, 1] of words (rows, m), or (rows, 2 m) when double, as MXNet's libstdc++ makes them:
    a word within 2**7 of 2**32 gives float32 1."""
    if double:
        u = words[..., 1::2].astype(np.float64)
        u *= 2.0**32
        u += words[..., 0::2]
        u *= 2.0**-64
        return u
    if out is None:
        out = words.astype(F32)
    else:
        out[...] = words
    out *= F32(2.0**-32)
    return out


def fill_uniform(bank: MTBank, out: np.ndarray) -> None:
    """Fill flat float32 or float64 `out` with uniform values in [0, 1)."""
    double = out.dtype == np.float64
    for lo, hi, columns, first, step in tiles(out.size):
        part = out[first : first + (hi - lo) * step].reshape(hi - lo, step)[:, columns]
        words = bank.take(lo, hi, part.shape[1] * (1 + double))
        if double:
            part[...] = unit(words, True)
        else:
            unit(words, False, part)


def fill_normal(bank: MTBank, out: np.ndarray) -> None:
    """Fill flat float32 or float64 `out` with standard normal values (Marsaglia's polar method, the second
    value of a pair only)."""
    double = out.dtype == np.float64
    if 0 < out.size <= SHARE:
        out[...] = _normal(bank, 0, 1, out.size, double)
        return
    for lo, hi, columns, first, step in tiles(out.size):
        part = out[first : first + (hi - lo) * step].reshape(hi - lo, step)[:, columns]
        part[...] = _normal(bank, lo, hi, part.shape[1], double)


def _normal(bank: MTBank, lo: int, hi: int, m: int, double: bool) -> np.ndarray:
    rows, per_pair = hi - lo, 4 if double else 2
    # A pair is good with probability pi / 4; 4.5 standard deviations more than the mean is nearly always enough.
    pairs = int(1.2733 * m + 2.66 * math.sqrt(m)) + 6
    while True:
        v = unit(bank.look(lo, hi, pairs * per_pair), double).reshape(-1)
        v *= 2.0
        v -= 1.0
        square = v * v
        r2 = square[0::2] + square[1::2]
        good = r2 <= 1
        good &= r2 != 0
        hits = good.nonzero()[0]
        if rows == 1:
            if hits.size >= m:
                picked = hits[:m]
                bank.advance((int(picked[-1]) + 1) * per_pair)
                break
        else:
            row_starts = np.arange(0, rows * pairs, pairs)
            edges = np.searchsorted(hits, row_starts).tolist()
            if min(b - a for a, b in zip(edges, edges[1:] + [hits.size])) >= m:
                picked = np.empty((rows, m), np.intp)
                for row, edge in enumerate(edges):
                    picked[row] = hits[edge : edge + m]
                bank.advance((picked[:, -1] - row_starts + 1) * per_pair)
                picked = picked.reshape(-1)
                break
        pairs = pairs * 5 // 4 + 8
    r2 = r2.take(picked)
    factor = log_double(r2) if double else logf(r2)
    factor *= -2.0
    factor /= r2
    np.sqrt(factor, out=factor)
    picked <<= 1
    picked += 1
    factor *= v.take(picked)
    return factor.reshape(rows, m)


class Lanes:
    """The generators of one call for n values, each with its own cursor into words fetched ahead.

    Lane i writes values `start[i] ... start[i] + count[i] - 1`, one a round.
    """

    _AHEAD = 1024

    _cursor: np.ndarray
    _used: int

    def __init__(self, bank: MTBank, n: int) -> None:
        self.bank = bank
        parts = list(regions(n))
        self.start = np.concatenate([off + step * np.arange(hi - lo) for lo, hi, step, off in parts])
        self.count = np.concatenate([np.full(hi - lo, step) for lo, hi, step, _ in parts])
        self.lanes = self.start.size
        self._fetched = False
        self._size = min(self._AHEAD, 8 * int(self.count[0]) + 16)

    def __enter__(self) -> Lanes:
        return self

    def __exit__(self, *_: object) -> None:
        if self._fetched:
            self.bank.advance(self._cursor)

    def rounds(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(lanes that still want a value, index of each one's value), round by round."""
        act = np.arange(self.lanes)
        for j in range(int(self.count[0])):
            if act.size and self.count[act[-1]] <= j:
                act = act[self.count[act] > j]
            yield act, self.start[act] + j

    def words(self, act: np.ndarray) -> np.ndarray:
        """One fresh word for each lane of `act`."""
        if not self._fetched or self._used >= self._size:
            if self._fetched:
                self.bank.advance(self._cursor)
            self._words = self.bank.look(0, self.lanes, self._size).reshape(-1)
            self._row = np.arange(0, self.lanes * self._size, self._size)
            self._cursor = np.zeros(self.lanes, np.intp)
            self._used, self._fetched = 0, True
        self._used += 1  # no cursor can be beyond this
        w = self._words.take(self._row[act] + self._cursor[act])
        self._cursor[act] += 1
        return w

    def uniform(self, act: np.ndarray, double: bool = False) -> np.ndarray:
        """A uniform value for each lane of `act`."""
        first = self.words(act)
        return unit(np.stack((first, self.words(act)), -1), True)[:, 0] if double else unit(first, False)

    def normal(self, act: np.ndarray, double: bool = False) -> np.ndarray:
        """A standard normal value for each lane of `act`."""
        out = np.empty(act.size, np.float64 if double else F32)
        todo = np.arange(act.size)
        kind: Any = out.dtype.type
        one, two = kind(1), kind(2)
        while todo.size:
            lanes = act[todo]
            x = two * self.uniform(lanes, double) - one
            y = two * self.uniform(lanes, double) - one
            r2 = x * x + y * y
            good = (r2 <= 1) & (r2 != 0)
            r2 = r2[good]
            log = log_double(r2) if double else logf(r2)
            out[todo[good]] = y[good] * np.sqrt(-two * log / r2)
            todo = todo[~good]
        return out


def gamma(lanes: Lanes, act: np.ndarray, alpha: np.ndarray, beta: np.ndarray, out_type: type) -> np.ndarray:
    """Gamma(alpha, scale beta) for each lane (Marsaglia and Tsang 2000); `out_type` float32 or float64.

    Rounding follows MXNet's expressions: variables have the output type, constants make an expression double,
    and arithmetic with a half parameter is done in float32 and rounded to half.
    """
    double = out_type is np.float64
    d, k, c = gamma_constants(alpha, out_type)
    out = np.empty(act.size, out_type)
    todo = np.arange(act.size)
    while todo.size:
        z = lanes.normal(act[todo], double).astype(out_type)
        inside = z > -k[todo]
        some, z = todo[inside], z[inside]
        u = lanes.uniform(act[some], double)
        v, good = gamma_test(z, u, d[some], c[some])
        done = some[good]
        out[done] = product(product(d[done], v[good]), beta[done]).astype(out_type)
        left = np.ones(act.size, bool)
        left[done] = False
        todo = todo[left[todo]]
    below = np.flatnonzero(alpha < 1)
    if below.size:
        u = lanes.uniform(act[below], double).astype(np.float64)
        with np.errstate(divide="ignore"):
            inverse = quotient(1.0, alpha[below]).astype(out_type)
        power = pow_double(u, inverse.astype(np.float64))
        out[below] = product(out[below], power).astype(out_type)
    return out


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a * b as C++ types it, with MXNet's half: float32 arithmetic rounded to half if either is one."""
    if np.float16 in (a.dtype, b.dtype):
        return (a.astype(F32) * b.astype(F32)).astype(np.float16)
    return a * b


def quotient(a: float, b: np.ndarray) -> np.ndarray:
    """The double a divided by b, typed likewise."""
    if b.dtype == np.float16:
        return (F32(a) / b.astype(F32)).astype(np.float16)
    return a / b.astype(np.float64)


def gamma_constants(alpha: np.ndarray, out_type: type) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    third = np.where(alpha < 1, 2.0 / 3.0, -1.0 / 3.0)
    if alpha.dtype == np.float16:
        d = (alpha.astype(F32) + third.astype(F32)).astype(np.float16).astype(out_type)
    else:
        d = (alpha.astype(np.float64) + third).astype(out_type)
    k = np.sqrt(9.0 * d.astype(np.float64)).astype(out_type)
    return d, k, quotient(1.0, k).astype(out_type)


def gamma_test(z: np.ndarray, u: np.ndarray, d: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(1 + c z)**3 of a normal z, and whether the uniform u accepts it."""
    x = (1.0 + (c * z).astype(np.float64)).astype(z.dtype)
    v = x * x * x
    single = z.dtype == np.float32
    log_v = logf(v).astype(np.float64) if single else log_double(v)
    # The last bit of this logarithm decides nothing in float32, where u has 24 bits.
    with np.errstate(divide="ignore"):
        log_u = np.log(1.0 - u.astype(np.float64)) if single else log_double(1.0 - u)
    wide = z.astype(np.float64)
    return v, log_u < 0.5 * wide * wide + d.astype(np.float64) * (1.0 - v.astype(np.float64) + log_v)


PI = F32(3.1415926)


def poisson_test(y: np.ndarray, em: np.ndarray, u: np.ndarray, log_rate: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Whether the uniform u accepts the whole number em that lies at y on the Lorentzian."""
    power = em * log_rate - lgammaf(em + F32(1)) - peak
    y2 = (y * y).astype(np.float64)
    t = (0.9 * (1.0 + y2) * np.exp(power.astype(np.float64)).astype(F32)).astype(F32)
    return ~(u > t)


def poisson(lanes: Lanes, act: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Poisson(rate) for each lane, in float32 whatever the output type: products of uniforms below a rate of 12,
    the rejection of Numerical Recipes above."""
    rate = rate.astype(F32)
    out = np.zeros(act.size, np.float64)
    todo = np.flatnonzero(rate < 12)
    if todo.size:
        limit = np.exp(-rate.astype(np.float64)).astype(F32)
        product = np.ones(act.size, F32)
        while todo.size:
            product[todo] *= lanes.uniform(act[todo])
            todo = todo[product[todo] > limit[todo]]
            out[todo] += 1
    unbounded = ~np.isfinite(rate)
    out[unbounded] = rate[unbounded]
    todo = np.flatnonzero(~(rate < 12) & ~unbounded)
    if todo.size:
        out[todo] = _poisson_high(lanes, act[todo], rate[todo])
    return out


def _poisson_high(lanes: Lanes, act: np.ndarray, rate: np.ndarray) -> np.ndarray:
    wide = rate.astype(np.float64)
    width = np.sqrt(2.0 * wide).astype(F32)
    log_rate = logf(rate)
    peak = rate * log_rate - lgammaf((wide + 1.0).astype(F32))
    out = np.empty(act.size, np.float64)
    todo = np.arange(act.size)
    while todo.size:
        y = tanf(PI * lanes.uniform(act[todo]))
        em = width[todo] * y + rate[todo]
        ahead = ~(em < 0)
        some, y, em = todo[ahead], y[ahead], np.floor(em[ahead])
        u = lanes.uniform(act[some])
        good = poisson_test(y, em, u, log_rate[some], peak[some])
        out[some[good]] = em[good]
        done = np.zeros(act.size, bool)
        done[some[good]] = True
        todo = todo[~done[todo]]
    return out
