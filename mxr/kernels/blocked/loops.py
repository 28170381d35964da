"""Loops over the windows of an :class:`.axis.Axis` in generated code."""

from __future__ import annotations

from typing import NamedTuple

from ..jit.builder import Builder, Val
from ..jit.tile import split
from .axis import Axis

__all__ = ["Taps", "band", "chunks", "taps_of"]


class Taps(NamedTuple):
    """Taps of an output: the first (None for 0), how many, whether there may be none."""

    low: Val | None
    trips: int | str
    perhaps: bool


def taps_of(b: Builder, axis: Axis, p: Val) -> Taps:
    """Those whose inputs are there, for output p."""
    if axis.inner == (0, axis.outs):
        return Taps(None, axis.taps, False)
    low, trips = _inside(b, axis.step, axis.apart, axis, p, b.const(0, "i64"), b.const(axis.taps, "i64"))
    return Taps(low, trips, axis.fewest == 0)


def band(b: Builder, axis: Axis, tap: Val, start: Val, rows: int) -> Taps:
    """The outputs of a band of `rows` from `start` on whose input at a tap is there."""
    if axis.inner == (0, axis.outs):
        return Taps(start, rows, False)
    low, trips = _inside(b, axis.apart, axis.step, axis, tap, start, b.add(start, b.const(rows, "i64")))
    return Taps(low, trips, rows < axis.outs or axis.fewest_outs == 0)


def _inside(b: Builder, fixed: int, moving: int, axis: Axis, index: Val, start: Val, end: Val) -> tuple[Val, str]:
    """The numbers j of start..end-1 with an input ``index*fixed + first + j*moving``: the first, how many."""

    def const(value: int) -> Val:
        return b.const(value, "i64")

    at = b.add(b.mul(index, const(fixed)), const(axis.first))
    low = b.op("sdiv", b.sub(const(moving - 1), at), const(moving))
    high = b.op("sdiv", b.sub(const(axis.size - 1 + moving), at), const(moving))
    low = b.call("llvm.smax", low, start)
    trips = b.sub(b.call("llvm.smin", high, end), low)
    return low, b.call("llvm.smax", trips, const(0)).ref


def chunks(axis: Axis, most: int) -> list[tuple[int, int, int]]:
    """The outputs cut into pieces of at most `most` (first, size, how many); those away from the borders share code."""
    first, end = axis.inner
    out = []
    for start, size, count in split(axis.outs, most):
        at = [start + k * size for k in range(count)]
        inner = [q for q in at if q >= first and q + size <= end]
        out += [(q, size, 1) for q in at if not inner or q < inner[0]]
        if inner:
            out.append((inner[0], size, len(inner)))
            out += [(q, size, 1) for q in at if q > inner[-1]]
    return out
