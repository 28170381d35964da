"""How many OpenMP threads oneDNN may use.

A plan owns parallelism (each core runs it on a share of the batch), so primitives get one thread unless asked.
OpenMP keeps the count per calling thread, and a primitive must be created and executed under the same count:
`use` sets it around both and restores what the host program (R, another library on the same gomp) had.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...core.threads import cores, default_threads, is_forked
from .library import library

__all__ = ["cores", "default_threads", "is_set", "use"]


def is_set(n: int) -> bool:
    """Whether the calling thread runs with `n` OpenMP threads already: then `use` is not needed."""
    return library().omp_get_max_threads() == n and not (is_forked() and n > 1)


@contextmanager
def use(n: int | None = None) -> Iterator[int]:
    """Runs the body with `n` OpenMP threads (default `default_threads()`, at most `cores()`) for the calling thread."""
    lib = library()
    n = default_threads() if n is None else 1 if is_forked() else max(1, min(int(n), cores()))
    before = lib.omp_get_max_threads()
    if before != n:
        lib.omp_set_num_threads(n)
    try:
        yield n
    finally:
        if before != n:
            lib.omp_set_num_threads(before)
