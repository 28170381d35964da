"""A crew: threads that go through a list of bound calls together, for a plan that cannot be split over the batch.

Large calls are cut into parts that touch different results (`Shared`); whoever comes takes the next part that nobody
has, beginning at an own place, so that a thread finds in its cache what it made before. Nobody goes on to the next call
before all parts of this one are done; calls between that are not cut are one part. So threads are woken once for a
whole plan, one that gets no core in time holds nobody up but with the part that it has begun, and who takes which part
makes no difference to the results.

Waiting for the last parts, a thread looks for about as long as a part takes; then it sleeps.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any

import numpy as np

from ..core import locks, threads
from .block_text import ATTRIBUTES, words
from .native import Native, block_of
from .routines import built, routine
from .table import Table, walk_block
from .team import Meeting, meeting, threads_in_machine_code
from .waiting import made, reached

__all__ = ["Crew", "Shared", "members", "possible", "recruited", "shared"]

# How often to look before sleeping, some 100 us.
PATIENCE = 120_000

_LINE = 8  # words of a line of the cache
# Words of a step: its claims, its parts (function, block), how many; in a line of its own how many are done.
_STEP, _DONE = 2 * _LINE, _LINE

# The crew's own words: whether a part failed, of which step, which one, its status; how many sleep.
_HELD = reached("g", "failed@", "step@", "part@", "how@", "asleep@")

# Block: the words to wait by, steps, their number, number of this thread, of threads, how often to look, which run it
# is. Claims and counts of what is done only grow, by 1 or by the number of parts with each run.
_CODE = f"""
define i64 @crew(ptr %block) #0 {{
entry:
{words("g*", "steps*", "count", "rank", "threads", "patience", "run")}{_HELD}  %before = sub i64 %run, 1
  br label %step
step:
  %s = phi i64 [ 0, %entry ], [ %s1, %together ]
  %off = mul i64 %s, {_STEP}
  %at = getelementptr i64, ptr %steps, i64 %off
  %claims = load ptr, ptr %at
  %parts_at = getelementptr i64, ptr %at, i64 1
  %parts = load ptr, ptr %parts_at
  %n_at = getelementptr i64, ptr %at, i64 2
  %n = load i64, ptr %n_at
  %done_at = getelementptr i64, ptr %at, i64 {_DONE}
  %all = mul i64 %run, %n
  %share = mul i64 %rank, %n
  %own = udiv i64 %share, %threads
  br label %look
look:
  %k = phi i64 [ 0, %step ], [ %k1, %on ]
  %far = add i64 %own, %k
  %over = icmp uge i64 %far, %n
  %less = sub i64 %far, %n
  %i = select i1 %over, i64 %less, i64 %far
  %claim = getelementptr i64, ptr %claims, i64 %i
  %state = load atomic i64, ptr %claim monotonic, align 8
  %free = icmp eq i64 %state, %before
  br i1 %free, label %try, label %on
try:
  %pair = cmpxchg ptr %claim, i64 %before, i64 %run acq_rel monotonic
  %mine = extractvalue {{ i64, i1 }} %pair, 1
  br i1 %mine, label %work, label %on
work:
  %part = getelementptr {{ ptr, ptr }}, ptr %parts, i64 %i
  %function = load ptr, ptr %part
  %argument_at = getelementptr ptr, ptr %part, i64 1
  %argument = load ptr, ptr %argument_at
  %status = call i64 %function(ptr %argument)
  %good = icmp eq i64 %status, 0
  br i1 %good, label %count_it, label %bad
count_it:
  %had = atomicrmw add ptr %done_at, i64 1 seq_cst
  %has = add i64 %had, 1
  %last = icmp eq i64 %has, %all
  br i1 %last, label %ended, label %on
ended:
  %asleep = load atomic i64, ptr %g.asleep.at seq_cst, align 8
  %nobody = icmp eq i64 %asleep, 0
  br i1 %nobody, label %together, label %wake
wake:
  %l1 = call i32 %g.lock(ptr %g.mutex)
  %u1 = call i32 %g.unlock(ptr %g.mutex)
  %t1 = call i32 %g.tell(ptr %g.first)
  br label %together
on:
  %k1 = add nuw nsw i64 %k, 1
  %more = icmp ult i64 %k1, %n
  br i1 %more, label %look, label %spin
spin:
  %z = phi i64 [ 0, %on ], [ %z1, %again ]
  %seen = load atomic i64, ptr %done_at acquire, align 8
  %there = icmp uge i64 %seen, %all
  br i1 %there, label %together, label %again
again:
  %z1 = add nuw nsw i64 %z, 1
  %tired = icmp uge i64 %z1, %patience
  br i1 %tired, label %rest, label %spin
rest:
  %l2 = call i32 %g.lock(ptr %g.mutex)
  %a1 = atomicrmw add ptr %g.asleep.at, i64 1 seq_cst
  br label %ask
ask:
  %now = load atomic i64, ptr %done_at seq_cst, align 8
  %ready = icmp uge i64 %now, %all
  %lost = load atomic i64, ptr %g.failed.at seq_cst, align 8
  %given_up = icmp ne i64 %lost, 0
  %stop = or i1 %ready, %given_up
  br i1 %stop, label %awake, label %sleep
sleep:
  %w = call i32 %g.wait(ptr %g.first, ptr %g.mutex)
  br label %ask
awake:
  %a2 = atomicrmw sub ptr %g.asleep.at, i64 1 seq_cst
  %u2 = call i32 %g.unlock(ptr %g.mutex)
  br i1 %ready, label %together, label %out
together:
  %s1 = add nuw nsw i64 %s, 1
  %next = icmp ult i64 %s1, %count
  br i1 %next, label %step, label %out
