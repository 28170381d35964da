"""Threads that run machine code: calls of several replicas at the same time, in one foreign call.

A worker waits in machine code on a condition variable (it costs nothing and does not hold the GIL), runs the function
that it is told, says so, and waits again. Waking it takes some microseconds, a tenth of what a thread of Python takes.
"""

from __future__ import annotations

import ctypes
import functools
import os
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import locks
from ..core.threads import as_worker
from .native import Native, block_of, prototype
from .routines import routine

__all__ = ["Meeting", "meeting", "threads_in_machine_code"]

# Words of a worker: ticket asked for, ticket done, function, block, status, then the functions of pthreads; then the
# mutex, the condition "asked", the condition "done", each with far more room than any platform needs.
_WORDS, _MUTEX, _ASKED, _DONE = 64, 16, 32, 48
# The thread that waits for the others looks so often before it sleeps, some 30 us: their shares take about as long as
# its own, and to wake a core that sleeps takes as long.
PATIENCE = 40_000

_FUNCTIONS = ("pthread_mutex_lock", "pthread_mutex_unlock", "pthread_cond_wait", "pthread_cond_signal")

CODE = f"""
define i64 @serve(ptr %w) #0 {{
entry:
  %lock_at = getelementptr i64, ptr %w, i64 5
  %lock = load ptr, ptr %lock_at
  %unlock_at = getelementptr i64, ptr %w, i64 6
  %unlock = load ptr, ptr %unlock_at
  %wait_at = getelementptr i64, ptr %w, i64 7
  %wait = load ptr, ptr %wait_at
  %signal_at = getelementptr i64, ptr %w, i64 8
  %signal = load ptr, ptr %signal_at
  %mutex = getelementptr i64, ptr %w, i64 {_MUTEX}
  %asked_there = getelementptr i64, ptr %w, i64 {_ASKED}
  %done_there = getelementptr i64, ptr %w, i64 {_DONE}
  %done_at = getelementptr i64, ptr %w, i64 1
  %function_at = getelementptr i64, ptr %w, i64 2
  %block_at = getelementptr i64, ptr %w, i64 3
  %status_at = getelementptr i64, ptr %w, i64 4
  br label %next
next:
  %l1 = call i32 %lock(ptr %mutex)
  br label %look
look:
  %asked = load volatile i64, ptr %w
  %done = load volatile i64, ptr %done_at
  %idle = icmp eq i64 %asked, %done
  br i1 %idle, label %sleep, label %work
sleep:
  %s = call i32 %wait(ptr %asked_there, ptr %mutex)
  br label %look
work:
  %function = load volatile ptr, ptr %function_at
  %block = load volatile ptr, ptr %block_at
  %u1 = call i32 %unlock(ptr %mutex)
  %status = call i64 %function(ptr %block)
  %l2 = call i32 %lock(ptr %mutex)
  store volatile i64 %status, ptr %status_at
  store volatile i64 %asked, ptr %done_at
  %u2 = call i32 %unlock(ptr %mutex)
  %t = call i32 %signal(ptr %done_there)
  br label %next
}}

; Block: number of workers, pointers to them, own function, own block, [own status], (function, block) for each worker,
; how often to look for the end of a worker before going to sleep.
define i64 @meet(ptr %block) #0 {{
entry:
  %count = load i64, ptr %block
  %workers_at = getelementptr i64, ptr %block, i64 1
  %workers = load ptr, ptr %workers_at
  %own_at = getelementptr i64, ptr %block, i64 2
  %own = load ptr, ptr %own_at
  %mine_at = getelementptr i64, ptr %block, i64 3
  %mine = load ptr, ptr %mine_at
  %own_status_at = getelementptr i64, ptr %block, i64 4
  %jobs_at = getelementptr i64, ptr %block, i64 5
  %jobs = load ptr, ptr %jobs_at
  %patience_at = getelementptr i64, ptr %block, i64 6
  %patience = load i64, ptr %patience_at
  br label %ask
ask:
  %i = phi i64 [ 0, %entry ], [ %i1, %ask ]
  %w_at = getelementptr ptr, ptr %workers, i64 %i
  %w = load ptr, ptr %w_at
  %lock_at = getelementptr i64, ptr %w, i64 5
  %lock = load ptr, ptr %lock_at
  %unlock_at = getelementptr i64, ptr %w, i64 6
  %unlock = load ptr, ptr %unlock_at
  %signal_at = getelementptr i64, ptr %w, i64 8
  %signal = load ptr, ptr %signal_at
  %mutex = getelementptr i64, ptr %w, i64 {_MUTEX}
  %asked_there = getelementptr i64, ptr %w, i64 {_ASKED}
  %job = getelementptr {{ ptr, ptr }}, ptr %jobs, i64 %i
  %job_block_at = getelementptr ptr, ptr %job, i64 1
  %function = load ptr, ptr %job
  %job_block = load ptr, ptr %job_block_at
  %l1 = call i32 %lock(ptr %mutex)
  %function_at = getelementptr i64, ptr %w, i64 2
  store volatile ptr %function, ptr %function_at
  %block_at = getelementptr i64, ptr %w, i64 3
  store volatile ptr %job_block, ptr %block_at
  %old = load volatile i64, ptr %w
  %new = add i64 %old, 1
  store volatile i64 %new, ptr %w
  %u1 = call i32 %unlock(ptr %mutex)
  %s = call i32 %signal(ptr %asked_there)
  %i1 = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %i1, %count
  br i1 %more, label %ask, label %work
work:
  %own_status = call i64 %own(ptr %mine)
  store i64 %own_status, ptr %own_status_at
  br label %join
join:
  %j = phi i64 [ 0, %work ], [ %j1, %joined ]
  %all = phi i64 [ %own_status, %work ], [ %all1, %joined ]
  %v_at = getelementptr ptr, ptr %workers, i64 %j
  %v = load ptr, ptr %v_at
  %vlock_at = getelementptr i64, ptr %v, i64 5
  %vlock = load ptr, ptr %vlock_at
  %vunlock_at = getelementptr i64, ptr %v, i64 6
  %vunlock = load ptr, ptr %vunlock_at
  %vwait_at = getelementptr i64, ptr %v, i64 7
  %vwait = load ptr, ptr %vwait_at
  %vmutex = getelementptr i64, ptr %v, i64 {_MUTEX}
  %done_there = getelementptr i64, ptr %v, i64 {_DONE}
  %done_at = getelementptr i64, ptr %v, i64 1
  br label %spin
spin:
  %k = phi i64 [ 0, %join ], [ %k1, %spin ]
  %wanted = load volatile i64, ptr %v
  %has = load volatile i64, ptr %done_at
  %there = icmp eq i64 %wanted, %has
  %k1 = add nuw nsw i64 %k, 1
  %tired = icmp uge i64 %k1, %patience
  %stop = or i1 %there, %tired
  br i1 %stop, label %rest, label %spin
rest:
  %l2 = call i32 %vlock(ptr %vmutex)
  br label %look
look:
  %asked = load volatile i64, ptr %v
  %done = load volatile i64, ptr %done_at
  %ready = icmp eq i64 %asked, %done
  br i1 %ready, label %joined, label %sleep
sleep:
  %z = call i32 %vwait(ptr %done_there, ptr %vmutex)
  br label %look
joined:
  %status_at = getelementptr i64, ptr %v, i64 4
  %status = load volatile i64, ptr %status_at
  %u2 = call i32 %vunlock(ptr %vmutex)
  %all1 = or i64 %all, %status
  %j1 = add nuw nsw i64 %j, 1
  %again = icmp ult i64 %j1, %count
  br i1 %again, label %join, label %end
end:
  ret i64 %all1
}}
attributes #0 = {{ nounwind }}
"""


