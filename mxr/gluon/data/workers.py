"""Workers that make batches ahead: threads, or forked processes that hand batches over in shared memory."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pickle
import random
import signal
import threading
import traceback
import warnings
import weakref
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing import connection, resource_tracker, shared_memory
from typing import Any

import numpy as np

from ... import ndarray as nd
from ...base import MXNetError
from ...context import cpu
from ...core.engine import engine

__all__ = ["ProcessWorkers", "ThreadWorkers", "can_fork"]

_SHARE = 1 << 16  # arrays of more bytes go through shared memory, smaller ones through the pipe


def can_fork() -> bool:
    return "fork" in multiprocessing.get_all_start_methods()


class _WorkerTimeout(MXNetError, multiprocessing.TimeoutError):
    """No answer in time; what MXNet raises too."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"DataLoader: a worker took longer than {seconds} s for a batch. A slow transform may be the cause: give "
            "DataLoader a larger timeout, or fewer workers on a machine that is busy."
        )


class _WorkerTraceback(Exception):
    """Stands before an error that arose in a worker, and shows where."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0]}"""'


class ThreadWorkers:
    """Threads that call ``make(indices)``."""

    def __init__(self, make: Callable[[list[int]], Any], count: int, timeout: float) -> None:
        self._make, self._timeout = make, timeout
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="mxr-data")

    def imap(self, tasks: Iterator[list[int]], ahead: int) -> Iterator[Any]:
        """The results of all tasks in order; `ahead` of them are under way."""
        waiting: deque[Any] = deque()

        def more() -> None:
            task = next(tasks, None)
            if task is not None:
                waiting.append(self._pool.submit(self._make, task))

        for _ in range(ahead):
            more()

        def results() -> Iterator[Any]:
            while waiting:
                future = waiting.popleft()
                more()
                try:
                    batch = future.result(self._timeout)
                except FutureTimeout:
                    if future.done():  # the error is the data set's own
                        raise
                    raise _WorkerTimeout(self._timeout) from None
                yield batch

        return results()

    def usable(self) -> bool:
        return True

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class ProcessWorkers:
    """Forked processes that call ``make(indices)``. They see everything as it is when they start."""

    def __init__(self, make: Callable[[list[int]], Any], count: int, timeout: float) -> None:
        self._timeout = timeout
        self._owner = os.getpid()
        engine.drain()  # a queue with work in it would never empty in the child
        resource_tracker.ensure_running()  # one tracker for all, so that who unlinks settles the account
        context = multiprocessing.get_context("fork")
        # each worker draws its own numbers, and the parent's stream is left alone
        seed = zlib.crc32(np.random.get_state(legacy=True)[1].tobytes())  # type: ignore
        self._pipes: list[Any] = []
        self._processes: list[Any] = []
        for i in range(count):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(there, [*self._pipes, here], make, seed + i), daemon=True)
            with warnings.catch_warnings():
                # Python 3.12 warns of threads in the parent: the engine's is idle, the others are not used by children
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
            there.close()
            self._pipes.append(here)
            self._processes.append(process)
        self._free: deque[int] = deque(range(count))
        self._queue: deque[tuple[int, list[int]]] = deque()
        self._done: dict[int, Any] = {}
        self._running: dict[int, int] = {}  # worker -> task
        _living.add(self)
        self._next = 0
        self._dropped: set[int] = set()

    # ---- tasks
    def _submit(self, indices: list[int]) -> int:
        number, self._next = self._next, self._next + 1
        self._queue.append((number, indices))
        self._feed()
        return number

    def _feed(self) -> None:
        while self._free and self._queue:
            worker = self._free.popleft()
            number, indices = self._queue.popleft()
            try:
                self._pipes[worker].send(indices)
            except OSError:
                raise self._died(worker) from None
            self._running[worker] = number

    def _died(self, worker: int) -> MXNetError:
        process = self._processes[worker]
        process.join(1)
        self.close()
        return MXNetError(f"DataLoader: worker {worker} (pid {process.pid}) died with exit code {process.exitcode}")

    def _collect(self, number: int) -> Any:
        while number not in self._done:
            if not self._processes:
                raise MXNetError("DataLoader: the workers were closed while batches were still wanted")
            ready = connection.wait([self._pipes[w] for w in self._running], self._timeout)
            if not ready:
                self.close()
                raise _WorkerTimeout(self._timeout)
            for pipe in ready:
                assert isinstance(pipe, connection.Connection)
                worker = self._pipes.index(pipe)
                try:
                    answer = pipe.recv()
                except (EOFError, OSError):
                    raise self._died(worker) from None
                task = self._running.pop(worker)
                if task in self._dropped:
                    self._dropped.discard(task)
                    _unpack(answer)
                else:
                    self._done[task] = answer
                self._free.append(worker)
                self._feed()
        return _unpack(self._done.pop(number))

    def imap(self, tasks: Iterator[list[int]], ahead: int) -> Iterator[Any]:
        """The results of all tasks in order; `ahead` of them are under way."""
        waiting: deque[int] = deque()

        def more() -> None:
            task = next(tasks, None)
            if task is not None:
                waiting.append(self._submit(list(task)))

        for _ in range(ahead):
            more()

        def results() -> Iterator[Any]:
            try:
                while waiting:
                    kind, value = self._collect(waiting[0])
                    waiting.popleft()
                    if kind == "error":
                        error, trace = value
                        raise error from _WorkerTraceback(trace)
                    more()
                    yield value
            finally:
                self._forget(waiting)

        return results()

    def usable(self) -> bool:
        """Whether all workers are there."""
        return bool(self._processes) and all(p.is_alive() for p in self._processes)

    def _forget(self, numbers: deque[int]) -> None:
        """The results of these tasks are not wanted any more."""
        gone = set(numbers)
        self._queue = deque(t for t in self._queue if t[0] not in gone)
        for n in gone & set(self._done):
            _unpack(self._done.pop(n))
        self._dropped |= gone & set(self._running.values())

    def close(self) -> None:
        if self._owner != os.getpid():
            return
        for answer in self._done.values():
            _unpack(answer)
        for worker in list(self._running):
            pipe = self._pipes[worker]
            try:
                if pipe.poll(0.2):
                    _unpack(pipe.recv())
            except (EOFError, OSError):
                pass
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            if process.is_alive():
                process.terminate()
            process.join()
        self._pipes, self._processes, self._done, self._running = [], [], {}, {}


