"""The gradient of a convolution's weights: products of inputs and output gradients summed over places and images.

Accumulators are input channels x blocks of output channels for one tap; the inner loop runs along a row of outputs.
The sums of a part of the images that stays in the cache are kept packed (as :mod:`.weights` packs them) and added to by
the next part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from ..jit.builder import Builder, Val
from ..jit.tile import Place, Tile, argument, load, split
from .loops import band
from .sums import Sums

__all__ = ["WeightSums"]

_CACHE = 500_000  # bytes of inputs and gradients of a part of the images
_STEPS = 192  # fewest terms of a sum between loading and storing it


@dataclass(frozen=True)
class WeightSums:
    """The gradient of the weights of the forward convolution `s`."""

    s: Sums

    # ---- the tile
    @cached_property
    def vectors(self) -> int:
        return min(range(1, min(6, self.s.out_blocks) + 1), key=lambda v: (self._cycles(v), v))

    def rows(self, vectors: int) -> int:
        return max(1, (self.s.registers - 1 - vectors) // vectors)

    def _cycles(self, vectors: int) -> float:
        channels = min(self.s.inputs, self.s.lanes)
        whole, rest = divmod(self.s.out_blocks, vectors)
        return sum(
            count * c * (max(r * v / 2, 0.6 * (r + v), 4.0) + 0.1 * v)
            for v, count in ((vectors, whole), (rest, rest > 0))
            if count
            for _, r, c in split(channels, self.rows(v))
        )

    @property
    def packed(self) -> Sums:
        """What the packed sums look like."""
        return replace(self.s, tile=self.vectors)

    @cached_property
    def part(self) -> tuple[int, int]:
        """(images, rows of outputs) of a part."""
        s = self.s
        enough = -(-_STEPS // (s.h.outs * s.w.outs))  # fewer terms would have the sums loaded and stored too often
        parts = [(m, s.h.outs) for m in (2**k for k in range(s.n.bit_length())) if enough <= m < s.n]
        bands = [-(-s.h.outs // k) for k in range(2, s.h.outs + 1)] if enough == 1 else []
        parts += [(1, rows) for rows in dict.fromkeys(bands) if rows * s.w.outs >= _STEPS]
        return min([(s.n, s.h.outs), *parts], key=self._traffic)

    def _traffic(self, part: tuple[int, int]) -> float:
        """Bytes that go through the outer cache with such parts; those written count more."""
        s = self.s
        share = part[0] * part[1] / (s.n * s.h.outs)
        total = 4 * s.packed_floats // s.groups
        panels, blocks = -(-s.out_blocks // self.vectors), sum(count for *_, count in s.in_blocks)
        inputs, heads = s.n * s.x_group, s.n * s.out_blocks * s.y_block
        again = 1 if share * (inputs + heads / panels) <= _CACHE else panels
        often = 1 if share * (inputs / blocks + heads / panels) <= _CACHE else blocks * s.slots
        return (1 / share if share < 1 else 0) * 5 * total + again * inputs + often * heads

    # ---- code
    def function(self) -> Callable[[Builder], None]:
        """The function of a block (x, dy, packed sums)."""
        return lambda b: self.emit(b, argument(b, 0), argument(b, 1), argument(b, 2))

    def emit(self, b: Builder, x: Place, dy: Place, dw: Place) -> None:
        s, packed = self.s, self.packed
        x_n, y_n = s.groups * s.x_group, s.groups * s.out_blocks * s.y_block
        images, rows = self.part
        for image, size, count in split(s.n, images):
            with b.loop(count) as i:
                x_part, y_part = x.by(image * x_n).along(i, size * x_n), dy.by(image * y_n).along(i, size * y_n)
                for row, height, parts in split(s.h.outs, rows):
                    with b.loop(parts) as r, b.loop(s.groups) as g:
                        low = b.add(b.mul(r, b.const(height, "i64")), b.const(row, "i64"))
                        first = b.const(image == row == 0, "i1")
                        for index, n in ((i, count), (r, parts)):
                            if n > 1 and image == row == 0:
                                first = b.op("and", first, b.cmp("eq", index, b.const(0, "i64")))
                        self._group(
                            b, x_part.along(g, s.x_group), y_part.along(g, s.out_blocks * s.y_block),
                            dw.along(g, packed.packed_floats // s.groups * 4), size, (low, height), first,
                        )  # fmt: skip

    def _group(
        self, b: Builder, x: Place, dy: Place, dw: Place, images: int, rows: tuple[Val, int], first: Val
    ) -> None:
        s, packed = self.s, self.packed
        for start, vectors, count in packed.panels:
            width, k = 4 * vectors * s.lanes, s.inputs * s.slots
            with b.loop(count) as j:
                panel = dw.by(start * 4 * s.lanes * k).along(j, k * width)
                here = dy.by(start * s.y_block).along(j, vectors * s.y_block)
                for block, channels, blocks in s.in_blocks:
                    with b.loop(blocks) as c:
                        xc = x.by(block * s.x_block).along(c, s.x_block)
                        step = s.lanes * s.slots * width
                        wc = panel.by(block * step).along(c, step)
                        self._taps(b, xc, here, wc, channels, vectors, images, rows, first)

    def _taps(
        self, b: Builder, x: Place, dy: Place, dw: Place, channels: int, vectors: int, images: int,
        rows: tuple[Val, int], first: Val,
    ) -> None:  # fmt: skip
        """All taps of a block of input channels, for a band of rows of the outputs."""
        s, h, axis = self.s, self.s.h, self.s.w
        width = 4 * vectors * s.lanes
        slot = channels * width
        with b.loop(h.taps) as tap:
            low, trips, perhaps = band(b, h, tap, *rows)
            assert low is not None
            x_row = x.along(tap, h.apart * s.x_h).by(h.first * s.x_h).along(low, h.step * s.x_h)
            y_row, w_row = dy.along(low, s.y_h), dw.along(tap, axis.slots * slot)
            for k in range(axis.taps):
                there = [q for q in range(axis.outs) if axis.at(q, k) is not None]
                q0, length = (there[0], len(there)) if there else (0, 0)
                here = x_row.by((q0 * axis.step + axis.first + k * axis.apart) * s.x_w)
                y_here, w_here = y_row.by(q0 * s.y_w), w_row.by(k * slot)
                for row, size, count in split(channels, self.rows(vectors)):
                    with b.loop(count) as i:
                        self._tile(
                            b, here.by(row * s.x_k).along(i, size * s.x_k), y_here,
                            w_here.by(row * width).along(i, size * width), (size, vectors, length),
                            (trips, perhaps), images, first,
                        )  # fmt: skip

    def _tile(
        self, b: Builder, x: Place, dy: Place, dw: Place, shape: tuple[int, int, int],
        trips: tuple[int | str, bool], images: int, first: Val,
    ) -> None:  # fmt: skip
        s = self.s
        rows, vectors, length = shape
        x_n, y_n = s.groups * s.x_group, s.groups * s.out_blocks * s.y_block
        tile = Tile(b, rows, vectors, s.lanes)

        def at(r: int, v: int) -> Place:
            return dw.by((r * vectors + v) * 4 * s.lanes)

        if first.ref == "true":
            tile.zero()
        else:  # what the memory holds before the first part is not taken
            zero = b.const(0, "f32", s.lanes)
            tile.start(lambda r, v: b.select(first, zero, load(at(r, v), s.lanes)))
        if length:
            with tile.loop(images) as n:
                xn, yn = x.along(n, x_n), dy.along(n, y_n)
                with tile.loop(*trips) as p:
                    tile.product(
                        xn.along(p, s.h.step * s.x_h), yn.along(p, s.y_h), length, s.x_k, s.w.step * s.x_w, s.y_w,
                        vector=s.y_block,
                    )  # fmt: skip
        tile.store(at)
