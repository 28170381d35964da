"""Where the replicas of a plan wait for each other in the middle of their calls, and go on or give up together."""

from __future__ import annotations

import functools
from typing import Any, NoReturn

import numpy as np

from ..core.threads import Stopped
from .block_text import ATTRIBUTES, words
from .native import Native, block_of
from .routines import built
from .team import threads_in_machine_code
from .waiting import PATIENCE, made, reached

__all__ = ["Gathering"]

_HELD = reached("g", "given_up@")  # the one word of a gathering, and the first condition

_CODE = f"""
; Block: the gathering, how many come, [how many are there], [which time it is], how often to look before sleeping.
; The time is looked at without the mutex by one who takes it before going on, and so sees what all others wrote.
define i64 @gather(ptr %block) #0 {{
entry:
{words("g*", "count", "there@", "time@", "patience")}{_HELD}  %l1 = call i32 %g.lock(ptr %g.mutex)
  %given_up = load volatile i64, ptr %g.given_up.at
  %lost = icmp ne i64 %given_up, 0
  br i1 %lost, label %leave, label %come
come:
  %time = load volatile i64, ptr %time.at
  %before = load volatile i64, ptr %there.at
  %there = add i64 %before, 1
  %all = icmp eq i64 %there, %count
  br i1 %all, label %last, label %early
last:
  store volatile i64 0, ptr %there.at
  %next = add i64 %time, 1
  store atomic volatile i64 %next, ptr %time.at monotonic, align 8
  %u1 = call i32 %g.unlock(ptr %g.mutex)
  %t1 = call i32 %g.tell(ptr %g.first)
  ret i64 0
early:
  store volatile i64 %there, ptr %there.at
  %u2 = call i32 %g.unlock(ptr %g.mutex)
  br label %spin
spin:
  %k = phi i64 [ 0, %early ], [ %k1, %spin ]
  %seen = load atomic volatile i64, ptr %time.at monotonic, align 8
  %changed = icmp ne i64 %seen, %time
  %k1 = add nuw nsw i64 %k, 1
  %tired = icmp uge i64 %k1, %patience
  %stop = or i1 %changed, %tired
  br i1 %stop, label %rest, label %spin
rest:
  %l2 = call i32 %g.lock(ptr %g.mutex)
  br label %look
look:
  %now = load volatile i64, ptr %time.at
  %done = icmp ne i64 %now, %time
  br i1 %done, label %go, label %ask
ask:
  %over = load volatile i64, ptr %g.given_up.at
  %lost2 = icmp ne i64 %over, 0
  br i1 %lost2, label %leave, label %sleep
sleep:
  %s = call i32 %g.wait(ptr %g.first, ptr %g.mutex)
  br label %look
go:
  %u3 = call i32 %g.unlock(ptr %g.mutex)
  ret i64 0
leave:
  %u4 = call i32 %g.unlock(ptr %g.mutex)
  ret i64 1
}}

; Block: the gathering, a function, its block. Where that fails, nobody waits any more.
define i64 @guard(ptr %block) #0 {{
entry:
{words("g*", "function*", "own*")}{_HELD}  %status = call i64 %function(ptr %own)
  %good = icmp eq i64 %status, 0
  br i1 %good, label %out, label %bad
bad:
  %l = call i32 %g.lock(ptr %g.mutex)
  store volatile i64 1, ptr %g.given_up.at
  %u = call i32 %g.unlock(ptr %g.mutex)
  %t = call i32 %g.tell(ptr %g.first)
  br label %out
out:
  ret i64 %status
}}

; Fails, and that is all.
define i64 @fail(ptr %block) #0 {{
  ret i64 1
}}
{ATTRIBUTES}"""


@functools.cache
def _code() -> list[int]:
    """Addresses of gather, guard and fail; zeros where LLVM does not take them."""
    return built(_CODE, ("gather", "guard", "fail"), "the threads of plans")


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
        self.count = count
        self._words = made()
        self.address = self._words.ctypes.data
        self.places: list[np.ndarray] = []
        self._end = Native(_code()[1], block_of(self.address, _code()[2], 0))

    @staticmethod
    def possible() -> bool:
        """Whether there is what it takes: pthreads and generated code."""
        return threads_in_machine_code() and all(_code())

    def place(self) -> np.ndarray:
        """A new place to wait at: the block that all replicas' calls of `wait` share."""
        block = block_of(self.address, self.count, 0, 0, PATIENCE)
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
