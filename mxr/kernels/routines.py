"""C functions of no particular shape, written as LLVM IR: they walk tables, call oneDNN and move data (`move_code`).

All have the form ``int64 f(int64 *block)`` (see `native`) and are compiled together, once.
"""

from __future__ import annotations

import functools
import signal
from collections.abc import Sequence
from typing import Any

from ..core.faults import KernelFault, warn_once
from . import jit_enabled, move_code
from .block_text import ATTRIBUTES, words

__all__ = ["built", "compiled", "routine", "routines"]

# Block: rows (function, block), their number, [the row that failed], [its status], then: pthread_sigmask or 0, the set
# of all signals, omp_get_max_threads or 0, omp_set_num_threads, the number of threads, where the most allowed stands.
_BLOCK = words("rows*", "count", "failed@", "how@", "mask*", "every*", "get*", "set*", "wish", "most_ptr*")
_WALK = f"""
define i64 @walk(ptr %block) #0 {{
entry:
  %before = alloca [128 x i8], align 8
{_BLOCK}  %holds = icmp ne ptr %mask, null
  br i1 %holds, label %hold, label %threads
hold:
  %held = call i32 %mask(i32 {int(getattr(signal, "SIG_BLOCK", 0))}, ptr %every, ptr %before)
  br label %threads
threads:
  %counts = icmp ne ptr %get, null
  br i1 %counts, label %look, label %start
look:
  %have = call i32 %get()
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
  store i64 %i, ptr %failed.at
  store i64 %status, ptr %how.at
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
_EXECUTE = f"""
define i64 @execute(ptr %block) #0 {{
{words("function*", "primitive*", "stream*", "count", "args*")}  %n = trunc i64 %count to i32
  %status = call i32 %function(ptr %primitive, ptr %stream, i32 %n, ptr %args)
  %wide = sext i32 %status to i64
  ret i64 %wide
}}
"""

_NAMES = ["walk", "execute", *move_code.NAMES]


def _source() -> str:
    return "\n".join((_WALK, _EXECUTE, move_code.source(), ATTRIBUTES))


def built(text: str, names: Sequence[str], what: str) -> list[int]:
    """Addresses of the functions of a text; zeros, with one warning that names `what`, where LLVM does not take it."""
    from .jit.engine import engine

    try:
        return engine().compile(text, list(names))
    except KernelFault as e:
        warn_once(what, e)
        return [0] * len(names)


@functools.cache
def routines() -> dict[str, int]:
    return dict(zip(_NAMES, built(_source(), _NAMES, "the tables of plans")))


def compiled(engine: Any) -> dict[str, int]:
    """Addresses of the routines by name, made by this engine."""
    return dict(zip(_NAMES, engine.compile(_source(), _NAMES)))


def routine(name: str) -> int:
    """The address of a routine, 0 where generated code is not to be had or not wanted."""
    return routines()[name] if jit_enabled() else 0
