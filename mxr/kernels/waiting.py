"""A mutex and two conditions of pthreads for machine code: where they lie, and how it reaches them.

Words: `OWN` of the owner, the functions of pthreads, then the mutex and the conditions, each with twice the room that
it takes on any platform (at most 64 bytes, macOS' mutex).
"""

from __future__ import annotations

import ctypes
import functools
import os

import numpy as np

from ..base import MXNetError
from .block_text import words

__all__ = ["OWN", "PATIENCE", "made", "reached"]

OWN = 5
_WORDS, _MUTEX, _FIRST, _SECOND = 64, 16, 32, 48
_FUNCTIONS = {"lock": "mutex_lock", "unlock": "mutex_unlock", "wait": "cond_wait", "tell": "cond_broadcast"}

# One who waits looks so often before it sleeps, some 30 us: the shares of the others take about as long as its own,
# and to wake a core that sleeps takes as long.
PATIENCE = 40_000


def reached(of: str, *own: str) -> str:
    """LLVM: the owner's words, functions `lock`, `unlock`, `wait` and `tell`, places `mutex`, `first`, `second`.

    Parameters
    ----------
    of : the address of the words has this name, and the names of all that is loaded begin with it: ``%of.lock``.
    own : names of the owner's words, as `block_text.words` takes them.
    """
    named = [*own, *(f"own{k}@" for k in range(len(own), OWN)), *(f"{name}*" for name in _FUNCTIONS)]
    text = words(*(f"{of}.{name}" for name in named), of=of)
    for name, at in (("mutex", _MUTEX), ("first", _FIRST), ("second", _SECOND)):
        text += f"  %{of}.{name} = getelementptr i64, ptr %{of}, i64 {at}\n"
    return text


@functools.cache
def _functions() -> list[int]:
    lib = ctypes.CDLL(None)
    names = [f"pthread_{name}" for name in _FUNCTIONS.values()]
    return [int(ctypes.cast(getattr(lib, name), ctypes.c_void_p).value or 0) for name in names]


def made() -> np.ndarray:
    """New words: those of the owner are 0, the mutex is free. Only where there are pthreads (`team` knows)."""
    lib, new = ctypes.CDLL(None), np.zeros(_WORDS, np.int64)
    new[OWN : OWN + len(_FUNCTIONS)] = _functions()
    for kind, at in (("mutex", _MUTEX), ("cond", _FIRST), ("cond", _SECOND)):
        status = getattr(lib, f"pthread_{kind}_init")(ctypes.c_void_p(new.ctypes.data + 8 * at), None)
        if status:
            raise MXNetError(f"no memory to wait in: pthread_{kind}_init failed: {os.strerror(status)}")
    return new
