"""Generated loops over arrays of one length, any length: what stands for an element is compiled once."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Sequence

import numpy as np

from .buffers import address
from .native import Native, bits_of

__all__ = ["Bound", "Flat", "flat"]


@functools.lru_cache(maxsize=1024)
def flat(stmts: tuple[tuple[str, str], ...], names: tuple[tuple, ...], params: tuple[str, ...]) -> Flat:
    """The loop of `stmts` (see `jit`) over arrays; `names` has (name, whether it is written[, dtype])."""
    return Flat(stmts, names, params)


class Flat:
    """A compiled loop. Every element goes through the same instructions, wherever it lies."""

    def __init__(self, stmts: tuple[tuple[str, str], ...], names: tuple[tuple, ...], params: tuple[str, ...]) -> None:
        from . import jit

        self.kernel = jit.compile_flat(stmts, names, params)  # keeps the code alive
        self.run, self.params = self.kernel.function, params
        self._block = ctypes.c_int64 * (len(names) + len(params) + 1)

    def __call__(self, arrays: Sequence[np.ndarray], values: Sequence[float] = ()) -> None:
        """Runs over contiguous arrays, in the order of `names`, with the values of `params`."""
        block = self._block(*[address(x) for x in arrays], *[bits_of(v) for v in values], arrays[0].size)
        self.run(ctypes.addressof(block))


class Bound(Native):
    """A loop with its arrays; calling it runs it."""

    __slots__ = ("_first",)

    def __init__(self, loop: Flat, arrays: Sequence[np.ndarray], values: Sequence[float]) -> None:
        self._first = len(arrays)
        words = [*[address(x) for x in arrays], *[bits_of(v) for v in values], arrays[0].size]
        super().__init__(loop.kernel.address, np.array(words, np.int64), (loop, tuple(arrays)), repr(loop.kernel))

    def set_values(self, values: Sequence[float]) -> None:
        """Changes the values of the params for the calls that follow."""
        self.block[self._first : -1] = [bits_of(v) for v in values]
