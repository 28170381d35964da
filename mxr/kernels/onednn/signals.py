"""Calls that no signal may interrupt.

oneDNN's gemm for longer sums points the stack register at memory of its heap. A signal handler (Ctrl-C in Python or R,
R's profiler, timers) that runs on the thread then writes its frame there, over whatever lies before: the process dies
later, in free(). Other threads take the signals of the process meanwhile, or they wait.
"""

from __future__ import annotations

import ctypes as C
import os
import signal
from collections.abc import Callable
from functools import lru_cache

__all__ = ["addresses", "held_back"]

_SIZE = 128  # bytes of a sigset_t; the largest is Linux'


@lru_cache(maxsize=1)
def _library() -> tuple[Callable[..., int], C.Array] | None:
    """(pthread_sigmask, the set of all signals); None where there are none to hold back."""
    if os.name != "posix":
        return None
    libc = C.CDLL(None)
    change, every = libc.pthread_sigmask, (C.c_char * _SIZE)()
    change.argtypes, change.restype = [C.c_int, C.c_void_p, C.c_void_p], C.c_int
    libc.sigfillset(every)
    return change, every


def addresses() -> tuple[int, int]:
    """Where pthread_sigmask and the set of all signals are, for machine code; 0 where there are none to hold back."""
    found = _library()
    if found is None:
        return 0, 0
    return int(C.cast(found[0], C.c_void_p).value or 0), C.addressof(found[1])  # type: ignore[arg-type]


def held_back(call: Callable[[], int]) -> Callable[[], int]:
    """`call`, during which signals do not reach the calling thread, nor threads that it starts."""
    found = _library()
    if found is None:
        return call
    change, every = found

    def held() -> int:
        before = (C.c_char * _SIZE)()
        try:
            change(signal.SIG_BLOCK, every, before)
            return call()
        finally:
            change(signal.SIG_SETMASK, before, None)

    return held
