"""Asynchronous execution on the CPU: an in-order queue served by one worker thread.

Operators run inline while the queue is empty and they are small; a large one goes to the queue, and so does all that
follows until the queue is empty again, so that program order is kept. Errors surface at the wait. CUDA streams are
the queue on a GPU. ``MXNET_ENGINE_TYPE=NaiveEngine`` makes everything synchronous.

Who submits waits where the queue is long: it holds the memory of all that it will fill, and a thread that never lets go
of Python's lock (R's) would leave the worker no time at all.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable

__all__ = ["AHEAD", "Job", "engine"]

AHEAD = 32  # jobs in the queue at most


class Job:
    """A piece of queued work; arrays that it will fill point to it."""

    __slots__ = ("done", "error", "work")

    def __init__(self, work: Callable[[], None]) -> None:
        self.work: Callable[[], None] | None = work
        self.done = threading.Event()
        self.error: BaseException | None = None

    def wait(self) -> None:
        self.done.wait()
        if self.error is not None:
            raise self.error


class Engine:
    """The queue. `idle` is a plain attribute so that the hot path reads it at no cost."""

    def __init__(self) -> None:
        self.idle = True
        self.synchronous = os.environ.get("MXNET_ENGINE_TYPE") == "NaiveEngine"
        self._jobs: deque[Job] = deque()
        self._cond = threading.Condition()
        self._thread: threading.Thread | None = None
        self._current: Job | None = None
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._settle, after_in_parent=self._go_on, after_in_child=self._restart)

    def _settle(self) -> None:
        """Before a fork: nothing is queued, and nothing can be until the child is there."""
        while True:
            self.drain()
            self._cond.acquire()
            if not self._jobs or self.on_worker():
                return
            self._cond.release()

    def _go_on(self) -> None:
        self._cond.release()

    def _restart(self) -> None:
        """In the child of a fork, which has none of the threads.

        After Python's own fork nothing is queued (`_settle`). A fork by other code (R's ``parallel``) may come in the
        middle of a job: what is left waits for `resume`. Queued work writes to nothing but its own outputs, so what was
        half done may be done again.
        """
        self._cond = threading.Condition()
        self._thread = None
        for job in self._jobs:
            job.done = threading.Event()
        if self._current is not None and self._current not in self._jobs:  # just done, its waiters not told yet
            self._current.done = threading.Event()
            self._current.done.set()
        self.idle = not self._jobs

    def resume(self) -> None:
        """Does at once what a fork by other code than Python left in the queue."""
        while self._jobs:
            job = self._jobs.popleft()
            self._perform(job)
            job.done.set()
        self.idle = True

    def submit(self, work: Callable[[], None]) -> Job:
        job = Job(work)
        if len(self._jobs) >= AHEAD and not self.on_worker():
            with self._cond:
                half = self._jobs[len(self._jobs) // 2] if self._jobs else None
            if half is not None:
                half.done.wait()
        with self._cond:
            self._jobs.append(job)
            self.idle = False
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="mxr-engine", daemon=True)
                self._thread.start()
            self._cond.notify()
        return job

    def on_worker(self) -> bool:
        return threading.current_thread() is self._thread

    def drain(self) -> None:
        """Returns when all queued work is done; its errors stay with their arrays."""
        if self.idle or self.on_worker():
            return
        with self._cond:
            last = self._jobs[-1] if self._jobs else None
        if last is not None:
            last.done.wait()

    def _serve(self) -> None:
        while True:
            with self._cond:
                while not self._jobs:
                    self._cond.wait()
                job = self._current = self._jobs[0]
            self._perform(job)
            with self._cond:
                self._jobs.popleft()
                if not self._jobs:
                    self.idle = True
            job.done.set()

    @staticmethod
    def _perform(job: Job) -> None:
        try:
            if job.work is not None:
                job.work()
        except BaseException as e:  # kept for the waiting thread, which raises it
            job.error = e
        job.work = None


engine = Engine()
