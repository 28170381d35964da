"""The BLAS that NumPy ships (OpenBLAS) at one thread while replicas run: each of them would ask for all cores."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from . import locks

__all__ = ["one_blas_thread"]

_active, _before = 0, 0
_lock = locks.lock()


@functools.cache
def _functions() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """(get, set) the number of threads; None where NumPy has another BLAS."""
    root = Path(np.__file__).parent
    for path in (*root.parent.glob("numpy.libs/*openblas*"), *root.glob(".dylibs/*openblas*")):
        try:
            lib = ctypes.CDLL(str(path))
        except OSError:
            continue
        for prefix in ("scipy_openblas", "openblas"):
            for suffix in ("64_", ""):
                get = getattr(lib, f"{prefix}_get_num_threads{suffix}", None)
                change = getattr(lib, f"{prefix}_set_num_threads{suffix}", None)
                if get is not None and change is not None:
                    get.restype, change.argtypes, change.restype = ctypes.c_int, [ctypes.c_int], None
                    return get, change
    return None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """NumPy's products get one thread in the body; what was set before comes back with the last body that ends."""
    global _active, _before
    found = _functions()
    if found is None:
        yield
        return
    get, change = found
    with _lock:
        if not _active:
            _before = get()
            if _before > 1:
                change(1)
        _active += 1
    try:
        yield
    finally:
        with _lock:
            _active -= 1
            if not _active and _before > 1:
                change(_before)
