"""Pooling of arrays in blocks of channels: maximum, mean and sum, forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..jit.builder import Builder, Val
from ..jit.engine import Engine
from ..jit.tile import Place, Tile, argument, load, store
from .axis import Axis
from .function import Function, compiled
from .loops import Taps, chunks, taps_of

__all__ = ["Pool"]

_LOWEST = -3.4028234663852886e38  # what the declaration pads with
_ROW = 4  # taps of a row up to which they are written out


@dataclass(frozen=True)
class Pool:
    """Windows over `planes` planes, each of one image and one block of channels.

    kind : "max", "sum" or "avg". counts : windows of a mean count padding, up to its edge.
    pads : zeros after the data, up to which a mean counts, for h and w.
    """

    planes: int
    h: Axis
    w: Axis
    lanes: int
    kind: str
    counts: bool = True
    pads: tuple[int, int] = (0, 0)

    # ---- the functions of a block
    def forward(self, b: Builder) -> None:
        """Block: x, y."""
        x, y = argument(b, 0), argument(b, 1)

        def window(x: Place, y: Place, p: Val, taps: Taps, q: int, size: int, i: Val, count: int) -> None:
            tile = Tile(b, size, 1, self.lanes)
            tile.start(lambda r, v: b.const(_LOWEST if self.kind == "max" else 0, "f32", self.lanes))
            step = self.w.step * self.x_w

            def tap(at: Place, there: list[bool]) -> None:
                for r in range(size):
                    if there[r]:
                        value, old = load(at.by(r * step), self.lanes), tile.acc[r, 0]
                        new = (
                            b.call("llvm.maximum", old, value, flags="nsz ")
                            if self.kind == "max"
                            else b.add(old, value)
                        )
                        tile.acc[r, 0] = new

            self._window(tile, x, taps, q, size, i, count, tap)
            if self.kind == "avg":
                tile.each(lambda r, v, value: b.mul(value, self._share(b, p, q + r, count)))
            tile.store(lambda r, v: y.by((q + r) * self.x_w).along(i, size * self.x_w))

        self._rows(b, x, y, 4, window)

    def backward(self, b: Builder) -> None:
        """Block: dy, x, y, dx; of a maximum the first place that equals it has the gradient."""
        dy, x, y, dx = (argument(b, i) for i in range(4))
        zero = b.const(0, "f32", self.lanes)
        with b.loop(self.planes * self.h.size * self.w.size) as i:
            store(dx.along(i, self.x_w), zero)

        def window(into: Place, g: Place, p: Val, taps: Taps, q: int, size: int, i: Val, count: int) -> None:
            tile = Tile(b, size, 1, self.lanes)
            here = g.by(q * self.x_w).along(i, size * self.x_w)
            tile.start(lambda r, v: load(here, self.lanes))
            if self.kind == "avg":
                tile.each(lambda r, v, value: b.mul(value, self._share(b, p, q + r, count)))
            top = load(self._moved(b, here, dy, y), self.lanes) if self.kind == "max" else None

            def tap(at: Place, there: list[bool]) -> None:
                if not there[0]:
                    return
                part = tile.acc[0, 0]
                if top is not None:
                    hit = b.cmp("oeq", load(self._moved(b, at, dx, x), self.lanes), top)
                    tile.acc[0, 0] = b.select(hit, zero, part)
                    part = b.select(hit, part, zero)
                store(at, b.add(load(at, self.lanes), part))

            self._window(tile, into, taps, q, size, i, count, tap)

        self._rows(b, dx, dy, 1, window)

    # ---- functions of buffers in the order of the block
    def forward_function(self, generator: Engine | None = None) -> Function:
        return compiled([(f"{self.kind} pooling", self, self.forward, range(2))], generator)[0]

    def backward_function(self, generator: Engine | None = None) -> Function:
        return compiled([(f"{self.kind} pooling backward", self, self.backward, range(4))], generator)[0]

    # ---- pieces
    @property
    def x_w(self) -> int:
        return 4 * self.lanes

    @property
    def x_h(self) -> int:
        return self.w.size * self.x_w

    def _moved(self, b: Builder, at: Place, base: Place, other: Place) -> Place:
        """The place in `other` that `at` is in `base`."""
        off = b.sub(
            b.convert("ptrtoint", other.value, "i64"), b.convert("ptrtoint", base.value, "i64")
        )  # once, in front of all loops
        return at.along(off, 1)

    def _rows(self, b: Builder, x: Place, y: Place, most: int, window: Callable[..., None]) -> None:
        """Calls `window` for all windows, up to `most` at once; x is larger than y."""
        with b.loop(self.planes) as plane:
            x = x.along(plane, self.h.size * self.x_h)
            y = y.along(plane, self.h.outs * self.w.outs * self.x_w)
            with b.loop(self.h.outs) as p:
                taps = taps_of(b, self.h, p)
                row = x.along(p, self.h.step * self.x_h).by(self.h.first * self.x_h)
                if taps.low is not None:
                    row = row.along(taps.low, self.h.apart * self.x_h)
                to = y.along(p, self.w.outs * self.x_w)
                for q, size, count in chunks(self.w, most):
                    with b.loop(count) as i:
                        window(row, to, p, taps, q, size, i, count)

    def _window(
        self, tile: Tile, row: Place, taps: Taps, q: int, size: int, i: Val, count: int,
        tap: Callable[[Place, list[bool]], None],
    ) -> None:  # fmt: skip
        """Calls ``tap(place, which windows have it)`` for each tap of `size` windows from `q` + `i` * `size` on."""
        axis, step = self.w, self.w.step * self.x_w
        start = row.by(q * step + axis.first * self.x_w).along(i, size * step)
        there = [[axis.at(q + r, k) is not None for r in range(size)] for k in range(axis.taps)]
        with tile.loop(taps.trips, taps.perhaps) as j:
            line = start.along(j, self.h.apart * self.x_h)
            if axis.taps > _ROW and all(map(all, there)):
                with tile.loop(axis.taps) as k:
                    tap(line.along(k, axis.apart * self.x_w), there[0])
                return
            for m, windows in enumerate(there):
                if any(windows):
                    tap(line.by(m * axis.apart * self.x_w), windows)

    def _share(self, b: Builder, p: Val, q: int, count: int) -> Val:
        """1 / the number of elements that the mean of window (p, q) is over; `count` > 1: q is away from borders."""
        width = self.w.taps if count > 1 else self._count(self.w, self.pads[1], q)
        heights = [self._count(self.h, self.pads[0], place) for place in range(self.h.outs)]
        share = b.const(1 / (heights[0] * width), "f32")
        for place in range(1, self.h.outs):
            if heights[place] != heights[place - 1]:
                here = b.cmp("sge", p, b.const(place, "i64"))
                share = b.select(here, b.const(1 / (heights[place] * width), "f32"), share)
        return share

    def _count(self, axis: Axis, pad: int, place: int) -> int:
        if not self.counts:
            return max(1, axis.reach(place)[1])
        begin = place * axis.step + axis.first
        return max(1, min(begin + axis.taps, axis.size + pad) - begin)
