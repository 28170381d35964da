"""Generated loops over float32 arrays of one length, any length: what stands for an element is compiled once."""

from __future__ import annotations

import ctypes
import functools
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from .products import address

__all__ = ["Bound", "Flat", "flat"]

# The kernels walk whole rows of so many elements; what is left over is walked in a row of its own.
ROW = 256


@functools.lru_cache(maxsize=1024)
def flat(stmts: tuple[tuple[str, str], ...], names: tuple[tuple[str, bool], ...], params: tuple[str, ...]) -> Flat:
    """The loop of `stmts` (see `jit`) over arrays; `names` has (name, whether it is written)."""
    return Flat(stmts, names, params)


class Flat:
    """A compiled loop. Every element goes through the same instructions, wherever it lies."""

    def __init__(
        self, stmts: tuple[tuple[str, str], ...], names: tuple[tuple[str, bool], ...], params: tuple[str, ...]
    ) -> None:
        from . import jit

        self._kernel = jit.compile_rows(stmts, names, ROW, params)  # keeps the code alive
        self.run, self.params, self.written = self._kernel.function, params, [out for _, out in names]
        self._block = ctypes.c_int64 * (len(names) + len(params) + 1)

    def __call__(self, arrays: Sequence[np.ndarray], values: Sequence[float] = ()) -> None:
        """Runs over contiguous arrays, in the order of `names`, with the values of `params`."""
        Bound(self, arrays, values)()

    def block(self, arrays: Sequence[np.ndarray], values: Sequence[float], rows: int) -> Any:
        return self._block(*[address(x) for x in arrays], *[_bits(v) for v in values], rows)


class Bound:
    """A loop with its arrays; calling it runs it."""

    __slots__ = ("_flat", "_main", "_parts", "_rest", "_row")

    def __init__(self, loop: Flat, arrays: Sequence[np.ndarray], values: Sequence[float]) -> None:
        self._flat = loop
        size = arrays[0].size
        rows, left = divmod(size, ROW)
        self._main = loop.block(arrays, values, rows) if rows else None
        self._rest = None
        if left:
            self._row = np.zeros((len(arrays), ROW), np.float32)
            self._rest = loop.block(list(self._row), values, 1)
            self._parts = [(row[:left], x.reshape(-1)[size - left :]) for row, x in zip(self._row, arrays)]

    def set_values(self, values: Sequence[float]) -> None:
        """Changes the values of the params for the calls that follow."""
        bits = [_bits(v) for v in values]
        first = len(self._flat.written)
        for block in (self._main, self._rest):
            if block is not None:
                block[first : first + len(bits)] = bits

    def __call__(self) -> None:
        run = self._flat.run
        if self._main is not None:
            run(ctypes.addressof(self._main))
        if self._rest is not None:
            for row, part in self._parts:
                row[...] = part
            run(ctypes.addressof(self._rest))
            for (row, part), written in zip(self._parts, self._flat.written):
                if written:
                    part[...] = row


def _bits(value: float) -> int:
    return struct.unpack("<q", struct.pack("<d", value))[0]
