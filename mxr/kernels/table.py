"""Bound calls in order as one foreign call: a table of functions and blocks that machine code walks without the GIL.

Around the walk it sees to what its rows need: signals held back while oneDNN's gemm runs (see `onednn.signals`), and
the number of OpenMP threads. A table is a bound call itself, so it may be a row of another one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from .native import Native, block_of
from .routines import routine

__all__ = ["Table", "in_order", "together", "walk_block"]

_FAILED, _STATUS = 2, 3

# the most OpenMP threads that a table may ask for: gomp's pool does not survive a fork
_most = np.array([1 << 30], np.int64)


def _after_fork() -> None:
    _most[0] = 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Table(Native):
    """Bound calls that all have `.native`, run in order up to the first that fails.

    Attributes
    ----------
    calls : the bound calls.
    held : whether signals wait while it runs.
    threads : OpenMP threads that its rows want, 0 where none of them cares.
    """

    __slots__ = ("calls", "held", "threads")

    def __init__(self, calls: Sequence[Any]) -> None:
        rows = np.array([c.native for c in calls], np.int64)
        self.calls = tuple(calls)
        self.held = any(getattr(c, "held", False) for c in calls)
        self.threads = max((getattr(c, "threads", 0) for c in calls), default=0)
        super().__init__(routine("walk"), walk_block(rows, self.held, self.threads), rows)

    def __call__(self) -> None:
        if self._function(self._pointer):
            self.failed(1)

    @property
    def culprit(self) -> Any:
        """The call that failed in the last run that did."""
        return self.calls[int(self.block[_FAILED])]

    def failed(self, status: int) -> NoReturn:
        """Raises the error of the row that failed."""
        self.culprit.failed(int(self.block[_STATUS]))
        raise AssertionError("a call's `failed` did not raise")


def walk_block(rows: np.ndarray, held: bool = False, threads: int = 0) -> np.ndarray:
    """The block of the walk over `rows`, (function, block) each, with signals held back and a number of threads set."""
    mask, every = _signals() if held else (0, 0)
    get, change = _openmp() if threads else (0, 0)
    return block_of(rows.ctypes.data, len(rows), 0, 0, mask, every, get, change, threads, _most.ctypes.data)


def _signals() -> tuple[int, int]:
    from .onednn.signals import addresses

    return addresses()


def _openmp() -> tuple[int, int]:
    from .onednn.library import library

    return library().get_threads_address, library().set_threads_address


def together(calls: Sequence[Callable[[], Any]]) -> list[Callable[[], Any]]:
    """The same calls in the same order, neighbours in machine code as one."""
    if not any(getattr(c, "native", None) for c in calls) or not routine("walk"):
        return list(calls)
    made: list[Callable[[], Any]] = []
    run: list[Any] = []
    threads = 0

    def close() -> None:
        made.extend(run if len(run) < 2 else [_joined(run)])
        run.clear()

    for call in calls:
        if not getattr(call, "native", None):
            close()
            made.append(call)
            continue
        wants = getattr(call, "threads", 0)
        if wants and threads and wants != threads:
            close()
        threads = wants or (threads if run else 0)
        run.append(call)
    close()
    return made


def _joined(calls: Sequence[Any]) -> Table:
    from .crew import Crew, Shared

    return (Crew if any(isinstance(c, Shared) for c in calls) else Table)(calls)


def in_order(*calls: Callable[[], Any]) -> Callable[[], Any]:
    """One call that runs all of `calls`; in machine code where all of them are."""
    made = together(calls)
    if len(made) == 1:
        return made[0]

    def run() -> None:
        for call in made:
            call()

    return run