def threads_in_machine_code() -> bool:
    """Whether pthreads and generated code are to be had and wanted."""
    return os.name == "posix" and bool(routine("walk"))


@functools.cache
def _code() -> tuple[int, int]:
    """Addresses of serve and meet; zeros where LLVM does not take them."""
    from ..core.faults import KernelFault, warn_once
    from .jit.engine import engine

    try:
        serve, meet = engine().compile(CODE, ["serve", "meet"])
    except KernelFault as e:
        warn_once("the threads of plans", e)
        return 0, 0
    return serve, meet


@functools.cache
def _pthreads() -> list[int]:
    lib = ctypes.CDLL(None)
    return [int(ctypes.cast(getattr(lib, name), ctypes.c_void_p).value or 0) for name in _FUNCTIONS]


class _Worker:
    """A thread in `serve`, and its words, which stay as long as the process: it may wake when Python is gone."""

    def __init__(self) -> None:
        words = self.words = np.zeros(_WORDS, np.int64)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(words))
        self.address = words.ctypes.data
        words[5:9] = _pthreads()
        lib = ctypes.CDLL(None)
        lib.pthread_mutex_init(ctypes.c_void_p(self.address + 8 * _MUTEX), None)
        for condition in (_ASKED, _DONE):
            lib.pthread_cond_init(ctypes.c_void_p(self.address + 8 * condition), None)
        threading.Thread(target=self._serve, name="mxr-team", daemon=True).start()

    @as_worker
    def _serve(self) -> None:
        prototype(_code()[0])(self.address)


_idle: list[_Worker] = []
_lock = locks.lock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)


class Meeting:
    """Bound calls in machine code that run at the same time, the first of them on the calling thread."""

    def __init__(self, calls: Sequence[Native]) -> None:
        self.calls = list(calls)
        self._jobs = np.array([c.native for c in calls[1:]], np.int64)
        self._function = prototype(_code()[1])

    def __call__(self) -> list[tuple[int, int]]:
        """Number and status of each call that failed."""
        with _lock:
            workers = [_idle.pop() if _idle else _Worker() for _ in self.calls[1:]]
        pointers = np.array([w.address for w in workers], np.int64)
        block = block_of(
            len(workers), pointers.ctypes.data, *self.calls[0].native, 0, self._jobs.ctypes.data, PATIENCE
        )  # fmt: skip
        found: list[tuple[int, int]] = []
        if self._function(block.ctypes.data):
            statuses = [int(block[4]), *(int(w.words[4]) for w in workers)]
            found = [(i, s) for i, s in enumerate(statuses) if s]
        with _lock:
            _idle.extend(reversed(workers))
        return found


def meeting(calls: Sequence[Any]) -> Meeting | None:
    """The calls as one, where all of them are machine code and threads can be had."""
    if len(calls) > 1 and all(getattr(c, "native", None) for c in calls) and threads_in_machine_code() and all(_code()):
        return Meeting(calls)
    return None