bad:
  %l3 = call i32 %g.lock(ptr %g.mutex)
  %earlier = load atomic i64, ptr %g.failed.at seq_cst, align 8
  %first = icmp eq i64 %earlier, 0
  br i1 %first, label %note, label %tell
note:
  store i64 %s, ptr %g.step.at
  store i64 %i, ptr %g.part.at
  store i64 %status, ptr %g.how.at
  store atomic i64 1, ptr %g.failed.at seq_cst, align 8
  br label %tell
tell:
  %u3 = call i32 %g.unlock(ptr %g.mutex)
  %t3 = call i32 %g.tell(ptr %g.first)
  br label %out
out:
  %result = phi i64 [ 0, %together ], [ 1, %awake ], [ 1, %tell ]
  ret i64 %result
}}
{ATTRIBUTES}"""


@functools.cache
def _code() -> int:
    """The address of the function of a thread; 0 where LLVM does not take it."""
    return built(_CODE, ["crew"], "threads that share the calls of a plan")[0]


def possible() -> bool:
    """Whether there is what it takes: pthreads and generated code."""
    return threads_in_machine_code() and bool(_code())


# ---- who compiles for how many
_local = local()


@contextmanager
def recruited(count: int) -> Iterator[None]:
    """What is compiled here may cut its calls for so many threads; libraries get one thread then."""
    if count < 2:
        yield
        return
    before = members()
    _local.members = count
    try:
        with threads.alone():
            yield
    finally:
        _local.members = before


def members() -> int:
    """The threads of the crew that will run what the calling thread compiles; 1 where there is none."""
    return getattr(_local, "members", 1)


# ---- calls
class Shared(Native):
    """A call in stages after each other, each in parts that may run at the same time, in any order.

    Called by itself it recruits a crew of its own; as a row of a table other than a `Crew` it runs on one thread.

    Attributes
    ----------
    stages : bound calls; those of one stage touch nothing that another one of it writes.
    members : for how many threads they were cut.
    """

    __slots__ = ("_crew", "members", "stages")

    def __init__(self, stages: Sequence[Sequence[Native]], count: int, name: str) -> None:
        self.stages, self.members = stages, count
        parts = [c for stage in stages for c in stage]
        rows = np.array([c.native for c in parts], np.int64)
        super().__init__(routine("walk"), walk_block(rows), (rows, *parts), name)
        self._crew: Crew | None = None

    def __call__(self) -> None:
        if self._crew is None:  # of a twin: no cycle, so that its buffers go with the last reference
            self._crew = Crew([Shared(self.stages, self.members, self.name)])
        self._crew()


def shared(name: str, *stages: Sequence[Native]) -> Native:
    """Stages of parts as one call for the crew that is compiled for."""
    return stages[0][0] if len(stages) == len(stages[0]) == 1 else Shared(stages, members(), name)


class Crew(Table):
    """A table some of whose calls are `Shared`; as a row of another table it runs on one thread.

    Attributes
    ----------
    steps : what comes after each other: (parts, the call that they belong to); calls that are not shared are one part.
    """

    __slots__ = ("_blocks", "_busy", "_claims", "_counts", "_lost", "_meeting", "_words", "steps")

    def __init__(self, calls: Sequence[Any]) -> None:
        super().__init__(calls)
        self.steps: list[tuple[Sequence[Any], Any]] = []
        self._meeting: Meeting | None = None
        self._lost: Any = None
        self._busy = locks.lock()

    def _recruit(self) -> Meeting | None:
        between: list[Any] = []
        for call in (*self.calls, None):
            if call is not None and not isinstance(call, Shared):
                between.append(call)
                continue
            if between:
                one = Table(between)  # of one call, too: it sees to what that needs
                self.steps.append(([one], one))
                between = []
            if call is not None:
                self.steps += [(parts, call) for parts in call.stages]
        jobs = np.array([p.native for parts, _ in self.steps for p in parts], np.int64)
        self._claims = np.zeros(len(jobs), np.int64)
        room = np.zeros(_STEP * len(self.steps) + _LINE, np.int64)
        first = -(room.ctypes.data // 8) % _LINE
        self._counts = room[first : first + _STEP * len(self.steps)].reshape(-1, _STEP)
        at = 0
        for row, (parts, _) in zip(self._counts, self.steps):
            row[:3] = self._claims[at:].ctypes.data, jobs[at:].ctypes.data, len(parts)
            at += len(parts)
        self._words = made()
        count = max(c.members for c in self.calls if isinstance(c, Shared))
        head = self._words.ctypes.data, self._counts.ctypes.data, len(self.steps)
        self._blocks = [block_of(*head, rank, count, PATIENCE, 0) for rank in range(count)]
        return meeting([Native(_code(), block, (jobs, room)) for block in self._blocks])

    def __call__(self) -> None:
        self._lost = None
        if threads.plan_threads() < 2 or not self._busy.acquire(False):
            super().__call__()
            return
        try:
            if not self.steps:
                self._meeting = self._recruit()
            if self._meeting is None:
                super().__call__()
            else:
                self._together(self._meeting)
        finally:
            self._busy.release()

    def _together(self, run: Meeting) -> None:
        if self._words[0]:  # some parts of the last run were not done
            self._claims[:] = 0
            self._counts[:, _DONE] = 0
            self._words[0] = 0
        number = int(self._claims[0]) + 1
        for block in self._blocks:
            block[-1] = number
        if run():
            step, part, status = (int(w) for w in self._words[1:4])
            parts, self._lost = self.steps[step]
            parts[part].failed(status)

    @property
    def culprit(self) -> Any:
        """The call that failed in the last run that did."""
        return super().culprit if self._lost is None else self._lost
