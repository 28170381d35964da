"""Workers that make batches ahead: threads, or forked processes that hand batches over in shared memory."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import random
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
                    yield future.result(self._timeout)
                except FutureTimeout:
                    raise MXNetError(f"DataLoader: a worker took longer than {self._timeout} s for a batch") from None

        return results()

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
                raise MXNetError(f"DataLoader: a worker took longer than {self._timeout} s for a batch")
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
                    kind, value = self._collect(waiting.popleft())
                    if kind == "error":
                        raise value
                    more()
                    yield value
            finally:
                self._forget(waiting)

        return results()

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
    np.random.seed(seed & 0xFFFFFFFF)
    random.seed(seed)
    while True:
        try:
            indices = pipe.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        try:
            answer = _pack(("ok", make(indices)))
        except KeyboardInterrupt:
            return
        except BaseException as e:
            text = f"DataLoader: a worker failed\n{traceback.format_exc()}"
            answer = ("error", _as_error(e, text))
        try:
            pipe.send(answer)
        except (OSError, KeyboardInterrupt):
            return
        except Exception as e:  # what batchify_fn made cannot be pickled
            pipe.send(("error", MXNetError(f"DataLoader: a batch cannot be sent by a worker: {e}")))


def _as_error(e: BaseException, text: str) -> MXNetError:
    """An error that is both MXNetError and of the worker's own kind, where that survives pickling."""
    for base in (IndexError, KeyError, TypeError, ValueError):
        if isinstance(e, base):
            return _KINDS[base](text)
    return MXNetError(text)


class _IndexError(MXNetError, IndexError):
    pass


class _KeyError(MXNetError, KeyError):
    __str__ = Exception.__str__


class _TypeError(MXNetError, TypeError):
    pass


class _ValueError(MXNetError, ValueError):
    pass


_KINDS: dict[type, type[MXNetError]] = {
    IndexError: _IndexError, KeyError: _KeyError, TypeError: _TypeError, ValueError: _ValueError,
}  # fmt: skip


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
