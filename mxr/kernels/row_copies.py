"""Rows of an array by number, as loaders take a shuffled batch: each row is asked for while earlier ones are copied.

Rows that lie anywhere wait for the memory one after the other; asked for ahead, 128 images of 28 x 28 out of 12,800
take 20 us instead of NumPy's 32.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.threads import is_forked
from . import jit_enabled
from .block_text import ATTRIBUTES, words
from .buffers import address
from .native import prototype
from .routines import built

__all__ = ["rows_of"]

_LEAST, _MOST = 256, 16384  # bytes of a row: below NumPy is as fast, above the CPU sees by itself what comes next
_AHEAD = 6144  # bytes

# Block: result, table, numbers of the rows (int64, in range), their number, bytes of a row, how many rows ahead.
_TEXT = f"""
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
define i64 @row_copies(ptr %block) #0 {{
entry:
{words("dst*", "src*", "index*", "n", "bytes", "ahead")}  %last = sub i64 %n, 1
  %whole = and i64 %bytes, -64
  br label %row
row:
  %i = phi i64 [ 0, %entry ], [ %i.next, %end ]
  %later = add i64 %i, %ahead
  %in = icmp ult i64 %later, %n
  %next = select i1 %in, i64 %later, i64 %last
  %k.at = getelementptr i64, ptr %index, i64 %i
  %next.at = getelementptr i64, ptr %index, i64 %next
  %k = load i64, ptr %k.at
  %k.later = load i64, ptr %next.at
  %k.off = mul i64 %k, %bytes
  %later.off = mul i64 %k.later, %bytes
  %i.off = mul i64 %i, %bytes
  %from = getelementptr i8, ptr %src, i64 %k.off
  %wanted = getelementptr i8, ptr %src, i64 %later.off
  %to = getelementptr i8, ptr %dst, i64 %i.off
  br label %line
line:
  %b = phi i64 [ 0, %row ], [ %b.next, %line ]
  %ask = getelementptr i8, ptr %wanted, i64 %b
  call void @llvm.prefetch.p0(ptr %ask, i32 0, i32 3, i32 1)
  %from.b = getelementptr i8, ptr %from, i64 %b
  %to.b = getelementptr i8, ptr %to, i64 %b
  %x = load <64 x i8>, ptr %from.b, align 1
  store <64 x i8> %x, ptr %to.b, align 1
  %b.next = add i64 %b, 64
  %more = icmp ult i64 %b.next, %whole
  br i1 %more, label %line, label %rest
rest:
  %r = phi i64 [ %whole, %line ], [ %r.next, %one ]
  %left = icmp ult i64 %r, %bytes
  br i1 %left, label %one, label %end
one:
  %from.r = getelementptr i8, ptr %from, i64 %r
  %to.r = getelementptr i8, ptr %to, i64 %r
  %y = load i8, ptr %from.r
  store i8 %y, ptr %to.r
  %r.next = add i64 %r, 1
  br label %rest
end:
  %i.next = add i64 %i, 1
  %again = icmp ult i64 %i.next, %n
  br i1 %again, label %row, label %out
out:
  ret i64 0
}}
"""


@functools.cache
def _function() -> Callable[..., Any] | None:
    (code,) = built(_TEXT + ATTRIBUTES, ["row_copies"], "rows by number")
    return prototype(code) if code else None


def rows_of(table: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """``table.take(rows, axis=0)``: a fresh array, contiguous. `rows` are in range, none below 0."""
    n = len(rows)
    size = table.nbytes // (len(table) or 1)
    if (
        n > 2
        and _LEAST <= size <= _MOST
        and rows.dtype == np.int64
        and table.flags.c_contiguous
        and rows.flags.c_contiguous
        and not table.dtype.hasobject
        and jit_enabled()
        and not is_forked()  # a worker process would compile it, and this gains it little
    ):
        run = _function()
        if run is not None:
            out = np.empty((n, *table.shape[1:]), table.dtype)
            block = (ctypes.c_int64 * 6)(address(out), address(table), address(rows), n, size, -(-_AHEAD // size))
            run(ctypes.addressof(block))
            return out
    return table.take(rows, axis=0)
