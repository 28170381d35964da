"""How many OpenMP threads oneDNN may use.

A plan owns parallelism (each core runs it on a share of the batch), so primitives get one thread unless asked.
OpenMP keeps the count per calling thread, and a primitive must be created and executed under the same count:
`use` sets it around both and restores what the host program (R, another library on the same gomp) had.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from .library import library

__all__ = ["cores", "default_threads", "is_set", "set_threads_row", "use"]

_forked = False


def _after_fork() -> None:
    # gomp's pool does not survive fork: a parallel region in the child would wait for threads that are gone
    global _forked
    _forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


@lru_cache(maxsize=1)
def cores() -> int:
    """CPU cores this process may really use: affinity and the cgroup's quota."""
    n = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        with open("/sys/fs/cgroup/cpu.max") as f:
            quota, period = f.read().split()[:2]
        if quota != "max":
            n = min(n, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        pass
    return max(1, n)


def default_threads() -> int:
    """OMP_NUM_THREADS, else MXNET_CPU_WORKER_NTHREADS, else 1; never more than `cores`, and 1 after a fork."""
    if _forked:
        return 1
    for name in ("OMP_NUM_THREADS", "MXNET_CPU_WORKER_NTHREADS"):
        text = os.environ.get(name, "").split(",")[0].strip()
        if text.isdigit() and int(text) > 0:
            return min(int(text), cores())
    return 1


def is_set(n: int) -> bool:
    """Whether the calling thread runs with `n` OpenMP threads already: then `use` is not needed."""
    return library().omp_get_max_threads() == n and not (_forked and n > 1)


@contextmanager
def use(n: int | None = None) -> Iterator[int]:
    """Runs the body with `n` OpenMP threads (default `default_threads()`, at most `cores()`) for the calling thread."""
    lib = library()
    n = default_threads() if n is None else 1 if _forked else max(1, min(int(n), cores()))
    before = lib.omp_get_max_threads()
    if before != n:
        lib.omp_set_num_threads(n)
    try:
        yield n
    finally:
        if before != n:
            lib.omp_set_num_threads(before)


def set_threads_row(n: int) -> tuple[int, int]:
    """(address of omp_set_num_threads, n): the first row of a function table that runs on any thread."""
    return library().set_threads_address, int(n)
