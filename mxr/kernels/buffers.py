"""Where arrays lie, arrays that begin at a cache line, and the temporary memory of a thread."""

from __future__ import annotations

import ctypes
import math
import threading
from typing import Any

import numpy as np

__all__ = ["address", "aligned", "workspace"]

_LINE = 64

_addressof, _from_buffer = ctypes.addressof, ctypes.c_char.from_buffer


def aligned(shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray:
    """An uninitialised array that begins at a cache line."""
    dtype = np.dtype(dtype)
    nbytes = math.prod(shape) * dtype.itemsize
    raw = np.empty(nbytes + _LINE, np.uint8)
    start = -address(raw) % _LINE
    return raw[start : start + nbytes].view(dtype).reshape(shape)


def address(x: np.ndarray) -> int:
    """Where the first element lies."""
    try:
        return _addressof(_from_buffer(x))  # the quickest way for an array that can be written and has no gaps
    except (TypeError, ValueError):
        return x.__array_interface__["data"][0]


class _Arena(threading.local):
    """A thread's temporary memory; nothing lives in it between calls."""

    def __init__(self) -> None:
        self.memory = aligned((0,))


_arena = _Arena()


def workspace(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Uninitialised float32 arrays that are valid until the thread's next call of this function."""
    sizes = [-(-math.prod(s) // 16) * 16 for s in shapes]
    if sum(sizes) > _arena.memory.size:
        _arena.memory = aligned((sum(sizes),))
    out, at = [], 0
    for shape, size in zip(shapes, sizes):
        out.append(_arena.memory[at : at + math.prod(shape)].reshape(shape))
        at += size
    return out
