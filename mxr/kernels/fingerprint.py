"""Whether memory changed: a 64-bit fingerprint at the memory's own speed.

A word enters a lane by h = (h ^ w) * K, then h ^= h >> 32: one to one in h and in w. So one changed word always shows;
several do not with a chance of 2^-64, for changes of the kind that programs make (signs, rows, zeros) as for others.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import jit_enabled
from .native import Native

__all__ = ["Fingerprints"]

_LANES = 8  # 64-bit ones; vectors of them are as wide as LLVM makes them
_CHAINS = 4
_K = -7046029254386353131  # 2^64 / golden ratio, odd


def _text() -> str:
    """``int64 mxr_fingerprint(int64 *block)``: block is [count, table], the table [address, bytes, result] each."""
    v = f"<{_LANES} x i64>"
    step = 8 * _LANES * _CHAINS

    def splat(n: int) -> str:
        return "<" + ", ".join([f"i64 {n}"] * _LANES) + ">"

    def mixed(name: str, h: str, w: str, kind: str, k: str, shift: str) -> str:
        return (
            f"  %{name}x = xor {kind} {h}, {w}\n  %{name}m = mul {kind} %{name}x, {k}\n"
            f"  %{name}s = lshr {kind} %{name}m, {shift}\n  %{name} = xor {kind} %{name}m, %{name}s\n"
        )

    seeds = ["<" + ", ".join(f"i64 {(c * _LANES + i + 1) * 0x1B873593}" for i in range(_LANES)) + ">"
             for c in range(_CHAINS)]  # fmt: skip
    phis = "".join(f"  %h{c} = phi {v} [ {seeds[c]}, %item ], [ %n{c}, %wide ]\n" for c in range(_CHAINS))
    body = "".join(
        f"  %p{c} = getelementptr i8, ptr %at, i64 {c * 8 * _LANES}\n  %w{c} = load {v}, ptr %p{c}, align 1\n"
        + mixed(f"n{c}", f"%h{c}", f"%w{c}", v, splat(_K), splat(32))
        for c in range(_CHAINS)
    )
    ends = "".join(f"  %e{c} = phi {v} [ {seeds[c]}, %item ], [ %n{c}, %wide ]\n" for c in range(_CHAINS))
    fold, last = "", "%bytes"
    for c in range(_CHAINS):
        for i in range(_LANES):
            fold += f"  %l{c}_{i} = extractelement {v} %e{c}, i32 {i}\n"
            fold += mixed(f"f{c}_{i}", last, f"%l{c}_{i}", "i64", str(_K), "32")
            last = f"%f{c}_{i}"
    return f"""define i64 @mxr_fingerprint(ptr %block) {{
entry:
  %count = load i64, ptr %block
  %tp = getelementptr i64, ptr %block, i64 1
  %table = load ptr, ptr %tp
  %some = icmp sgt i64 %count, 0
  br i1 %some, label %item, label %exit
item:
  %k = phi i64 [ 0, %entry ], [ %k1, %done ]
  %row = mul i64 %k, 3
  %rp = getelementptr i64, ptr %table, i64 %row
  %address = load ptr, ptr %rp
  %bp = getelementptr i64, ptr %rp, i64 1
  %bytes = load i64, ptr %bp
  %out = getelementptr i64, ptr %rp, i64 2
  %blocks = udiv i64 %bytes, {step}
  %any = icmp sgt i64 %blocks, 0
  br i1 %any, label %wide, label %folded
wide:
  %i = phi i64 [ 0, %item ], [ %i1, %wide ]
{phis}  %offset = mul i64 %i, {step}
  %at = getelementptr i8, ptr %address, i64 %offset
{body}  %i1 = add i64 %i, 1
  %more = icmp slt i64 %i1, %blocks
  br i1 %more, label %wide, label %folded
folded:
{ends}{fold}  %start = mul i64 %blocks, {step}
  %tail = icmp slt i64 %start, %bytes
  br i1 %tail, label %byte, label %done
byte:
  %j = phi i64 [ %start, %folded ], [ %j1, %byte ]
  %g = phi i64 [ {last}, %folded ], [ %gn, %byte ]
  %jp = getelementptr i8, ptr %address, i64 %j
  %b = load i32, ptr %jp, align 1
  %bw = zext i32 %b to i64
{mixed("gn", "%g", "%bw", "i64", str(_K), "32")}  %j1 = add i64 %j, 4
  %again = icmp slt i64 %j1, %bytes
  br i1 %again, label %byte, label %done
done:
  %result = phi i64 [ {last}, %folded ], [ %gn, %byte ]
  store i64 %result, ptr %out
  %k1 = add i64 %k, 1
  %next = icmp slt i64 %k1, %count
  br i1 %next, label %item, label %exit
exit:
  ret i64 0
}}
"""


@functools.cache
def _address() -> int:
    from .jit.engine import engine

    return engine().compile(_text(), ["mxr_fingerprint"])[0]


class Fingerprints:
    """Of several arrays of 4-byte elements; `call()` gives a list with one value each, equal while the bytes are.

    Without generated kernels the value is a copy of the bytes: exact, for small arrays.
    """

    def __init__(self, arrays: Sequence[np.ndarray]) -> None:
        self.arrays = list(arrays)
        self._run: Native | None = None
        if jit_enabled() and arrays:
            self._table = np.zeros((len(arrays), 3), np.int64)
            for row, x in zip(self._table, arrays):
                row[:2] = x.ctypes.data, x.nbytes
            block = np.array([len(arrays), self._table.ctypes.data], np.int64)
            self._run = Native(_address(), block, (self.arrays, self._table), "fingerprint")

    @property
    def fast(self) -> bool:
        """Whether large arrays may be given."""
        return self._run is not None

    def __call__(self) -> list[Any]:
        if self._run is None:
            return [x.tobytes() for x in self.arrays]
        self._run()
        return self._table[:, 2].tolist()
