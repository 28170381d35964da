"""How many threads mxr may use, and the workers that a plan runs its replicas on.

Parallelism belongs to the plan: each thread runs it on a share of the batch, and libraries get one thread inside.
Where a plan cannot be split, its primitives may have all the threads.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..base import MXNetError, MXNetTypeError, MXNetValueError
from . import locks
from .blas import one_blas_thread

__all__ = [
    "Stopped",
    "alone",
    "as_worker",
    "cores",
    "default_threads",
    "is_forked",
    "num_threads",
    "plan_threads",
    "run_together",
    "set_num_threads",
]

ENVIRONMENT = ("MXR_NUM_THREADS", "OMP_NUM_THREADS", "MXNET_CPU_WORKER_NTHREADS")

_forked = False
_chosen: int | None = None


class _Local(threading.local):
    alone = False  # whether libraries get one thread here


_local = _Local()


def _after_fork() -> None:
    # the threads of OpenMP's pool and our own did not come along
    global _forked
    _forked = True
    _idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def is_forked() -> bool:
    """Whether this process is the child of a fork: OpenMP may have no second thread here."""
    return _forked


@functools.lru_cache(maxsize=1)
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


@functools.lru_cache(maxsize=1)
def _fast_cores() -> int | None:
    """How many cores of an Apple CPU are fast ones; None where there is but one kind, or nobody can tell."""
    try:
        ask = ctypes.CDLL(None).sysctlbyname
    except (AttributeError, OSError, TypeError):  # not macOS
        return None
    found, size = ctypes.c_int(0), ctypes.c_size_t(ctypes.sizeof(ctypes.c_int))
    status = ask(b"hw.perflevel0.logicalcpu", ctypes.byref(found), ctypes.byref(size), None, ctypes.c_size_t(0))
    return found.value if not status and found.value > 0 else None


# What os.environ keeps its values in. Asked by way of its methods, each name that is not set costs an exception, in
# every forward.
_settings: Any = getattr(os.environ, "_data", os.environ)
_names = [os.environ.encodekey(name) if _settings is not os.environ else name for name in ENVIRONMENT]


@functools.lru_cache(maxsize=16)
def _first_number(*texts: Any) -> int | None:
    for value in texts:
        text = os.fsdecode(value or "").split(",")[0].strip()
        if text.isdigit() and int(text) > 0:
            return int(text)
    return None


def _wanted() -> int | None:
    """What the program or the environment asks for, at most `cores`; None where nobody says anything."""
    n = _first_number(*map(_settings.get, _names)) if _chosen is None else _chosen
    return None if n is None else min(n, cores())


def num_threads() -> int:
    """How many threads a plan may be split over: `set_num_threads`, else the environment, else all `cores`.

    MXR_NUM_THREADS comes before OMP_NUM_THREADS, and that before MXNET_CPU_WORKER_NTHREADS. Where nobody says anything,
    slow cores of Apple's CPUs stay out: the shares are equal, and all would wait for theirs.
    """
    return _wanted() or min(cores(), _fast_cores() or cores())


def plan_threads() -> int:
    """`num_threads` for a plan that the calling thread makes: 1 inside a replica and in the child of a fork."""
    return 1 if _forked or _local.alone else num_threads()


def set_num_threads(n: int | None) -> int | None:
    """Sets the number of threads for what is compiled from now on; None goes back to the environment.

    Returns what was set before. A network that is compiled already is compiled anew where it runs with another number.
    """
    global _chosen
    if n is not None:
        if isinstance(n, bool) or not isinstance(n, int):
            raise MXNetTypeError(f"set_num_threads: argument n must be an integer or None, got {n!r}")
        if n < 1:
            raise MXNetValueError(f"set_num_threads: argument n={n}, expected at least 1")
    before, _chosen = _chosen, n
    return before


def default_threads() -> int:
    """Threads for a library's primitive on the calling thread: what was asked for, else 1.

    Threads of OpenMP wait in a loop: on a machine that has other work they are far slower than one thread. So nobody
    gets them unasked, and nobody inside a replica or in the child of a fork.
    """
    if _forked or _local.alone:
        return 1
    return _wanted() or 1


@contextmanager
def alone() -> Iterator[None]:
    """Libraries get one thread on the calling thread."""
    before = _local.alone
    _local.alone = True
    try:
        yield
    finally:
        _local.alone = before


# ---- workers
class Stopped(MXNetError):
    """A call that ended because another one failed: never the error to tell."""


def as_worker(serve: Callable[..., None]) -> Callable[..., None]:
    """What a thread of a replica runs: signals are for the threads of the host program, libraries get one thread."""

    @functools.wraps(serve)
    def run(*args: Any) -> None:
        if hasattr(signal, "pthread_sigmask"):
            faults = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT}
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - faults)
        _local.alone = True
        serve(*args)

    return run


class _Worker:
    """A thread that waits for a call, runs it, and waits again; it costs nothing while it waits."""

    def __init__(self) -> None:
        self._go, self._done = threading.Lock(), threading.Lock()
        self._go.acquire()
        self._done.acquire()
        self._call: Callable[[], Any] | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._serve, name="mxr-replica", daemon=True).start()

    @as_worker
    def _serve(self) -> None:
        while True:
            self._go.acquire()
            try:
                assert self._call is not None
                self._call()
            except BaseException as e:  # raised on the thread that waits for it
                self._error = e
            self._call = None
            self._done.release()

    def start(self, call: Callable[[], Any]) -> None:
        self._call, self._error = call, None
        self._go.release()

    def wait(self) -> BaseException | None:
        """The error of the call, when it is done."""
        self._done.acquire()
        error, self._error = self._error, None
        return error


_idle: list[_Worker] = []
_lock = locks.lock()


def run_together(calls: Sequence[Callable[[], Any]]) -> None:
    """Runs the calls at the same time, the first one on the calling thread; raises the first error when all are done.

    Workers are kept for the next time. Runs at the same time (of several threads of the program) have workers of
    their own.
    """
    workers = []
    with _lock:
        for _ in calls[1:]:
            workers.append(_idle.pop() if _idle else _Worker())
    with one_blas_thread(), alone():
        error = _run(calls, workers)
    with _lock:
        _idle.extend(reversed(workers))
    if error is not None:
        raise error


def _run(calls: Sequence[Callable[[], Any]], workers: list[_Worker]) -> BaseException | None:
    """Runs all of them, and gives the first error when nothing runs any more."""
    error: BaseException | None = None
    for worker, call in zip(workers, calls[1:]):
        worker.start(call)
    try:
        calls[0]()
    except BaseException as e:
        error = e
    for worker in workers:
        while True:
            try:
                found = worker.wait()
                break
            except BaseException as e:  # Ctrl-C: what still runs writes to the plan's memory
                error = error or e
        if error is None or (isinstance(error, Stopped) and found is not None):
            error = found
    return error