_living: weakref.WeakSet[ProcessWorkers] = weakref.WeakSet()


@atexit.register  # while the modules are still there: batches on their way are unpacked, which frees their memory
def _close_all() -> None:
    for workers in list(_living):
        workers.close()


def _serve(pipe: Any, inherited: list[Any], make: Callable[[list[int]], Any], seed: int) -> None:
    """A worker's life: indices in, packed batches out, until the pipe closes."""
    for other in inherited:  # the parent's ends: while a copy is open here, a closed pipe would not be noticed
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the workers or goes on
    threading.Thread(target=_end_with_parent, daemon=True).start()
    np.random.seed(seed & 0xFFFFFFFF)
    random.seed(seed)
    while True:
        try:
            indices = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = _pack(("ok", make(indices)))
        except BaseException as e:
            answer = ("error", (_as_error(e), traceback.format_exc()))
        try:
            pipe.send(answer)
        except OSError:
            return
        except Exception as e:  # what batchify_fn made cannot be pickled
            error = MXNetError(f"DataLoader: a batch cannot be sent by a worker: {e}")
            pipe.send(("error", (error, traceback.format_exc())))


def _end_with_parent() -> None:
    """A worker that computes for long, or hangs, would outlive a parent that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _as_error(e: BaseException) -> Exception:
    """The error itself where it survives pickling, else one that says what it was."""
    try:
        copy = pickle.loads(pickle.dumps(e))
        if isinstance(copy, Exception) and type(copy) is type(e):
            return copy
    except Exception:
        pass
    return MXNetError(f"DataLoader: a worker failed with {type(e).__name__}: {e}")


class _Shared:
    """A large array on its way: where its bytes lie."""

    def __init__(self, host: np.ndarray, is_nd: bool) -> None:
        memory = shared_memory.SharedMemory(create=True, size=host.nbytes)
        np.ndarray(host.shape, host.dtype, memory.buf)[...] = host
        self.name, self.shape, self.dtype, self.is_nd = memory.name, host.shape, host.dtype, is_nd
        memory.close()

    def take(self) -> Any:
        memory = shared_memory.SharedMemory(self.name)
        host = np.ndarray(self.shape, self.dtype, memory.buf).copy()
        memory.close()
        memory.unlink()
        return nd.from_data(host, cpu()) if self.is_nd else host


def _pack(value: Any) -> Any:
    if isinstance(value, nd.NDArray | np.ndarray):
        host = value.asnumpy() if isinstance(value, nd.NDArray) else value
        if host.nbytes > _SHARE and not host.dtype.hasobject:
            return _Shared(host, isinstance(value, nd.NDArray))
        return value
    if isinstance(value, dict):
        return {k: _pack(v) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_pack(v) for v in value)
    return value


def _unpack(value: Any) -> Any:
    if isinstance(value, _Shared):
        return value.take()
    if isinstance(value, dict):
        return {k: _unpack(v) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_unpack(v) for v in value)
    return value
