"""C functions of no particular shape, written as LLVM IR: they walk tables, call oneDNN and move data (`move_code`).

All have the form ``int64 f(int64 *block)`` (see `native`) and are compiled together, once.
"""

from __future__ import annotations

import functools
import signal
from typing import Any

from ..core.faults import KernelFault, warn_once
from . import jit_enabled, move_code

__all__ = ["compiled", "routine", "routines"]

# Block: rows (function, block), their number, [the row that failed], [its status], then: pthread_sigmask or 0, the set
# of all signals, omp_get_max_threads or 0, omp_set_num_threads, the number of threads, where the most allowed stands.
_WALK = f"""
define i64 @walk(ptr %block) #0 {{
entry:
  %before = alloca [128 x i8], align 8
  %rows = load ptr, ptr %block
  %count_at = getelementptr i64, ptr %block, i64 1
  %count = load i64, ptr %count_at
  %mask_at = getelementptr i64, ptr %block, i64 4
  %mask = load ptr, ptr %mask_at
  %every_at = getelementptr i64, ptr %block, i64 5
  %every = load ptr, ptr %every_at
  %holds = icmp ne ptr %mask, null
  br i1 %holds, label %hold, label %threads
hold:
  %held = call i32 %mask(i32 {int(getattr(signal, "SIG_BLOCK", 0))}, ptr %every, ptr %before)
  br label %threads
threads:
  %get_at = getelementptr i64, ptr %block, i64 6
  %get = load ptr, ptr %get_at
  %set_at = getelementptr i64, ptr %block, i64 7
  %set = load ptr, ptr %set_at
  %counts = icmp ne ptr %get, null
  br i1 %counts, label %look, label %start
look:
  %have = call i32 %get()
  %wish_at = getelementptr i64, ptr %block, i64 8
  %wish = load i64, ptr %wish_at
  %most_at = getelementptr i64, ptr %block, i64 9
  %most_ptr = load ptr, ptr %most_at
  %most = load i64, ptr %most_ptr
  %less = icmp ult i64 %wish, %most
  %allowed = select i1 %less, i64 %wish, i64 %most
  %want = trunc i64 %allowed to i32
  %differs = icmp ne i32 %have, %want
  br i1 %differs, label %change, label %start
change:
  call void %set(i32 %want)
  br label %start
start:
  %changed = phi i1 [ false, %threads ], [ false, %look ], [ true, %change ]
  %old = phi i32 [ 0, %threads ], [ 0, %look ], [ %have, %change ]
  br label %row
row:
  %i = phi i64 [ 0, %start ], [ %next, %good ]
  %at = getelementptr {{ ptr, ptr }}, ptr %rows, i64 %i
  %function = load ptr, ptr %at
  %own_at = getelementptr ptr, ptr %at, i64 1
  %own = load ptr, ptr %own_at
  %status = call i64 %function(ptr %own)
  %done = icmp eq i64 %status, 0
  br i1 %done, label %good, label %bad
good:
  %next = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %row, label %end
bad:
  %failed_at = getelementptr i64, ptr %block, i64 2
  store i64 %i, ptr %failed_at
  %status_at = getelementptr i64, ptr %block, i64 3
  store i64 %status, ptr %status_at
  br label %end
end:
  %result = phi i64 [ 0, %good ], [ 1, %bad ]
  br i1 %changed, label %back, label %free
back:
  call void %set(i32 %old)
  br label %free
free:
  br i1 %holds, label %release, label %out
release:
  %released = call i32 %mask(i32 {int(getattr(signal, "SIG_SETMASK", 2))}, ptr %before, ptr null)
  br label %out
out:
  ret i64 %result
}}
"""

# Block: dnnl_primitive_execute, primitive, stream, number of arguments, arguments.
_EXECUTE = """
define i64 @execute(ptr %block) #0 {
  %primitive_at = getelementptr i64, ptr %block, i64 1
  %stream_at = getelementptr i64, ptr %block, i64 2
  %count_at = getelementptr i64, ptr %block, i64 3
  %args_at = getelementptr i64, ptr %block, i64 4
  %function = load ptr, ptr %block
  %primitive = load ptr, ptr %primitive_at
  %stream = load ptr, ptr %stream_at
  %count = load i64, ptr %count_at
  %n = trunc i64 %count to i32
  %args = load ptr, ptr %args_at
  %status = call i32 %function(ptr %primitive, ptr %stream, i32 %n, ptr %args)
  %wide = sext i32 %status to i64
  ret i64 %wide
}
"""


_OWN = ("walk", "execute")
_ATTRIBUTES = "attributes #0 = { nounwind }\n"


@functools.cache
def routines() -> dict[str, int]:
    """Addresses by name; empty, with one warning, where LLVM does not take them."""
    from .jit.engine import engine

    try:
        return compiled(engine())
    except KernelFault as e:
        warn_once("the tables of plans", e)
        return {}


def compiled(engine: Any) -> dict[str, int]:
    """Addresses by name, made by this engine."""
    names = [*_OWN, *move_code.NAMES]
    return dict(zip(names, engine.compile("\n".join((_WALK, _EXECUTE, move_code.source(), _ATTRIBUTES)), names)))


def routine(name: str) -> int:
    """The address of a routine, 0 where generated code is not to be had or not wanted."""
    return routines().get(name, 0) if jit_enabled() else 0
