"""Where the replicas of a plan wait for each other in the middle of their calls, and go on or give up together."""

from __future__ import annotations

import ctypes
import functools
from typing import Any, NoReturn

import numpy as np

from ..core.threads import Stopped
from .native import Native, block_of
from .team import threads_in_machine_code

__all__ = ["Gathering"]

# Words of a gathering: whether it was given up, then functions of pthreads; the mutex and the condition.
_WORDS, _MUTEX, _CONDITION = 48, 16, 32
_FUNCTIONS = ("pthread_mutex_lock", "pthread_mutex_unlock", "pthread_cond_wait", "pthread_cond_broadcast")

# How often one looks before it sleeps, some 30 us.
_PATIENCE = 40_000

_PARTS = f"""
  %lock_at = getelementptr i64, ptr %g, i64 5
  %lock = load ptr, ptr %lock_at
  %unlock_at = getelementptr i64, ptr %g, i64 6
  %unlock = load ptr, ptr %unlock_at
  %wait_at = getelementptr i64, ptr %g, i64 7
  %wait = load ptr, ptr %wait_at
  %tell_at = getelementptr i64, ptr %g, i64 8
  %tell = load ptr, ptr %tell_at
  %mutex = getelementptr i64, ptr %g, i64 {_MUTEX}
  %condition = getelementptr i64, ptr %g, i64 {_CONDITION}
"""

_CODE = f"""
; Block: the gathering, how many come, [how many are there], [which time it is], how often to look before sleeping.
define i64 @gather(ptr %block) #0 {{
entry:
  %g = load ptr, ptr %block
{_PARTS}
  %count_at = getelementptr i64, ptr %block, i64 1
  %count = load i64, ptr %count_at
  %there_at = getelementptr i64, ptr %block, i64 2
  %time_at = getelementptr i64, ptr %block, i64 3
  %patience_at = getelementptr i64, ptr %block, i64 4
  %patience = load i64, ptr %patience_at
  %l1 = call i32 %lock(ptr %mutex)
  %given_up = load volatile i64, ptr %g
  %lost = icmp ne i64 %given_up, 0
  br i1 %lost, label %leave, label %come
come:
  %time = load volatile i64, ptr %time_at
  %before = load volatile i64, ptr %there_at
  %there = add i64 %before, 1
  %all = icmp eq i64 %there, %count
  br i1 %all, label %last, label %early
last:
  store volatile i64 0, ptr %there_at
  %next = add i64 %time, 1
  store volatile i64 %next, ptr %time_at
  %u1 = call i32 %unlock(ptr %mutex)
  %t1 = call i32 %tell(ptr %condition)
  ret i64 0
early:
  store volatile i64 %there, ptr %there_at
  %u2 = call i32 %unlock(ptr %mutex)
  br label %spin
spin:
  %k = phi i64 [ 0, %early ], [ %k1, %spin ]
  %seen = load volatile i64, ptr %time_at
  %changed = icmp ne i64 %seen, %time
  %k1 = add nuw nsw i64 %k, 1
  %tired = icmp uge i64 %k1, %patience
  %stop = or i1 %changed, %tired
  br i1 %stop, label %rest, label %spin
rest:
  %l2 = call i32 %lock(ptr %mutex)
  br label %look
look:
  %now = load volatile i64, ptr %time_at
  %done = icmp ne i64 %now, %time
  br i1 %done, label %go, label %ask
ask:
  %over = load volatile i64, ptr %g
  %lost2 = icmp ne i64 %over, 0
  br i1 %lost2, label %leave, label %sleep
sleep:
  %s = call i32 %wait(ptr %condition, ptr %mutex)
  br label %look
go:
  %u3 = call i32 %unlock(ptr %mutex)
  ret i64 0
leave:
  %u4 = call i32 %unlock(ptr %mutex)
  ret i64 1
}}

; Block: the gathering, a function, its block. Where that fails, nobody waits any more.
define i64 @guard(ptr %block) #0 {{
entry:
  %g = load ptr, ptr %block
{_PARTS}
  %function_at = getelementptr i64, ptr %block, i64 1
  %function = load ptr, ptr %function_at
  %own_at = getelementptr i64, ptr %block, i64 2
  %own = load ptr, ptr %own_at
  %status = call i64 %function(ptr %own)
  %good = icmp eq i64 %status, 0
  br i1 %good, label %out, label %bad
bad:
  %l = call i32 %lock(ptr %mutex)
  store volatile i64 1, ptr %g
  %u = call i32 %unlock(ptr %mutex)
  %t = call i32 %tell(ptr %condition)
  br label %out
out:
  ret i64 %status
}}
attributes #0 = {{ nounwind }}
"""


@functools.cache
def _code() -> tuple[int, int]:
    """Addresses of gather and guard; zeros where LLVM does not take them."""
    from ..core.faults import KernelFault, warn_once
    from .jit.engine import engine

    try:
        gather, guard = engine().compile(_CODE, ["gather", "guard"])
    except KernelFault as e:
        warn_once("the threads of plans", e)
        return 0, 0
    return gather, guard


class _Wait(Native):
    def failed(self, status: int) -> NoReturn:
        raise Stopped("it was given up, for another replica failed")


class _Guarded(Native):
    """A call whose failure ends the waiting of the others."""

    __slots__ = ("call",)

    def __init__(self, call: Any, gathering: Gathering) -> None:
        super().__init__(_code()[1], block_of(gathering.address, *call.native), (call, gathering))
        self.call = call

    def failed(self, status: int) -> NoReturn:
        self.call.failed(status)
        raise AssertionError("a call's `failed` did not raise")


class Gathering:
    """The places of a plan where its `count` replicas wait for each other."""

    def __init__(self, count: int) -> None:
        lib = ctypes.CDLL(None)
        self.count = count
        self._words = np.zeros(_WORDS, np.int64)
        self.address = self._words.ctypes.data
        self._words[5:9] = [int(ctypes.cast(getattr(lib, name), ctypes.c_void_p).value or 0) for name in _FUNCTIONS]
        lib.pthread_mutex_init(ctypes.c_void_p(self.address + 8 * _MUTEX), None)
        lib.pthread_cond_init(ctypes.c_void_p(self.address + 8 * _CONDITION), None)
        self.places: list[np.ndarray] = []
        self._end = Native(_code()[1], block_of(self.address, _failing(), 0))

    @staticmethod
    def possible() -> bool:
        """Whether there is what it takes: pthreads and generated code."""
        return threads_in_machine_code() and all(_code())

    def place(self) -> np.ndarray:
        """A new place to wait at: the block that all replicas' calls of `wait` share."""
        block = block_of(self.address, self.count, 0, 0, _PATIENCE)
        self.places.append(block)
        return block

    def wait(self, place: np.ndarray) -> Native:
        """The call that waits there until all have come."""
        return _Wait(_code()[0], place, self)

    def guarded(self, call: Any) -> Native:
        """`call`, whose failure ends the waiting of the others."""
        return _Guarded(call, self)

    def give_up(self) -> None:
        """Ends the waiting of all."""
        self._end._function(self._end._pointer)

    def reset(self) -> None:
        """As at the beginning, after a failure when nobody runs."""
        self._words[0] = 0
        for block in self.places:
            block[2] = 0


@functools.cache
def _failing() -> int:
    """The address of a function that does nothing but fail."""
    from .jit.engine import engine

    text = "define i64 @fail(ptr %block) {\n  ret i64 1\n}\n"
    return engine().compile(text, ["fail"])[0]
