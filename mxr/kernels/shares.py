"""Shares of one call on the threads of OpenMP's pool, the one that oneDNN's primitives use.

For single calls, recurrent layers, and training that cannot be split over the batch: another pool beside that of oneDNN
would fight with it for the cores, as its threads wait in a loop between primitives. (Prediction has a `crew`.)
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Sequence

import numpy as np

from ..core.threads import default_threads
from . import jit_enabled, onednn_enabled
from .block_text import ATTRIBUTES, words
from .native import Native, block_of
from .routines import built

__all__ = ["Shares", "addresses_of_shares", "most_shares", "possible", "shared"]

# Block: GOMP_parallel, omp_get_thread_num, omp_get_num_threads, number of shares, their table (function, block).
# A thread takes every so many-th share as there are threads, for there may be fewer than shares.
_CODE = f"""
define void @part(ptr %block) #0 {{
entry:
{words("parallel@", "number*", "count*", "shares", "table*")}  %own = call i32 %number()
  %all = call i32 %count()
  %first = sext i32 %own to i64
  %step = sext i32 %all to i64
  br label %look
look:
  %i = phi i64 [ %first, %entry ], [ %next, %run ]
  %more = icmp ult i64 %i, %shares
  br i1 %more, label %run, label %end
run:
  %row = getelementptr {{ ptr, ptr }}, ptr %table, i64 %i
  %function = load ptr, ptr %row
  %argument_at = getelementptr ptr, ptr %row, i64 1
  %argument = load ptr, ptr %argument_at
  %status = call i64 %function(ptr %argument)
  %next = add i64 %i, %step
  br label %look
end:
  ret void
}}

define i64 @shares(ptr %block) #0 {{
  %parallel = load ptr, ptr %block
  call void %parallel(ptr @part, ptr %block, i32 0, i32 0)
  ret i64 0
}}
{ATTRIBUTES}"""


@functools.cache
def addresses_of_shares() -> tuple[int, ...]:
    """The compiled function and those of OpenMP that it calls; empty where they are not to be had."""
    from .onednn.library import library

    try:
        found = [getattr(library().dll, n) for n in ("GOMP_parallel", "omp_get_thread_num", "omp_get_num_threads")]
    except AttributeError:
        return ()
    (code,) = built(_CODE, ("shares",), "calls that are shared by threads")
    return (code, *(int(ctypes.cast(f, ctypes.c_void_p).value or 0) for f in found)) if code else ()


def possible() -> bool:
    """Whether there is a pool to share a call with."""
    return onednn_enabled() and jit_enabled() and bool(addresses_of_shares())


def most_shares() -> int:
    """How many threads may share a call that the calling thread makes: as many as a library's primitive may have."""
    n = default_threads()
    return n if n > 1 and possible() else 1


class Shares(Native):
    """Calls that cannot fail, run at the same time by the threads of OpenMP's pool.

    threads, held : what a table has to see to, as for primitives of oneDNN.
    """

    __slots__ = ("held", "threads")

    def __init__(self, calls: Sequence[Native], name: str) -> None:
        code, *functions = addresses_of_shares()
        rows = np.array([c.native for c in calls], np.int64)
        super().__init__(code, block_of(*functions, len(rows), rows.ctypes.data), (rows, *calls), name)
        self.threads, self.held = len(rows), True

    def __call__(self) -> None:
        from .onednn.signals import held_back
        from .onednn.threads import use

        with use(self.threads):
            held_back(lambda: self._function(self._pointer))()


def shared(calls: Sequence[Native], name: str) -> Native:
    """The calls as one, which are shared by threads."""
    return calls[0] if len(calls) == 1 else Shares(calls, name)
