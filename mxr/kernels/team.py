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
from .block_text import ATTRIBUTES, words
from .native import Native, block_of, prototype
from .routines import built, routine
from .waiting import PATIENCE, made, reached

__all__ = ["Meeting", "meeting", "threads_in_machine_code"]

# Words of a worker: ticket asked for, ticket done, function (null when it has begun), block, status. It waits for the
# first condition, who asked it for the second one. Only "done" is looked at without the mutex, by one who takes it
# before going on: what the worker wrote is seen then on CPUs that reorder writes, too.
_WORKER = ("asked@", "done@", "function@", "block@", "status@")

CODE = f"""
define i64 @serve(ptr %w) #0 {{
entry:
{reached("w", *_WORKER)}  br label %next
next:
  %l1 = call i32 %w.lock(ptr %w.mutex)
  br label %look
look:
  %asked = load volatile i64, ptr %w.asked.at
  %done = load volatile i64, ptr %w.done.at
  %idle = icmp eq i64 %asked, %done
  br i1 %idle, label %sleep, label %work
sleep:
  %s = call i32 %w.wait(ptr %w.first, ptr %w.mutex)
  br label %look
work:
  %function = load volatile ptr, ptr %w.function.at
  %block = load volatile ptr, ptr %w.block.at
  store volatile ptr null, ptr %w.function.at
  %u1 = call i32 %w.unlock(ptr %w.mutex)
  %status = call i64 %function(ptr %block)
  %l2 = call i32 %w.lock(ptr %w.mutex)
  store volatile i64 %status, ptr %w.status.at
  store atomic volatile i64 %asked, ptr %w.done.at monotonic, align 8
  %u2 = call i32 %w.unlock(ptr %w.mutex)
  %t = call i32 %w.tell(ptr %w.second)
  br label %next
}}

; Who asked does himself, after his own part, what a worker has not begun: it may be long until that gets a core.
; Block: number of workers, pointers to them, own function, own block, [own status], (function, block) for each worker,
; how often to look for the end of a worker before going to sleep.
define i64 @meet(ptr %block) #0 {{
entry:
{words("count", "workers*", "own*", "mine*", "own_status@", "jobs*", "patience")}  br label %ask
ask:
  %i = phi i64 [ 0, %entry ], [ %i1, %ask ]
  %w_at = getelementptr ptr, ptr %workers, i64 %i
  %w = load ptr, ptr %w_at
{reached("w", *_WORKER)}  %job = getelementptr {{ ptr, ptr }}, ptr %jobs, i64 %i
  %job_block_at = getelementptr ptr, ptr %job, i64 1
  %function = load ptr, ptr %job
  %job_block = load ptr, ptr %job_block_at
  %l1 = call i32 %w.lock(ptr %w.mutex)
  store volatile ptr %function, ptr %w.function.at
  store volatile ptr %job_block, ptr %w.block.at
  %old = load volatile i64, ptr %w.asked.at
  %new = add i64 %old, 1
  store volatile i64 %new, ptr %w.asked.at
  %u1 = call i32 %w.unlock(ptr %w.mutex)
  %s = call i32 %w.tell(ptr %w.first)
  %i1 = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %i1, %count
  br i1 %more, label %ask, label %work
work:
  %own_status = call i64 %own(ptr %mine)
  store i64 %own_status, ptr %own_status.at
  br label %join
join:
  %j = phi i64 [ 0, %work ], [ %j1, %told ]
  %all = phi i64 [ %own_status, %work ], [ %all1, %told ]
  %v_at = getelementptr ptr, ptr %workers, i64 %j
  %v = load ptr, ptr %v_at
{reached("v", *_WORKER)}  %l0 = call i32 %v.lock(ptr %v.mutex)
  %left = load volatile ptr, ptr %v.function.at
  %begun = icmp eq ptr %left, null
  br i1 %begun, label %wait, label %take
take:
  %argument = load volatile ptr, ptr %v.block.at
  store volatile ptr null, ptr %v.function.at
  %ticket = load volatile i64, ptr %v.asked.at
  store atomic volatile i64 %ticket, ptr %v.done.at monotonic, align 8
  %u0 = call i32 %v.unlock(ptr %v.mutex)
  %result = call i64 %left(ptr %argument)
  store volatile i64 %result, ptr %v.status.at
  br label %told
wait:
  %u3 = call i32 %v.unlock(ptr %v.mutex)
  br label %spin
spin:
  %k = phi i64 [ 0, %wait ], [ %k1, %spin ]
  %wanted = load volatile i64, ptr %v.asked.at
  %has = load atomic volatile i64, ptr %v.done.at monotonic, align 8
  %there = icmp eq i64 %wanted, %has
  %k1 = add nuw nsw i64 %k, 1
  %tired = icmp uge i64 %k1, %patience
  %stop = or i1 %there, %tired
  br i1 %stop, label %rest, label %spin
rest:
  %l2 = call i32 %v.lock(ptr %v.mutex)
  br label %look
look:
  %asked = load volatile i64, ptr %v.asked.at
  %done = load volatile i64, ptr %v.done.at
  %ready = icmp eq i64 %asked, %done
  br i1 %ready, label %joined, label %sleep
sleep:
  %z = call i32 %v.wait(ptr %v.second, ptr %v.mutex)
  br label %look
joined:
  %status = load volatile i64, ptr %v.status.at
  %u2 = call i32 %v.unlock(ptr %v.mutex)
  br label %told
told:
  %theirs = phi i64 [ %status, %joined ], [ %result, %take ]
  %all1 = or i64 %all, %theirs
  %j1 = add nuw nsw i64 %j, 1
  %again = icmp ult i64 %j1, %count
  br i1 %again, label %join, label %end
end:
  ret i64 %all1
}}
{ATTRIBUTES}"""


