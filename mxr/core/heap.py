"""Memory that the C library keeps for the next step instead of giving it back to the system after each.

A training step makes and drops the same arrays every time. glibc gives large ones back at once, and the next step pays
for every page anew: a third of the time of a small network. Its limits adapt to what a program frees, though never far
enough; here they start where they would end. Setting one of the MALLOC_ variables of glibc leaves all as it is.

Threads share the one heap. A heap of their own comes in pieces of 64 MB, and a piece goes back to the system whenever
it is empty, whatever the limits say: a thread whose arrays cross a border between pieces would pay every time.
"""

from __future__ import annotations

import ctypes
import os
import sys

__all__ = ["keep_freed_memory"]

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8

# glibc's own upper limit for arrays that lie in its heap; larger ones still go back at once
LARGEST = 32 << 20
# free memory at the end of the heap that is kept
KEPT = 256 << 20


def keep_freed_memory() -> bool:
    """Whether the limits could be set: only glibc has them."""
    if not sys.platform.startswith("linux") or any(name.startswith("MALLOC_") for name in os.environ):
        return False
    try:
        libc = ctypes.CDLL(None)
        libc.gnu_get_libc_version  # noqa: B018 (other C libraries have a mallopt that does something else)
        mallopt = libc.mallopt
    except (OSError, AttributeError):
        return False
    settings = (_M_MMAP_THRESHOLD, LARGEST), (_M_TRIM_THRESHOLD, KEPT), (_M_ARENA_MAX, 1)
    return all(mallopt(name, value) for name, value in settings)
