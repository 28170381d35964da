"""A bound call in machine code: a C function and the block of integers that it reads.

Every kernel has the form ``int64 f(int64 *block)`` and answers 0 when all went well. So a plan can put any of them into
one table and walk it in a single foreign call (`table`), and Python can call one alone.
"""

from __future__ import annotations

import ctypes
import functools
import struct
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from ..base import MXNetError
from .buffers import address as address_of

__all__ = ["Native", "bits_of", "block_of", "prototype"]

prototype = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)  # ctypes releases the GIL around the call


_function_at = functools.lru_cache(4096)(prototype)  # many calls share few functions


def block_of(*words: int | float) -> np.ndarray:
    """Addresses and integers as they are, floats by the bits of a double: the block of a call."""
    return np.array([bits_of(w) if isinstance(w, float) else int(w) for w in words], np.int64)


def bits_of(value: float) -> int:
    """The bits of a double as an integer."""
    return struct.unpack("<q", struct.pack("<d", value))[0]


class Native:
    """A C function bound to its block; calling it runs it. Keeps `keep` (the arrays behind the addresses) alive.

    Attributes
    ----------
    native : (address of the function, address of the block): the call as a row of a table.
    block : the int64 array that the function reads; its numbers may be changed between runs.
    """

    __slots__ = ("_function", "_keep", "_pointer", "block", "name", "native")

    def __init__(self, address: int, block: np.ndarray, keep: Any = None, name: str = "") -> None:
        self.block, self._keep, self.name = block, keep, name
        self.native = (address, address_of(block))
        self._function = _function_at(address)
        self._pointer = ctypes.c_void_p(self.native[1])

    @classmethod
    def of(cls, address: int, buffers: Sequence[np.ndarray], *words: int | float, name: str = "") -> Native:
        """The block holds the buffers' addresses, then `words`."""
        return cls(address, block_of(*map(address_of, buffers), *words), tuple(buffers), name)

    def __call__(self) -> None:
        status = self._function(self._pointer)
        if status:
            self.failed(status)

    def failed(self, status: int) -> NoReturn:
        """Raises the error that a status other than 0 stands for."""
        raise MXNetError(f"kernel {self.name or 'without a name'} failed with status {status}")
