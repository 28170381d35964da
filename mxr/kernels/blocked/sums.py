"""Convolution by sums over taps, channels in the vector: forward, and the gradient of the data by the same code.

Input [N][C/V][H][W][V] (or plain [N][C][H][W] where there are few channels), output [N][O/V][P][Q][V], weights packed
by :mod:`.weights`. A tile of the register file holds several output places of several blocks of output channels; the
inner loop runs over input channels. Places of a tile follow each other in a row; where rows are short, a tile holds
places of several rows and images, and taps that fall outside of the input are left out of the code.
(Georganas et al., "Anatomy of high-performance deep learning convolutions on SIMD architectures".)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial

from ..jit.builder import Builder, Val
from ..jit.tile import Place, Tile, argument, load, number, prefetch, split
from .axis import Axis
from .loops import Taps, chunks, taps_of

__all__ = ["Sums", "limited"]

_CACHE = 400_000  # bytes of inputs that stay in the cache while panels of weights go by
_SMALL = 36  # outputs of an image up to which every place has code of its own


@dataclass(frozen=True)
class Sums:
    """What a kernel computes.

    Attributes
    ----------
    n : images. inputs, outputs : channels of a group. groups : with more than one, channels are whole blocks.
    h, w : the axes. lanes, registers : of the CPU.
    plain : the input lies as [N][C][H][W].
    bias, add : numbers of the channels and an array of the results' layout that are added to the sums.
    relu, most : negative results become 0, larger ones `most`.
    tile : blocks of output channels in a tile; 0 for the best number.
    own : channels in a real group, where several share a block: other weights of the block are zeros. 0 otherwise.
    shared : a call makes a share of the results only (see `function`).
    """

    n: int
    inputs: int
    outputs: int
    groups: int
    h: Axis
    w: Axis
    lanes: int
    registers: int
    plain: bool = False
    bias: bool = False
    relu: bool = False
    add: bool = False
    most: float = math.inf
    tile: int = 0
    own: int = 0
    shared: bool = False

    def flat(self) -> Sums:
        """The same with rows that suit the tile where the kernel is a single point."""
        h, w = self.h, self.w
        one = all(
            x.taps == x.slots == x.step == x.out_step == 1 and x.first == 0 and x.outs == x.size for x in (h, w)
        )  # fmt: skip
        if not one:
            return self
        total = h.outs * w.outs
        most = self.rows(self.vectors)
        width = min(
            (k for k in range(min(most, total), total + 1) if total % k == 0),
            key=lambda k: (sum(c for *_, c in split(k, most)) * (total // k), k),
        )  # the narrowest of those with the fewest tiles
        return replace(
            self,
            h=Axis(total // width, total // width, 1, 0, 1, 1, 0, 1, 1, total // width),
            w=Axis(width, width, 1, 0, 1, 1, 0, 1, 1, width),
        )

    # ---- strides in bytes
    @cached_property
    def in_blocks(self) -> list[tuple[int, int, int]]:
        """Blocks of input channels as (first block, channels in one, how many)."""
        if self.plain:
            return [(0, self.inputs, 1)]
        whole, rest = divmod(self.inputs, self.lanes)
        return [(0, self.lanes, whole)] * (whole > 0) + [(whole, rest, 1)] * (rest > 0)

    @property
    def x_w(self) -> int:
        return 4 if self.plain else 4 * self.lanes

    @property
    def x_h(self) -> int:
        return self.w.size * self.x_w

    @property
    def x_block(self) -> int:
        return self.h.size * self.x_h

    @property
    def x_k(self) -> int:
        """From channel to channel in a block."""
        return self.x_block if self.plain else 4

    @property
    def x_group(self) -> int:
        return self.x_block * (self.inputs if self.plain else -(-self.inputs // self.lanes))

    @property
    def y_w(self) -> int:
        return 4 * self.lanes

    @property
    def y_h(self) -> int:
        return self.w.out_size * self.y_w

    @property
    def y_block(self) -> int:
        return self.h.out_size * self.y_h

    @property
    def out_blocks(self) -> int:
        return -(-self.outputs // self.lanes)

    @property
    def slots(self) -> int:
        return self.h.slots * self.w.slots

    @property
    def packed_floats(self) -> int:
        return self.groups * self.out_blocks * self.lanes * self.inputs * self.slots

    # ---- the tile
    @cached_property
    def vectors(self) -> int:
        """Blocks of output channels in a tile: as many as make the fewest cycles."""
        return self.tile or min(range(1, min(6, self.out_blocks) + 1), key=lambda v: (self._cycles(v), v))

    def rows(self, vectors: int) -> int:
        """Places in a tile."""
        return max(1, (self.registers - 1 - vectors) // vectors)

    def _cycles(self, vectors: int) -> float:
        if self.rows(vectors) < 2:
            return 1e30
        total = 0.0
        whole, rest = divmod(self.out_blocks, vectors)
        for v, count in ((vectors, whole), (rest, rest > 0)):
            if count:
                places = self.h.outs * self.w.outs if self.scattered else self.w.outs
                images = max(1, self.rows(vectors) // places) if self.scattered else 1
                runs = split(places * images, self.rows(vectors))
                # two multiply-adds and nearly two loads a cycle, four cycles until a sum can be added to again
                cost = sum(c * max(r * v / 2, 0.6 * (r + v), 4.0, 2.5 * v) + 0.2 * c for _, r, c in runs)
                total += count * cost / images
        return total

    @property
    def scattered(self) -> bool:
        """Whether tiles hold places of several rows and images."""
        return self.w.outs < 7 and self.h.outs * self.w.outs <= _SMALL

    @property
    def part(self) -> tuple[int, int]:
        """(images, rows of results): for so many all panels of weights are gone through before the next ones."""
        if self.x_group <= _CACHE:
            return min(self.n, _CACHE // self.x_group), self.h.outs
        return 1, max(1, self.h.outs * _CACHE // self.x_group)

    @property
    def panels(self) -> list[tuple[int, int, int]]:
        """Groups of output blocks as (first block, blocks in one, how many); full ones share their code."""
        v, total = self.vectors, self.out_blocks
        full = self.outputs // (v * self.lanes)
        return [(0, v, full)] * (full > 0) + [(k, min(v, total - k), 1) for k in range(full * v, total, v)]

    # ---- code
    def emit(self, b: Builder, x: Place, w: Place, y: Place, *more: Place) -> None:
        """All loops; `more` are the bias and the array to add, where there are."""
        _Code(self, b, y, list(more)).emit(x, w, y)

    def function(self) -> Callable[[Builder], None]:
        """The function of a block (x, packed weights, y[, bias][, array to add]).

        For a share the block goes on: first row of results, rows, first panel, panels. Rows are all of an image where
        tiles hold places of several rows, and at most those of a `part`.
        """
        return lambda b: self.emit(b, *(argument(b, i) for i in range(3 + self.bias + self.add)))


def limited(b: Builder, value: Val, relu: bool, most: float) -> Val:
    """An activation that cuts results off."""
    if relu:
        zero = b.const(0, "f32", value.lanes)
        value = b.select(b.cmp("olt", value, zero), zero, value)
    if most < math.inf:
        top = b.const(most, "f32", value.lanes)
        value = b.select(b.cmp("ogt", value, top), top, value)
    return value


class _Code:
    """The loops of a kernel under construction."""

    def __init__(self, s: Sums, b: Builder, y: Place, more: list[Place]) -> None:
        self.s, self.b = s, b
        self.bias = more.pop(0) if s.bias else None
        self.other: Val | None = None  # bytes from a result to the number that is added to it
        if s.add:
            self.other = b.sub(*(b.convert("ptrtoint", x.value, "i64") for x in (more[0], y)))
        self.vectors = 0
        self.share = [number(b, 3 + s.bias + s.add + k) for k in range(4)] if s.shared else []

    def emit(self, x: Place, w: Place, y: Place) -> None:
        s, b = self.s, self.b
        images, rows = s.part
        x_n, y_n = s.groups * s.x_group, s.groups * s.out_blocks * s.y_block
        with b.loop(s.groups) as g:
            w = w.along(g, s.packed_floats // s.groups * 4)
            x, y = x.along(g, s.x_group), y.along(g, s.out_blocks * s.y_block)
            bias = self.bias.along(g, 4 * s.outputs) if self.bias is not None else None
            for image, size, count in split(s.n, images):
                with b.loop(count) as i:
                    xi, yi = x.by(image * x_n).along(i, size * x_n), y.by(image * y_n).along(i, size * y_n)
                    if s.scattered:
                        self._panels(w, bias, yi, partial(self._scattered, xi, n=size))
                        continue
                    if self.share:
                        low, many = self.share[:2]
                        self._panels(w, bias, yi, partial(self._strips, xi, images=size, first=low, rows=many.ref))
                        continue
                    for row, height, bands in split(s.h.outs, rows):
                        with b.loop(bands) as band:
                            first = b.add(b.mul(band, b.const(height, "i64")), b.const(row, "i64"))
                            strips = partial(self._strips, xi, images=size, first=first, rows=height)
                            self._panels(w, bias, yi, strips)

    def _panels(self, w: Place, bias: Place | None, y: Place, part: Callable[[Place, Place], None]) -> None:
        """Calls ``part(weights, result)`` for each panel."""
        s, at = self.s, 0
        for start, vectors, count in s.panels:
            self.vectors, self.width = vectors, 4 * vectors * s.lanes
            k = s.inputs * s.slots
            with self._numbers(at, count) as j:
                self.start = self._first_values(bias, start, j, vectors)
                part(
                    w.by(start * 4 * s.lanes * k).along(j, k * self.width),
                    y.by(start * s.y_block).along(j, vectors * s.y_block),
                )
            at += count

    @contextmanager
    def _numbers(self, start: int, count: int) -> Iterator[Val]:
        """A loop over `count` panels from `start` on, as far as they belong to the share."""
        b = self.b
        if not self.share:
            with b.loop(count) as j:
                yield j
            return
        first = b.sub(self.share[2], b.const(start, "i64"))
        low = b.call("llvm.smax", first, b.const(0, "i64"))
        high = b.call("llvm.smin", b.add(first, self.share[3]), b.const(count, "i64"))
        trips = b.call("llvm.smax", b.sub(high, low), b.const(0, "i64"))
        with b.loop(trips.ref, perhaps=True) as j:
            yield b.add(j, low)

    def _first_values(self, bias: Place | None, start: int, j: Val, vectors: int) -> list[Val] | None:
        s = self.s
        if bias is None:
            return None
        at = bias.by(start * 4 * s.lanes).along(j, self.width)
        left = s.outputs - start * s.lanes
        full = left >= vectors * s.lanes
        return [
            load(at.by(4 * v * s.lanes), s.lanes, 0 if full else min(s.lanes, left - v * s.lanes))
            for v in range(vectors)
        ]

    # ---- tiles of places that follow each other
    def _strips(self, x: Place, w: Place, y: Place, images: int, first: Val, rows: int | str) -> None:
        """`rows` rows of results from `first` on, of `images` images."""
        s, b = self.s, self.b
        x_n, y_n = s.groups * s.x_group, s.groups * s.out_blocks * s.y_block
        with b.loop(images) as n:
            x, y = x.along(n, x_n), y.along(n, y_n)
            with b.loop(rows) as i:
                p = b.add(i, first)
                here = x.along(p, s.h.step * s.x_h).by(s.h.first * s.x_h)
                to = y.by(s.h.out_first * s.y_h).along(p, s.h.out_step * s.y_h)
                taps = taps_of(b, s.h, p)
                for start, size, count in chunks(s.w, s.rows(self.vectors)):
                    with b.loop(count) as k:
                        self._strip(here, w, to, taps, start, size, k, count)

    def _strip(
        self, x: Place, w: Place, y: Place, taps: Taps, q: int, size: int, i: Val,
        count: int,
    ) -> None:  # fmt: skip
        """`size` places from `q` + `i` * `size` on."""
        s, axis = self.s, self.s.w
        step = axis.step * s.x_w
        x = x.by(q * step).along(i, size * step).by(axis.first * s.x_w)
        tile = Tile(self.b, size, self.vectors, s.lanes)
        to = y.by((axis.out_first + q * axis.out_step) * s.y_w).along(i, size * axis.out_step * s.y_w)
        self._begin(tile)
        whole = count > 1 or all(axis.reach(q + r)[1] == axis.taps for r in range(size))
        for block, channels, blocks in s.in_blocks if axis.taps and s.h.taps else []:
            slot = channels * self.width  # bytes from slot to slot of the weights
            row = s.w.slots * slot
            with tile.loop(blocks) as c:
                xc = x.by(block * s.x_block).along(c, s.x_block)
                wc = w.by(block * s.lanes * s.slots * self.width).along(c, s.lanes * s.slots * self.width)
                wc = wc.by(s.h.slot * row + axis.slot * slot)
                if s.slots == 1:  # every input is new: that of the next row is asked for
                    for r in range(size):
                        prefetch(xc.by(s.h.step * s.x_h + r * step))
                with tile.loop(taps.trips, taps.perhaps) as j:
                    tap = j if taps.low is None else self.b.add(j, taps.low)
                    xh, wh = xc.along(tap, s.h.apart * s.x_h), wc.along(tap, s.h.turn * row)
                    if whole:
                        with tile.loop(axis.taps) as k:
                            here, weights = xh.along(k, axis.apart * s.x_w), wh.along(k, axis.turn * slot)
                            tile.product(here, weights, channels, step, s.x_k, self.width)
                        continue
                    for m in range(axis.taps):
                        here, weights = xh.by(m * axis.apart * s.x_w), wh.by(m * axis.turn * slot)
                        self._some(tile, here, weights, channels, [axis.at(q + r, m) for r in range(size)], step)
        self._finish(tile, lambda r, v: to.by(r * axis.out_step * s.y_w + v * s.y_block))

    def _some(self, tile: Tile, x: Place, w: Place, channels: int, there: list[int | None], step: int) -> None:
        """A tap for those rows whose input is there."""
        if any(i is not None for i in there):
            off = [None if i is None else r * step for r, i in enumerate(there)]
            tile.product(x, w, channels, lambda r: off[r], self.s.x_k, self.width)

    # ---- tiles of any places of small images
    def _scattered(self, x: Place, w: Place, y: Place, n: int) -> None:
        s, b = self.s, self.b
        x_n, y_n = s.groups * s.x_group, s.groups * s.out_blocks * s.y_block
        places = [(p, q) for p in range(s.h.outs) for q in range(s.w.outs)]
        most = s.rows(self.vectors)
        for image, images, count in split(n, max(1, most // len(places))):
            with b.loop(count) as i:
                here, to = x.by(image * x_n).along(i, images * x_n), y.by(image * y_n).along(i, images * y_n)
                all_places = [(n, p, q) for n in range(images) for p, q in places]
                for start, size, parts in split(len(all_places), most):
                    for part in range(parts):
                        first = start + part * size
                        self._places(here, w, to, all_places[first : first + size], x_n, y_n)

    def _places(self, x: Place, w: Place, y: Place, places: list[tuple[int, int, int]], x_n: int, y_n: int) -> None:
        s, h, axis = self.s, self.s.h, self.s.w
        tile = Tile(self.b, len(places), self.vectors, s.lanes)
        self._begin(tile)
        taps = []
        for j in range(h.taps):
            for k in range(axis.taps):
                at = [(n, h.at(p, j), axis.at(q, k)) for n, p, q in places]
                off = [
                    None if row is None or col is None else n * x_n + row * s.x_h + col * s.x_w for n, row, col in at
                ]
                if any(o is not None for o in off):
                    taps.append((off, (h.slot + j * h.turn) * s.w.slots + axis.slot + k * axis.turn))
        for block, channels, blocks in s.in_blocks if taps else []:
            with tile.loop(blocks) as c:
                xc = x.by(block * s.x_block).along(c, s.x_block)
                wc = w.by(block * s.lanes * s.slots * self.width).along(c, s.lanes * s.slots * self.width)
                for off, slot in taps:
                    weights = wc.by(slot * channels * self.width)
                    tile.product(xc, weights, channels, off.__getitem__, s.x_k, self.width)
        off_y = [
            n * y_n + (h.out_first + p * h.out_step) * s.y_h + (axis.out_first + q * axis.out_step) * s.y_w
            for n, p, q in places
        ]
        self._finish(tile, lambda r, v: y.by(off_y[r] + v * s.y_block))

    # ---- beginning and end of a tile
    def _begin(self, tile: Tile) -> None:
        if self.start is None:
            tile.zero()
        else:
            start = self.start
            tile.start(lambda r, v: start[v])

    def _finish(self, tile: Tile, at: Callable[[int, int], Place]) -> None:
        s, b = self.s, self.b
        if self.other is not None:
            other = self.other
            tile.each(lambda r, v, value: b.add(value, load(at(r, v).along(other, 1), s.lanes)))
        tile.each(lambda r, v, value: limited(b, value, s.relu, s.most))
        tile.store(at)
