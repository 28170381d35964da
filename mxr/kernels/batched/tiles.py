"""Correlations along one axis, and register tiles: how many results are held in registers at a time."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from ..jit.builder import Val
from .code import Code

__all__ = ["Axis", "Run", "bounds", "column_runs", "data_axes", "forward_axis", "tile"]

#: Products that straight-line code of one kernel's inner loops may have before larger code counts against a tile.
MUCH_CODE = 1500


class Axis(NamedTuple):
    """One spatial axis of a correlation over `size` places.

    Result i of `results` lies at ``start + i*stride``; it is the sum over t of `taps` of the input at
    ``i*step + first + t*hop`` times weight ``tap0 + t*dtap``, as far as that place is one of the input.
    """

    size: int
    results: int
    step: int
    taps: int
    first: int
    hop: int
    tap0: int
    dtap: int
    start: int = 0
    stride: int = 1

    @property
    def inside(self) -> bool:
        """Whether all taps of all results are places of the input."""
        return not self.taps or (self.first >= 0 and self.last(self.results - 1) < self.size)

    def place(self, i: int, t: int) -> int:
        return i * self.step + self.first + t * self.hop

    def last(self, i: int) -> int:
        """The input place of the last tap of a result."""
        return self.place(i, self.taps - 1)

    def valid(self, i: int) -> list[int]:
        """The taps of result i that are places of the input."""
        return [t for t in range(self.taps) if 0 <= self.place(i, t) < self.size]


def forward_axis(size: int, kernel: int, stride: int, dilate: int, pad: int) -> Axis:
    count = (size + 2 * pad - dilate * (kernel - 1) - 1) // stride + 1
    return Axis(size, count, stride, kernel, -pad, dilate, 0, 1)


def data_axes(size: int, kernel: int, stride: int, dilate: int, pad: int) -> list[Axis]:
    """The gradient of `size` places: one correlation with the gradient of the result for each place modulo stride."""
    given = forward_axis(size, kernel, stride, dilate, pad).results
    g = math.gcd(stride, dilate)
    found = []
    for phase in range(min(stride, size)):
        hits = [k for k in range(kernel - 1, -1, -1) if (phase + pad - k * dilate) % stride == 0]
        count = -(-(size - phase) // stride)
        first = (phase + pad - hits[0] * dilate) // stride if hits else 0
        tap0 = hits[0] if hits else 0
        found.append(Axis(given, count, 1, len(hits), first, dilate // g, tap0, -(stride // g), phase, stride))
    return found


def bounds(code: Code, axis: Axis, i: Val, high: int = 1, r: int = 0) -> tuple[Val, Val]:
    """The first tap inside of the input for result ``i*high + r``, and how many there are."""

    def c(value: int) -> Val:
        return code.const(value, "i64")

    base = code.add(code.mul(i, c(axis.step * high)), c(r * axis.step + axis.first))
    before = code.call("llvm.smax", code.neg(base), c(0))
    lo = code.op("udiv", code.add(before, c(axis.hop - 1)), c(axis.hop))
    room = code.call("llvm.smax", code.sub(c(axis.size - 1 + axis.hop), base), c(0))
    hi = code.call("llvm.smin", code.op("udiv", room, c(axis.hop)), c(axis.taps))
    return lo, code.call("llvm.smax", code.sub(hi, lo), c(0))


class Run(NamedTuple):
    """Tiles of `width` places next to each other from `start` on: `trips` of them in a loop, or one (trips 0).

    Tiles in a loop have all their taps inside of the input.
    """

    start: int
    width: int
    trips: int


@lru_cache(maxsize=4096)
def column_runs(axis: Axis, places: int, width: int, pooled: int) -> list[Run]:
    """`places` windows of `pooled` results each, in tiles of `width` windows."""
    runs: list[Run] = []
    for start in range(0, places, width):
        n = min(width, places - start)
        first, last = start * pooled, (start + n) * pooled - 1
        inner = n == width and axis.place(first, 0) >= 0 and axis.last(last) < axis.size
        if inner and runs and runs[-1].trips:
            runs[-1] = runs[-1]._replace(trips=runs[-1].trips + 1)
        else:
            runs.append(Run(start, n, int(inner)))
    return [r._replace(trips=0) if r.trips == 1 else r for r in runs]


@lru_cache(maxsize=4096)
def tile(registers: int, outs: int, axis: Axis, places: int, high: int, pooled: int) -> tuple[int, int]:
    """(output channels, windows of `high` x `pooled` results) of a tile, by an estimate of its cycles.

    A tap costs a product per result, at two a cycle, and loads, two a cycle too: one of each place that is read and
    one of each channel's weight. Less than 8 products in flight wait for each other.
    """
    best = None
    for no in range(1, min(outs, 12) + 1):
        for q in range(1, min(places, 16) + 1):
            p = q * high * pooled
            if no * p + p + 1 > registers and (no, q) != (1, 1):
                continue
            cost, code = 0.0, 0
            for run in column_runs(axis, places, q, pooled):
                range_ = range(run.start * pooled, (run.start + run.width) * pooled)
                valid = [axis.valid(i) for i in range_]
                used = {axis.place(i, t) for i, taps in zip(range_, valid) for t in taps}
                products = high * sum(map(len, valid))
                loads = high * (len(used) if axis.step == 1 else products)
                for n, times in ((no, outs // no), (outs % no, 1)):
                    if n and times:
                        cycles = max(n * products / 2, (axis.taps * n + loads) / 2 + 2, 4.0 * axis.taps)
                        cost += cycles * times * max(1, run.trips)
                        code += n * products
            key = (cost * (1 + 0.02 * code / MUCH_CODE + (code > MUCH_CODE) * (code / MUCH_CODE - 1)), -no * p)
            if best is None or key < best[0]:
                best = (key, (no, q))
    assert best is not None
    return best[1]