def threads_in_machine_code() -> bool:
    """Whether pthreads and generated code are to be had and wanted."""
    return os.name == "posix" and bool(routine("walk"))


@functools.cache
def _code() -> list[int]:
    """Addresses of serve and meet; zeros where LLVM does not take them."""
    return built(CODE, ("serve", "meet"), "the threads of plans")


class _Worker:
    """A thread in `serve`, and its words, which stay as long as the process: it may wake when Python is gone."""

    def __init__(self) -> None:
        self.words = made()
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.words))
        self.address = self.words.ctypes.data
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
        # workers of the last run, their addresses, the block for them, and where it lies
        self._ready: tuple[list[_Worker], np.ndarray, np.ndarray, int] | None = None

    def __call__(self) -> list[tuple[int, int]]:
        """Number and status of each call that failed."""
        with _lock:
            workers = [_idle.pop() if _idle else _Worker() for _ in self.calls[1:]]
            ready, self._ready = self._ready, None  # its block is ours until then
        if ready is None or ready[0] != workers:
            pointers = np.array([w.address for w in workers], np.int64)
            block = block_of(
                len(workers), pointers.ctypes.data, *self.calls[0].native, 0, self._jobs.ctypes.data, PATIENCE
            )  # fmt: skip
            ready = workers, pointers, block, block.ctypes.data
        block = ready[2]
        block[4] = 0
        found: list[tuple[int, int]] = []
        if self._function(ready[3]):
            statuses = [int(block[4]), *(int(w.words[4]) for w in workers)]
            found = [(i, s) for i, s in enumerate(statuses) if s]
        with _lock:
            _idle.extend(reversed(workers))
            self._ready = ready
        return found


def meeting(calls: Sequence[Any]) -> Meeting | None:
    """The calls as one, where all of them are machine code and threads can be had."""
    if len(calls) > 1 and all(getattr(c, "native", None) for c in calls) and threads_in_machine_code() and all(_code()):
        return Meeting(calls)
    return None
