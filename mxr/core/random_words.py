"""Raw 32-bit words from MT19937 (Matsumoto and Nishimura 1998), many generators at a time.

`MTBank` is a bank of generators whose states are the rows of one array, so that the recurrence runs
over rows and columns in a few NumPy calls; `MTStream` is a single generator. Both give the words of
C++'s `std::mt19937` seeded with one integer (NumPy's legacy seeding is the same).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

WORDS = 624  # length of one generator's state
_SHIFT = 397
_LAG = WORDS - _SHIFT  # 227: how far the recurrence reaches back inside one block
_UPPER = np.uint32(0x80000000)
_LOWER = np.uint32(0x7FFFFFFF)
_MATRIX = np.uint32(0x9908B0DF)
_ONE, _S7, _S11, _S15, _S18 = (np.uint32(v) for v in (1, 7, 11, 15, 18))
_TEMPER_B = np.uint32(0x9D2C5680)
_TEMPER_C = np.uint32(0xEFC60000)
_TILE = 64  # rows worked on together: four scratch blocks of 160 KB stay in a core's second-level cache

_FEW = 64  # rows that are seeded one by one


class MTBank:
    """A bank of MT19937 generators; row i is seeded with `(base + i) mod 2**32`.

    Rows are seeded when first used. `look(lo, hi, n)` shows the next n words of rows lo..hi-1 without
    consuming them, `advance(counts)` consumes; both keep each row's own place for ever.
    """

    def __init__(self, base: int, rows: int) -> None:
        self.rows = rows
        self._arrays = False
        self.reseed(base)

    def reseed(self, base: int) -> None:
        """Start all rows again from `base`; costs nothing until a row is used."""
        self._base = base & 0xFFFFFFFF
        self._ready = 0
        self._pending: tuple | None = None

    def look(self, lo: int, hi: int, n: int) -> np.ndarray:
        """Next n words of rows lo..hi-1, shape (hi-lo, n), uint32; read-only for the caller, valid until the
        next call."""
        if hi > self._ready:
            self._seed_rows(hi)
        if hi - lo == 1:
            first = last = int(self._pos[lo])
        else:
            pos = self._pos[lo:hi]
            first, last = int(pos.min()), int(pos.max())
        blocks = -(-(last + n) // WORDS)
        if blocks <= 1:
            ahead, states = self._out[lo:hi], None
        else:
            ahead, states = self._extend(lo, hi, blocks)
        self._pending = (lo, hi, ahead, states)
        if first == last:
            return ahead[:, first : first + n]
        words = np.empty((hi - lo, n), np.uint32)
        for row, p in enumerate(pos.tolist()):
            words[row] = ahead[row, p : p + n]
        return words

    def advance(self, counts: int | np.ndarray) -> None:
        """Consume `counts` words (one number, or one per row) of the rows last looked at."""
        assert self._pending is not None
        lo, hi, ahead, states = self._pending
        self._pending = None
        if states is None:
            self._pos[lo:hi] += counts
            return
        pos = self._pos[lo:hi] + counts
        block = np.maximum(pos - 1, 0) // WORDS
        first, last = int(block.min()), int(block.max())
        for b in range(max(first, 1), last + 1):
            part = ahead[:, b * WORDS : (b + 1) * WORDS]
            if first == last:
                self._state[lo:hi] = states[b]
                self._out[lo:hi] = part
            else:
                rows = np.flatnonzero(block == b)
                self._state[lo + rows] = states[b, rows]
                self._out[lo + rows] = part[rows]
        self._pos[lo:hi] = pos - block * WORDS

    def take(self, lo: int, hi: int, n: int) -> np.ndarray:
        """Look and consume n words of every row; the result is valid until the next call."""
        words = self.look(lo, hi, n)
        self.advance(n)  # rewrites `_out` only where `words` is no view of it
        return words

    def _extend(self, lo: int, hi: int, blocks: int) -> tuple[np.ndarray, np.ndarray]:
        rows = hi - lo
        ahead = np.empty((rows, blocks * WORDS), np.uint32)
        states = np.empty((blocks, rows, WORDS), np.uint32)
        ahead[:, :WORDS] = self._out[lo:hi]
        for top in range(0, rows, _TILE):
            end = min(top + _TILE, rows)
            old = self._state[lo + top : lo + end]
            scratch = self._scratch[:, : (end - top) * WORDS]
            for b in range(1, blocks):
                new = states[b, top:end]
                _twist(old, new, scratch)
                _temper(new, ahead[top:end, b * WORDS : (b + 1) * WORDS], scratch)
                old = new
        return ahead, states

    def _seed_rows(self, hi: int) -> None:
        if not self._arrays:
            self._state = np.empty((self.rows, WORDS), np.uint32)
            self._out = np.empty((self.rows, WORDS), np.uint32)
            self._pos = np.empty(self.rows, np.intp)
            self._scratch = np.empty((2, min(_TILE, self.rows) * WORDS), np.uint32)
            self._arrays = True
        lo = self._ready
        if hi > _FEW:  # more will follow, and the loop below takes 2 ms however many rows
            hi = self.rows
        seeds = (np.arange(lo, hi, dtype=np.uint64) + np.uint64(self._base)).astype(np.uint32)
        if hi <= _FEW:  # NumPy's C seeding costs 30 us a row
            one = _numpy_generator()
            for row, seed in enumerate(seeds.tolist(), lo):
                one.seed(seed)
                state: Any = one.get_state(legacy=True)
                self._state[row] = state[1]
        else:
            column = np.empty((WORDS, hi - lo), np.uint32)
            column[0] = seeds
            factor, high = np.uint32(1812433253), np.uint32(30)
            for i in range(1, WORDS):
                x = column[i]
                np.right_shift(column[i - 1], high, out=x)
                x ^= column[i - 1]
                x *= factor
                x += np.uint32(i)
            self._state[lo:hi] = column.T
        self._pos[lo:hi] = WORDS
        self._ready = hi


@cache
def _numpy_generator() -> np.random.RandomState:
    return np.random.RandomState(0)  # making one costs 100 us, seeding it anew 3


def _twist(old: np.ndarray, new: np.ndarray, scratch: np.ndarray) -> None:
    """The next block of 624 state words of each row; `old` and `new` are contiguous (rows, 624)."""
    a, low = scratch
    x = old.reshape(-1)
    # Row ends mix two rows here; their last column is set properly below.
    np.bitwise_xor(x[:-1], x[1:], out=a[:-1])
    a[:-1] &= _UPPER
    a[:-1] ^= x[1:]
    np.bitwise_and(a, _ONE, out=low)
    low *= _MATRIX
    a >>= _ONE
    a ^= low
    m = a.reshape(old.shape)
    np.bitwise_xor(old[:, _SHIFT:], m[:, :_LAG], out=new[:, :_LAG])
    np.bitwise_xor(new[:, :_LAG], m[:, _LAG : 2 * _LAG], out=new[:, _LAG : 2 * _LAG])
    np.bitwise_xor(new[:, _LAG : _SHIFT - 1], m[:, 2 * _LAG : -1], out=new[:, 2 * _LAG : -1])
    y = (old[:, -1] & _UPPER) | (new[:, 0] & _LOWER)
    new[:, -1] = new[:, _SHIFT - 1] ^ (y >> _ONE) ^ ((y & _ONE) * _MATRIX)


def _temper(state: np.ndarray, out: np.ndarray, scratch: np.ndarray) -> None:
    x = state.reshape(-1)
    y, t = scratch
    np.right_shift(x, _S11, out=y)
    y ^= x
    np.left_shift(y, _S7, out=t)
    t &= _TEMPER_B
    y ^= t
    np.left_shift(y, _S15, out=t)
    t &= _TEMPER_C
    y ^= t
    np.right_shift(y, _S18, out=t)
    np.bitwise_xor(y.reshape(out.shape), t.reshape(out.shape), out=out)


class MTStream:
    """One MT19937 generator seeded with `base mod 2**32`; NumPy's C loop makes the words."""

    def __init__(self, base: int) -> None:
        self._source: np.random.RandomState | None = None
        self.reseed(base)

    def reseed(self, base: int) -> None:
        """Start again from `base`."""
        self._base = base & 0xFFFFFFFF
        self._fresh = True
        self._left = np.empty(0, np.uint32)

    def look(self, n: int) -> np.ndarray:
        """The next n words, not yet consumed."""
        missing = n - self._left.size
        if missing > 0:
            if self._source is None:
                self._source = np.random.RandomState(0)
            if self._fresh:
                self._source.seed(self._base)
                self._fresh = False
            fresh = self._source.randint(0, 1 << 32, missing, np.uint32)
            self._left = np.concatenate((self._left, fresh)) if self._left.size else fresh
        return self._left[:n]

    def advance(self, n: int) -> None:
        """Consume n words that `look` has shown."""
        self._left = self._left[n:]

    def take(self, n: int) -> np.ndarray:
        """The next n words, shape (n,), uint32."""
        words = self.look(n)
        self.advance(n)
        return words
