"""Convolution of each channel by itself (as many groups as channels): forward, and both gradients.

Weights are packed as [C/V][KH][KW][V]; everything is multiplied lane by lane, so what counts is how often data is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..jit.builder import Builder, Val
from ..jit.shuffle import deinterleave
from ..jit.tile import Place, Tile, argument, load, store
from .axis import Axis
from .loops import Taps, band, chunks, taps_of
from .sums import limited

__all__ = ["DepthSums", "DepthWeights", "pack", "unpack"]

_PLACES = 8  # of a tile
_CHAINS = 4  # sums side by side for one weight


@dataclass(frozen=True)
class DepthSums:
    """Results of `n` images of `channels` along the axes `h` and `w`, as :class:`.sums.Sums` has them."""

    n: int
    channels: int
    h: Axis
    w: Axis
    lanes: int
    bias: bool = False
    relu: bool = False
    most: float = math.inf

    @property
    def step(self) -> int:
        return 4 * self.lanes

    @property
    def blocks(self) -> int:
        return -(-self.channels // self.lanes)

    def emit(self, b: Builder, x: Place, w: Place, y: Place, bias: Place | None = None) -> None:
        h, axis, step = self.h, self.w, self.step
        x_plane, y_plane = h.size * axis.size * step, h.out_size * axis.out_size * step
        with b.loop(self.n) as n:
            x, y = x.along(n, self.blocks * x_plane), y.along(n, self.blocks * y_plane)
            whole, rest = divmod(self.channels, self.lanes)
            for first, count, valid in ((0, whole, 0), (whole, int(rest > 0), rest)):
                if not count:
                    continue
                with b.loop(count) as c:
                    start = b.const(0, "f32", self.lanes)
                    if bias is not None:
                        start = load(bias.by(first * step).along(c, step), self.lanes, valid)
                    weights = w.by(first * h.slots * axis.slots * step).along(c, h.slots * axis.slots * step)
                    self._plane(
                        b,
                        x.by(first * x_plane).along(c, x_plane),
                        weights,
                        y.by(first * y_plane).along(c, y_plane),
                        start,
                    )

    def _plane(self, b: Builder, x: Place, w: Place, y: Place, start: Val) -> None:
        h, axis, step = self.h, self.w, self.step
        line = axis.size * step
        with b.loop(h.outs) as p:
            taps = taps_of(b, h, p)
            row = x.along(p, h.step * line).by(h.first * line)
            to = y.by(h.out_first * axis.out_size * step).along(p, h.out_step * axis.out_size * step)
            for q, size, count in chunks(axis, _PLACES):
                with b.loop(count) as i:
                    tile = Tile(b, size, 1, self.lanes)
                    tile.start(lambda r, v: start)
                    here = row.by((q * axis.step + axis.first) * step).along(i, size * axis.step * step)
                    if h.taps and axis.taps:
                        self._window(
                            tile, here, w, taps, [[axis.at(q + r, k) for r in range(size)] for k in range(axis.taps)]
                        )
                    tile.each(lambda r, v, value: limited(b, value, self.relu, self.most))
                    out = to.by((axis.out_first + q * axis.out_step) * step).along(i, size * axis.out_step * step)
                    tile.store(lambda r, v, out=out: out.by(r * axis.out_step * step))  # type: ignore[misc]

    def _window(self, tile: Tile, x: Place, w: Place, taps: Taps, there: list[list[int | None]]) -> None:
        b, h, axis, step = tile.b, self.h, self.w, self.step
        weights = w.by((h.slot * axis.slots + axis.slot) * step)
        with tile.loop(taps.trips, taps.perhaps) as j:
            tap = j if taps.low is None else b.add(j, taps.low)
            line, row = x.along(tap, h.apart * axis.size * step), weights.along(tap, h.turn * axis.slots * step)
            for k, inputs in enumerate(there):
                if all(i is None for i in inputs):
                    continue
                weight = load(row.by(k * axis.turn * step), self.lanes)
                for r, i in enumerate(inputs):
                    if i is not None:
                        value = load(line.by((k * axis.apart + r * axis.step) * step), self.lanes)
                        tile.acc[r, 0] = b.fma(value, weight, tile.acc[r, 0])


@dataclass(frozen=True)
class DepthWeights:
    """The gradient of the weights of the forward convolution `s`; block: x, dy, packed gradient."""

    s: DepthSums

    def emit(self, b: Builder) -> None:
        s, step = self.s, self.s.step
        x, dy, dw = (argument(b, i) for i in range(3))
        h, axis = s.h, s.w
        with b.loop(s.blocks) as c, b.loop(h.taps) as tap:
            x_c, y_c = x.along(c, h.size * axis.size * step), dy.along(c, h.outs * axis.outs * step)
            out = dw.along(c, h.slots * axis.slots * step).along(tap, axis.slots * step)
            rows = band(b, h, tap, b.const(0, "i64"), h.outs)
            assert rows.low is not None
            x_row = x_c.along(tap, h.apart * axis.size * step).by(h.first * axis.size * step)
            x_row = x_row.along(rows.low, h.step * axis.size * step)
            y_row = y_c.along(rows.low, axis.outs * step)
            total = Tile(b, 1, axis.taps, s.lanes)
            total.zero()
            with total.loop(s.n) as n:
                x_n, y_n = (
                    x_row.along(n, s.blocks * h.size * axis.size * step),
                    y_row.along(n, s.blocks * h.outs * axis.outs * step),
                )
                tile = Tile(b, _CHAINS, axis.taps, s.lanes)
                tile.zero()
                with tile.loop(rows.trips, rows.perhaps) as p:
                    self._row(tile, x_n.along(p, h.step * axis.size * step), y_n.along(p, axis.outs * step))
                for k in range(axis.taps):
                    for r in range(_CHAINS):
                        total.acc[0, k] = b.add(total.acc[0, k], tile.acc[r, k])
            total.store(lambda r, v: out.by(v * step))

    def _row(self, tile: Tile, x: Place, dy: Place) -> None:
        b, axis, step = tile.b, self.s.w, self.s.step
        for q, size, count in chunks(axis, _CHAINS):
            with tile.loop(count) as i:
                here = x.by((q * axis.step + axis.first) * step).along(i, size * axis.step * step)
                heads = dy.by(q * step).along(i, size * step)
                for r in range(size):
                    head = load(heads.by(r * step), tile.lanes)
                    for k in range(axis.taps):
                        if axis.at(q + r, k) is not None:
                            value = load(here.by((r * axis.step + k * axis.apart) * step), tile.lanes)
                            tile.acc[r, k] = b.fma(head, value, tile.acc[r, k])


def pack(channels: int, taps: int, lanes: int) -> Callable[[Builder], None]:
    """The function of a block (weights (C, 1, KH, KW), packed)."""

    def emit(b: Builder) -> None:
        w, packed = argument(b, 0), argument(b, 1)
        whole, rest = divmod(channels, lanes)
        zero = b.const(0, "f32", lanes)
        size = 4 * lanes * taps
        for first, count, left in ((0, whole, lanes), (whole, int(rest > 0), rest)):
            if not count:
                continue
            with b.loop(count) as c:
                source, target = w.by(first * size).along(c, size), packed.by(first * size).along(c, size)
                if taps > 25:
                    _gather(source, target, left, taps, lanes)
                    continue
                valid = [max(0, min(lanes, left * taps - k * lanes)) for k in range(taps)]
                parts = [load(source.by(k * lanes * 4), lanes, m) if m else zero for k, m in enumerate(valid)]
                for t, value in enumerate(deinterleave(b, parts)):
                    store(target.by(t * 4 * lanes), value)

    return emit


def _gather(source: Place, target: Place, left: int, taps: int, lanes: int) -> None:
    b = source.b
    with b.loop(taps) as t:
        value = b.const(0, "f32", lanes)
        for j in range(left):
            one = load(source.along(t, 4).by(j * taps * 4), 1)
            text = f"insertelement <{lanes} x float> {value.ref}, float {one.ref}, i64 {j}"
            value = b.pure(text, "f32", lanes, b.depth)
        store(target.along(t, 4 * lanes), value)


def unpack(channels: int, taps: int, lanes: int) -> Callable[[Builder], None]:
    """The function of a block (packed, weights)."""

    def emit(b: Builder) -> None:
        packed, w = argument(b, 0), argument(b, 1)
        whole, rest = divmod(channels, lanes)
        size = 4 * lanes * taps
        for first, count, left in ((0, whole, lanes), (whole, int(rest > 0), rest)):
            if not count:
                continue
            with b.loop(count) as c, b.loop(taps) as t:
                value = load(packed.by(first * size).along(c, size).along(t, 4 * lanes), lanes)
                to = w.by(first * size).along(c, size).along(t, 4)
                for j in range(left):
                    one = b.pure(f"extractelement <{lanes} x float> {value.ref}, i64 {j}", "f32", 1, b.depth)
                    store(to.by(j * taps * 4), one)

    return emit
